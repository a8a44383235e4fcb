"""The CSR's screen in a real browser: reads the verdict, answers, and the app has the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.desk import samples
from tests.desk.running import PASSWORD, RunningDesk
from uploader.desk_messages import Author, TicketState

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


class Screen:
    """A page that fails its test when the browser complains about anything."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self._heard(message.type, message.text))

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)


def log_in(page: Page, desk: RunningDesk) -> None:
    page.goto(f"{desk.url}/login")
    page.get_by_label("User name").fill("csr")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets")


def test_a_csr_reads_the_verdict_and_answers(desk: RunningDesk, browser: Browser) -> None:
    got = desk.opened(samples.bundle())
    screen = Screen(browser.new_context())
    page = screen.page
    log_in(page, desk)
    page.get_by_role("link", name=got.ticket).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Packet loss on the access line.")
    verdict = page.get_by_role("region", name="Packet loss on the access line.")
    expect(verdict).to_contain_text("Very likely (93 %)")
    expect(verdict).to_contain_text("Next action")
    expect(verdict).to_contain_text("Technician: yes")
    expect(page.locator(".path .accused")).to_contain_text("Fault")
    expect(page.get_by_role("row", name="6.1 %")).to_contain_text("1 %")
    page.get_by_label("Your words, as the subscriber reads them").fill(
        "We <b>measure</b> it.\nSoon."
    )
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("in the subscriber's app")
    view = desk.view(got)
    assert [(r.author, r.text) for r in view.replies] == [
        (Author.DESK, "We <b>measure</b> it.\nSoon.")
    ]
    assert view.state is TicketState.IN_PROGRESS
    page.get_by_label("Change state").select_option("resolved")
    page.get_by_role("button", name="Set state").click()
    expect(page.locator("#state-badge")).to_have_text("Resolved")
    assert desk.view(got).state is TicketState.RESOLVED
    assert screen.complaints == []


def test_news_appear_by_themselves_and_leave_the_draft_alone(
    desk: RunningDesk, browser: Browser
) -> None:
    got = desk.opened(samples.bundle())
    screen = Screen(browser.new_context())
    page = screen.page
    log_in(page, desk)
    page.goto(f"{desk.url}/tickets/{got.ticket}")
    draft = page.get_by_label("Your words, as the subscriber reads them")
    draft.fill("Half an ans")
    desk.reply(got, "news-from-home", "Now it is quite dead.")
    expect(page.locator("#history")).to_contain_text("Now it is quite dead.", timeout=15_000)
    expect(draft).to_have_value("Half an ans")
    expect(draft).to_be_focused()
    page.goto(f"{desk.url}/tickets")
    later = desk.opened(samples.bundle())
    expect(page.get_by_role("link", name=later.ticket)).to_be_visible(timeout=15_000)
    assert screen.complaints == []


def test_all_by_keyboard(desk: RunningDesk, browser: Browser) -> None:
    got = desk.opened(samples.bundle(complaint="keyboard only"))
    screen = Screen(browser.new_context())
    page = screen.page
    log_in(page, desk)
    page.keyboard.press("/")
    page.keyboard.type("keyboard only")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=keyboard*")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{got.ticket}")
    page.keyboard.press("r")
    page.keyboard.type("By keyboard.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=reply")
    assert [reply.text for reply in desk.view(got).replies] == ["By keyboard."]
    assert screen.complaints == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_page_is_accessible_and_fits(desk: RunningDesk, browser: Browser, look: str) -> None:
    got = desk.opened(samples.bundle(complaint="x" * 300))
    desk.reply(got, f"look-{look}-1", "A reply")
    scheme = "dark" if look == "dark" else "light"
    context = browser.new_context(color_scheme=scheme)
    screen = Screen(context)
    page = screen.page
    page.goto(f"{desk.url}/login")
    found = [*axe_findings(page)]
    log_in(page, desk)
    ticket = f"/tickets/{got.ticket}"
    for path in (
        "/tickets",
        "/tickets?text=nothing-like-it",
        ticket,
        f"{ticket}/technician",
        "/outages",
        "/code",
    ):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(desk.url + path)
        found += [f"{path}: {finding}" for finding in axe_findings(page)]
        page.set_viewport_size({"width": 320, "height": 700})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            found.append(f"{path}: {wide} px wide on a screen of 320")
    assert found == []
    assert screen.complaints == []


def axe_findings(page: Page) -> list[str]:
    """axe-core's violations; evaluated, not added as a script, which the page's policy forbids."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "() => axe.run().then(r => r.passes.length < 5 ? ['axe looked at nothing']"
        " : r.violations.map(v => `${v.id}: ${v.help} ${v.nodes[0].html}`))"
    )
    return msgspec.convert(found, list[str])


def test_the_report_opens_in_its_cage(desk: RunningDesk, browser: Browser) -> None:
    report = (
        "<!doctype html><title>r</title><style>p{color:red}</style><p>The report</p>"
        "<script>document.body.textContent = 'ran'</script>"
    )
    got = desk.opened(samples.bundle(report=report))
    page = browser.new_context().new_page()
    log_in(page, desk)
    page.goto(f"{desk.url}/tickets/{got.ticket}")
    page.get_by_text("Look at the report").click()
    paragraph = page.frame_locator("iframe").locator("p")
    expect(paragraph).to_have_text("The report")
    assert paragraph.evaluate("e => getComputedStyle(e).color") == "rgb(255, 0, 0)"
