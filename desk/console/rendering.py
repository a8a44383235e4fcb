"""Turns templates into pages. Everything is escaped; text from outside is isolated by `said`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response
from markupsafe import Markup, escape

from desk import moment
from desk.console import words
from desk.office import Office
from desk.sessions import Session

FOLDER = Path(__file__).parent
#: controls that change how the text around them reads, or that no terminal or page should get
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), " ")


def said(text: str) -> Markup:
    """Words from outside: escaped, without control characters, in their own direction."""
    return Markup('<bdi dir="auto">{}</bdi>').format(text.translate(_CONTROLS))


def said_lines(text: str) -> Markup:
    """The same for a text of several lines, as paragraphs."""
    lines = [line.translate(_CONTROLS).strip() for line in text.splitlines()]
    return Markup("").join(
        Markup('<p dir="auto">') + escape(line) + Markup("</p>") for line in lines if line
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["said"] = said
    environment.filters["said_lines"] = said_lines
    environment.filters["ago"] = moment.ago
    environment.filters["shown"] = moment.shown
    environment.filters["state_word"] = words.state_word
    environment.filters["segment_word"] = words.segment_word
    environment.filters["cause_word"] = words.cause_word
    environment.filters["chance"] = words.chance
    environment.filters["percent"] = words.percent
    environment.filters["size"] = words.size
    return environment


def render(
    office: Office, template: str, *, session: Session | None = None, **values: object
) -> str:
    settings = office.settings
    return (
        _environment()
        .get_template(template)
        .render(
            brand=settings.profile.brand, refresh_s=settings.refresh_s, session=session, **values
        )
    )


def page(
    office: Office,
    template: str,
    *,
    session: Session | None = None,
    status: int = 200,
    **values: object,
) -> Response[str]:
    content = render(office, template, session=session, **values)
    return Response(
        content, status_code=status, media_type=MediaType.HTML, headers={"Vary": "HX-Request"}
    )
