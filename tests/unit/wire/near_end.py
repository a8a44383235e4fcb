"""Runs one measurement inside the lab's line and prints it as JSON."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import cast

import msgspec

import diagnostics.wire.trace as module_trace
from diagnostics.platforms import present_platform
from diagnostics.platforms.loop import SelectLoop
from diagnostics.wire import echo_socket, icmp_socket, icmp_windows, pmtu, stamps, trace_way
from diagnostics.wire.echo_tcp import TcpEchoes
from diagnostics.wire.errors import TimedOut
from diagnostics.wire.icmp import EchoPlan, EchoSeries, ping
from diagnostics.wire.icmp_socket import IcmpSocket
from diagnostics.wire.kernel import LINUX, WINDOWS
from diagnostics.wire.pinger import Pinger
from diagnostics.wire.pmtu import PathMtu, path_mtu
from diagnostics.wire.pmtu_tcp import Place, tcp_path_mtu
from diagnostics.wire.source import Source
from diagnostics.wire.sweep import Neighbour
from diagnostics.wire.sweep6 import Link6, sweep6
from diagnostics.wire.throughput import Direction, SpeedServer, Throughput, TransferPlan
from diagnostics.wire.trace import Trace, TracePlan, trace
from diagnostics.wire.trace_darwin import DarwinProbes, PacketSocket, bound_udp
from diagnostics.wire.trace_flow import Flow
from diagnostics.wire.transfer import measure
from tests.unit.wire.windows_live import LiveIcmp


class Loaded(msgspec.Struct, frozen=True):
    """Delay at both places before and during a download."""

    idle: tuple[EchoSeries, ...]
    busy: tuple[EchoSeries, ...]
    transfer: Throughput


async def _ping(target: str, count: str, interval_s: str, ttl: str = "64") -> EchoSeries:
    plan = EchoPlan(count=int(count), interval_s=float(interval_s), ttl=int(ttl))
    return await ping(target, plan)


def _raw_icmp(family: socket.AddressFamily) -> socket.socket:
    """Hears all ICMP messages of its namespace, as everybody's ICMP socket on macOS does."""
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    sock = socket.socket(family, socket.SOCK_RAW, protocol)
    sock.setblocking(False)
    return sock


def _raw_sockets(flow: Flow, source: Source) -> tuple[PacketSocket, PacketSocket]:
    hearing = _raw_icmp(flow.family)
    stamps.enable(hearing, sending=False)
    if flow.method == "icmp":
        return hearing, hearing
    return bound_udp(flow, source), hearing


def _raw(family: socket.AddressFamily, source: Source) -> IcmpSocket:
    del source
    return IcmpSocket(_raw_icmp(family), shared=True)


async def _trace_as_darwin(target: str, method: str) -> Trace:
    module_trace.open_probes = partial(DarwinProbes, sockets=_raw_sockets)
    return await _trace(target, method)


def _as_darwin() -> None:
    """All that differs: errors come as packets, on a socket that hears those of everybody."""
    kernel = msgspec.structs.replace(LINUX, errors_as_packets=True, recverr4=None, recverr6=None)
    echo_socket.KERNEL = stamps.KERNEL = icmp_socket.KERNEL = kernel
    echo_socket.open_icmp = _raw


async def _ping_as_darwin(target: str, count: str, ttl: str) -> EchoSeries:
    _as_darwin()
    return await _ping(target, count, "0.02", ttl)


async def _path_mtu_as_darwin(target: str) -> PathMtu:
    _as_darwin()
    return await path_mtu(target)


def _as_windows() -> None:
    trace_way.KERNEL = pmtu.KERNEL = icmp_socket.KERNEL = WINDOWS
    icmp_windows.load_icmp_library = LiveIcmp


async def _trace_as_windows(target: str, method: str) -> Trace:
    _as_windows()
    return await _trace(target, method)


async def _ping_as_windows(target: str, count: str, ttl: str) -> EchoSeries:
    _as_windows()
    return await _ping(target, count, "0.02", ttl)


async def _path_mtu_as_windows(target: str) -> PathMtu:
    _as_windows()
    return await path_mtu(target)


async def _trace(target: str, method: str) -> Trace:
    plan = TracePlan(method="icmp" if method == "icmp" else "udp")
    return await trace(target, plan)


async def _path_mtu(target: str) -> PathMtu:
    return await path_mtu(target)


async def _path_mtu_by_tcp(target: str) -> PathMtu:
    """Once more where two SYNs in a row were lost, which is no verdict."""
    place = Place(target, 8080, "far.example", secure=False)
    for _ in range(4):
        with suppress(TimedOut):
            return await tcp_path_mtu(place)
    return await tcp_path_mtu(place)


async def _connects(target: str, count: str) -> EchoSeries:
    """Ten connects a second, as where nothing else may be sent."""
    loop = asyncio.get_running_loop()
    echoes = TcpEchoes(target, EchoPlan(interval_s=0.1, timeout_s=1.5, tcp_port=8080))
    await echoes.start()
    try:
        for _ in range(int(count)):
            echoes.send()
            await asyncio.sleep(0.1)
        await echoes.settled()
        return echoes.ledger.series(loop.time() + 1.5)
    finally:
        await echoes.close()


def _server(target: str) -> SpeedServer:
    host = f"[{target}]" if ":" in target else target
    place = f"http://{host}:8080"
    return SpeedServer("http", download_url=f"{place}/d", upload_url=f"{place}/u")


async def _speed(target: str, direction: str) -> Throughput:
    return await measure(cast("Direction", direction), _server(target))


async def _loaded(target: str, gateway: str) -> Loaded:
    async with Pinger((gateway, target), rate_hz=40) as pinger:
        await asyncio.sleep(0.6)
        plan = TransferPlan(min_duration_s=1.5)
        found = await measure("down", _server(target), plan)
        steady_s = found.started_at_s + found.steady_from_s
        end_s = found.started_at_s + found.duration_s
        return Loaded(
            pinger.series(until_s=found.started_at_s),
            pinger.series(since_s=steady_s + 0.3, until_s=end_s),
            found,
        )


async def _sweep6(least_s: str, *macs: str) -> tuple[Neighbour, ...]:
    """Over the wire's near end; `macs` are of machines that were seen by other ways."""
    platform = present_platform()
    own = [a.address for a in await platform.addresses() if a.interface == "up0" and a.family == 6]

    async def table() -> tuple[Neighbour, ...]:
        rows = await platform.neighbours()
        return tuple(Neighbour(r.address, r.mac) for r in rows if r.mac and r.interface == "up0")

    link = Link6(interface="up0", own=tuple(own), macs=macs)
    return await sweep6(link, table, float(least_s))


_TASKS = {
    "ping": _ping,
    "trace": _trace,
    "trace-as-darwin": _trace_as_darwin,
    "ping-as-darwin": _ping_as_darwin,
    "pmtu-as-darwin": _path_mtu_as_darwin,
    "trace-as-windows": _trace_as_windows,
    "ping-as-windows": _ping_as_windows,
    "pmtu-as-windows": _path_mtu_as_windows,
    "pmtu": _path_mtu,
    "pmtu-tcp": _path_mtu_by_tcp,
    "connects": _connects,
    "speed": _speed,
    "loaded": _loaded,
    "sweep6": _sweep6,
}


def main() -> None:
    name, *words = sys.argv[1:]
    factory = SelectLoop if name.endswith("windows") else None
    with asyncio.Runner(loop_factory=factory) as runner:
        sys.stdout.buffer.write(msgspec.json.encode(runner.run(_TASKS[name](*words))))


if __name__ == "__main__":
    main()
