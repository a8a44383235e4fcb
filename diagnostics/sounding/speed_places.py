"""Where a speed test goes when the profile leaves that to a directory, and whose bytes count."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec

from diagnostics.platforms.parse.proc_net_dev import parse_net_dev
from diagnostics.probe import Context
from diagnostics.profile import SpeedKind, SpeedServer
from diagnostics.readings.interfaces import Interfaces
from diagnostics.result import Unmeasured
from diagnostics.wire import ndt7_locate, ookla
from diagnostics.wire.errors import WireError
from diagnostics.wire.http import HttpPlan
from diagnostics.wire.throughput import Counter, InterfaceBytes

_TOTALS = Path("/proc/net/dev")


async def named_server(entry: SpeedServer, context: Context) -> SpeedServer | None:
    """The entry itself, or the server that its directory names; None when it names none.

    kind "ookla" without `url`: speedtest.net's list; kind "ndt7" whose `url` is a Locate service
    (https://locate.measurementlab.net/v2/nearest/ndt/ndt7): M-Lab's.
    """
    try:
        if entry.kind is SpeedKind.OOKLA and not entry.url:
            found = await ookla.nearest(context.platform.stream_command)
            return msgspec.structs.replace(entry, url=found[0].url)
        if entry.kind is SpeedKind.NDT7 and ndt7_locate.PATH in entry.url:
            plan = HttpPlan(command=context.platform.stream_command)
            named = await ndt7_locate.located(entry.url, plan)
            return msgspec.structs.replace(
                entry, download_url=named.download_url, upload_url=named.upload_url
            )
    except WireError:
        return None
    return entry


def _linux_bytes(name: str) -> InterfaceBytes:
    """Of this process's own network namespace, as /sys need not be."""
    now = parse_net_dev(_TOTALS.read_text("utf-8"))[name]
    return InterfaceBytes(received=now.rx_bytes, sent=now.tx_bytes)


def interface_counter(context: Context) -> Counter | None:
    """Bytes of the interface in use; None where it is not known or has no counter."""
    interfaces = context.earlier.value(Interfaces)
    if isinstance(interfaces, Unmeasured) or isinstance(interfaces.active, Unmeasured):
        return None
    name = interfaces.active
    if _TOTALS.exists():
        known = name in parse_net_dev(_TOTALS.read_text("utf-8"))
        return partial(_linux_bytes, name) if known else None
    import psutil  # noqa: PLC0415 - 25 ms of processor, which Linux need not spend

    if name not in psutil.net_io_counters(pernic=True):
        return None

    def counted() -> InterfaceBytes:
        now = psutil.net_io_counters(pernic=True)[name]
        return InterfaceBytes(received=now.bytes_recv, sent=now.bytes_sent)

    return counted
