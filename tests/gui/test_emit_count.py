"""PySide6 6.12.0 loses a reference at every emit of True and aborts after about 570."""

from __future__ import annotations

import PySide6
from PySide6.QtCore import QObject, Signal

EMITS = 2000


class Bell(QObject):
    rung = Signal(bool)


def test_a_bool_signal_survives_many_emits() -> None:
    assert PySide6.__version__ != "6.12.0"
    heard: list[bool] = []
    bell = Bell()
    bell.rung.connect(heard.append)
    for _ in range(EMITS):
        bell.rung.emit(True)
    assert heard == [True] * EMITS
