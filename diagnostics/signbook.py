"""The register of signs: each is one typed function in `signs/<topic>.py`, found by scanning."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import diagnostics.signs as signs_package
from diagnostics.belief import CERTAIN, UNSURE
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.sign import Sign, State

#: beliefs between these are called unknown, yet keep their weight in the inference
ABSENT_BELOW = 0.35
PRESENT_FROM = 0.65

_NO_FIGURE = Unmeasured(Reason.NOT_APPLICABLE)


@dataclass(frozen=True)
class Grade:
    """What a sign's function returns. `text` is one plain sentence with the figure in it.

    `closed` marks a question that the measurements have answered.
    """

    belief: float
    text: str
    value: float | str | Unmeasured = _NO_FIGURE
    threshold: float | Unmeasured = _NO_FIGURE
    closed: bool = False


def unknown(text: str) -> Grade:
    """The readings say nothing about it, or something else already hides it."""
    return Grade(UNSURE, text)


def certain(present: bool, text: str, value: float | str | Unmeasured = _NO_FIGURE) -> Grade:
    """A fact read from the system, not a sample."""
    return Grade(CERTAIN if present else 1 - CERTAIN, text, value)


Judge = Callable[[Scene], Grade]


@dataclass(frozen=True)
class SignSpec:
    """`leak` is the chance that the sign shows with no cause of ours behind it (noisy-OR's leak).

    `question` makes it askable: the words for the subscriber, answered yes or no; the answer
    may be used again for `holds_h` hours.
    """

    id: str
    unit: str
    sentence: str
    probe: str
    judge: Judge
    leak: float
    question: str
    holds_h: float


_BOOK: dict[str, SignSpec] = {}


def sign(
    sign_id: str,
    sentence: str,
    *,
    reads: type[Reading] | None,
    unit: str = "",
    leak: float = 0.01,
    question: str = "",
    holds_h: float = 0.0,
) -> Callable[[Judge], Judge]:
    """Register a function as a sign; `reads` is the reading that decides it, None when asked."""
    probe = "" if reads is None else reads.PROBE

    def register(judge: Judge) -> Judge:
        if sign_id in _BOOK:
            raise ValueError(f"two signs are called {sign_id!r}")
        _BOOK[sign_id] = SignSpec(sign_id, unit, sentence, probe, judge, leak, question, holds_h)
        return judge

    return register


@cache
def sign_specs() -> Mapping[str, SignSpec]:
    """Every sign by id, in the order of ids, so that nothing rests on file order."""
    for module in pkgutil.iter_modules(signs_package.__path__):
        importlib.import_module(f"{signs_package.__name__}.{module.name}")
    return dict(sorted(_BOOK.items()))


def state_of(belief: float) -> State:
    if belief >= PRESENT_FROM:
        return State.PRESENT
    return State.ABSENT if belief <= ABSENT_BELOW else State.UNKNOWN


def read_sign(spec: SignSpec, scene: Scene) -> Sign:
    grade = spec.judge(scene)
    belief = min(max(grade.belief, 1 - CERTAIN), CERTAIN)
    return Sign(
        id=spec.id,
        state=state_of(belief),
        belief=round(belief, 5),
        value=round(grade.value, 3) if isinstance(grade.value, float) else grade.value,
        unit=spec.unit,
        threshold=grade.threshold,
        text=grade.text,
        probe=spec.probe,
        closed=grade.closed,
    )


def read_signs(scene: Scene) -> tuple[Sign, ...]:
    """All signs of one check, ordered by id."""
    return tuple(read_sign(spec, scene) for spec in sign_specs().values())
