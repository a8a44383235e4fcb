"""HTTP over loopback, with servers that behave and servers that do not."""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from diagnostics.wire import errors, meter
from diagnostics.wire.http import HttpAnswer, HttpFailure, HttpPlan, attempt, get
from diagnostics.wire.tls import TlsRejected
from tests.unit.wire.authority import contexts

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answering(data: bytes, pause_s: float = 0.0) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(pause_s)
            writer.write(data)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    return serve


@asynccontextmanager
async def server(
    serve: Serve, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncGenerator[int]:
    running = await asyncio.start_server(serve, host, 0, ssl=tls)
    try:
        yield running.sockets[0].getsockname()[1]
    finally:
        running.close()
        await running.wait_closed()


async def _fetch(data: bytes, plan: HttpPlan | None = None) -> HttpAnswer:
    async with server(answering(data)) as port:
        return await get(f"http://127.0.0.1:{port}/x?y=1", plan)


def fetch(data: bytes, plan: HttpPlan | None = None) -> HttpAnswer:
    return asyncio.run(_fetch(data, plan))


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nhello"


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (OK, b"hello"),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.0 200\n\nbare", b"bare"),
        (
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\n\r\n"
            ),
            b"helloabc",
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"hello"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
def test_bodies_of_every_kind(data: bytes, body: bytes) -> None:
    answer = fetch(data)
    assert answer.body == body
    assert answer.body_complete


def test_facts_of_an_answer() -> None:
    answer = fetch(OK)
    assert (answer.status, answer.reason) == (200, "OK")
    assert answer.date == 784111777.0
    assert answer.header("content-length") == "5"
    assert answer.address == answer.local_address == "127.0.0.1"
    timing = answer.timing
    assert timing.dns_ms is None
    assert timing.connect_ms is not None
    assert timing.first_byte_ms is not None
    assert timing.total_ms >= timing.connect_ms + timing.first_byte_ms


def test_the_body_is_cut_where_told() -> None:
    plan = HttpPlan(max_body=3)
    assert fetch(OK, plan).body == b"hel"
    assert not fetch(OK, plan).body_complete
    cut = fetch(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this")
    assert (cut.body, cut.body_complete) == (b"only this", False)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", errors.BadAnswer),
        (b"HTTP/1.1 abc\r\n\r\n", errors.BadAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", errors.BadAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1e9\r\n\r\n", errors.BadAnswer),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", errors.BadAnswer),
        (b"HTTP/1.1 200 OK\r\nServer", errors.BadAnswer),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500 + b"\r\n", errors.TooLarge),
        (b"HTTP/1.1 200 OK\r\n" + b"a" * 100_000, errors.TooLarge),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20, errors.BadAnswer),
        (b"", errors.Reset),
    ],
)
def test_hostile_answers_end_in_one_error(data: bytes, kind: type[errors.WireError]) -> None:
    with pytest.raises(kind) as caught:
        fetch(data)
    assert caught.value.detail


def test_a_stalled_server_costs_only_the_limit() -> None:
    async def stalled() -> HttpAnswer | HttpFailure:
        async with server(answering(OK, pause_s=1.5)) as port:
            return await attempt(f"http://127.0.0.1:{port}/", HttpPlan(timeout_s=0.3))

    begun = time.monotonic()
    found = asyncio.run(stalled())
    assert isinstance(found, HttpFailure)
    assert isinstance(found.error, errors.TimedOut)
    assert found.phase == "first_byte"
    assert found.timing.connect_ms is not None
    assert time.monotonic() - begun < 3


def test_nobody_listens() -> None:
    async def refused() -> HttpAnswer | HttpFailure:
        async with server(answering(OK)) as port:
            pass
        return await attempt(f"http://127.0.0.1:{port}/")

    found = asyncio.run(refused())
    assert isinstance(found, HttpFailure)
    assert isinstance(found.error, errors.Refused)
    assert found.phase == "connect"
    assert "refused" in found.error.detail.lower()


def test_ipv6_and_family_choice() -> None:
    async def both() -> tuple[HttpAnswer, HttpAnswer | HttpFailure]:
        async with server(answering(OK), "::1") as port:
            good = await get(f"http://[::1]:{port}/")
            bad = await attempt(f"http://localhost.invalid:{port}/", HttpPlan(family="ipv6"))
            return good, bad

    good, bad = asyncio.run(both())
    assert good.address == "::1"
    assert isinstance(bad, HttpFailure)
    assert bad.phase == "dns"


@pytest.mark.parametrize(
    "text", ["ftp://x/", "http://", "http://a b/", "http://u:p@h/", "http://h:99999/", "x"]
)
def test_bad_urls_are_one_clear_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"web address"):
        asyncio.run(get(text))


def test_redirects_are_reported_and_followed_only_when_told() -> None:
    async def run() -> tuple[HttpAnswer, HttpAnswer]:
        async with server(answering(OK)) as onward:
            moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/in\r\n\r\n" % onward
            async with server(answering(moved)) as port:
                place = f"http://127.0.0.1:{port}/"
                return await get(place), await get(place, HttpPlan(redirects=3))

    stayed, followed = asyncio.run(run())
    assert stayed.status == 302
    assert followed.status == 200
    assert len(followed.redirected) == 1


def test_through_a_proxy() -> None:
    seen: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        writer.close()

    async def run() -> HttpAnswer:
        async with server(proxy) as port:
            return await get("http://site.invalid/a", HttpPlan(proxy=f"http://127.0.0.1:{port}"))

    assert asyncio.run(run()).body == b"hello"
    assert seen[0].startswith(b"GET http://site.invalid/a HTTP/1.1\r\nHost: site.invalid\r\n")


def test_tls_good_and_refused() -> None:
    served, trusting = contexts("127.0.0.1", "the site")

    async def run() -> tuple[HttpAnswer, HttpAnswer | HttpFailure]:
        async with server(answering(OK), tls=served) as port:
            place = f"https://127.0.0.1:{port}/"
            return await get(place, None, trusting), await attempt(place)

    good, bad = asyncio.run(run())
    assert good.body == b"hello"
    assert good.tls_version == "TLSv1.3"
    assert good.certificate is not None
    assert good.certificate.subject == "the site"
    assert good.timing.tls_ms is not None
    assert isinstance(bad, HttpFailure)
    assert bad.phase == "tls"
    assert isinstance(bad.error, TlsRejected)
    assert bad.error.verify_code == 20
    assert bad.error.certificate is not None
    assert bad.error.certificate.subject == "the site"


def test_bytes_are_metered() -> None:
    async def run() -> meter.Meter:
        with meter.metered() as counted:
            await _fetch(OK)
        return counted

    counted = asyncio.run(run())
    assert counted.bytes_received == len(OK)
    assert counted.bytes_sent > 50


def test_cancelled_at_once_and_nothing_left() -> None:
    async def run() -> float:
        async with server(answering(OK, pause_s=30)) as port:
            task = asyncio.create_task(get(f"http://127.0.0.1:{port}/"))
            await asyncio.sleep(0.1)
            begun = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            took_s = time.monotonic() - begun
            for other in asyncio.all_tasks() - {asyncio.current_task()}:
                other.cancel()
            return took_s

    assert asyncio.run(run()) < 0.2
