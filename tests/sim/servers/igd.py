"""The router as UPnP sees it (InternetGatewayDevice 1): `python -m tests.sim.servers.igd FOLDER`.

It runs in the router's network, answers searches and actions as the scenario has it, and counts
the bytes of the real outside port.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import time
from pathlib import Path
from typing import cast

from tests.sim.servers.manners import Line, Present

_GROUP, _SEARCH_PORT, _PORT = "239.255.255.250", 1900, 5000
_IGD = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"
_COMMON = "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1"
_BEGUN_S = time.monotonic()
_BOOT_ID = int(time.time())


def _connection(line: Line) -> str:
    name = "WANPPPConnection" if line.dialled else "WANIPConnection"
    return f"urn:schemas-upnp-org:service:{name}:1"


def description(line: Line) -> str:
    """The device, with its services in two embedded devices as routers have them."""

    def service(kind: str, path: str) -> str:
        return (
            f"<service><serviceType>{kind}</serviceType><serviceId>urn:upnp-org:serviceId:{path}"
            f"</serviceId><SCPDURL>/{path}.xml</SCPDURL><controlURL>/ctl/{path}</controlURL>"
            f"<eventSubURL>/evt/{path}</eventSubURL></service>"
        )

    def device(kind: str, inside: str, udn: int) -> str:
        return (
            f"<device><deviceType>{kind}</deviceType><friendlyName>Lab router</friendlyName>"
            f"<manufacturer>Lab</manufacturer><modelName>Hub</modelName><modelNumber>1.7"
            f"</modelNumber><UDN>uuid:00000000-0000-0000-0000-00000000000{udn}</UDN>"
            f"{inside}</device>"
        )

    connection = f"<serviceList>{service(_connection(line), 'connection')}</serviceList>"
    inner = device("urn:schemas-upnp-org:device:WANConnectionDevice:1", connection, 3)
    common = f"<serviceList>{service(_COMMON, 'common')}</serviceList>"
    wan = device(
        "urn:schemas-upnp-org:device:WANDevice:1", f"{common}<deviceList>{inner}</deviceList>", 2
    )
    return (
        '<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1'
        "</major><minor>0</minor></specVersion>"
        f"{device(_IGD, f'<deviceList>{wan}</deviceList>', 1)}</root>"
    )


def _counter(column: int) -> int:
    for row in Path("/proc/self/net/dev").read_text(encoding="ascii").splitlines():
        name, _, rest = row.partition(":")
        if name.strip() == "wan":
            return int(rest.split()[column])
    return 0


def answers(action: str, line: Line) -> dict[str, str]:
    """Out-arguments of an action; empty for one that this router does not know."""
    up_s = int(time.monotonic() - _BEGUN_S) + line.up_s
    known: dict[str, dict[str, str]] = {
        "GetStatusInfo": {
            "NewConnectionStatus": line.state,
            "NewLastConnectionError": line.error,
            "NewUptime": str(up_s if line.state == "Connected" else 0),
        },
        "GetExternalIPAddress": {"NewExternalIPAddress": line.address},
        "GetCommonLinkProperties": {
            "NewWANAccessType": line.kind,
            "NewLayer1UpstreamMaxBitRate": str(int(line.up_bps)),
            "NewLayer1DownstreamMaxBitRate": str(int(line.down_bps)),
            "NewPhysicalLinkStatus": line.link,
        },
        "GetTotalBytesReceived": {"NewTotalBytesReceived": str(_counter(0) % 2**32)},
        "GetTotalBytesSent": {"NewTotalBytesSent": str(_counter(8) % 2**32)},
    }
    return known.get(action, {})


def envelope(kind: str, action: str, values: dict[str, str]) -> str:
    """The SOAP answer to an action."""
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>'
        f'<u:{action}Response xmlns:u="{kind}">{inside}</u:{action}Response></s:Body></s:Envelope>'
    )


async def talk(
    present: Present, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer one request: the description, or an action."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = {
            key.strip().lower(): value.strip()
            for key, _, value in (row.partition(":") for row in head.split("\r\n")[1:])
        }
        await reader.readexactly(int(fields.get("content-length", "0")))
        line = present.manners().line
        kind, _, action = fields.get("soapaction", "").strip('"').partition("#")
        status, body = "404 Not Found", ""
        if head.startswith("GET /igd.xml"):
            status, body = "200 OK", description(line)
        elif found := answers(action, line):
            status, body = "200 OK", envelope(kind, action, found)
        data = body.encode()
        answer = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        writer.write(answer.encode() + data)
        await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        pass
    finally:
        writer.close()


class _Searches(asyncio.DatagramProtocol):
    def __init__(self, present: Present, own: str) -> None:
        self._present = present
        self._own = own
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        wanted = data.startswith(b"M-SEARCH") and _IGD.encode() in data
        if not wanted or not self._present.manners().line.upnp or self._transport is None:
            return
        answer = (
            f"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: {_IGD}\r\n"
            f"USN: uuid:00000000-0000-0000-0000-000000000001::{_IGD}\r\nEXT:\r\n"
            f"SERVER: Lab/1 UPnP/1.1\r\nLOCATION: http://{self._own}:{_PORT}/igd.xml\r\n"
            f"BOOTID.UPNP.ORG: {_BOOT_ID}\r\n\r\n"
        )
        self._transport.sendto(answer.encode(), addr)


def _search_socket(own: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", _SEARCH_PORT))
    member = struct.pack("4s4s", socket.inet_aton(_GROUP), socket.inet_aton(own))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    sock.setblocking(False)
    return sock


async def main(folder: Path, own: str) -> None:
    """Serve for ever at the router's address at home."""
    present = Present(folder / "manners.json")
    loop = asyncio.get_running_loop()
    sock = _search_socket(own)
    await loop.create_datagram_endpoint(lambda: _Searches(present, own), sock=sock)
    server = await asyncio.start_server(lambda r, w: talk(present, r, w), own, _PORT)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
