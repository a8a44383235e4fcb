"""`dig` as a peer: how it is called for many questions in one process, and what it then tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOOK = re.compile(r"^;; Query time: (\d+) (usec|msec)$", re.MULTILINE)
_SILENT = ";; no servers could be reached"


@dataclass(frozen=True)
class DigTold:
    """Times of the questions that were answered, in their order, and how many were not."""

    rtts_ms: tuple[float, ...]
    silent: int


def command(program: str, *options: str) -> list[str]:
    """Times in microseconds; the questions are read from its input, one after the other."""
    return [program, "-u", "+noall", "+comments", "+stats", *options, "-f", "-"]


def questions(asked: Sequence[tuple[str, str]]) -> str:
    """Its input, of pairs of server and name."""
    return "".join(f"{name} A @{server}\n" for server, name in asked)


def told(text: str) -> DigTold:
    """What it writes; a number in whole milliseconds is taken as such."""
    scale = {"usec": 1000.0, "msec": 1.0}
    times = [int(number) / scale[unit] for number, unit in _TOOK.findall(text)]
    return DigTold(tuple(times), text.count(_SILENT))
