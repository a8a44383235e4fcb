"""DHCP leases as each client keeps them. A parser gives an Offer, or None when there is none."""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Mapping

import msgspec

from diagnostics.readings.addressing import Lease
from diagnostics.result import Reason, Unmeasured

_ABSENT = Unmeasured(Reason.NOT_APPLICABLE, "not in the offer")
_INFINITE = 0xFFFFFFFF  # RFC 2131, section 3.3


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """`interface` "" where the file does not say; lease_s 0 where there is none."""

    address: str
    interface: str = ""
    server: str = ""
    gateway: str = ""
    resolvers: tuple[str, ...] = ()
    lease_s: float = 0
    captive_portal_uri: str = ""

    def lease(self, interface: str) -> Lease:
        return Lease(
            interface=interface,
            server=self.server or _ABSENT,
            address=self.address,
            gateway=self.gateway or _ABSENT,
            resolvers=self.resolvers,
            lease_s=self.lease_s or _ABSENT,
            captive_portal_uri=self.captive_portal_uri or _ABSENT,
        )


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[\s,]+", text) if _is_address(word))


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


def _first(text: str) -> str:
    return next(iter(_addresses(text)), "")


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() and int(text) < _INFINITE else 0


_STATEMENT = re.compile(r"^\s*(?:option\s+)?([\w-]+)\s+(.*?);", re.MULTILINE)


def parse_dhclient(text: str) -> tuple[Offer, ...]:
    """ISC dhclient's leases file (dhclient.leases(5)): the last block of each interface holds."""
    return tuple({offer.interface: offer for offer in dhclient_history(text)}.values())


def dhclient_history(text: str) -> tuple[Offer, ...]:
    """All blocks of that file, oldest first: it also keeps the leases of before."""
    blocks = re.findall(r"^lease\s*\{(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    values = ({k: v.strip().strip('"') for k, v in _STATEMENT.findall(one)} for one in blocks)
    offers = (_from_words(each, _DHCLIENT) for each in values)
    return tuple(offer for offer in offers if offer is not None)


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    """Under which keys a client keeps each figure."""

    address: str
    server: str
    gateway: str
    resolvers: str
    lease: str
    interface: str = ""
    portal: str = ""


_DHCLIENT = _Words(
    address="fixed-address",
    server="dhcp-server-identifier",
    gateway="routers",
    resolvers="domain-name-servers",
    lease="dhcp-lease-time",
    interface="interface",
    portal="default-url",
)
_NETWORKD = _Words(
    address="ADDRESS",
    server="SERVER_ADDRESS",
    gateway="ROUTER",
    resolvers="DNS",
    lease="LIFETIME",
    portal="CAPTIVE_PORTAL",
)
_NETWORK_MANAGER = _Words(
    address="ip_address",
    server="dhcp_server_identifier",
    gateway="routers",
    resolvers="domain_name_servers",
    lease="dhcp_lease_time",
)
_DHCPCD = _Words(
    address="ip_address",
    server="dhcp_server_identifier",
    gateway="routers",
    resolvers="domain_name_servers",
    lease="dhcp_lease_time",
    interface="interface",
    portal="captive_portal_uri",
)
_UDHCPC = _Words(
    address="ip",
    server="serverid",
    gateway="router",
    resolvers="dns",
    lease="lease",
    interface="interface",
)


def _from_words(values: Mapping[str, str], words: _Words) -> Offer | None:
    address = _first(values.get(words.address, ""))
    if not address:
        return None
    return Offer(
        address=address,
        interface=values.get(words.interface, ""),
        server=_first(values.get(words.server, "")),
        gateway=_first(values.get(words.gateway, "")),
        resolvers=_addresses(values.get(words.resolvers, "")),
        lease_s=_seconds(values.get(words.lease, "")),
        captive_portal_uri=values.get(words.portal, ""),
    )


def _assignments(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not key.startswith("#"):
            found[key.strip()] = value.strip().strip("'\"")
    return found


def parse_networkd(text: str) -> Offer | None:
    """systemd-networkd's /run/systemd/netif/leases/INDEX, NetworkManager's internal-*.lease."""
    return _from_words(_assignments(text), _NETWORKD)


def parse_network_manager(text: str) -> Offer | None:
    """/run/NetworkManager/devices/INDEX, section [dhcp4] (1.44 and later)."""
    section = re.search(r"^\[dhcp4\]\s*$(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    return _from_words(_assignments(section[1]), _NETWORK_MANAGER) if section else None


def parse_dhcpcd(text: str) -> Offer | None:
    """What `dhcpcd --dumplease` prints."""
    return _from_words(_assignments(text), _DHCPCD)


def parse_udhcpc(text: str) -> Offer | None:
    """The variables that BusyBox udhcpc gives its script, as such a script writes them down."""
    return _from_words(_assignments(text), _UDHCPC)


def parse_dhcp_message(packet: bytes) -> Offer | None:
    """A DHCP message as dhcpcd keeps the last ACK (RFC 2131, RFC 2132); None when it is none."""
    if len(packet) < 240 or packet[236:240] != b"\x63\x82\x53\x63":
        return None
    options = _options(packet[240:])
    address = str(ipaddress.IPv4Address(packet[16:20]))
    lease = options.get(51, b"")
    seconds = struct.unpack("!I", lease)[0] if len(lease) == 4 else 0
    return Offer(
        address=address,
        server=next(iter(_packed(options.get(54, b""))), ""),
        gateway=next(iter(_packed(options.get(3, b""))), ""),
        resolvers=_packed(options.get(6, b"")),
        lease_s=float(seconds) if seconds < _INFINITE else 0,
        captive_portal_uri=options.get(114, b"").decode("ascii", errors="replace"),
    )


def _options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 1 < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        size = data[at + 1]
        found[data[at]] = found.get(data[at], b"") + data[at + 2 : at + 2 + size]  # RFC 3396
        at += 2 + size
    return found


def _packed(data: bytes) -> tuple[str, ...]:
    whole = len(data) // 4 * 4
    return tuple(str(ipaddress.IPv4Address(data[i : i + 4])) for i in range(0, whole, 4))
