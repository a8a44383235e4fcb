"""`lab campaign`: homes drawn at random, judged as any scenario is, reported as the same matrix."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.sim.calm import TOLERATED
from tests.sim.complaint import LabError
from tests.sim.drawing import Drawn, draw
from tests.sim.matrix import report, shares
from tests.sim.scenario import Scenario
from tests.sim.score import Case, calmly, judge_scenario


class Played(msgspec.Struct, frozen=True):
    """One case with the home that it was played in."""

    seed: int
    number: int
    kind: str
    case: Case
    scenario: Scenario
    #: share of the time in which the machine left the lab standing, of the last try
    starved: float = 0.0
    tries: int = 1


@dataclass(frozen=True)
class Order:
    """What to draw and where to put what came of it; `case` < 0 plays all of `count`."""

    seed: int
    count: int
    jobs: int
    only: str = ""
    case: int = -1
    first: int = 0
    json: Path | None = None
    markdown: Path | None = None
    keep: Path | None = None

    @property
    def numbers(self) -> list[int]:
        """The cases' numbers."""
        return [self.case] if self.case >= 0 else list(range(self.first, self.first + self.count))


def play(order: Order, tell: Callable[[Played], None]) -> list[Played]:
    """Judge all cases, `jobs` at a time; `tell` hears of each as it ends."""
    drawn = [draw(order.seed, number, order.only) for number in order.numbers]
    if order.keep:
        order.keep.mkdir(parents=True, exist_ok=True)

    def one(each: Drawn) -> Played:
        keep = order.keep / f"{each.seed}-{each.number:03}.json" if order.keep else None
        played = _calmly(each, keep)
        tell(played)
        return played

    with ThreadPoolExecutor(max_workers=order.jobs) as pool:
        try:
            return list(pool.map(one, drawn))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _calmly(drawn: Drawn, keep: Path | None) -> Played:
    tried = calmly(lambda: judge_scenario(drawn.name, drawn.scenario, _dice_of(drawn), keep))
    return Played(
        drawn.seed,
        drawn.number,
        drawn.kind,
        tried.case,
        drawn.scenario,
        tried.starved,
        tried.tries,
    )


def _dice_of(drawn: Drawn) -> int:
    """The wires' own seed: another for each case, and small enough for them."""
    return (drawn.seed * 1009 + drawn.number) % 1_000_003


def campaign(order: Order) -> int:
    """Play and report; 0 when what is promised holds. A single case is shown with its home."""
    if order.count < 1 or order.jobs < 1:
        raise LabError("A campaign needs at least one case and one job.")
    played = play(order, _tell)
    cases = [one.case for one in played]
    text = f"Campaign of seed {order.seed}, {len(cases)} cases.\n\n{report(cases)}"
    if order.case >= 0:
        text += "\n" + msgspec.json.format(msgspec.json.encode(played), indent=1).decode() + "\n"
    sys.stdout.write(f"\n{text}")
    if order.json:
        order.json.write_bytes(msgspec.json.format(msgspec.json.encode(played), indent=1))
    if order.markdown:
        order.markdown.write_text(text, encoding="utf-8")
    return 0 if shares(cases).promised else 1


def _tell(played: Played) -> None:
    case = played.case
    mark = "right" if case.right_cause else "WRONG"
    said = ", ".join(f"{b.id} {b.probability:.2f}" for b in case.asserted)
    said = said or case.failure or case.first
    plan = played.scenario.plan
    place = f"{plan.technology} {plan.down_mbps:g}/{plan.up_mbps:g} {played.scenario.hop.name}"
    late = f"  (starved {played.starved:.0%})" if played.starved > TOLERATED else ""
    sys.stderr.write(f"{mark}  {case.name:44} {place:32} {said}{late}\n")
    sys.stderr.flush()
