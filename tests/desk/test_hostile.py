"""What a stranger may send to the desk, and what a browser may be made to ask: never a 500."""

from __future__ import annotations

import io
import socket
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from desk.console.entrance import cookie
from desk.office import open_office
from desk.settings import Settings
from diagnostics.profile import default_profile
from diagnostics.run import Run
from diagnostics.sign import Sign
from tests.desk import samples
from tests.desk.crafted import crafted
from tests.desk.running import Csr, RunningDesk
from uploader.bundle import Contact
from uploader.desk_messages import Refusal

SCRIPT = "<script>alert(1)</script>"
EVIL = f"'\"></bdi>{SCRIPT}{{text}} {{0}} %(x)s {{{{7*7}}}} \u202e\u2066 \x00"


def _counts(desk: RunningDesk) -> list[int]:
    """Rows and files: what a refusal must leave as it was."""
    database = sqlite3.connect(desk.folder / "desk.db")
    try:
        rows = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("tickets", "bundles", "entries")
        ]
    finally:
        database.close()
    return [*rows, sum(path.is_file() for path in (desk.folder / "files").rglob("*"))]


def _signs(many: int) -> Run:
    signs = tuple(Sign(id=f"s{n}", state=samples.LINE_LOSS.state, belief=0.9) for n in range(many))
    return msgspec.structs.replace(samples.run(), signs=signs)


def _findings(many: int) -> Run:
    run = samples.run()
    verdict = msgspec.structs.replace(run.verdict, considered=run.verdict.considered * many)
    return msgspec.structs.replace(run, verdict=verdict)


def _crowded_zip() -> samples.Sent:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for n in range(5000):
            archive.writestr(f"{n:05d}", b"")
    return samples.Sent(target.getvalue())


REFUSED: dict[str, tuple[Callable[[], samples.Sent], str]] = {
    "a probability of 1e308": (lambda: crafted(replace=("0.93", "1e308")), "between 0 and 1"),
    "a negative probability": (lambda: crafted(replace=("0.93", "-5")), "between 0 and 1"),
    "a probability beyond floats": (lambda: crafted(replace=("0.93", "1e999")), "out of range"),
    "a figure of 1e308": (lambda: crafted(replace=("6.1,", "1e308,")), "nothing can reach"),
    "bytes beyond any line": (
        lambda: crafted(replace=("4000000", "1" + "0" * 30)),
        "nothing can reach",
    ),
    "half a surrogate": (lambda: crafted(replace=("The line to", "\\ud800")), "surrogate"),
    "three thousand signs": (lambda: crafted(_signs(3000)), "2000 signs"),
    "a million signs' worth of text": (lambda: crafted(_signs(60_000)), "larger than any"),
    "a thousand causes": (lambda: crafted(_findings(500)), "500 causes"),
    "five thousand files": (_crowded_zip, "more than 16 files"),
    "a file ten times any report": (
        lambda: crafted(extra={"zeros.bin": bytes(17 * 1024 * 1024)}),
        "larger than any",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence_and_nothing_stored(desk: RunningDesk, name: str) -> None:
    make, words = REFUSED[name]
    before = _counts(desk)
    answer = desk.send(make())
    assert answer.status_code == 422, answer.text
    sentence = msgspec.json.decode(answer.content, type=Refusal).sentence
    assert words in sentence
    assert _counts(desk) == before


def _verdict(headline: str, cause: str) -> Run:
    run = samples.run(headline=headline, sign_text=headline)
    finding = msgspec.structs.replace(run.verdict.causes[0], id=cause)
    return msgspec.structs.replace(
        run, verdict=msgspec.structs.replace(run.verdict, causes=(finding,))
    )


TAKEN: dict[str, Callable[[], samples.Sent]] = {
    "a time before the first year": lambda: crafted(
        replace=("2026-11-22T09:00:00Z", "0001-01-01T00:00:00+23:59")
    ),
    "a time after the last year": lambda: crafted(
        replace=("2026-11-22T09:12:00Z", "9999-12-31T23:59:59-23:59")
    ),
    "no time at all": lambda: crafted(replace=("2026-11-22T09:00:00Z", "soon")),
    "markup everywhere": lambda: crafted(
        _verdict(EVIL, EVIL),
        complaint=EVIL,
        contact=Contact(name=EVIL, phone="\0", email=EVIL, best_time=EVIL),
        extra={"evil.svg": b"<svg onload='alert(1)'/>", "x.html": SCRIPT.encode()},
    ),
    "a path as a guide": lambda: crafted(replace=("line-unsteady", "../../etc/passwd")),
}


@pytest.mark.parametrize("name", TAKEN)
def test_strange_content_is_shown_and_does_nothing(desk: RunningDesk, csr: Csr, name: str) -> None:
    """One such ticket must neither break its page nor the list for everybody."""
    got = desk.opened(TAKEN[name]())
    ticket = f"/tickets/{got.ticket}"
    for path in (ticket, f"{ticket}/technician", f"{ticket}/live", "/tickets?show=all"):
        page = csr.http.get(path)
        assert page.status_code == 200, path
        assert SCRIPT not in page.text, path
    for file in ("evil.svg", "x.html", "run.json"):
        answer = csr.http.get(f"{ticket}/files/{file}")
        if answer.status_code == 200:
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("attachment")
            assert answer.headers["content-security-policy"].startswith("sandbox")


EDGE = "2026-11-22T09:12:00.000000Z"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tickets?cause=%00", 200),
        ("/tickets?text=%00%25_%27;drop", 200),
        ("/tickets?after=" + "%00" * 27 + "~1", 200),
        (f"/tickets?after={EDGE}~9999999999", 200),
        (f"/tickets?before={EDGE}~%D9%A3", 200),
        ("/tickets?show=%00&order=x&segment=%ED%A0%80", 200),
        ("/tickets/FH-9999999999", 404),
        ("/tickets/FH-100001%0a/files/run.json", 200),
        ("/tickets/FH-100001/files/..%2f..%2fdesk.db", 404),
        ("/static/..%2f..%2fsettings.py", 404),
        ("/setup/%00", 404),
        ("/code?code=%00", 422),
    ],
)
def test_no_address_breaks_a_page(desk: RunningDesk, csr: Csr, path: str, status: int) -> None:
    desk.opened(samples.bundle())
    assert csr.http.get(path).status_code == status


def test_a_ticket_number_with_a_line_break_adds_no_header(desk: RunningDesk, csr: Csr) -> None:
    desk.opened(samples.bundle())
    answer = csr.http.get("/tickets?text=FH-100001%0d%0aX-Evil:%20y", follow_redirects=False)
    assert "x-evil" not in answer.headers
    file = csr.http.get("/tickets/FH-100001%0a/files/run.json")
    assert file.headers["content-disposition"] == 'attachment; filename="FH-100001-run.json"'


def test_forms_take_nul_and_numbers_beyond_the_database(desk: RunningDesk, csr: Csr) -> None:
    page = f"/tickets/{desk.opened(samples.bundle()).ticket}"
    assert csr.post(f"{page}/note", page, text="a\0b").status_code == 200
    assert csr.post(f"{page}/reply", page, text="a\0b", then="").status_code == 200
    assert csr.post("/outages", "/outages", title="a\0", text="b\0").status_code == 200
    assert csr.post(f"/outages/{10**20}/end", "/outages").status_code == 200


def _raw(desk: RunningDesk, request: bytes, wait_s: float = 5.0) -> bytes:
    """What comes back until the desk closes or says no more for `wait_s`."""
    address = urlsplit(desk.url)
    with socket.create_connection((address.hostname, address.port), timeout=wait_s) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionError):
            pass
    return answer


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /login HTTP/1.1\r\nHost: evil.example\r\n", b"403"),
        (b"GET /login HTTP/1.1\r\nHost: [::1\r\n", b"403"),
        (b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n", b"400"),
        (b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 200_000 + b"\r\n", b"400"),
        (
            b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + b"9" * 99 + b"\r\n",
            b"400",
        ),
        (b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://[::1\r\n", b"403"),
    ],
    ids=["host", "broken host", "two hosts", "giant header", "giant length", "broken origin"],
)
def test_a_lying_head_is_refused(desk: RunningDesk, head: bytes, status: bytes) -> None:
    answer = _raw(desk, head + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 " + status), answer[:80]


def test_two_requests_in_one_packet_get_two_answers(desk: RunningDesk) -> None:
    host = urlsplit(desk.url).netloc.encode()
    one = b"GET /api/v1/health HTTP/1.1\r\nHost: " + host + b"\r\n"
    answer = _raw(desk, one + b"\r\n" + one + b"Connection: close\r\n\r\n")
    assert answer.count(b"200 OK") == 2


def test_whoever_hangs_up_leaves_nothing_in_the_log(desk: RunningDesk) -> None:
    """The fixture looks into the log at the end: a cut line is everyday, not an error."""
    sent = samples.bundle()
    address = urlsplit(desk.url)
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.headers.items())
    before = _counts(desk)
    with socket.create_connection((address.hostname, address.port)) as connection:
        request = f"POST /api/v1/bundles HTTP/1.1\r\nHost: {address.netloc}\r\n{head}"
        connection.sendall(f"{request}Content-Length: 5000\r\n\r\n".encode() + sent.data[:200])
    assert desk.send(sent).status_code == 201
    assert _counts(desk)[0] == before[0] + 1


def test_cookies_over_https_bear_the_host_prefix(tmp_path: Path) -> None:
    """Then no other host of the provider's domain can set them."""
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'desk.db'}",
        files=str(tmp_path / "files"),
        profile=default_profile(),
        public_url="https://desk.example",
    )
    office = open_office(settings)
    made = cookie(office, "firsthop_desk", "x", 60)
    office.close()
    assert (made.key, made.secure, made.httponly, made.path, made.domain) == (
        *("__Host-firsthop_desk", True, True, "/", None),
    )
