"""What both sides tell of a call's packets, as the same figures."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from bench.harness import BenchError
from bench.voice_once import Told


@dataclass(frozen=True)
class WayTold:
    """One way. `loss_percent` of what left."""

    loss_percent: float
    jitter_ms: float
    reordered: int


@dataclass(frozen=True)
class SideTold:
    """One session. `took_s` None: it has to be taken by the clock.

    `rtt_ms` and `mos`: None where this side does not tell.
    """

    up: WayTold
    down: WayTold
    took_s: float | None = None
    rtt_ms: float | None = None
    mos: float | None = None


def of_ours(text: str) -> SideTold:
    """What `bench.voice_once` prints; BenchError where the reflector does not count."""
    told = msgspec.json.decode(text, type=Told)
    call = told.call
    if call.up.lost is None or call.down.lost is None:
        raise BenchError("ours tells no loss of a way: the reflector does not count")
    up_percent = 100 * call.up.lost / call.sent
    down_percent = 100 * call.down.lost / (call.sent - call.up.lost)
    return SideTold(
        WayTold(up_percent, call.up.jitter_ms, call.up.reordered),
        WayTold(down_percent, call.down.jitter_ms, call.down.reordered),
        told.took_s,
        call.rtt_median_ms,
        call.mos,
    )


class _Udp(msgspec.Struct, frozen=True):
    jitter_ms: float
    lost_packets: int
    packets: int
    out_of_order: int
    sender: bool


class _Stream(msgspec.Struct, frozen=True):
    udp: _Udp


class _End(msgspec.Struct, frozen=True):
    streams: tuple[_Stream, ...] = ()


class _Output(msgspec.Struct, frozen=True):
    """iperf3's `--json` of one end; the other end's within it, with `--get-server-output`."""

    end: _End = _End()
    server_output_json: _Output | None = None
    error: str = ""


def of_iperf3(text: str) -> SideTold:
    """As its client tells it; BenchError with what iperf3 says instead.

    Upwards a client always tells an order without fault, so that is taken from its server, which
    in turn tells no percentage.
    """
    try:
        output = msgspec.json.decode(text, type=_Output)
    except msgspec.DecodeError:
        raise BenchError(f"iperf3 told nothing that is understood: {text[-200:]!r}") from None
    if output.error:
        raise BenchError(f"iperf3 told nothing: {output.error}")
    if output.server_output_json is None:
        raise BenchError("iperf3's server told nothing")
    up, down = _stream(output, sent=True), _stream(output, sent=False)
    there = _stream(output.server_output_json, sent=False)
    return SideTold(_way(up, there.out_of_order), _way(down, down.out_of_order))


def _stream(output: _Output, *, sent: bool) -> _Udp:
    for stream in output.end.streams:
        if stream.udp.sender == sent:
            return stream.udp
    raise BenchError("iperf3 told of one way only")


def _way(udp: _Udp, reordered: int) -> WayTold:
    return WayTold(100 * udp.lost_packets / max(1, udp.packets), udp.jitter_ms, reordered)
