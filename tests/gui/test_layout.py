"""No page cuts or covers words: long translations, right to left, 200 % text, smallest window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QPoint, QSize, Qt
from PySide6.QtWidgets import QApplication

from diagnostics.words import Words
from gui.app import speak
from gui.brand.look import Look
from gui.pages.page import Page
from gui.window import LEAST
from tests.gui.clipping import cut_words, overlaps
from tests.gui.pictures import SCENES
from tests.gui.pseudo import PseudoWords, pseudo
from tests.gui.stage import Stage

CONDITIONS = {
    "full-hd": (QSize(1920, 1080), 10.0, Words()),
    "phone-long-mirrored": (LEAST, 10.0, PseudoWords()),
    "large": (QSize(1040, 760), 20.0, Words()),
    "phone-large-long-mirrored": (LEAST, 20.0, PseudoWords()),
}


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("scene", SCENES)
def test_every_word_has_room(
    scene: str, condition: str, qapp: QApplication, look: Look, tmp_path: Path
) -> None:
    size, points, words = CONDITIONS[condition]
    speak(qapp, words)
    look.set_system_size(points)
    stage = Stage(qapp, look, tmp_path)
    try:
        stage.window.resize(size)
        SCENES[scene](stage)
        stage.settle(120)
        page = stage.window.pages[stage.window.place]
        assert stage.window.size() == size
        _in_place(stage, page)
        assert cut_words(page) == []
        assert overlaps(page) == []
    finally:
        stage.close()


def _in_place(stage: Stage, page: Page) -> None:
    """A busy machine needs longer until the last layout is done; the caller says what is not."""
    deadline = QDeadlineTimer(5000)
    while (cut_words(page) or overlaps(page)) and not deadline.hasExpired():
        stage.settle(50)


def test_the_checker_sees_a_cut_label(stage: Stage) -> None:
    stage.open()
    stage.home.headline.setFixedHeight(10)
    stage.settle()
    assert any("headline" in each or "internet" in each for each in cut_words(stage.home))


def test_path_runs_from_the_right_in_a_mirrored_window(
    qapp: QApplication, look: Look, tmp_path: Path
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    stage = Stage(qapp, look, tmp_path)
    try:
        stage.open()
        you, *_, internet = stage.home.path.stations()
        assert not stage.home.path.is_vertical()
        assert you.x() > internet.x()
        assert stage.window.side.x() > stage.window.stack.x()
    finally:
        stage.close()


def test_figures_keep_their_order_in_a_mirrored_window() -> None:
    words = PseudoWords()
    assert words.ms(4).startswith("\u2068")
    assert words.ms(4).endswith("\u2069")


def test_pseudo_texts_are_longer_and_keep_their_places() -> None:
    made = pseudo("Last &check: {when}")
    assert len(made) >= 1.4 * len("Last &check: {when}")
    assert "{when}" in made
    assert "&" in made


def test_smallest_window_is_kept(stage: Stage) -> None:
    stage.open()
    assert stage.window.minimumSize() == LEAST
    stage.window.resize(LEAST)
    stage.settle()
    assert stage.window.size() == LEAST
    for item in stage.window.foot.items.values():
        assert item.mapTo(stage.window, QPoint()).x() + item.width() <= LEAST.width()
