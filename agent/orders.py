"""What the agent (or the terminal) has measured, and how whoever measures tells about it.

The same orders go to the check in this process and, as JSON lines, to a check process.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agent.ipc.messages import (
    CheckEnded,
    CheckFailed,
    CheckStarted,
    ProbeMoved,
    StepMeasured,
    VerdictSoFar,
)
from diagnostics.past import PastCheck
from diagnostics.profile import Profile
from diagnostics.run import Depth, Run
from diagnostics.sign import Sign


class CheckOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag="check"):
    """A whole check. `earlier` is the one before: what was answered there is not asked again.

    `past` is what is remembered of the newest checks, of whatever connection.
    """

    run_id: str
    profile: Profile
    depth: Depth = Depth.NORMAL
    complaint: str = ""
    earlier: Run | None = None
    past: tuple[PastCheck, ...] = ()


class StepOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag="step"):
    """Only what the step of a guide could have changed; `run` is the check it belongs to."""

    run: Run
    profile: Profile
    guide: str
    step: str
    cause: str


class AnswerOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag="answer"):
    """No measuring: the verdict anew, with the subscriber's answer to a question."""

    run: Run
    profile: Profile
    question: str
    answer: str


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag="place"):
    """Measure the WiFi where the computer stands now; `place` is the person's name for it."""

    run: Run
    profile: Profile
    place: str


Order = CheckOrder | StepOrder | AnswerOrder | PlaceOrder


class Sketch(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="sketch"):
    """The Run as it would stand if all ended now; told once, at the beginning."""

    run: Run


class Judged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="judged"):
    """The signs behind the verdict that was told just before."""

    signs: tuple[Sign, ...]


Telling = (
    CheckStarted
    | ProbeMoved
    | VerdictSoFar
    | CheckEnded
    | StepMeasured
    | CheckFailed
    | Sketch
    | Judged
)
Tell = Callable[[Telling], None]
