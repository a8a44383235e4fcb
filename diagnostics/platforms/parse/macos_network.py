"""macOS: `ipconfig getpacket`, `scutil --dns`, `scutil --proxy`, `networksetup`, `ifconfig`."""

from __future__ import annotations

import re

from diagnostics.platforms.base import ProxySetting, ResolverSetting
from diagnostics.platforms.parse.leases import Offer
from diagnostics.readings.addressing import ProxySource
from diagnostics.readings.interfaces import InterfaceKind

_OPTION = re.compile(r"^(\w+) \([\w-]+\): (.*)$", re.MULTILINE)
_PORT = re.compile(r"Hardware Port: (?P<port>[^\n,]+)[\n,]\s*Device: (?P<device>[\w.]+)")
_BLOCK = re.compile(r"^(?P<name>[\w.-]+): flags=.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def parse_getpacket(text: str) -> Offer | None:
    """The last DHCP ACK; None when the interface has none."""
    address = re.search(r"^yiaddr = ([\d.]+)$", text, re.MULTILINE)
    options = dict(_OPTION.findall(text))
    if address is None or address[1] == "0.0.0.0":  # noqa: S104 - an empty field
        return None
    lease = options.get("lease_time", "")
    return Offer(
        address=address[1],
        server=options.get("server_identifier", ""),
        gateway=next(iter(_listed(options.get("router", ""))), ""),
        resolvers=_listed(options.get("domain_name_server", "")),
        lease_s=float(int(lease, 16)) if lease.startswith("0x") else 0,
        captive_portal_uri=options.get("captive_portal_url", ""),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[0-9a-fA-F.:]{3,}", text))


def parse_scutil_dns(text: str) -> tuple[ResolverSetting, ...]:
    """Resolvers of the first part; the second repeats them by interface ("scoped queries")."""
    general = text.partition("DNS configuration (for scoped queries)")[0]
    found = re.findall(r"nameserver\[\d+\] : (\S+)", general)
    return tuple(ResolverSetting(address=address) for address in dict.fromkeys(found))


def parse_scutil_proxy(text: str) -> tuple[ProxySetting, ...]:
    values = dict(re.findall(r"^\s+(\w+) : (\S+)$", text, re.MULTILINE))
    found: list[ProxySetting] = []
    for scheme in ("HTTPS", "HTTP", "SOCKS"):
        host, port = values.get(f"{scheme}Proxy", ""), values.get(f"{scheme}Port", "")
        if values.get(f"{scheme}Enable") == "1" and host and port.isdigit():
            # The HTTPS proxy is an HTTP proxy for https pages: spoken to without TLS.
            kind = "socks" if scheme == "SOCKS" else "http"
            proxy = ProxySetting(source=ProxySource.SYSTEM, scheme=kind, host=host, port=int(port))
            found += [proxy] if proxy not in found else []
    if values.get("ProxyAutoConfigEnable") == "1":
        pac_url = values.get("ProxyAutoConfigURLString", "")
        found.append(ProxySetting(source=ProxySource.PAC, scheme="http", pac_url=pac_url))
    return tuple(found)


def parse_hardware_ports(text: str) -> dict[str, InterfaceKind]:
    """`networksetup -listallhardwareports` or `-listnetworkserviceorder`; never translated."""
    return {found["device"]: _kind(found["port"]) for found in _PORT.finditer(text)}


def _kind(port: str) -> InterfaceKind:
    name = port.strip().lower()
    if name in {"wi-fi", "airport"}:
        return InterfaceKind.WIFI
    if "bridge" in name:
        return InterfaceKind.BRIDGE
    if "iphone" in name or "modem" in name or "wwan" in name:
        return InterfaceKind.MOBILE
    wired = ("ethernet", " lan", "10/100", "gigabit")
    return InterfaceKind.ETHERNET if any(word in name for word in wired) else InterfaceKind.OTHER


def parse_ifconfig_carriers(text: str) -> dict[str, bool]:
    """By interface, where `status:` is told: whether it is active."""
    found: dict[str, bool] = {}
    for block in _BLOCK.finditer(text):
        status = re.search(r"^\s+status: (\w+)", block[0], re.MULTILINE)
        if status is not None:
            found[block["name"]] = status[1] in {"active", "associated"}
    return found
