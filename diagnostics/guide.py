"""Guides: what a person can do about a cause, one step at a time, and how to see that it worked.

One guide is one Markdown file and language in the folder `guides`; the folder is scanned.
`guide_file` reads a file, this module says what a guide is and finds the right one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from diagnostics.sign import State


class Skill(StrEnum):
    ANYONE = "anyone"
    COMFORTABLE = "comfortable"  # has changed settings before
    EXPERT = "expert"


class StepKind(StrEnum):
    """What a step is for. Only repairs and checks are ranked by chance per minute."""

    CHECK = "check"  # look at something; it may turn out to be the repair
    REPAIR = "repair"
    SEND = "send"  # hand the facts to the provider: the window offers "Get help" here
    GET_BY = "get-by"  # carry on meanwhile; repairs nothing


class System(StrEnum):
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"

    @classmethod
    def of(cls, name: str) -> System | None:
        """From `Run.software.system` (linux, darwin, windows); None for any other system."""
        known = {"darwin": cls.MACOS} | {member.value: member for member in cls}
        return known.get(name.lower())


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """Probability (0..1) that the step repairs this cause."""

    cause: str
    probability: float


class Judge(msgspec.Struct, frozen=True, kw_only=True):
    """A sign that tells whether a step worked, and the state in which all is well."""

    sign: str
    good: State


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """The action in other words, for one system (Markdown)."""

    system: System
    do: str


class GuideStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step. `do`, `why`, `see`, `safety` are Markdown; `probes` are run again afterwards.

    A step with no probes cannot be proved by measuring: no result is claimed for it.
    """

    id: str
    title: str
    kind: StepKind
    do: str
    why: str
    see: str
    safety: str
    minutes: float
    skill: Skill
    chances: tuple[Chance, ...]
    probes: tuple[str, ...]
    judges: tuple[Judge, ...]
    variants: tuple[Variant, ...]

    def action(self, system: System | None) -> str:
        """What to do on this system (Markdown)."""
        return next((each.do for each in self.variants if each.system is system), self.do)

    def chance(self, cause: str) -> float:
        """0 when the step does not serve the cause."""
        return next((each.probability for each in self.chances if each.cause == cause), 0.0)

    def serves(self, cause: str) -> bool:
        return any(each.cause == cause for each in self.chances)

    def chance_per_minute(self, cause: str) -> float:
        return self.chance(cause) / self.minutes


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a question. `answer` is yes, no or unknown; `then` a step id or empty."""

    answer: str
    text: str
    then: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something only the person can see. `id` is the sign that the answer fills."""

    id: str
    text: str
    why: str
    replies: tuple[Reply, ...]


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """`steps` stand in a sensible order for everybody; the plan may order them by chance."""

    id: str
    language: str
    title: str
    intro: str
    causes: tuple[str, ...]
    steps: tuple[GuideStep, ...]
    questions: tuple[Question, ...]

    def steps_for(self, cause: str) -> tuple[GuideStep, ...]:
        """The steps that serve this cause, in the guide's order; all for a cause not listed."""
        return tuple(step for step in self.steps if step.serves(cause)) or self.steps

    def step(self, step_id: str) -> GuideStep | None:
        return next((step for step in self.steps if step.id == step_id), None)


class GuideError(ValueError):
    """A guide that cannot be used; the message is one sentence for its author."""


class Guides(Mapping[str, Guide]):
    """All guides of one language by id; `for_cause` finds the one that serves a cause."""

    def __init__(self, guides: tuple[Guide, ...]) -> None:
        self._by_id = {guide.id: guide for guide in guides}
        self._by_cause: dict[str, Guide] = {}
        for guide in guides:
            self._add_causes(guide)

    def _add_causes(self, guide: Guide) -> None:
        for cause in guide.causes:
            other = self._by_cause.setdefault(cause, guide)
            if other is not guide:
                raise GuideError(
                    f"Both guides {other.id!r} and {guide.id!r} serve the cause {cause!r};"
                    " leave it in one of them."
                )

    def __getitem__(self, guide_id: str) -> Guide:
        return self._by_id[guide_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def for_cause(self, cause: str, guide_id: str = "") -> Guide | None:
        """The guide named, else the one that serves the cause; None for a cause nobody knows."""
        return self._by_id.get(guide_id) or self._by_cause.get(cause) or self._by_id.get(cause)

    def causes(self) -> tuple[str, ...]:
        return tuple(self._by_cause)
