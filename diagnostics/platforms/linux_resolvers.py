"""The resolvers that Linux really asks, behind whatever local stub stands in front of them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from diagnostics.platforms.base import NOT_TOLD, ResolverSetting
from diagnostics.platforms.parse.resolv_conf import parse_resolv_conf

#: Upstreams of a stub: systemd-resolved, NetworkManager (dnsmasq or resolved), resolvconf.
_UPSTREAM = (
    "run/systemd/resolve/resolv.conf",
    "run/NetworkManager/no-stub-resolv.conf",
    "run/dnsmasq/resolv.conf",
)


def read_resolvers(root: Path) -> tuple[ResolverSetting, ...]:
    """In the order they are asked. A stub whose upstreams are not told stands for itself."""
    named = parse_resolv_conf(_text(root / "etc/resolv.conf"))
    upstream = _upstream(root) if named and all(_is_stub(a) for a in named) else ()
    typed = _typed_by_hand(root)
    return tuple(
        ResolverSetting(address=address, by_hand=True if address in typed else NOT_TOLD)
        for address in upstream or named
    )


def _upstream(root: Path) -> tuple[str, ...]:
    for place in _UPSTREAM:
        found = parse_resolv_conf(_text(root / place))
        if found and not all(_is_stub(address) for address in found):
            return found
    return ()


def _is_stub(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _typed_by_hand(root: Path) -> set[str]:
    """Resolvers in files that only a person writes: resolved.conf and networkd's .network files."""
    files: list[Path] = [root / "etc/systemd/resolved.conf"]
    for pattern in ("etc/systemd/resolved.conf.d/*.conf", "etc/systemd/network/*.network"):
        with suppress(OSError):
            files += root.glob(pattern)
    return set(_dns_lines(_text(path) for path in files))


def _dns_lines(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for line in re.findall(r"^\s*DNS\s*=(.*)$", text, re.MULTILINE):
            # resolved.conf allows address#server-name
            yield from (word.partition("#")[0] for word in line.split())


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
