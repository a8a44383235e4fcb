"""What a router tells without a password: UPnP discovery and the actions of a gateway (IGD).

UPnP Device Architecture 2.0 (discovery by SSDP, control by SOAP), InternetGatewayDevice 1 and 2.
async-upnp-client does this too; loading it and its HTTP client takes 0.45 s of processor (measured
on two cores), a third of what a whole check takes.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

import msgspec

from diagnostics.wire import meter
from diagnostics.wire.errors import BadAnswer, TimedOut, WireError, wire_error
from diagnostics.wire.http import HttpPlan, get
from diagnostics.wire.xml_tree import Element, read_xml

_GROUP, _PORT = "239.255.255.250", 1900
_GATEWAYS = (
    "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
    "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
)
#: routers answer within their MX (1 s); the second question is for a lost first one
_ASK_AGAIN_S = 0.35
_LARGEST = 200_000


class Service(msgspec.Struct, frozen=True):
    """One service of the device: its type, and where its actions are posted."""

    kind: str
    control_url: str

    @property
    def name(self) -> str:
        """The type without prefix and version: `WANIPConnection`."""
        return self.kind.split(":")[3] if self.kind.count(":") >= 4 else self.kind


class Device(msgspec.Struct, frozen=True):
    """Texts are the maker's own, "" where it says nothing."""

    url: str
    manufacturer: str
    model: str
    version: str
    services: tuple[Service, ...]

    def service(self, name: str) -> Service | None:
        return next((one for one in self.services if one.name == name), None)


class Found(msgspec.Struct, frozen=True):
    """Where the gateway describes itself; `boot_id` is -1 where it does not say (UDA 1.0)."""

    url: str
    boot_id: int


async def discover(gateway: str, own_address: str, timeout_s: float) -> Found:
    """The answer of the gateway at this IPv4 address. Raises TimedOut, WireError.

    Asked by multicast and by unicast (UDA 1.1). Only the gateway itself is believed: another
    machine that answers, or an answer that leads elsewhere, is passed over.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Found] = loop.create_future()
    sock = _socket(own_address)
    loop.add_reader(sock.fileno(), _hear, sock, gateway, found)
    try:
        async with asyncio.timeout(timeout_s):
            for pause_s in (_ASK_AGAIN_S, timeout_s):
                _ask(sock, gateway)
                with suppress(TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(found), pause_s)
    except TimeoutError:
        pass
    finally:
        loop.remove_reader(sock.fileno())
        sock.close()
        found.cancel()
    raise TimedOut("the router does not tell about itself")


def _socket(own_address: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 2)
        sock.bind((own_address, 0))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own_address))
    except OSError as error:
        sock.close()
        raise wire_error(error, "looking for the router by UPnP") from None
    return sock


def _ask(sock: socket.socket, gateway: str) -> None:
    for place in (_GROUP, gateway):
        for kind in _GATEWAYS:
            message = (
                f"M-SEARCH * HTTP/1.1\r\nHOST: {place}:{_PORT}\r\n"
                f'MAN: "ssdp:discover"\r\nMX: 1\r\nST: {kind}\r\n\r\n'
            ).encode()
            with suppress(OSError):
                sock.sendto(message, (place, _PORT))
                meter.current().sent(len(message))


def _hear(sock: socket.socket, gateway: str, found: asyncio.Future[Found]) -> None:
    while True:
        try:
            data, sender = sock.recvfrom(4096)
        except OSError:
            return
        meter.current().received(len(data))
        fields = _fields(data.decode("latin-1"))
        url = fields.get("location", "")
        if str(sender[0]) == gateway and _leads_to(url, gateway) and not found.done():
            found.set_result(Found(url, _boot_id(fields.get("bootid.upnp.org", ""))))


def _fields(text: str) -> dict[str, str]:
    """Header fields by name in lower case; of one that comes twice, the first."""
    rows = [line.partition(":") for line in text.splitlines()]
    return {key.strip().lower(): value.strip() for key, _, value in reversed(rows)}


def _boot_id(text: str) -> int:
    """A non-negative number of 31 bits (UDA 1.1, 1.2.2); 0 is what devices say that keep none."""
    known = text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) < 2**32
    return int(text) if known else -1


def _leads_to(url: str, gateway: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname == gateway and port != 0


async def describe(url: str, timeout_s: float = 1.5) -> Device:
    """The device behind a description URL. Raises WireError, BadAnswer for other documents."""
    document = read_xml(await _fetched(url, HttpPlan(timeout_s=timeout_s, max_body=_LARGEST)))
    root = document.find("device")
    if root is None:
        raise BadAnswer("the router's description holds no device")
    base = document.said("URLBase") or url
    services = [_service(one, base, url) for one in document.all("service")]
    return Device(
        url=url,
        manufacturer=root.said("manufacturer")[:100],
        model=root.said("modelName")[:100],
        version=(root.said("modelNumber") or root.said("softwareVersion"))[:100],
        services=tuple(one for one in services if one is not None),
    )


def _service(element: Element, base: str, url: str) -> Service | None:
    """None for one that would send us to another machine."""
    try:
        control = urljoin(base, element.said("controlURL"))
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    return Service(element.said("serviceType"), control) if _leads_to(control, host) else None


async def _fetched(url: str, plan: HttpPlan) -> bytes:
    try:
        answer = await get(url, plan)
    except ValueError as error:  # an address that no clean program would send
        raise BadAnswer(str(error)) from None
    if answer.status != 200:
        raise BadAnswer(f"the router answers with status {answer.status}")
    return answer.body


def _escaped(text: str) -> str:
    """XML's three, also inside quotes of ours; `xml.sax.saxutils` loads an HTTP client for that."""
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(letter, entity)
    return text


async def call(
    service: Service, action: str, arguments: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What an action gives, names without the prefix `New`. Raises WireError, BadAnswer."""
    inside = "".join(
        f"<{key}>{_escaped(value)}</{key}>" for key, value in (arguments or {}).items()
    )
    body = (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>'
        f'<u:{action} xmlns:u="{_escaped(service.kind)}">{inside}</u:{action}>'
        "</s:Body></s:Envelope>"
    )
    plan = HttpPlan(
        timeout_s=1.5,
        connect_timeout_s=1.0,
        max_body=_LARGEST,
        method="POST",
        headers=(
            ("Content-Type", 'text/xml; charset="utf-8"'),
            ("SOAPAction", f'"{service.kind}#{action}"'),
        ),
        body=body.encode(),
    )
    answer = read_xml(await _fetched(service.control_url, plan)).find(f"{action}Response")
    if answer is None:
        raise BadAnswer(f"the router's answer to {action} holds no result")
    return {one.name.removeprefix("New"): one.text.strip()[:500] for one in answer.children}


async def asked(service: Service | None, action: str) -> dict[str, str]:
    """As `call`, but empty where there is no such service or it does not answer that."""
    if service is None:
        return {}
    with suppress(WireError, ValueError):
        return await call(service, action)
    return {}
