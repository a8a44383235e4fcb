"""Runs the check in every scenario's home and compares its verdict with the truth."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.sim.calm import TOLERATED, Calm
from tests.sim.complaint import LabError
from tests.sim.home import ROOT, Home
from tests.sim.scenario import Scenario, load
from tests.sim.segments import SEGMENTS, side
from tests.sim.wifi import machine

_LIMIT_S = 180.0
#: a home that the machine starved is played again, at most so often in all
_TRIES = 3
_PRIVATE: tuple[str, ...] = (
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
)


class Blamed(msgspec.Struct, frozen=True):
    """One cause of a verdict."""

    id: str
    segment: str
    probability: float = 0.0


class Verdict(msgspec.Struct, frozen=True):
    """The parts of a verdict that are judged."""

    status: str
    causes: list[Blamed] = []
    considered: list[Blamed] = []


class Document(msgspec.Struct, frozen=True):
    """The parts of a Run document that are judged."""

    verdict: Verdict
    duration_s: float | None = None
    first_verdict_s: float | None = None
    bytes_sent: int | None = None
    bytes_received: int | None = None


_DOCUMENT = msgspec.json.Decoder(Document)  # made before threads use it; see scenario.py


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario's outcome. `failure` says why there is no verdict."""

    name: str
    healthy: bool
    causes: tuple[str, ...]
    also: tuple[str, ...]
    document: Document | None
    failure: str = ""

    @property
    def asserted(self) -> list[Blamed]:
        """What the verdict blames, likeliest first."""
        return self.document.verdict.causes if self.document else []

    @property
    def first(self) -> str:
        """The first cause, or the status when nothing is blamed."""
        if self.document is None:
            return "failed"
        return self.asserted[0].id if self.asserted else self.document.verdict.status

    @property
    def right_cause(self) -> bool:
        """Whether the first cause is true, or the healthy home was left in peace."""
        if self.healthy:
            return self.first == "healthy"
        return self.first in (*self.causes, *self.also)

    @property
    def in_three(self) -> bool:
        """Whether a true cause is among the first three, told or, after them, considered."""
        if self.healthy or self.document is None:
            return self.right_cause
        ranked = [*self.asserted, *self.document.verdict.considered]
        return any(blamed.id in (*self.causes, *self.also) for blamed in ranked[:3])

    @property
    def all_named(self) -> bool:
        """Whether every true cause is blamed, in whatever order."""
        return set(self.causes) <= {blamed.id for blamed in self.asserted}

    @property
    def right_segment(self) -> bool:
        """Whether the first cause sits where a true one does."""
        if self.right_cause or self.healthy or not self.asserted:
            return self.right_cause
        return self.asserted[0].segment in {SEGMENTS[cause] for cause in self.causes}

    @property
    def false_alarm(self) -> bool:
        """Whether a healthy home was blamed for anything."""
        return self.healthy and bool(self.asserted)

    @property
    def wrong_side(self) -> bool:
        """Whether home or provider is blamed where only the other one is at fault."""
        if self.healthy:
            return False
        true = {side(SEGMENTS[cause]) for cause in (*self.causes, *self.also)}
        blamed = {side(blamed.segment) for blamed in self.asserted} - {"others"}
        return bool(blamed - true)


def check_command(scenario: Scenario) -> list[str]:
    """The check as anybody would run it, with the subscriber's complaint when there is one."""
    command = [sys.executable, "-m", "agent.cli", "check", "--json", "-"]
    return [*command, "--complaint", scenario.complaint] if scenario.complaint else command


def judge(name: str, seed: int) -> Case:
    """As `judge_scenario`, for a scenario of the folder."""
    return judge_scenario(name, load(name), seed)


@dataclass(frozen=True)
class Tried:
    """A case with the share of its time in which the machine left the lab standing."""

    case: Case
    starved: float
    tries: int


def calmly(judged: Callable[[], Case]) -> Tried:
    """Judged while the machine left the lab its time; the calmest try where it never did.

    What the verdict was plays no part in whether it is tried again.
    """
    tries: list[Tried] = []
    while len(tries) < _TRIES:
        with Calm() as calm:
            case = judged()
        tries.append(Tried(case, calm.late_share, len(tries) + 1))
        if calm.late_share <= TOLERATED and not case.failure.startswith("lab:"):
            break
    return min(tries, key=lambda one: (one.case.failure.startswith("lab:"), one.starved))


def _own_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="lab-")


def judge_scenario(name: str, scenario: Scenario, seed: int, keep: Path | None = None) -> Case:
    """Build the scenario's home, run the check in it, keep what it said (`keep`: the whole Run)."""
    document: Document | None = None
    failure = ""
    try:
        if scenario.air is not None:
            document, failure = _checked_in_guest(scenario, keep)
        else:
            with _own_folder() as own, Home.build(scenario, seed) as home:
                document, failure = _checked(home, scenario, own, keep)
    except LabError as fault:
        failure = f"lab: {fault}"
    truth = scenario.truth
    return Case(
        name=name,
        healthy=truth.status == "healthy",
        causes=truth.causes,
        also=truth.also,
        document=document,
        failure=failure,
    )


def _checked(
    home: Home, scenario: Scenario, own: str, keep: Path | None
) -> tuple[Document | None, str]:
    private: dict[str, str] = dict.fromkeys(_PRIVATE, own)
    try:
        done = subprocess.run(
            home.command(check_command(scenario), cwd=ROOT),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIMIT_S,
            check=False,
            env=home.environ(private),
        )
    except subprocess.TimeoutExpired:
        return None, f"no verdict within {_LIMIT_S:.0f} s"
    if keep:
        keep.write_bytes(done.stdout)
    return _read(done.stdout, done.stderr, done.returncode)


def _checked_in_guest(scenario: Scenario, keep: Path | None) -> tuple[Document | None, str]:
    """The guest's files are its own, so that nothing private has to be named."""
    ended = machine.run(scenario, check_command(scenario))
    if keep:
        keep.write_bytes(ended.out)
    return _read(ended.out, ended.err, ended.code)


def _read(out: bytes, err: bytes, code: int) -> tuple[Document | None, str]:
    try:
        return _DOCUMENT.decode(out), ""
    except msgspec.DecodeError as fault:
        said = err.decode(errors="replace").strip()[-300:]
        return None, f"exit {code}, no Run document ({fault}): {said}"


def judge_all(
    names: Iterable[str], jobs: int, seed: int, tell: Callable[[Case], None]
) -> list[Case]:
    """Judge scenarios, `jobs` at a time; `tell` hears of each as it ends."""

    def one(name: str) -> Case:
        case = calmly(lambda: judge(name, seed)).case
        tell(case)
        return case

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            return list(pool.map(one, names))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def save(cases: list[Case], path: Path) -> None:
    """All cases as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(cases), indent=1))
