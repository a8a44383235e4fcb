"""Keyboard and screen reader: names, roles, values, mnemonics, focus order."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from gui.pages.page import Page
from gui.presenters.path import spoken, stretches
from gui.widgets.path_picture import PathPicture
from tests.gui import sample_runs as sample
from tests.gui.pictures import SCENES
from tests.gui.stage import Stage

MNEMONIC = re.compile(r"&([^&])")


def page_of(stage: Stage, scene: str) -> Page:
    SCENES[scene](stage)
    return stage.window.pages[stage.window.place]


def shown(page: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in page.findChildren(kind) if each.isVisible()]


@pytest.mark.parametrize("scene", SCENES)
def test_every_control_has_a_name_and_a_way_by_keyboard(stage: Stage, scene: str) -> None:
    page = page_of(stage, scene)
    for control in [
        *shown(page, QAbstractButton),
        *shown(page, QLineEdit),
        *shown(page, QPlainTextEdit),
    ]:
        interface = QAccessible.queryAccessibleInterface(control)
        name = interface.text(QAccessible.Text.Name)
        assert name, f"{control} has no name"
        if control.isEnabled():
            by_tab = [one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in _group(control)]
            assert any(by_tab), name


def _group(control: QWidget) -> list[QRadioButton] | list[QWidget]:
    """Tab goes to one of a group of radio buttons, arrows lead on from there."""
    parent = control.parentWidget()
    if not isinstance(control, QRadioButton) or parent is None:
        return [control]
    return parent.findChildren(QRadioButton, options=Qt.FindChildOption.FindDirectChildrenOnly)


@pytest.mark.parametrize("scene", SCENES)
def test_mnemonics_do_not_clash(stage: Stage, scene: str) -> None:
    page = page_of(stage, scene)
    texts = [
        each.text()
        for each in (*shown(page, QAbstractButton), *stage.window.side.items.values())
        if isinstance(each, QAbstractButton) and each.isEnabled()
    ]
    controls = page.findChildren(QWidget)
    texts += [
        each.text()
        for each in shown(page, QLabel)
        if isinstance(each, QLabel) and "&" in each.text() and each.buddy() in controls
    ]
    keys = [key.lower() for text in texts for key in MNEMONIC.findall(text.replace("&&", ""))]
    doubled = {key for key in keys if keys.count(key) > 1}
    assert not doubled, f"{doubled} in {texts}"


def test_the_path_is_told_in_words(stage: Stage) -> None:
    page = page_of(stage, "result-two-causes")
    picture = page.findChildren(PathPicture)[0]
    interface = QAccessible.queryAccessibleInterface(picture)
    assert interface.text(QAccessible.Text.Name) == "The way to the internet"
    told = interface.text(QAccessible.Text.Description)
    run = sample.busy_line()
    for word in ("You: Fine", "Cable: Weak point", "Line: Problem", "Provider: Fine"):
        assert word in told
    assert spoken(stretches(run.verdict.segments)).startswith("You: Fine")


def test_labels_keep_their_text_for_screen_readers(stage: Stage) -> None:
    """A name set on a label hides its text: only dots that say nothing may have one."""
    page = page_of(stage, "result-proof")
    named = [
        each.text()
        for each in shown(page, QLabel)
        if isinstance(each, QLabel) and each.accessibleName()
    ]
    assert set(named) <= {"•"}


def test_progress_tells_its_value(stage: Stage) -> None:
    page_of(stage, "home-running")
    interface = QAccessible.queryAccessibleInterface(stage.home.bar)
    assert interface.role() is QAccessible.Role.ProgressBar
    assert interface.text(QAccessible.Text.Name) == "Progress of the check"
    # 8 of 20 seconds, though 55 % of the probes are done
    assert interface.valueInterface().currentValue() == 40


def test_consent_tells_its_state(stage: Stage) -> None:
    page_of(stage, "help-preview")
    consent = stage.help.preview.consent
    interface = QAccessible.queryAccessibleInterface(consent)
    assert interface.role() is QAccessible.Role.CheckBox
    assert interface.text(QAccessible.Text.Name) == sample.preview().consent_text
    consent.click()
    assert interface.state().checked


def test_the_state_of_a_ticket_is_told_in_words(stage: Stage) -> None:
    page_of(stage, "help-answered")
    card = stage.help.cards["bundle-0"]
    told = card.track.accessibleDescription()
    assert "Received: done" in told
    assert "Answered: now" in told
    assert "Resolved: still to come" in told


def test_every_target_is_large_enough(stage: Stage) -> None:
    page = page_of(stage, "result-two-causes")
    for button in shown(page, QPushButton):
        assert button.height() >= 44
        assert button.width() >= 44
