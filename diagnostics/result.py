"""What a measurement can end in: a reading, or a reason why there is none.

There is no third way: None, 0 and an empty dict never stand for "not measured".
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

import msgspec


class Reason(StrEnum):
    """The closed list of reasons why something was not measured (after OONI's failure list)."""

    NOT_RUN = "not_run"  # nothing has asked for it yet
    NOT_PERMITTED = "not_permitted"  # the system refuses without more rights or consent
    NOT_SUPPORTED = "not_supported"  # this system, driver or server cannot tell
    NOT_APPLICABLE = "not_applicable"  # there is no such thing here (no IPv6, no WiFi)
    HIDDEN = "hidden"  # the system knows and withholds it
    NEEDS_OTHER = "needs_other"  # rests on another probe that has no reading
    TIMED_OUT = "timed_out"  # the deadline passed without a usable figure
    CANCELLED = "cancelled"  # the person or the agent stopped it
    BUDGET = "budget"  # the data or time allowance was used up
    DISTURBED = "disturbed"  # foreign load or a change of network spoilt the figure
    NO_ANSWER = "no_answer"  # nobody answered, where an answer would have been the figure
    BAD_ANSWER = "bad_answer"  # an answer came that could not be understood
    INTERNAL = "internal"  # our own mistake; the detail says which


class Unmeasured(msgspec.Struct, frozen=True, tag_field="outcome", tag="unmeasured"):
    """No reading, and why. `detail` is one English sentence for the log, never shown raw."""

    reason: Reason
    detail: str = ""


NOT_RUN = Unmeasured(Reason.NOT_RUN)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every reading type; PROBE in a subclass names the probe that fills it."""

    PROBE: ClassVar[str] = ""


class Figures(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="measured"):
    """Base of a group of figures inside a reading that may be Unmeasured as a whole.

    The tag lets JSON tell the group from Unmeasured; subclasses take it over.
    """


R_co = TypeVar("R_co", covariant=True)


class Measured(
    msgspec.Struct, Generic[R_co], frozen=True, tag_field="outcome", tag="measured", kw_only=True
):
    """A reading, with how long it took. A dead network is a good reading, not an error."""

    reading: R_co
    took_s: float = 0.0
