"""How busy the busiest processor core was during a stretch of time."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from diagnostics.result import Reason, Unmeasured

_LINUX = Path("/proc/stat")


class BusyCore:
    """Context manager around the work that is to be judged."""

    def __init__(self) -> None:
        self._before: list[tuple[float, float]] = []

    async def __aenter__(self) -> Self:
        self._before = _cores()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def busiest_percent(self) -> float | Unmeasured:
        """Since the block was entered, 0..100."""
        shares = [
            100 * (busy - busy_before) / (total - total_before)
            for (busy, total), (busy_before, total_before) in zip(
                _cores(), self._before, strict=False
            )
            if total > total_before
        ]
        if not shares:
            return Unmeasured(Reason.NOT_SUPPORTED, "the system does not tell")
        return round(min(100.0, max(0.0, *shares, 0.0)), 1)


def _cores() -> list[tuple[float, float]]:
    """Busy and total time of each core, in the system's own unit."""
    try:
        return cores_of(_LINUX.read_text("ascii"))
    except (OSError, ValueError):
        return _cores_elsewhere()


def cores_of(text: str) -> list[tuple[float, float]]:
    """Of /proc/stat (proc_stat(5)); ValueError for another file."""
    found: list[tuple[float, float]] = []
    for line in text.splitlines():
        name, *words = line.split()
        if name.startswith("cpu") and name != "cpu":
            # user nice system idle iowait irq softirq steal; guest time is part of user time
            ticks = [int(word) for word in words[:8]]
            total, idle = sum(ticks), sum(ticks[3:5])
            found.append((float(total - idle), float(total)))
    if not found:
        raise ValueError("no processor core is told of")
    return found


def _cores_elsewhere() -> list[tuple[float, float]]:
    import psutil  # noqa: PLC0415 - 25 ms of processor, which Linux need not spend

    found: list[tuple[float, float]] = []
    for times in psutil.cpu_times(percpu=True):
        values = times._asdict()
        idle = values.get("idle", 0.0) + values.get("iowait", 0.0)
        # guest time is part of user time already (proc_stat(5))
        total = sum(v for name, v in values.items() if not name.startswith("guest"))
        found.append((total - idle, total))
    return found
