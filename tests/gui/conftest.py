"""Qt without a screen; a Qt warning fails the test, and so does a window left open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from diagnostics.words import Words
from gui.app import dress, speak
from gui.brand.look import Look
from tests.gui.stage import Stage

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HERE = Path(__file__).parent
POINTS = 10.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))


@pytest.fixture(scope="session")
def one_look(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Look:
    ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
    QSettings.setPath(ini, user, str(tmp_path_factory.mktemp("settings")))
    dress(qapp)
    return Look(qapp)


@pytest.fixture
def look(one_look: Look, qapp: QApplication) -> Iterator[Look]:
    """Light, English, usual size; whatever a test changes is put back."""
    _usual(one_look, qapp)
    yield one_look
    _usual(one_look, qapp)


def _usual(look: Look, app: QApplication) -> None:
    speak(app, Words())
    look.set_accent("#0B5FFF")
    look.force_dark(False)
    look.set_system_size(POINTS)


@pytest.fixture
def stage(qapp: QApplication, look: Look, tmp_path: Path) -> Iterator[Stage]:
    """The window and the far end, not yet opened."""
    made = Stage(qapp, look, tmp_path)
    yield made
    made.close()
    left = [each for each in qapp.topLevelWidgets() if each.isVisible()]
    assert not left, f"windows left open: {left}"
