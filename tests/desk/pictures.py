"""Make the pictures of the desk: `python -m tests.desk.pictures OUT_DIR`.

A real desk on loopback, real bundles, Debian's Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from diagnostics.profile import default_profile
from diagnostics.report.page import report_page
from diagnostics.run import Run
from tests.desk import samples
from tests.desk.running import Csr, RunningDesk, running
from tests.desk.test_browser import ARGUMENTS, CHROMIUM, log_in
from tests.gui import sample_runs
from uploader.bundle import Contact
from uploader.desk_messages import Receipt

WIDTH, HEIGHT = 1280, 860
CALLERS: tuple[tuple[str, str, str], ...] = (
    ("Mira Holm", "C-20417", "Nothing works since the storm."),
    ("Jonas Field", "C-11873", "Every call freezes while photos are being saved."),
    ("", "", "Only this computer opens no pages."),
    ("Ada Example", "C-4711", "Is my line as fast as I pay for?"),
    ("Lena Brook", "C-30992", ""),
)


def checks() -> tuple[Run, ...]:
    return (
        sample_runs.line_down(),
        sample_runs.busy_line(),
        sample_runs.dns_wrong(),
        sample_runs.healthy(),
        sample_runs.cannot_tell(),
    )


def send_all(desk: RunningDesk) -> list[Receipt]:
    """One ticket a check, and last the one of which the ticket's pictures are made."""
    found = [
        _sent(desk, run, name, number, words)
        for run, (name, number, words) in zip(checks(), CALLERS, strict=True)
    ]
    found.append(_sent(desk, samples.run(), "Ada Example", "C-4711", "Calls drop every evening."))
    return found


def _sent(desk: RunningDesk, run: Run, name: str, number: str, words: str) -> Receipt:
    contact = Contact(name=name, customer_number=number, best_time="after six")
    report = report_page(run, default_profile())
    return desk.opened(samples.bundle(run, complaint=words, contact=contact, report=report))


@contextmanager
def studio() -> Generator[tuple[RunningDesk, Browser]]:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as desk:
        first = Csr(desk)
        first.set_up(desk.setup_url)
        first.close()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield desk, browser
            browser.close()


def take(page: Page, url: str, path: Path, *, whole: bool = True) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=whole)
    sys.stdout.write(f"{path}\n")


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        sys.stderr.write("usage: python -m tests.desk.pictures OUT_DIR\n")
        return 2
    folder = Path(argv[0])
    folder.mkdir(parents=True, exist_ok=True)
    with studio() as (desk, browser):
        ticket = send_all(desk)[-1]
        for scheme, ending in (("light", ""), ("dark", "-dark")):
            context = browser.new_context(
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": WIDTH, "height": HEIGHT},
            )
            page = context.new_page()
            if not ending:
                take(page, f"{desk.url}/login", folder / "desk-login.png", whole=False)
            log_in(page, desk)
            take(page, f"{desk.url}/tickets", folder / f"desk-list{ending}.png", whole=False)
            place = f"{desk.url}/tickets/{ticket.ticket}"
            take(page, place, folder / f"desk-ticket{ending}.png")
            if not ending:
                take(page, f"{place}/technician", folder / "desk-technician.png")
            context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
