"""The report in a real browser: no sideways scrolling, no accessibility fault, right on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from diagnostics.report.page import report_page
from tests.unit.report.homes import HOMES, healthy, hostile_names, line_loss

Scheme = Literal["light", "dark"]

pytestmark = pytest.mark.browser

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One page for all tests, warmed up: Chromium starts its processes before the first of them."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        warm = browser.new_context(bypass_csp=True).new_page()
        warm.set_content(report_page(healthy()))
        warm.screenshot()
        yield warm
        browser.close()


def show(page: Page, html: str, width: int, scheme: Scheme = "light") -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, media="screen")
    page.set_content(html)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(page: Page, home: str, scheme: Scheme) -> None:
    show(page, report_page(HOMES[home]()), 390, scheme)
    page.check("#view-detailed")  # all of it
    axe = Axe()
    results = axe.run(page)  # pyright: ignore[reportUnknownMemberType] - its own hints are partial
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_hangs_over_the_edge(page: Page, width: int) -> None:
    for html in (report_page(line_loss()), report_page(hostile_names())):
        show(page, html, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.check("#view-detailed")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_the_technician_has_a_page_of_its_own(page: Page) -> None:
    show(page, report_page(line_loss()), 800, "dark")
    page.emulate_media(media="print")
    desk = "getComputedStyle(document.querySelector('.sheet')).breakBefore"
    assert page.evaluate(desk) == "page"
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


def test_the_page_asks_for_nothing(page: Page, tmp_path: Path) -> None:
    asked: list[str] = []
    file = tmp_path / "report.html"
    file.write_text(report_page(healthy()), encoding="utf-8")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]


def test_detail_is_folded_until_it_is_asked_for_and_always_on_paper(page: Page) -> None:
    show(page, report_page(line_loss()), 800)
    for told in ("#way", "#use", "#next"):
        assert page.is_visible(told)
    assert not page.is_visible("#weighed")
    assert not page.is_visible("#figures")
    page.focus("#view-simple")
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#weighed")
    assert page.is_visible("#figures")
    page.keyboard.press("ArrowLeft")
    assert not page.is_visible("#figures")
    page.emulate_media(media="print")
    assert page.is_visible("#figures")
    assert not page.is_visible("#view-simple")
