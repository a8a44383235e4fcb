"""The Run: everything of one check in one JSON document, `firsthop-run/1`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from diagnostics.evidence import Evidence, RawOutcome, from_raw
from diagnostics.place import PlaceTaken
from diagnostics.private import Plain
from diagnostics.profile import Plan
from diagnostics.sign import Sign
from diagnostics.verdict import Verdict

SCHEMA = "firsthop-run/1"


class Depth(StrEnum):
    QUICK = "quick"  # no load on the line
    NORMAL = "normal"
    FULL = "full"  # watches longer, loads both server kinds


class StepOutcome(StrEnum):
    HELPED = "helped"
    NO_CHANGE = "no_change"
    WORSE = "worse"
    SKIPPED = "skipped"
    NOT_MEASURED = "not_measured"


class StepTried(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a guide that the subscriber did, and what the measurement after it said."""

    guide: str
    step: str
    cause: str
    done_at: str
    outcome: StepOutcome
    before: tuple[Sign, ...] = ()
    after: tuple[Sign, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A question that the subscriber answered; never asked again."""

    question: str
    answer: str  # "yes", "no" or "unknown"
    answered_at: str


class Software(msgspec.Struct, frozen=True, kw_only=True):
    version: Plain
    system: Plain  # linux, darwin, windows
    system_version: Plain
    python: Plain


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Times are RFC 3339 in UTC, durations seconds, amounts bytes of IP payload of our sockets.

    `first_verdict_s` is when the first verdict stood; duration_s if only at the end.
    `complete` is false for a check that was cancelled or cut short.
    """

    schema: str = SCHEMA
    id: str
    started_at: str
    duration_s: float
    first_verdict_s: float
    bytes_sent: int
    bytes_received: int
    complete: bool
    depth: Depth
    provider: str  # profile's brand name
    plan: Plan
    software: Software
    complaint: str = ""
    readings: dict[str, RawOutcome]
    signs: tuple[Sign, ...]
    verdict: Verdict
    steps: tuple[StepTried, ...] = ()
    answers: tuple[Answer, ...] = ()
    places: tuple[PlaceTaken, ...] = ()

    def evidence(self) -> Evidence:
        return from_raw(self.readings)


class RunError(ValueError):
    """A Run document that cannot be used; the message is one sentence for a person."""


def encode_run(run: Run) -> bytes:
    """JSON bytes, UTF-8, indented."""
    return msgspec.json.format(msgspec.json.encode(run), indent=1)


def decode_run(data: bytes) -> Run:
    """Raise RunError when the bytes are no Run of a schema that this version reads."""
    try:
        run = msgspec.json.decode(data, type=Run)
    except msgspec.MsgspecError as error:
        raise RunError(f"This is not a Firsthop run document: {error}.") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise RunError("This is not a Firsthop run document: it is not readable text.") from error
    if run.schema != SCHEMA:
        raise RunError(
            f"The run document has schema {run.schema!r}; this version reads {SCHEMA!r}."
            " Update Firsthop and try again."
        )
    return run


def load_run(path: Path) -> Run:
    try:
        return decode_run(path.read_bytes())
    except OSError as error:
        raise RunError(f"Cannot read {path}: {error.strerror}.") from error
