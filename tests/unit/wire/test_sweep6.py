"""The sweep by IPv6 over the lab's wire: who answers a group, and who keeps silent to it."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Generator

import msgspec
import pytest

from diagnostics.wire.errors import WireError
from diagnostics.wire.sweep import SHORTEST_S, WAKES_S, Neighbour
from diagnostics.wire.sweep6 import Link6, eui64, sweep6
from tests.sim.toolchain import missing
from tests.unit.wire.line import Line, built

in_lab = [
    pytest.mark.lab,
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root"),
    pytest.mark.skipif(bool(missing()), reason="the lab's tools are not installed"),
]
EDGE = "fd08::2"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Generator[Line]:
    with built(tmp_path_factory.mktemp("line")) as line:
        yield line


def _slow(line: Line, rtt_ms: float) -> None:
    for way in ("up", "down"):
        line.way(way, 100.0, rtt_ms, 100.0, 0.0)


def _found(line: Line, *macs: str, least_s: float = SHORTEST_S) -> tuple[Neighbour, ...]:
    told = line.near("sweep6", str(least_s), *macs)
    return msgspec.json.decode(told, type=tuple[Neighbour, ...])


def _swept(line: Line, *macs: str) -> dict[str, str]:
    return {one.address: one.mac for one in _found(line, *macs)}


@pytest.fixture
def silent_line(line: Line) -> Generator[Line]:
    """The edge does not answer echoes to groups, as Windows does not."""
    line.stage.settle("edge", {"ipv6/icmp/echo_ignore_multicast": "1"})
    yield line
    line.stage.settle("edge", {"ipv6/icmp/echo_ignore_multicast": "0"})


class TestInTheLab:
    pytestmark = in_lab

    def test_both_addresses_of_the_other_machine_answer(self, line: Line) -> None:
        _slow(line, 20.0)
        found = _swept(line)
        mac = found[EDGE]
        assert found == {EDGE: mac, eui64(mac): mac}
        assert all(one.answered for one in _found(line))

    def test_who_answers_late_is_waited_for(self, line: Line) -> None:
        _slow(line, 380.0)
        assert EDGE in _swept(line)

    def test_a_single_one_that_dozes_is_heard_where_there_is_time(self, line: Line) -> None:
        _slow(line, 950.0)
        assert not any(one.answered for one in _found(line))
        found = _found(line, least_s=WAKES_S)
        assert EDGE in {one.address for one in found if one.answered}

    def test_who_is_silent_to_groups_is_found_by_the_hardware_address(
        self, silent_line: Line
    ) -> None:
        _slow(silent_line, 20.0)
        told = silent_line.stage.run("edge", ["ip", "-json", "link", "show", "dn0"])
        (mac,) = re.findall(r'"address":"([0-9a-f:]{17})"', told)
        silent_line.stage.run("near", ["ip", "-6", "neigh", "flush", "all"])
        assert _swept(silent_line, mac, "02:00:00:00:00:77", "no address") == {eui64(mac): mac}
        assert not any(one.answered for one in _found(silent_line, mac))


def test_the_address_of_a_hardware_address() -> None:
    assert eui64("34-56-78-9a-bc-de".replace("-", ":")) == "fe80::3656:78ff:fe9a:bcde"
    with pytest.raises(ValueError, match="48 bits"):
        eui64("02:00:00:00")


async def _nobody() -> tuple[Neighbour, ...]:
    return ()


def test_without_an_address_of_ours_nothing_is_asked() -> None:
    name = socket.if_nameindex()[0][1]
    with pytest.raises(WireError):
        asyncio.run(sweep6(Link6(interface=name, own=()), _nobody))


def test_an_adapter_that_is_gone_is_said() -> None:
    with pytest.raises(WireError, match="gone7"):
        asyncio.run(sweep6(Link6(interface="gone7", own=("fe80::1",)), _nobody))
