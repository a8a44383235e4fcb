"""A voice call's packets beside iperf3: what each tells, what is true, and the tables."""

from __future__ import annotations

import socket
import struct

import msgspec
import pytest

from bench import voice
from bench.harness import BenchError, Outcome, Pair
from bench.line import FAR, NEAR
from bench.voice_once import Told
from bench.voice_report import Session, alone, costs, errors
from bench.voice_told import SideTold, WayTold, of_iperf3, of_ours
from bench.voice_wire import Passed, Seen, datagram, passed
from diagnostics.wire.voice import Call, Way

_CALL = Call(
    sent=200,
    received=180,
    duplicates=0,
    longest_loss=2,
    rtt_median_ms=20.5,
    rtt_max_ms=40,
    up=Way(lost=10, jitter_ms=1.5, reordered=2),
    down=Way(lost=19, jitter_ms=0.5, reordered=0),
    discarded=0,
    rating=80,
    mos=4.03,
)


def _streams(up: dict[str, float], down: dict[str, float], *, server: bool) -> dict[str, object]:
    streams = [
        {"udp": up | {"sender": not server, "seconds": 4.0}},
        {"udp": down | {"sender": server, "seconds": 4.0}},
    ]
    return {"start": {}, "end": {"streams": streams, "sum": {}}}


def _udp(lost: int, packets: int, jitter_ms: float, order: int) -> dict[str, float]:
    told = {"lost_packets": lost, "packets": packets, "lost_percent": 0.0}
    return told | {"jitter_ms": jitter_ms, "out_of_order": order}


def test_iperf3_is_read_at_both_ends() -> None:
    client = _streams(_udp(4, 200, 1.25, 0), _udp(3, 202, 0.5, 7), server=False)
    server = _streams(_udp(4, 200, 1.25, 9), _udp(0, 202, 0, 0), server=True)
    told = of_iperf3(msgspec.json.encode(client | {"server_output_json": server}).decode())
    assert told.up == WayTold(2.0, 1.25, 9)
    assert told.down == WayTold(100 * 3 / 202, 0.5, 7)
    assert (told.took_s, told.rtt_ms, told.mos) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"start":{},"end":{},"error":"unable to read from stream socket"}', "unable to read"),
        ('{"start":{},"end":{"streams":[]}}', "server told nothing"),
        ('{"end":{"streams":[]},"server_output_json":{"end":{}}}', "one way only"),
        ("iperf3: error", "nothing that is understood"),
    ],
)
def test_an_iperf3_without_figures_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(BenchError, match=complaint):
        of_iperf3(text)


def test_our_loss_is_told_of_what_came_to_each_way() -> None:
    told = of_ours(msgspec.json.encode(Told(4.0, _CALL)).decode())
    assert told.up == WayTold(5.0, 1.5, 2)
    assert told.down == WayTold(10.0, 0.5, 0)
    assert (told.took_s, told.rtt_ms, told.mos) == (4.0, 20.5, 4.03)


def test_a_reflector_that_does_not_count_is_refused() -> None:
    call = msgspec.structs.replace(_CALL, up=Way(lost=None, jitter_ms=0, reordered=0))
    with pytest.raises(BenchError, match="does not count"):
        of_ours(msgspec.json.encode(Told(4.0, call)).decode())


def _frame(source: str, payload: bytes, protocol: int = 17) -> bytes:
    addresses = socket.inet_aton(source) + socket.inet_aton(FAR)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 28 + len(payload), 0, 0, 64, protocol, 0) + addresses
    ports = struct.pack("!HHHH", 40_000, 862, 8 + len(payload), 0)
    return bytes(12) + b"\x08\x00" + header + ports + payload


def test_a_frame_is_known_by_its_size_and_its_first_bytes() -> None:
    payload = bytes(range(172))
    assert datagram(_frame(NEAR, payload), 172) == (payload[:28], True)
    assert datagram(_frame(FAR, payload), 172) == (payload[:28], False)
    assert datagram(_frame(NEAR, payload), 100) is None
    assert datagram(_frame(NEAR, payload, protocol=6), 172) is None
    assert datagram(bytes(12) + b"\x08\x06" + bytes(28), 172) is None


def _seen(numbers: list[int], times_ms: list[float], *, up: bool = True) -> list[Seen]:
    pairs = zip(numbers, times_ms, strict=True)
    return [Seen(number.to_bytes(2), round(at_ms * 1e6), up) for number, at_ms in pairs]


def test_what_passed_is_counted_packet_by_packet() -> None:
    near = _seen([0, 1, 2, 3, 4], [0, 20, 40, 60, 80])
    # the third comes after the fourth and 32 ms late, the second never
    far = _seen([0, 3, 2, 4], [10, 70, 82, 90])
    found = passed(near, [*far, *_seen([9], [95], up=False)], 5, up=True)
    assert (found.left, found.lost, found.reordered, found.loss_percent) == (5, 1, 1, 20)
    third = 32 / 16
    assert found.jitters_ms == pytest.approx((0, 0, third, third + (32 - third) / 16))


def test_a_running_figure_is_compared_where_a_side_ended() -> None:
    found = Passed(5, 0, (1.0, 2.0, 3.0), 0)
    assert (found.jitter_ms(2.2), found.jitter_ms(9.0), found.jitter_ms(0.0)) == (2.0, 3.0, 1.0)


def test_only_the_packets_asked_for_count() -> None:
    near, far = _seen([0, 1, 2], [0, 20, 40], up=False), _seen([0, 1], [0, 20], up=False)
    found = passed(far, near, 2, up=False)
    assert (found.left, found.lost) == (2, 0)
    assert passed([], [], 2, up=True).loss_percent == 0


def _session(side: str, loss_percent: float, rtt_ms: float | None) -> Session:
    way = WayTold(loss_percent, 1.5, 3)
    told = SideTold(way, way, rtt_ms=rtt_ms, mos=rtt_ms and 4.4)
    true = Passed(100, 2, (1.0,), 2)
    return Session(side, told, true, true)


def test_errors_are_told_less_true() -> None:
    sessions = [_session("ours", 2.5, 20.0), _session("iperf3", 1.0, None)]
    lines = errors(sessions).splitlines()[2:]
    assert lines[0] == "| ours, up | 2 | 0.5 / 0.5 / 0.5 | 1 | 0.5 / 0.5 / 0.5 | 2 | 1 / 1 / 1 |"
    assert lines[3].startswith("| iperf3, down | 2 | -1 / -1 / -1 |")
    assert "20 / 20 / 20 ms, and the MOS, 4.4 / 4.4 / 4.4." in alone(sessions)


def test_a_packets_processor_time_leaves_the_start_out() -> None:
    pair = Pair(Outcome(4, 0.3, 1_000_000, 80_000), Outcome(4, 0.1, 1_000_000, 90_000))
    text = costs("title", [pair], (0.2, 0.05), 100)
    assert "| CPU a packet there and one back, µs | 1e+03 | 500 | 0.5 / 0.5 / 0.5 |" in text


@pytest.mark.parametrize("argv", [["--runs", "0"], ["--seconds", "1"], ["--seconds", "600"]])
def test_a_bad_argument_is_said(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        voice.main(argv)
    assert ended.value.code == 2
    assert "there has to be a run" in capsys.readouterr().err
