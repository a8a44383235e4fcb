"""The HTML report: one self-contained file made from a Run, for screen, phone and paper.

Simple and detailed view are one file: two radio buttons and a rule of style fold the detail away on
screen; on paper, and where a program does not know the rule, all of it shows.

No script, no outside resource: the page can be opened from a mail or a ticket as it is, and its
own policy forbids to load or run anything. Every text goes through Jinja's escaping.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec
from jinja2 import BaseLoader, Environment, FunctionLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from diagnostics.explain import (
    CsrWords,
    DetailWords,
    SubscriberWords,
    TechnicianWords,
    for_csr,
    for_detail,
    for_subscriber,
    for_technician,
)
from diagnostics.explain.air import AirWords, for_air
from diagnostics.profile import Brand, Profile, Support
from diagnostics.report.charts import Charts, charts
from diagnostics.report.groups import measured_groups
from diagnostics.report.picture import Station, stations
from diagnostics.report.sheet import Group, Row, Sheet
from diagnostics.run import Run
from diagnostics.vocabulary import DEPTHS
from diagnostics.words import Words, mark, sentence

TEMPLATE, STYLE = "page.html.j2", "page.css"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """When, how and with what the check was made; label and value."""

    rows: tuple[Row, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the template shows."""

    brand: Brand
    support: Support
    provider: str
    subscriber: SubscriberWords
    detail: DetailWords
    csr: CsrWords
    technician: TechnicianWords
    air: AirWords
    stations: tuple[Station, ...]
    charts: Charts
    groups: tuple[Group, ...]
    facts: Facts


def report_page(run: Run, profile: Profile | None = None, words: Words | None = None) -> str:
    """HTML text (UTF-8 when written). `profile` gives brand colour and contacts."""
    words = words or Words()
    profile = profile or Profile()
    page = Page(
        brand=profile.brand,
        support=profile.support,
        provider=sentence(run.provider),
        subscriber=for_subscriber(run, words),
        detail=for_detail(run, words),
        csr=for_csr(run, words),
        technician=for_technician(run, words),
        air=for_air(run, words),
        stations=stations(run, words),
        charts=charts(run.evidence(), run.plan, words),
        groups=measured_groups(run, words),
        facts=_facts(run, words),
    )
    template = _environment().get_template(TEMPLATE)
    style = Markup(_text(STYLE))  # noqa: S704 - our own style sheet
    return template.render(page=page, words=words, say=words.say, style=style)


def _facts(run: Run, words: Words) -> Facts:
    sheet = Sheet(words)
    sheet.text(mark("Checked"), words.moment(run.started_at))
    sheet.text(mark("Kind of check"), words.say(DEPTHS[run.depth]))
    sheet.figure(mark("Took"), run.duration_s, "s")
    amounts = {"sent": words.amount(run.bytes_sent), "received": words.amount(run.bytes_received)}
    sheet.text(mark("Data used"), words.say("{sent} sent, {received} received", **amounts))
    if run.plan.known:
        down, up = words.rate(run.plan.down_mbps * 1e6), words.rate(run.plan.up_mbps * 1e6)
        sheet.text(mark("Plan"), words.say("{down} down, {up} up", down=down, up=up))
    sheet.figure(mark("System"), f"{run.software.system} {run.software.system_version}")
    sheet.figure(mark("Program"), f"Firsthop {run.software.version}")
    sheet.figure(mark("Number of the check"), run.id)
    return Facts(rows=tuple(sheet.rows))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=_loader(), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["markdown"] = _markdown
    return environment


def _loader() -> BaseLoader:
    return FunctionLoader(_text)


@cache
def _text(name: str) -> str:
    return resources.files("diagnostics.report").joinpath(name).read_text("utf-8")


def _markdown(text: str) -> Markup:
    """A guide's own Markdown; raw HTML in it is shown as text, and links are not made."""
    parser = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])
    return Markup(parser.render(text))  # noqa: S704 - the parser escapes
