"""A sign: a named yes / no / unknown, with the figure and threshold that decided it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from diagnostics.result import Reason, Unmeasured

#: how far an answer is believed: people look, and one in twenty errs or misunderstands (judgement)
ANSWER_BELIEF = 0.95


class State(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Source(StrEnum):
    MEASURED = "measured"
    ASKED = "asked"  # the subscriber said so


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """`belief` is how sure the readings are of it: 0 surely not, 1 surely, 0.5 unknown.

    It is the sign's own uncertainty (few samples, near the threshold); inference takes it as
    virtual evidence with likelihood ratio belief / (1 - belief). `text` is one plain sentence.
    """

    id: str
    state: State
    belief: float
    value: float | str | Unmeasured = Unmeasured(Reason.NOT_APPLICABLE)
    unit: str = ""
    threshold: float | Unmeasured = Unmeasured(Reason.NOT_APPLICABLE)
    text: str = ""
    source: Source = Source.MEASURED
    probe: str = ""  # the probe whose reading decided it
    closed: bool = False  # a question that the measurements have answered: never asked
