"""A small web server on loopback plays the modem: what is asked of it, and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from diagnostics.profile import Technology
from diagnostics.readings.modem import Way
from diagnostics.sounding.modem_pages import pages_for, pages_tell
from diagnostics.wire.modem.page import Told
from tests.unit.wire.test_modem_pages import BY_COLUMNS, IN_JSON

Answer = tuple[int, str, str]  # status, further headers, body
Site = Callable[[str], Answer]
PATHS = pages_for(Technology.CABLE)


@asynccontextmanager
async def serving(site: Site, asked: list[str]) -> AsyncGenerator[str]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head)
        status, headers, body = site(head.split(" ")[1])
        size = len(body.encode())
        text = f"HTTP/1.1 {status} X\r\n{headers}Content-Length: {size}\r\n\r\n{body}"
        writer.write(text.encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def told_by_site(site: Site) -> tuple[Told, list[str]]:
    asked: list[str] = []

    async def ask() -> Told:
        async with serving(site, asked) as host:
            return await pages_tell(host, PATHS)

    return asyncio.run(ask()), asked


def paths(asked: list[str]) -> list[str]:
    return [head.split(" ")[1] for head in asked]


def test_a_page_of_the_list_is_found_and_only_asked_for() -> None:
    def site(path: str) -> Answer:
        if path == "/cmSignalData.htm":
            return 200, "", BY_COLUMNS
        return (200, "", "<h1>Modem</h1>") if path == "/" else (404, "", "")

    told, asked = told_by_site(site)
    assert len(told.channels) == 4
    assert all(head.startswith("GET /") for head in asked)
    assert not any(word in head.lower() for head in asked for word in ("authorization", "cookie"))
    assert paths(asked)[-1] == "/cmSignalData.htm"


def test_a_link_of_the_first_page_leads_there_and_none_that_acts_is_followed() -> None:
    first = (
        '<a href="/reboot_status.asp">x</a><a href="http://elsewhere.example/status.htm">x</a>'
        '<a href="MyDocsisPage.htm">Signal</a><a href="/logout_status">x</a>'
    )

    def site(path: str) -> Answer:
        return (200, "", {"/": first, "/MyDocsisPage.htm": BY_COLUMNS}.get(path, "nothing here"))

    told, asked = told_by_site(site)
    assert told.anything
    assert paths(asked) == ["/", "/MyDocsisPage.htm"]


def test_the_page_of_the_other_way_is_read_as_well() -> None:
    channel = '{"channelId":1,"frequency":39400000,"power":44.3,"lockStatus":true}'
    up = f'{{"upstream":{{"channels":[{channel}]}}}}'
    known = {"/rest/v1/cablemodem/downstream": IN_JSON, "/rest/v1/cablemodem/upstream": up}

    def site(path: str) -> Answer:
        return (200, "", known[path]) if path in known else (404, "", "")

    told, _ = told_by_site(site)
    assert [one.way for one in told.channels] == [Way.DOWN, Way.DOWN, Way.UP]


def test_who_wants_a_log_in_is_left_alone() -> None:
    told, asked = told_by_site(lambda _: (401, 'WWW-Authenticate: Basic realm="x"\r\n', ""))
    assert not told.anything
    assert paths(asked) == ["/"]


def test_the_same_page_for_everything_is_not_asked_for_ever() -> None:
    told, asked = told_by_site(lambda _: (200, "", "<form>Password</form>"))
    assert not told.anything
    assert len(asked) <= 3


def test_a_redirection_is_followed_once_and_never_to_another_machine() -> None:
    def site(path: str) -> Answer:
        if path == "/":
            return 302, "Location: /home.htm\r\n", ""
        if path == "/home.htm":
            return 200, "", BY_COLUMNS
        return 302, "Location: http://127.0.0.2:9/\r\n", ""

    told, asked = told_by_site(site)
    assert told.anything
    assert paths(asked) == ["/", "/home.htm"]
    told, asked = told_by_site(lambda _: (302, "Location: http://127.0.0.2:9/\r\n", ""))
    assert not told.anything
    assert paths(asked) == ["/"]


def test_what_is_sent_without_end_is_cut() -> None:
    told, asked = told_by_site(lambda _: (200, "", "x" * 3_000_000))
    assert not told.anything
    assert len(asked) <= 3
