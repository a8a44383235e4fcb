"""The window and the real agent; its checks run in a network namespace without a way out."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from agent.ipc.address import socket_path
from diagnostics.verdict import Status
from gui.agent_launch import launcher
from gui.agent_link import AgentLink, LinkState
from gui.brand.look import Look
from gui.case import Case
from gui.pages.page import Place
from gui.remembered import Remembered
from gui.window import Window
from tests.gui.stage import until
from tests.process.agent_house import House, wait_for

CHECK_MS = 90_000


class RealWindow:
    def __init__(self, link: AgentLink, folder: Path) -> None:
        self.link = link
        self.case = Case(link)
        settings = QSettings(str(folder / "contact.ini"), QSettings.Format.IniFormat)
        self.window = Window(self.case, Remembered(settings))
        self.window.show()
        link.open()
        until(lambda: self.case.link_state is LinkState.CONNECTED, 20_000)

    def close(self) -> None:
        self.link.close()
        self.window.close()
        for each in (self.window, self.case, self.link):
            each.deleteLater()
        QApplication.processEvents()


@pytest.fixture
def short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A socket's path is short: 100 bytes."""
    return tmp_path_factory.mktemp("h")


@pytest.mark.lab
def test_a_real_check_reaches_a_verdict(look: Look, short_folder: Path) -> None:
    house = House(short_folder, alone=True)
    with house.agent():
        shown = RealWindow(AgentLink(str(house.socket), lambda: True), short_folder)
        try:
            shown.case.start_check("nothing works")
            until(lambda: shown.case.check is not None)
            until(lambda: shown.window.place is Place.RESULT, CHECK_MS)
            run = shown.case.run
            assert run is not None
            assert run.complete
            assert run.complaint == "nothing works"
            assert run.verdict.status is not Status.HEALTHY
            until(lambda: len(shown.case.runs) == 1)
        finally:
            shown.close()


def test_the_window_starts_an_agent_that_outlives_it(
    look: Look, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(short_folder)
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    shown = RealWindow(AgentLink(str(socket_path()), launcher()), short_folder)
    pid = shown.link.agent_pid
    agent = psutil.Process(pid)
    try:
        shown.close()
        assert agent.is_running()
    finally:
        agent.terminate()
        wait_for(lambda: not agent.is_running() or agent.status() == psutil.STATUS_ZOMBIE)
