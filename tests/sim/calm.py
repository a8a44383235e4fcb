"""Whether the machine left the lab its time: a starved home plays other faults than its own.

A wire that stands still for a tenth of a second loses and delays packets as a sick line does. It is
looked at from outside, whatever the verdict: a case that was starved is played again.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

_NAP_S = 0.01
#: a sleeper that wakes later than that saw the wires stand still for as long
_LATE_S = 0.05
#: share of the time that may be late before a case is played again
TOLERATED = 0.02


class Calm:
    """Context manager: sleeps and wakes beside a case, at the same priority, and counts delays."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._late_s = 0.0
        self._begun_s = time.monotonic()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            before_s = time.monotonic()
            time.sleep(_NAP_S)
            late_s = time.monotonic() - before_s - _NAP_S
            if late_s > _LATE_S:
                self._late_s += late_s

    @property
    def late_share(self) -> float:
        """Of the time so far, 0 to 1."""
        return self._late_s / max(time.monotonic() - self._begun_s, _NAP_S)
