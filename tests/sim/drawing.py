"""Draws the cases of a campaign: case K of seed N is the same home for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

import msgspec

from tests.sim import field
from tests.sim.complaint import LabError
from tests.sim.faults import FAULTS, Fault, Fits
from tests.sim.field import Settings
from tests.sim.near_misses import NEAR_MISSES
from tests.sim.pairs import PAIRS, TRIPLES
from tests.sim.scenario import Scenario, Truth, changed

Kind = Literal["healthy", "near-miss", "single", "pair", "triple"]
# of all cases: 30 % healthy or near misses, 55 % single faults, 13 % pairs, 2 % triples
_KINDS: dict[Kind, int] = {"healthy": 8, "near-miss": 22, "single": 55, "pair": 13, "triple": 2}
_TRIES = 2000
# a running home cannot be changed in these (docs/lab.md)
_BUILT_ONCE = {"router.behind_another", "provider.use_backbone", "provider.cgnat"}


@dataclass(frozen=True)
class Drawn:
    """One case: where it comes from, what it is, and the home that plays it."""

    seed: int
    number: int
    kind: Kind
    scenario: Scenario

    @property
    def name(self) -> str:
        """Short and unique within a campaign."""
        return f"{self.seed}-{self.number:03} {self.scenario.title}"


def wishes() -> list[str]:
    """What `only` may say."""
    return [*_KINDS, *FAULTS]


def draw(seed: int, number: int, only: str = "") -> Drawn:
    """Case `number` of `seed`; `only` asks for one kind or one cause. LabError: no such thing."""
    if only and only not in wishes():
        raise LabError(f"Nothing is drawn for {only!r}; it has to be one of {', '.join(wishes())}.")
    dice = Random(f"firsthop {seed} {number}")
    kinds: list[Kind] = list(_KINDS)
    kind: Kind = dice.choices(kinds, list(_KINDS.values()))[0]
    if only in FAULTS:
        return Drawn(seed, number, "single", _broken(dice, [FAULTS[only]]))
    if only in _KINDS:
        kind = kinds[[str(one) for one in kinds].index(only)]
    if kind == "healthy":
        return Drawn(seed, number, kind, field.home(dice))
    if kind == "near-miss":
        return Drawn(seed, number, kind, _nearly(dice))
    causes: tuple[str, ...] = (dice.choice(sorted(FAULTS)),)
    if kind in {"pair", "triple"}:
        causes = dice.choice(PAIRS if kind == "pair" else TRIPLES)
    return Drawn(seed, number, kind, _broken(dice, [FAULTS[cause] for cause in causes]))


def _home_for(dice: Random, fits: Sequence[Fits]) -> Scenario:
    for _ in range(_TRIES):
        drawn = field.home(dice)
        if all(one(drawn) for one in fits):
            return drawn
    raise LabError("No home of the field fits this fault.")


def _nearly(dice: Random) -> Scenario:
    near = dice.choice(NEAR_MISSES)
    drawn = _home_for(dice, [near.fits])
    made = changed(drawn, near.draw(dice, drawn))
    truth = Truth(status="healthy")
    return msgspec.structs.replace(made, title=f"nearly {near.of}", truth=truth)


def _broken(dice: Random, faults: Sequence[Fault]) -> Scenario:
    drawn = _home_for(dice, [fault.fits for fault in faults])
    settings: Settings = {}
    for fault in faults:
        settings |= fault.draw(dice, drawn)
    causes = tuple(fault.cause for fault in faults)
    return msgspec.structs.replace(
        changed(drawn, settings),
        title=" + ".join(causes),
        truth=Truth(status="problem", causes=causes, also=tuple(a for f in faults for a in f.also)),
        complaint=next((fault.complaint for fault in faults if fault.complaint), ""),
        repair=_back(drawn, settings),
    )


def _back(well: Scenario, settings: Settings) -> Settings:
    """The settings that undo these in a running home."""
    tree = msgspec.to_builtins(well)
    usual: Settings = {
        "line.down.rate_mbps": well.plan.down_mbps,
        "line.up.rate_mbps": well.plan.up_mbps,
        "line.down.delay_ms": well.plan.rtt_ms / 2,
        "line.up.delay_ms": well.plan.rtt_ms / 2,
    }
    undone: Settings = {}
    for key in settings:
        if key in _BUILT_ONCE:
            continue
        held: object = tree
        for step in key.split("."):
            held = msgspec.convert(held, dict[str, object])[step]
        before = usual.get(key, 0.0) if held is None else msgspec.convert(held, field.Setting)
        undone[key] = before
    return undone
