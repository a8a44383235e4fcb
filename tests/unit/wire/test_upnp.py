"""The words of a gateway, read from devices on loopback that keep to the standard or do not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from diagnostics.wire.errors import BadAnswer, WireError
from diagnostics.wire.upnp import Device, Found, asked, call, describe, discover
from diagnostics.wire.xml_tree import read_xml
from tests.captured.fixtures import captured
from tests.sim.servers.igd import talk
from tests.sim.servers.manners import Line, Manners, Present

LINE = Line(dialled=True, address="81.2.69.77", kind="DSL", down_bps=5e7, up_bps=1e7)


@asynccontextmanager
async def router(folder: Path, line: Line = LINE) -> AsyncGenerator[str]:
    """URL of the description of a router on loopback that says this of its line."""
    (folder / "manners.json").write_bytes(msgspec.json.encode(Manners(line=line)))
    present = Present(folder / "manners.json")
    server = await asyncio.start_server(lambda r, w: talk(present, r, w), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/igd.xml"


def test_a_device_and_its_actions(tmp_path: Path) -> None:
    async def read() -> tuple[Device, dict[str, str], dict[str, str]]:
        async with router(tmp_path) as url:
            device = await describe(url)
            connection = device.service("WANPPPConnection")
            assert connection is not None
            status = await call(connection, "GetStatusInfo")
            return device, status, await asked(connection, "NoSuchAction")

    device, status, nothing = asyncio.run(read())
    assert (device.model, device.version) == ("Hub", "1.7")
    assert {one.name for one in device.services} == {
        "WANPPPConnection",
        "WANCommonInterfaceConfig",
    }
    assert status["ConnectionStatus"] == "Connected"
    assert int(status["Uptime"]) >= LINE.up_s
    assert nothing == {}


def _searched(answer: bytes) -> Found:
    """What discovery makes of one answer of a gateway on loopback."""

    async def ask() -> Found:
        def reply() -> None:
            _, sender = sock.recvfrom(2048)
            sock.sendto(answer, sender)

        loop = asyncio.get_running_loop()
        loop.add_reader(sock.fileno(), reply)
        try:
            return await discover("127.0.0.1", "127.0.0.1", 3.0)
        finally:
            loop.remove_reader(sock.fileno())

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", 1900))
        return asyncio.run(ask())


@pytest.mark.parametrize(
    ("said", "boot_id"),
    [
        ("BOOTID.UPNP.ORG: 1795704714\r\n", 1795704714),
        ("bootid.upnp.org:7\r\n", 7),
        ("", -1),
        ("BOOTID.UPNP.ORG: 0\r\n", -1),
        ("BOOTID.UPNP.ORG: -3\r\n", -1),
        ("BOOTID.UPNP.ORG: soon\r\n", -1),
        ("BOOTID.UPNP.ORG: 99999999999999999999\r\n", -1),
    ],
)
def test_the_number_of_the_start_is_read_where_the_router_gives_one(
    said: str, boot_id: int
) -> None:
    place = "http://127.0.0.1:5000/igd.xml"
    head = f"HTTP/1.1 200 OK\r\nST: x\r\nLocation: {place}\r\n"
    assert _searched(f"{head}{said}\r\n".encode()) == Found(place, boot_id)


@asynccontextmanager
async def saying(body: bytes) -> AsyncGenerator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


ELSEWHERE = b"""<root><device><modelName>M</modelName><serviceList><service>
<serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
<controlURL>http://192.0.2.9/steal</controlURL></service></serviceList></device></root>"""


def test_a_service_that_leads_to_another_machine_is_left_out() -> None:
    async def read() -> Device:
        async with saying(ELSEWHERE) as url:
            return await describe(url)

    assert asyncio.run(read()).services == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Log in",
        b"<root/>",
        b"\xff\xfe\x00",
        b'<!DOCTYPE r [<!ENTITY a "aaaa">]><root><device>&a;</device></root>',
        b"<a>" * 200 + b"</a>" * 200,
    ],
    ids=["nothing", "page", "no-device", "no-text", "entities", "deep"],
)
def test_what_is_no_description_is_told_as_that(body: bytes) -> None:
    async def read() -> Device:
        async with saying(body) as url:
            return await describe(url)

    with pytest.raises(WireError) as raised:
        asyncio.run(read())
    assert raised.value.detail


def test_xml_keeps_names_without_their_namespace() -> None:
    root = read_xml(b'<a:x xmlns:a="urn:a"><a:y> one </a:y><z><y>two</y></z></a:x>')
    assert root.said("y") == "one"
    assert [one.text for one in root.all("y")] == [" one ", "two"]
    assert root.said("w") == ""


def test_xml_with_a_doctype_is_refused() -> None:
    with pytest.raises(BadAnswer, match="entities"):
        read_xml(b"<!DOCTYPE html><html/>")


def test_captured_answers_of_routers() -> None:
    outside = read_xml(captured("router/upnp-igd/soap_GetExternalIPAddress.xml").encode())
    assert outside.said("NewExternalIPAddress") == "1.2.3.4"
    device = read_xml(captured("router/upnp-igd/async_upnp_client_device.xml").encode())
    kinds = [one.said("serviceType") for one in device.all("service")]
    assert any("WANCommonInterfaceConfig" in kind for kind in kinds)
    for name in ("router/upnp-igd/new_LiveBox_desc.xml", "router/tr064-fritzbox/igddesc.xml"):
        box = read_xml(captured(name).encode())
        assert box.said("modelName")
        assert any("WAN" in one.said("serviceType") for one in box.all("service"))
