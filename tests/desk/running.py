"""A real desk in a process of its own, on a free port of the loopback."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import httpx
import msgspec

from tests.desk.samples import Sent
from uploader.desk_messages import Receipt, TicketView

START = "import sys; from desk.command import main; sys.exit(main(sys.argv[1:]))"
PASSWORD = "violet harbour 93 lamp"  # noqa: S105 - of a desk that lives for seconds
START_LIMIT_S = 30.0


@dataclass
class RunningDesk:
    """`setup_url` is empty once somebody chose a password."""

    process: subprocess.Popen[str]
    folder: Path
    database: str
    url: str
    setup_url: str

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def send(self, sent: Sent) -> httpx.Response:
        with self.client() as client:
            return client.post("/api/v1/bundles", content=sent.data, headers=sent.headers)

    def opened(self, sent: Sent) -> Receipt:
        """The receipt of a bundle that must open a ticket."""
        response = self.send(sent)
        assert response.status_code == 201, response.text
        return receipt(response)

    def view(self, got: Receipt) -> TicketView:
        with self.client(Authorization=f"Bearer {got.token}") as client:
            response = client.get(f"/api/v1/tickets/{got.ticket}")
        assert response.status_code == 200, response.text
        return ticket_view(response)

    def reply(self, got: Receipt, reply_id: str, text: str) -> httpx.Response:
        with self.client(Authorization=f"Bearer {got.token}") as client:
            return client.post(
                f"/api/v1/tickets/{got.ticket}/replies", json={"id": reply_id, "text": text}
            )

    def bundle_files(self) -> list[Path]:
        return sorted((self.folder / "files").rglob("*.zip"))

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def receipt(response: httpx.Response) -> Receipt:
    return msgspec.json.decode(response.content, type=Receipt)


def ticket_view(response: httpx.Response) -> TicketView:
    return msgspec.json.decode(response.content, type=TicketView)


def start(folder: Path, *options: str, database: str = "") -> RunningDesk:
    """Starts it and waits for its address."""
    url = database or f"sqlite:///{folder / 'desk.db'}"
    command = [
        *(sys.executable, "-W", "error", "-c", START),
        *("--database", url, "--files", str(folder / "files"), "--port", "0"),
        *("--key", str(folder / "desk.key"), *options),
    ]
    with (folder / "desk.err").open("ab") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert process.stdout is not None
    watchdog = Timer(START_LIMIT_S, process.kill)
    watchdog.start()
    try:
        first = process.stdout.readline()
        second = process.stdout.readline() if _expects_link(folder, url) else ""
    finally:
        watchdog.cancel()
        watchdog.join()
    address = re.search(r"https?://\S+", first)
    assert address, (folder / "desk.err").read_text("utf-8")
    link = re.search(r"https?://\S+", second)
    return RunningDesk(
        process=process,
        folder=folder,
        database=url,
        url=address[0].rstrip("/"),
        setup_url=link[0] if link else "",
    )


def _expects_link(folder: Path, url: str) -> bool:
    """The first start of a desk prints the link as its second line."""
    mark = folder / "started-before"
    if mark.exists() and url:
        return False
    mark.touch()
    return True


def stop(desk: RunningDesk) -> None:
    if desk.process.poll() is None:
        desk.process.terminate()
    try:
        desk.process.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        desk.kill()
        raise


@contextmanager
def running(folder: Path, *options: str, database: str = "") -> Generator[RunningDesk, None, None]:
    desk = start(folder, *options, database=database)
    try:
        yield desk
    finally:
        stop(desk)


class Csr:
    """Somebody at the console, without a browser: follows redirects, sends forms with their key."""

    def __init__(self, desk: RunningDesk) -> None:
        self.http = httpx.Client(
            base_url=desk.url,
            timeout=30,
            trust_env=False,
            follow_redirects=True,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def close(self) -> None:
        self.http.close()

    def set_up(self, setup_url: str) -> httpx.Response:
        form = self.form(self.http.get(setup_url))
        data = {"form_key": form, "password": PASSWORD, "again": PASSWORD}
        return self.http.post(setup_url, data=data)

    def log_in(self, name: str = "csr", password: str = PASSWORD) -> httpx.Response:
        form = self.form(self.http.get("/login"))
        data = {"form_key": form, "name": name, "password": password, "next": "/tickets"}
        return self.http.post("/login", data=data)

    def form(self, page: httpx.Response) -> str:
        found = re.search(r'name="form_key" value="([^"]+)"', page.text)
        assert found, page.text[:500]
        return found[1]

    def post(self, path: str, page: str, **fields: str) -> httpx.Response:
        """Posts a form as it stands on the page at `page`."""
        shown = self.http.get(page)
        hidden = {
            str(name): str(value)
            for name, value in re.findall(r'name="(reply_id|seen)" value="([^"]+)"', shown.text)
        }
        return self.http.post(path, data={"form_key": self.form(shown), **hidden, **fields})
