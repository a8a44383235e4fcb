"""Reading guide files: a TOML head between +++ lines holds the facts, Markdown below the words.

    # Title            ## step-id: Title of the step    ## ask sign-id: The question?
    introduction       what to do                       - yes: It is red
                       ### windows / macos / linux      - no: It is green
                       ### why / see / safety           - unknown: I cannot see it

A translation `<guide>.<lang>.md` has a head with `id` alone: facts stand in the English file only.
The whole format is described in docs/design/0006-guides.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated

import msgspec
from msgspec import Meta

from diagnostics.guide import (
    Chance,
    Guide,
    GuideError,
    Guides,
    GuideStep,
    Judge,
    Question,
    Reply,
    Skill,
    StepKind,
    System,
    Variant,
)
from diagnostics.sign import State

SOURCE_LANGUAGE = "en"
NAME = re.compile(r"^(?P<guide>[a-z0-9-]+)\.(?P<language>[a-zA-Z-]+)\.md$")
STEP_HEADING = re.compile(r"^(?P<id>[a-z0-9-]+):\s+(?P<title>.+)$")
ASK_HEADING = re.compile(r"^ask\s+(?P<id>[a-z0-9-]+):\s+(?P<title>.+)$")
REPLY = re.compile(r"^-\s+(?P<answer>yes|no|unknown):\s+(?P<text>.+)$")
PARTS = ("why", "see", "safety", *(system.value for system in System))


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the head's tables: an unknown key is a mistake worth a sentence."""


class StepFacts(Facts, frozen=True, kw_only=True):
    id: str
    kind: StepKind = StepKind.REPAIR
    minutes: Annotated[float, Meta(gt=0, le=240)]
    skill: Skill = Skill.ANYONE
    chance: dict[str, Annotated[float, Meta(ge=0, le=1)]]
    probes: tuple[str, ...] = ()
    signs: dict[str, State] = {}  # sign id -> the state in which all is well


class AskFacts(Facts, frozen=True, kw_only=True):
    """Where each answer leads: a step of this guide, or nowhere special."""

    id: str
    yes: str = ""
    no: str = ""
    unknown: str = ""


class Head(Facts, frozen=True, kw_only=True):
    id: str
    causes: tuple[str, ...] = ()
    steps: tuple[StepFacts, ...] = ()
    ask: tuple[AskFacts, ...] = ()


class Section(msgspec.Struct, kw_only=True):
    """The words under one heading, and those under its named parts."""

    title: str
    text: str
    parts: dict[str, str]


class Page(msgspec.Struct, kw_only=True):
    title: str
    intro: str
    steps: dict[str, Section]
    asks: dict[str, Section]


@cache
def load_guides(language: str = SOURCE_LANGUAGE) -> Guides:
    """All guides in this language (BCP 47), each in the nearest language it has, else English."""
    return read_guides(resources.files("diagnostics").joinpath("guides"), language)


@cache
def load_guide(cause: str, guide_id: str = "", language: str = SOURCE_LANGUAGE) -> Guide | None:
    """As `load_guides(language).for_cause(cause, guide_id)`, without parsing the other fifty."""
    texts = _texts(resources.files("diagnostics").joinpath("guides"))
    named = tuple(f"{each}.{SOURCE_LANGUAGE}.md" for each in (guide_id, cause))
    names = [name for name in _sources(texts) if name in named or cause in texts[name]]
    guides = Guides(tuple(_nearest(name, texts, language) for name in names))
    return guides.for_cause(cause, guide_id)


class GuidesOf:
    """The guides of one language, each parsed when it is asked for."""

    def __init__(self, language: str = SOURCE_LANGUAGE) -> None:
        self._language = language

    def for_cause(self, cause: str, guide_id: str = "") -> Guide | None:
        return load_guide(cause, guide_id, self._language)


def read_guides(folder: Traversable, language: str = SOURCE_LANGUAGE) -> Guides:
    """Raise GuideError, in one sentence, on a file that cannot be used."""
    texts = _texts(folder)
    return Guides(tuple(_nearest(name, texts, language) for name in _sources(texts)))


def _texts(folder: Traversable) -> dict[str, str]:
    return {each.name: each.read_text("utf-8") for each in folder.iterdir() if _is_guide(each)}


def _sources(texts: Mapping[str, str]) -> list[str]:
    return sorted(name for name in texts if name.endswith(f".{SOURCE_LANGUAGE}.md"))


def _is_guide(file: Traversable) -> bool:
    return NAME.match(file.name) is not None


def _nearest(name: str, texts: Mapping[str, str], language: str) -> Guide:
    guide_id = name.partition(".")[0]
    for tag in (language, language.partition("-")[0]):
        translated = f"{guide_id}.{tag}.md"
        if translated != name and translated in texts:
            return parse_guide(texts[translated], translated, facts=texts[name])
    return parse_guide(texts[name], name)


def parse_guide(text: str, name: str, facts: str = "") -> Guide:
    """One guide from a file's text; `facts` is the English file when `text` is a translation."""
    match = NAME.match(name)
    if match is None:
        raise GuideError(f"{name} is no name for a guide; call it <guide>.<language>.md.")
    head, body = _head(text, name)
    if head.id != match["guide"]:
        raise GuideError(f"{name} has the id {head.id!r}; it must be the same as the file's name.")
    if facts:
        if head.steps or head.causes or head.ask:
            raise GuideError(f"{name} is a translation: leave everything but `id` to the English.")
        head, _ = _head(facts, name)
    page = _page(body, name)
    _check_match(head, page, name)
    return _guide(head, page, match["language"])


def _head(text: str, name: str) -> tuple[Head, str]:
    opening, _, rest = text.partition("\n")
    head, closing, body = rest.partition("\n+++\n")
    if opening.strip() != "+++" or not closing:
        raise GuideError(f"{name} must begin with a TOML head between two lines of +++.")
    try:
        return msgspec.convert(tomllib.loads(head), type=Head), body
    except tomllib.TOMLDecodeError as error:
        raise GuideError(f"The head of {name} is not valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise GuideError(f"The head of {name} has a wrong entry: {error}.") from error


def _page(body: str, name: str) -> Page:
    title, intro, sections = "", "", body.split("\n## ")
    first, *rest = sections
    heading, _, intro = first.strip().partition("\n")
    title = heading.removeprefix("# ").strip()
    if not heading.startswith("# ") or not title:
        raise GuideError(f"{name} must have its title as `# Title` right below the head.")
    page = Page(title=title, intro=intro.strip(), steps={}, asks={})
    for each in rest:
        _add_section(page, each, name)
    return page


def _add_section(page: Page, text: str, name: str) -> None:
    heading, _, words = text.partition("\n")
    ask, step = ASK_HEADING.match(heading), STEP_HEADING.match(heading)
    match = ask or step
    if match is None:
        raise GuideError(
            f"{name}: the heading {heading!r} must be `step-id: Title` or `ask sign-id: Question`."
        )
    place = page.asks if ask else page.steps
    if match["id"] in place:
        raise GuideError(f"{name}: the heading {match['id']!r} stands twice.")
    place[match["id"]] = _section(match["title"], words, f"{name}: {match['id']!r}")


def _section(title: str, text: str, where: str) -> Section:
    first, *rest = f"\n{text}".split("\n### ")
    parts: dict[str, str] = {}
    for each in rest:
        part, _, words = each.partition("\n")
        part = part.strip()
        if part not in PARTS or part in parts:
            known = ", ".join(PARTS)
            raise GuideError(f"{where} has the part {part!r}; use each of {known} once at most.")
        parts[part] = words.strip()
    return Section(title=title.strip(), text=first.strip(), parts=parts)


def _check_match(head: Head, page: Page, name: str) -> None:
    pairs = (
        ("step", [step.id for step in head.steps], list(page.steps)),
        ("question", [ask.id for ask in head.ask], list(page.asks)),
    )
    for kind, facts, words in pairs:
        if len(set(facts)) != len(facts):
            raise GuideError(f"The head of {name} names a {kind} twice.")
        for lone in sorted(set(facts) ^ set(words)):
            have, lack = ("head", "text") if lone in facts else ("text", "head")
            raise GuideError(f"{name}: the {kind} {lone!r} is in the {have} and not in the {lack}.")
    for step in head.steps:
        _check_causes(head, step, name)
    for ask in head.ask:
        _check_leads(head, ask, name)


def _check_causes(head: Head, step: StepFacts, name: str) -> None:
    strangers = sorted(set(step.chance) - set(head.causes))
    if strangers:
        raise GuideError(f"{name}: the step {step.id!r} serves {strangers[0]!r}, the guide not.")


def _check_leads(head: Head, ask: AskFacts, name: str) -> None:
    steps = {step.id for step in head.steps}
    for then in (ask.yes, ask.no, ask.unknown):
        if then and then not in steps:
            raise GuideError(f"{name}: the question {ask.id!r} leads to no step {then!r}.")


def _guide(head: Head, page: Page, language: str) -> Guide:
    return Guide(
        id=head.id,
        language=language,
        title=page.title,
        intro=page.intro,
        causes=head.causes,
        steps=tuple(_step(facts, page.steps[facts.id]) for facts in head.steps),
        questions=tuple(_question(facts, page.asks[facts.id]) for facts in head.ask),
    )


def _step(facts: StepFacts, words: Section) -> GuideStep:
    variants = (Variant(system=s, do=words.parts[s]) for s in System if s in words.parts)
    return GuideStep(
        id=facts.id,
        title=words.title,
        kind=facts.kind,
        do=words.text,
        why=words.parts.get("why", ""),
        see=words.parts.get("see", ""),
        safety=words.parts.get("safety", ""),
        minutes=facts.minutes,
        skill=facts.skill,
        chances=tuple(Chance(cause=c, probability=p) for c, p in facts.chance.items()),
        probes=facts.probes,
        judges=tuple(Judge(sign=sign, good=good) for sign, good in facts.signs.items()),
        variants=tuple(variants),
    )


def _question(facts: AskFacts, words: Section) -> Question:
    leads = {"yes": facts.yes, "no": facts.no, "unknown": facts.unknown}
    matches = (REPLY.match(line.strip()) for line in words.text.splitlines())
    replies = tuple(
        Reply(answer=match["answer"], text=match["text"].strip(), then=leads[match["answer"]])
        for match in matches
        if match
    )
    return Question(id=facts.id, text=words.title, why=words.parts.get("why", ""), replies=replies)
