"""A trace where the socket is handed ICMP errors as packets, as on macOS."""

from __future__ import annotations

import asyncio
import socket
from functools import partial

import pytest

from diagnostics.wire import trace as module
from diagnostics.wire.icmp_error import icmp_error
from diagnostics.wire.trace import Hop, Silent, Trace, TraceMethod, TracePlan, trace
from diagnostics.wire.trace_darwin import DarwinProbes
from tests.unit.wire.darwin_icmp import OWN4, Path, Router, sums

TARGET4, TARGET6 = "203.0.113.9", "2001:db8:9::9"
HOME4, EDGE4, CORE4 = "192.168.1.1", "198.51.100.1", "198.51.100.77"
HOME6, EDGE6, CORE6 = "2001:db8:1::1", "2001:db8:5::1", "2001:db8:5::77"


def _traced(
    monkeypatch: pytest.MonkeyPatch, path: Path, target: str, method: TraceMethod = "icmp"
) -> Trace:
    monkeypatch.setattr(module, "open_probes", partial(DarwinProbes, sockets=path))
    plan = TracePlan(method=method, timeout_s=0.3, round_interval_s=0.01)
    found = asyncio.run(trace(target, plan))
    assert path.closed == 1
    return found


@pytest.mark.parametrize("method", ["icmp", "udp"])
@pytest.mark.parametrize(
    ("target", "names"), [(TARGET4, (HOME4, EDGE4, CORE4)), (TARGET6, (HOME6, EDGE6, CORE6))]
)
def test_hops_silent_ones_and_the_target(
    monkeypatch: pytest.MonkeyPatch, target: str, names: tuple[str, ...], method: TraceMethod
) -> None:
    path = Path(Router(names[0]), None, Router(names[1]), Router(names[2]))
    found = _traced(monkeypatch, path, target, method)
    assert (found.reached, found.stopped_by, found.method) == (True, "target", method)
    assert [getattr(hop, "address", "") for hop in found.hops] == [
        *(names[0], "", names[1], names[2], target)
    ]
    assert isinstance(found.hops[1], Silent)
    hops = [hop for hop in found.hops if isinstance(hop, Hop)]
    assert all(0 <= rtt_ms < 1000 for hop in hops for rtt_ms in hop.rtts_ms)
    assert all(len(hop.rtts_ms) == 3 for hop in hops)
    six = ":" in target
    assert {option[:2] for option in path.options} == {
        (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if six else (0, socket.IP_TTL)
    }


def test_balancing_routers_see_one_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(Router(HOME4), Router(EDGE4))
    _traced(monkeypatch, path, TARGET4)
    assert len(path.sent) >= 9
    assert len(sums(path)) == 1
    assert len({packet[4:6] for _, packet in path.sent}) == 1, "one identifier"


def test_routers_that_quote_eight_bytes_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(Router(HOME4, quotes=8), Router(EDGE4, quotes=8))
    found = _traced(monkeypatch, path, TARGET4, "udp")
    assert [getattr(hop, "address", "") for hop in found.hops] == [HOME4, EDGE4, TARGET4]


def test_what_other_programs_are_told_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(Router(HOME4))
    plan = TracePlan(method="icmp", timeout_s=0.2, rounds=1)

    class Others(DarwinProbes):
        def send(self, number: int, ttl: int) -> None:
            strange = bytes([8, 0, 0, 0]) + b"\xab\xcd" + number.to_bytes(2, "big")
            if self.flow.cookie == 0xABCD:
                strange = bytes([8, 0, 0, 0]) + b"\xab\xce" + number.to_bytes(2, "big")
            path.tell(path.error(Router("10.9.9.9"), strange), "10.9.9.9")
            path.tell(b"\x45\0\0\0" + b"\0" * 16 + bytes([0, 0]) + strange[2:], TARGET4)
            path.tell(b"\x45", "10.9.9.9")
            path.tell(b"", "10.9.9.9")
            super().send(number, ttl)

    monkeypatch.setattr(module, "open_probes", partial(Others, sockets=path))
    found = asyncio.run(trace(TARGET4, plan))
    assert [getattr(hop, "address", "") for hop in found.hops] == [HOME4, TARGET4]


@pytest.mark.parametrize(
    ("target", "router"),
    [(TARGET4, Router(EDGE4, kind=3, code=13)), (TARGET6, Router(EDGE6, kind=1, code=1))],
)
def test_who_says_that_it_cannot_be_reached_ends_it(
    monkeypatch: pytest.MonkeyPatch, target: str, router: Router
) -> None:
    path = Path(Router(HOME6 if ":" in target else HOME4), router, answers=False)
    found = _traced(monkeypatch, path, target)
    assert (found.reached, found.stopped_by) == (False, "unreachable")
    last = found.hops[-1]
    assert isinstance(last, Hop)
    assert (last.address, last.icmp_code) == (router.address, router.code)


@pytest.mark.parametrize(
    ("target", "router"),
    [(TARGET4, Router(EDGE4, kind=3, code=4, mtu=1400)), (TARGET6, Router(EDGE6, 2, 0, mtu=1400))],
)
def test_too_big_tells_its_mtu(
    monkeypatch: pytest.MonkeyPatch, target: str, router: Router
) -> None:
    path = Path(Router(HOME6 if ":" in target else HOME4), router, answers=False)
    last = _traced(monkeypatch, path, target).hops[-1]
    assert isinstance(last, Hop)
    assert last.mtu == 1400


def test_our_own_refusal_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    class Barred(Path):
        def sendto(self, data: bytes, address: object, /) -> int:
            raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(module, "open_probes", partial(DarwinProbes, sockets=Barred()))
    plan = TracePlan(method="icmp", timeout_s=0.1, rounds=1)
    with pytest.raises(module.NotPermitted):
        asyncio.run(trace(TARGET4, plan))


def test_errors_behind_ip_options_and_extension_headers_are_read() -> None:
    inner = b"\x46\0\0\0" + bytes(5) + b"\x01" + bytes(2) + socket.inet_aton(OWN4)
    inner += socket.inet_aton(TARGET4) + b"\x94\x04\0\0"
    outer = b"\x46" + bytes(23)
    found = icmp_error(socket.AF_INET, outer + b"\x0b\0" + bytes(6) + inner + b"\x08\0\0\0\0\1\0\2")
    assert found is not None
    assert (found.destination, found.protocol, found.quoted[4:]) == (TARGET4, 1, b"\0\1\0\2")
    ends = bytes(16) + socket.inet_pton(socket.AF_INET6, TARGET6)
    six = b"\x60\0\0\0\0\0\x2c\x01" + ends + b"\x3a" + bytes(7) + b"\x80\0\0\0\0\1\0\2"
    found = icmp_error(socket.AF_INET6, b"\2\0\0\0\0\0\5\x78" + six)
    assert found is not None
    assert (found.mtu, found.protocol, found.quoted[4:]) == (1400, 58, b"\0\1\0\2")
    for cut in range(len(six)):
        icmp_error(socket.AF_INET6, b"\2\0\0\0\0\0\5\x78" + six[:cut])  # raises nothing
