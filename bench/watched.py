"""The truth of a home's wire beside what a program tells: questions, answers and their times."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from bench.harness import BenchError
from tests.sim.home import Home


@dataclass
class Passed:
    """Filled when the block ends: times from question to answer in the order of the answers."""

    rtts_ms: list[float] = field(default_factory=list[float])
    unanswered: int = 0

    @property
    def questions(self) -> int:
        return len(self.rtts_ms) + self.unanswered

    def read(self, told: str) -> None:
        """What `bench/wire_watch.py` writes."""
        words = told.split()
        self.unanswered = words.count("-")
        self.rtts_ms = [float(word) for word in words if word != "-"]


@contextmanager
def watching(home: Home, what: Literal["echo", "dns"]) -> Generator[Passed]:
    """What passes the computer's interface inside the block, by the kernel's stamps there."""
    program = home.popen(
        [sys.executable, "-m", "bench.wire_watch", home.scenario.hop.name, what],
    )
    assert program.stdout is not None  # noqa: S101 - made with pipes
    passed = Passed()
    try:
        if program.stdout.readline() != "ready\n":
            _, errors = program.communicate()
            raise BenchError(f"the wire could not be watched: {errors.strip()[-300:]}")
        yield passed
    finally:
        if program.stdin and not program.stdin.closed:
            told, _ = program.communicate()
            passed.read(told)
