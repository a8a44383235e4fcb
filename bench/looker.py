"""A thread that looks at something again and again while the block lasts."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Self


class Looker(ABC):
    """Context manager; `look` is called every `each_s` in a thread of its own."""

    def __init__(self, each_s: float) -> None:
        self._each_s = each_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @abstractmethod
    def look(self) -> None:
        """One look."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._each_s):
            self.look()
