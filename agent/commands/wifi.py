"""`firsthop wifi read FILE`: what a capture, or the output of a WiFi tool, shows."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.exits import CommandError, Exit
from diagnostics.platforms.parse.wifi.file import MOST_BYTES, NoWifiError, read_wifi
from diagnostics.platforms.parse.wifi.shown import Station, WifiShown
from diagnostics.readings.wifi import Channel, Name, Network, NetworkName, OwnLink
from diagnostics.result import Reason, Unmeasured

_PIECE_BYTES = 1 << 20
_HEADS = ("name", "address", "channel", "width", "signal", "standard", "security")


def read_file(file: Path, *, as_json: bool) -> Exit:
    """COULD_NOT_RUN with one sentence where the file cannot be read or shows no WiFi."""
    try:
        shown = read_wifi(_content(file))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
    except NoWifiError as error:
        raise CommandError(f"{file}: {error}") from error
    if as_json:
        sys.stdout.write(msgspec.json.encode(shown).decode() + "\n")
    else:
        _print(shown)
    return Exit.HEALTHY


def _content(file: Path) -> bytes:
    """Bounded by what is read: a pipe or a device tells no size."""
    held = bytearray()
    with file.open("rb") as source:
        while piece := source.read(_PIECE_BYTES):
            held += piece
            if len(held) > MOST_BYTES:
                raise CommandError(
                    f"{file} is larger than {MOST_BYTES >> 20} MB: cut a piece out of it."
                )
    return bytes(held)


def _print(shown: WifiShown) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(f"As {shown.tool} shows it:"))
    rows: tuple[tuple[str, list[list[str]]], ...] = (
        ("Own link", [_link(each) for each in shown.links]),
        ("Networks in the air", [_network(each) for each in shown.networks]),
        ("Devices that join", [_station(each) for each in shown.stations]),
    )
    for title, body in rows:
        if body:
            console.print(_table(title, body))
    for use in shown.channels:
        console.print(Text(f"{use.frequency_mhz} MHz: {_share(use.busy_share)} of the time busy"))
    if shown.known_names:
        names = ", ".join(name.text for name in shown.known_names)
        console.print(Text(f"Networks joined before: {names}"))


def _table(title: str, rows: Iterable[list[str]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for head in _HEADS:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _network(each: Network) -> list[str]:
    signal = _signal(each.signal_dbm, each.quality_percent)
    lock = _said(each.security)
    return [_name(each.name), _said(each.bssid), *_channel(each.channel), signal,
            _said(each.generation), lock]  # fmt: skip


def _link(each: OwnLink) -> list[str]:
    name = f"{_name(each.name)} ({each.state})" if each.state != "joined" else _name(each.name)
    signal = _signal(each.signal_dbm, each.quality_percent)
    return [name, _said(each.bssid), *_channel(each.channel), signal,
            _said(each.generation), _said(each.security)]  # fmt: skip


def _station(each: Station) -> list[str]:
    return [_name(each.name), each.mac, "", "", _signal(each.signal_dbm, each.signal_dbm),
            _said(each.generation), _said(each.security)]  # fmt: skip


def _name(name: Name) -> str:
    if isinstance(name, NetworkName):
        return name.text
    return _said(name) if isinstance(name, Unmeasured) else "(conceals its name)"


def _said(value: object) -> str:
    """Absent facts are said to be absent, and why."""
    if not isinstance(value, Unmeasured):
        return str(value)
    return {
        Reason.HIDDEN: "withheld",
        Reason.NOT_APPLICABLE: "-",
        Reason.BAD_ANSWER: "damaged",
    }.get(value.reason, "not shown")


def _channel(channel: Channel | Unmeasured) -> tuple[str, str]:
    if isinstance(channel, Unmeasured):
        return _said(channel), ""
    band = "" if isinstance(channel.band, Unmeasured) else f" ({channel.band} GHz)"
    width = channel.width_mhz
    return f"{channel.number}{band}", "" if isinstance(width, Unmeasured) else f"{width} MHz"


def _signal(dbm: float | Unmeasured, percent: float | Unmeasured) -> str:
    if not isinstance(dbm, Unmeasured):
        return f"{dbm:g} dBm"
    return _said(dbm) if isinstance(percent, Unmeasured) else f"{percent:.0f} %"


def _share(share: float | Unmeasured) -> str:
    return _said(share) if isinstance(share, Unmeasured) else f"{share:.0%}"
