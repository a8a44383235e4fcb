"""A subscriber without a line reads a code out; this page says what it means."""

from __future__ import annotations

import msgspec
from litestar import Response, get

from desk.console.dossier import ENGLISH
from desk.console.guard import PageRequest, TheSession
from desk.console.rendering import page
from desk.office import TheOffice
from diagnostics.cause import all_causes
from diagnostics.explain.cause_names import desk_title
from diagnostics.result import Unmeasured
from uploader.handover import Handover, HandoverError, decode

LONGEST_CODE = 60
#: verdicts that are no causes (see the vocabulary of causes)
VERDICTS = {
    "normal-for-plan": "Everything measured is normal for the plan.",
    "not-reproducible": "There were faults earlier; none at the moment.",
    "cannot-tell": "The check could not tell what is wrong.",
}


class SpokenCause(msgspec.Struct, frozen=True):
    """A cause in words: what it is, and what customer service should know."""

    id: str
    title: str
    csr: str


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """`figures` are pairs of a name and a figure; what was not measured is said so."""

    causes: tuple[SpokenCause, ...]
    complete: bool
    figures: tuple[tuple[str, str], ...]


@get("/code")
async def code_page(request: PageRequest, office: TheOffice, session: TheSession) -> Response[str]:
    code = request.query_params.get("code", "").strip()[:LONGEST_CODE]
    spoken, error = None, ""
    if code:
        try:
            spoken = _spoken(decode(code))
        except HandoverError as wrong:
            error = str(wrong)
    status = 422 if error else 200
    return page(
        office, "code.html", session=session, status=status, code=code, spoken=spoken, error=error
    )


def _spoken(handover: Handover) -> Spoken:
    return Spoken(
        causes=tuple(_cause(each) for each in handover.causes),
        complete=handover.complete,
        figures=(
            ("Download", _figure(handover.down_bps, "bit/s")),
            ("Upload", _figure(handover.up_bps, "bit/s")),
            ("Delay", _figure(handover.delay_ms, "ms")),
            ("Loss", _figure(handover.loss_percent, "%")),
        ),
    )


def _cause(cause_id: str) -> SpokenCause:
    if cause_id in VERDICTS:
        return SpokenCause(cause_id, VERDICTS[cause_id], "")
    cause = all_causes().get(cause_id)
    told = ENGLISH.say(cause.words.csr) if cause else ""
    return SpokenCause(cause_id, desk_title(cause_id, ENGLISH), told)


def _figure(value: float | Unmeasured, unit: str) -> str:
    if isinstance(value, Unmeasured):
        return "not measured"
    return f"about {ENGLISH.by_unit(value, unit)}"
