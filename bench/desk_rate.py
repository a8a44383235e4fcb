"""How much a desk takes: `python -m bench.desk_rate [DATABASE_URL]`.

Prints tickets a second at intake (8 senders, real HTTP on loopback) and the milliseconds of the
pages with 100 000 tickets. SQLite without an argument.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import insert, select

from desk.database import Database
from desk.settings import database_url
from desk.tables import TICKETS
from tests.desk import samples
from tests.desk.running import Csr, RunningDesk, running

SENDERS, BUNDLES, TICKETS_KEPT, BATCH = 8, 400, 100_000, 5000
PAGES = {
    "open tickets": "/tickets",
    "page in the middle": "/tickets?show=all&after=2026-06-01T00:00:00.000000Z~1",
    "search for a word": "/tickets?show=all&text=number-99999",
    "search in vain": "/tickets?show=all&text=nothing-like-it",
    "one cause": "/tickets?cause=line-loss",
    "one ticket": "/tickets/FH-100001",
}


def intake(desk: RunningDesk) -> float:
    """Tickets a second."""
    bundles = [samples.bundle() for _ in range(BUNDLES)]
    started = time.monotonic()
    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(desk.send, bundles))
    taken_s = time.monotonic() - started
    for answer in answers:
        answer.raise_for_status()
    return BUNDLES / taken_s


def fill(url: str) -> None:
    """Copies of one ticket, each with a time and a word of its own."""
    database = Database(database_url(url))
    with database.write() as connection:
        row = dict(connection.execute(select(TICKETS).limit(1)).mappings().one())
        del row["id"]
        for start in range(0, TICKETS_KEPT, BATCH):
            rows = [row | _own(n) for n in range(start, start + BATCH)]
            connection.execute(insert(TICKETS), rows)
    database.close()


def _own(n: int) -> dict[str, str]:
    at = f"2026-{1 + n % 10:02d}-{1 + n // 10 % 28:02d}T{n // 280 % 24:02d}:00:00.{n:06d}Z"
    return {"changed_at": at, "search_text": f"ada example number-{n} calls drop"}


def main(argv: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = argv[0] if argv else f"sqlite:///{folder}/desk.db"
        options = ("--bundles-per-minute", "1000000")
        with running(Path(folder), *options, database=url) as desk:
            csr = Csr(desk)
            csr.set_up(desk.setup_url)
            sys.stdout.write(f"intake  {intake(desk):.0f} tickets/s\n")
            fill(url)
            for name, path in PAGES.items():
                sys.stdout.write(f"{name}  {_page_ms(csr, path):.0f} ms\n")
            csr.close()
    return 0


def _page_ms(csr: Csr, path: str) -> float:
    """Median of seven."""
    times: list[float] = []
    for _ in range(7):
        started = time.monotonic()
        csr.http.get(path).raise_for_status()
        times.append((time.monotonic() - started) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
