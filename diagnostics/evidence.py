"""The readings of one check as a typed map: ask by type, get a reading or the reason for none."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeVar

import msgspec

import diagnostics.readings as readings_package
from diagnostics.result import NOT_RUN, Measured, Reading, Reason, Unmeasured

R = TypeVar("R", bound=Reading)
Outcome = Measured[Reading] | Unmeasured
RawOutcome = Measured[msgspec.Raw] | Unmeasured


@cache
def reading_types() -> Mapping[str, type[Reading]]:
    """Every reading type by probe id, found by scanning the folder `readings`."""
    found: dict[str, type[Reading]] = {}
    for module_info in pkgutil.iter_modules(readings_package.__path__):
        module = importlib.import_module(f"{readings_package.__name__}.{module_info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Reading) and value.PROBE:
                found[value.PROBE] = value
    return found


class Evidence(Mapping[str, Outcome]):
    """Outcomes by probe id. `of` and `value` give them with their own type."""

    def __init__(self, outcomes: Mapping[str, Outcome]) -> None:
        self._outcomes = dict(outcomes)

    def __getitem__(self, probe: str) -> Outcome:
        return self._outcomes[probe]

    def __iter__(self) -> Iterator[str]:
        return iter(self._outcomes)

    def __len__(self) -> int:
        return len(self._outcomes)

    def of(self, kind: type[R]) -> Measured[R] | Unmeasured:
        """The outcome of the probe that fills `kind`; Unmeasured(not_run) when it never ran."""
        probe = kind.PROBE
        outcome = self._outcomes.get(probe, NOT_RUN)
        if isinstance(outcome, Unmeasured):
            return outcome
        if isinstance(outcome.reading, kind):
            return Measured(reading=outcome.reading, took_s=outcome.took_s)
        return Unmeasured(Reason.BAD_ANSWER, f"the reading of {probe} has another type")

    def value(self, kind: type[R]) -> R | Unmeasured:
        outcome = self.of(kind)
        return outcome if isinstance(outcome, Unmeasured) else outcome.reading

    def with_outcome(self, probe: str, outcome: Outcome) -> Evidence:
        return Evidence({**self._outcomes, probe: outcome})


def to_raw(evidence: Mapping[str, Outcome]) -> dict[str, RawOutcome]:
    """For the Run document: each reading as raw JSON."""
    return {probe: _raw(outcome) for probe, outcome in evidence.items()}


def _raw(outcome: Outcome) -> RawOutcome:
    if isinstance(outcome, Unmeasured):
        return outcome
    raw = msgspec.Raw(msgspec.json.encode(outcome.reading))
    return Measured(reading=raw, took_s=outcome.took_s)


def from_raw(raw: Mapping[str, RawOutcome]) -> Evidence:
    """From a Run document. An unreadable reading is Unmeasured(bad_answer); the others stay."""
    return Evidence({probe: _typed(probe, outcome) for probe, outcome in raw.items()})


def _typed(probe: str, outcome: RawOutcome) -> Outcome:
    if isinstance(outcome, Unmeasured):
        return outcome
    kind = reading_types().get(probe)
    if kind is None:
        return Unmeasured(Reason.NOT_SUPPORTED, f"this version knows no probe {probe!r}")
    try:
        reading = msgspec.json.decode(outcome.reading, type=kind)
    except msgspec.MsgspecError as error:
        return Unmeasured(Reason.BAD_ANSWER, f"the reading of {probe} is damaged: {error}")
    return Measured(reading=reading, took_s=outcome.took_s)
