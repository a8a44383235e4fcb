"""Both ends at once: a report sent from the window is read and answered by a CSR in Chromium, and
the answer appears in the window. Window, agent, desk and browser are the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from PySide6.QtWidgets import QLabel

from gui.agent_link import AgentLink
from gui.brand.look import Look
from gui.pages.get_help import HelpPage
from gui.pages.page import Place
from tests.desk.running import PASSWORD, Csr, RunningDesk, running
from tests.desk.test_browser import ARGUMENTS, CHROMIUM
from tests.gui import sample_runs as sample
from tests.gui.stage import until
from tests.gui.test_real_agent import RealWindow
from tests.process.agent_house import House

ANSWER = "We found the fault in our cable. It works again at six o'clock."

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with running(tmp_path) as started:
        first = Csr(started)
        assert first.set_up(started.setup_url).status_code == 200
        first.close()
        yield started


@pytest.fixture
def house(
    desk: RunningDesk, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """An agent whose desk is the one above, with one finished check: the line is dead."""
    monkeypatch.setenv("FIRSTHOP_DESK", desk.url)
    made = House(tmp_path_factory.mktemp("h"))
    made.keep(sample.line_down())
    with made.agent():
        yield made


def send_report(shown: RealWindow) -> None:
    shown.window.go(Place.HELP)
    page = help_page(shown)
    until(page.show_it.isEnabled)
    page.show_it.click()
    until(lambda: shown.case.preview is not None)
    page.preview.consent.click()
    page.preview.send.click()
    until(lambda: any(ticket.number for ticket in shown.case.tickets))


def help_page(shown: RealWindow) -> HelpPage:
    page = shown.window.pages[Place.HELP]
    assert isinstance(page, HelpPage)
    return page


def answer_as_csr(page: Page, desk: RunningDesk, number: str) -> None:
    """Log in, read the verdict, answer."""
    page.goto(f"{desk.url}/login")
    page.get_by_label("User name").fill("csr")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("access line is dead")
    page.get_by_label("Your words, as the subscriber reads them").fill(ANSWER)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("in the subscriber's app")


@pytest.mark.timeout(180)
def test_a_csrs_answer_appears_in_the_window(look: Look, house: House, desk: RunningDesk) -> None:
    shown = RealWindow(AgentLink(str(house.socket), lambda: True), house.folder)
    try:
        until(lambda: shown.case.run is not None)
        send_report(shown)
        number = shown.case.tickets[0].number
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            answer_as_csr(browser.new_page(), desk, number)
            browser.close()
        until(lambda: bool(shown.case.tickets[0].messages), 40_000)
        texts = [label.text() for label in help_page(shown).findChildren(QLabel)]
        assert any(ANSWER in text for text in texts), texts
    finally:
        shown.close()
