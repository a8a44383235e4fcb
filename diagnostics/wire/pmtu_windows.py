"""Echoes of any size for the path MTU, by Windows' own functions.

In IPv4 "don't fragment" is set on each (IP_FLAG_DF), and "too big" comes without the size that the
router named. In IPv6 nobody on the way fragments; Windows itself does once a router has said "too
big", so that of what passes from then on only the size that every link takes has proved anything.
"""

import asyncio
import os
import socket
import time

from diagnostics.wire import meter
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.errors import NotSupported, Unreachable
from diagnostics.wire.icmp_windows import (
    COMPLAINTS4,
    COMPLAINTS6,
    DONT_FRAGMENT,
    IP_SUCCESS,
    REFUSALS,
    TIMED_OUT,
    TOO_BIG,
    Answer,
    IcmpFile,
    IcmpLibrary,
)
from diagnostics.wire.link_mtu import link_mtu
from diagnostics.wire.source import Source, family_of, own_address

_HEADER = 8
_LARGEST = 9000  # a jumbo frame
_HOPS = 64
_IPV6_HEADERS, _IPV6_LEAST = 48, 1280  # RFC 8200


class WindowsSizes:
    """Sends numbered echoes and enters what comes back into the ledger, when it is collected."""

    interface_mtu: int | None = None  # Windows tells it of no packet

    def __init__(
        self, target: str, source: Source, timeout_s: float, ledger: Ledger, library: IcmpLibrary
    ) -> None:
        if source.interface and not source.address:
            raise NotSupported("sending from an interface by name: not possible on this system")
        self._target = target
        self._source = source
        self._ledger = ledger
        self._six = family_of(target) == socket.AF_INET6
        self._nobody = {"0.0.0.0", "::", own_address(target, source)}  # noqa: S104 - as filled in
        self._wait_ms = int(timeout_s * 1000)
        self._cookie = os.urandom(8)
        self._loop = asyncio.get_running_loop()
        self._sizes: dict[int, int] = {}
        self._told_by = ""
        self._file = IcmpFile(library, family_of(target), _LARGEST)

    def never_fragment(self) -> None:
        """Asked for with each echo."""

    def link_mtu(self) -> int | None:
        """Raises Unreachable where nothing leads there."""
        if not own_address(self._target, self._source):
            raise Unreachable(f"measuring the path MTU to {self._target}: net_unreachable")
        return link_mtu(self._target, self._source)

    def send(self, size: int) -> int:
        """One echo with so much payload; its number."""
        data = self._cookie[:size].ljust(size, b"\x55")
        seq = self._ledger.sent(self._loop.time(), time.time_ns())
        self._sizes[seq] = size
        flags = 0 if self._six else DONT_FRAGMENT
        ends = (self._target, self._source.address)
        error = self._file.send(seq, *ends, data, _HOPS, self._wait_ms, flags)
        if error == TOO_BIG:
            self._complain(seq, "", "too_big", (0, 0))
        elif error:
            self._complain(seq, "", REFUSALS.get(error, "other"), (0, 0))
        else:
            meter.current().sent(_HEADER + size)
        return seq

    def collect(self) -> None:
        for answer in self._file.answers():
            if answer.status == IP_SUCCESS:
                self._passed(answer)
            elif answer.status != TIMED_OUT:
                known = COMPLAINTS6 if self._six else COMPLAINTS4
                kind, icmp = known.get(answer.status, ("other", (0, 0)))
                by = "" if answer.by in self._nobody or answer.status not in known else answer.by
                if kind == "too_big" and by:
                    self._told_by = by
                self._complain(answer.number, by, kind, icmp)

    def _passed(self, answer: Answer) -> None:
        size = self._sizes[answer.number]
        meter.current().received(_HEADER + size)
        if self._six and self._told_by and size + _IPV6_HEADERS > _IPV6_LEAST:
            self._complain(answer.number, self._told_by, "too_big", (2, 0))  # came in fragments
            return
        self._ledger.timed(answer.number, answer.rtt_ms, answer.ttl)

    def _complain(self, seq: int, by: str, kind: str, icmp: tuple[int, int]) -> None:
        self._ledger.complained(seq, self._loop.time(), None, by, kind, icmp)

    def close(self) -> None:
        self._file.close()
