"""Whether the channel advice keeps its word: the home is played, moved as advised, played again.

    python -m tests.sim.wifi.advised [SCENARIO...]      the crowded and overlapped ones by default

The guest's access point takes the advised channel and width; the neighbours and what they take of
each channel's time stay as they are. Prints a table, and ends with 1 when a change that was advised
made nothing better, or one that was refused is there to be had; with 2 when a home cannot be
played.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from diagnostics.air.advice import Answer, BandAdvice, advise
from diagnostics.air.channels import Lane
from diagnostics.air.radio import radio_of
from diagnostics.explain.air import wanted_bps
from diagnostics.profile import Profile
from diagnostics.readings.load import PlaceKind, Throughput
from diagnostics.result import Unmeasured
from diagnostics.run import Run, load_run
from diagnostics.scene import Scene
from diagnostics.signs.queues import DOWN, added_ms
from tests.sim.complaint import LabError
from tests.sim.scenario import FOLDER, Scenario, load
from tests.sim.score import calmly, judge_scenario

#: a tenth more is beyond what two runs of one home differ by (guest, three homes played twice)
_BETTER = 1.1
_HEAD = """\
| home | advice | before: down, added delay, loss to the router | after | times | kept |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Figures:
    """What of one check the change should mend; NaN where it was not measured."""

    down_mbps: float
    added_ms: float
    lost_percent: float

    @property
    def text(self) -> str:
        return f"{self.down_mbps:.1f} Mbit/s, {self.added_ms:.0f} ms, {self.lost_percent:.1f} %"

    def beats(self, other: Figures) -> bool:
        """More passes, or as much with clearly less delay or loss."""
        if self.down_mbps > _BETTER * other.down_mbps:
            return True
        late = self.added_ms * _BETTER < other.added_ms
        less = (
            self.lost_percent < other.lost_percent / 2
            and self.lost_percent < other.lost_percent - 1
        )
        return self.down_mbps * _BETTER > other.down_mbps and (late or less)


@dataclass(frozen=True)
class Tried:
    """One home before and after; where the advice was to stay, on the best other channel."""

    name: str
    advice: BandAdvice
    before: Figures
    other: Lane | None
    after: Figures | None

    @property
    def kept(self) -> bool:
        """Better after a change that was advised; no better where none was."""
        if self.after is None:
            return self.advice.answer is not Answer.CHANGE
        if self.advice.answer is Answer.CHANGE:
            return self.after.beats(self.before)
        return self.after.down_mbps < _BETTER * self.before.down_mbps


def play(name: str, scenario: Scenario) -> Run:
    """One check in the guest, again where that failed. LabError when there is no verdict."""
    with tempfile.TemporaryDirectory(prefix="advised-") as folder:
        kept = Path(folder, "run.json")
        case = calmly(lambda: judge_scenario(name, scenario, 1, kept)).case
        if case.failure:
            raise LabError(f"{name}: {case.failure}")
        return load_run(kept)


def figures(run: Run) -> Figures:
    scene = Scene(run.evidence(), Profile(plan=run.plan))
    load_reading = scene.evidence.value(Throughput)
    down = () if isinstance(load_reading, Unmeasured) else load_reading.down
    queue = added_ms(scene, PlaceKind.GATEWAY, DOWN)
    near = scene.near
    return Figures(
        down[0].rate_bps / 1e6 if down else float("nan"),
        float("nan") if isinstance(queue, Unmeasured) else queue[0],
        float("nan") if isinstance(near, Unmeasured) else near.loss_percent,
    )


def moved(scenario: Scenario, lane: Lane) -> Scenario:
    """The home's access point on another channel."""
    if scenario.air is None:
        raise LabError("This scenario has no air.")
    width = 80 if lane.width_mhz >= 80 else 40 if lane.width_mhz >= 40 else 20
    first, *others = scenario.air.points
    below = {"ht_capab": "[HT40-][SHORT-GI-20][SHORT-GI-40]"}
    side = below if width == 40 and lane.centre_mhz < lane.primary_mhz else {}
    point = msgspec.structs.replace(
        first, channel=lane.number, width_mhz=width, settings=first.settings | side
    )
    air = msgspec.structs.replace(scenario.air, points=(point, *others))
    return msgspec.structs.replace(scenario, air=air)


def attempt(name: str) -> Tried:
    """Play, ask for advice in the band in use, follow it, play again."""
    scenario = load(name)
    run = play(name, scenario)
    radio = radio_of(run.evidence())
    if isinstance(radio, Unmeasured):
        raise LabError(f"{name}: the radio was not read: {radio.detail}.")
    found = advise(radio, wanted_bps(run.verdict, run.plan))
    advice = next((one for one in found if one.band is radio.band), None)
    if advice is None:
        raise LabError(f"{name}: no advice for the band in use.")
    other = _other(advice)
    after = None if other is None else figures(play(name, moved(scenario, other)))
    return Tried(name, advice, figures(run), other, after)


def _other(advice: BandAdvice) -> Lane | None:
    """The channel to try: the advised one, or where to stay was advised, the best of the rest."""
    if advice.answer is Answer.CHANGE and not isinstance(advice.best, Unmeasured):
        return advice.best.lane
    here = None if isinstance(advice.now, Unmeasured) else advice.now.lane.number
    rest = [one for one in advice.prospects if not one.radar and one.lane.number != here]
    best = max(rest, key=lambda one: one.carries_bps, default=None)
    return None if best is None else best.lane


def row(tried: Tried) -> str:
    told, other, gain = tried.advice.answer.value, tried.other, tried.advice
    if other is not None and gain.answer is Answer.CHANGE:
        told = f"channel {other.number}, {other.width_mhz} MHz:"
        told += f" {gain.gain:.1f} times ({gain.gain_low:.1f} to {gain.gain_high:.1f})"
    elif other is not None:
        told += f" (tried: channel {other.number}, {other.width_mhz} MHz)"
    after = "-" if tried.after is None else tried.after.text
    times = "-" if tried.after is None else f"{tried.after.down_mbps / tried.before.down_mbps:.1f}"
    kept = "yes" if tried.kept else "NO"
    return f"| {tried.name} | {told} | {tried.before.text} | {after} | {times} | {kept} |"


def main(names: Sequence[str]) -> int:
    wanted = names or sorted(
        f"wifi/{path.stem}" for path in (FOLDER / "wifi").glob("channel-*.toml")
    )
    sys.stdout.write(_HEAD)
    kept = True
    for name in wanted:
        try:
            tried = attempt(name)
        except LabError as fault:
            sys.stderr.write(f"advised: {fault}\n")
            return 2
        kept = kept and tried.kept
        sys.stdout.write(row(tried) + "\n")
        sys.stdout.flush()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
