"""Where Linux's DHCP clients keep their leases. Whatever may not be read is simply not told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from diagnostics.platforms.parse.leases import (
    Offer,
    dhclient_history,
    parse_dhclient,
    parse_dhcp_message,
    parse_network_manager,
    parse_networkd,
    parse_udhcpc,
)
from diagnostics.readings.addressing import Lease

_DHCLIENT = (
    "var/lib/dhcp/*.leases",
    "var/lib/dhclient/*.leases*",
    "var/lib/NetworkManager/dhclient-*.lease",
    "run/dhclient*.leases",
)
_UDHCPC = ("run/udhcpc.*.lease", "var/lib/udhcpc/*.lease", "run/udhcpc/*.lease", "tmp/udhcpc.*")


def read_leases(root: Path, names: Mapping[int, str]) -> tuple[Lease, ...]:
    """Leases of the interfaces in `names` (index → name); the newest file wins."""
    known = set(names.values())
    latest: dict[str, tuple[float, Lease]] = {}
    for written_s, interface, offer in _offers(root, names):
        if interface in known and written_s >= latest.get(interface, (0.0,))[0]:
            latest[interface] = (written_s, offer.lease(interface))
    return tuple(lease for _, lease in latest.values())


def all_leases(root: Path, names: Mapping[int, str]) -> tuple[Lease, ...]:
    """Every lease that is still kept of the interfaces in `names`, oldest file first."""
    known = set(names.values())
    found = _offers(root, names, dhclient_history)
    kept = [row for row in found if row[1] in known]
    kept.sort(key=lambda row: row[0])  # a file's own order stays
    return tuple(offer.lease(interface) for _, interface, offer in kept)


def _offers(
    root: Path,
    names: Mapping[int, str],
    dhclient: Callable[[str], tuple[Offer, ...]] = parse_dhclient,
) -> Iterator[tuple[float, str, Offer]]:
    yield from _by_index(root / "run/systemd/netif/leases", names, parse_networkd)
    yield from _by_index(root / "run/NetworkManager/devices", names, parse_network_manager)
    for path, written_s in _files(root, ("var/lib/NetworkManager/internal-*.lease",)):
        offer = parse_networkd(_text(path))
        if offer is not None:
            yield written_s, path.stem.rpartition("-")[2], offer
    for path, written_s in _files(root, _DHCLIENT):
        yield from ((written_s, o.interface, o) for o in dhclient(_text(path)))
    for path, written_s in _files(root, _UDHCPC):
        offer = parse_udhcpc(_text(path))
        if offer is not None:
            yield written_s, offer.interface or _named_in(path, names), offer
    for path, written_s in _files(root, ("var/lib/dhcpcd/*.lease", "var/db/dhcpcd/*.lease")):
        offer = parse_dhcp_message(_bytes(path))
        if offer is not None:
            yield written_s, _named_in(path, names), offer


def _by_index(
    folder: Path, names: Mapping[int, str], parse: Callable[[str], Offer | None]
) -> Iterator[tuple[float, str, Offer]]:
    for index, name in names.items():
        offer = parse(_text(folder / str(index)))
        if offer is not None:
            yield (folder / str(index)).stat().st_mtime, name, offer


def _files(root: Path, patterns: tuple[str, ...]) -> Iterator[tuple[Path, float]]:
    for pattern in patterns:
        with suppress(OSError):
            for path in root.glob(pattern):
                yield path, path.stat().st_mtime


def _named_in(path: Path, names: Mapping[int, str]) -> str:
    """dhcpcd and udhcpc name the file after the interface, WiFi ones with the network behind it."""
    parts = path.stem.replace(".", "-").split("-")
    return next((name for name in names.values() if name in parts), "")


def _bytes(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()[:1_000_000]
    return b""


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8", errors="replace")
