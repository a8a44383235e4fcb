"""The probes of a trace by Windows' own echoes with a hop limit each (as tracert sends them).

Windows numbers the packets itself, one after another for all programs, so two bytes of ours count
against it: while nobody else sends in between the checksum stays, and with it the flow.
"""

import socket

from diagnostics.wire import meter
from diagnostics.wire.errors import NotSupported, WireError
from diagnostics.wire.icmp_windows import (
    COMPLAINTS4,
    COMPLAINTS6,
    IP_SUCCESS,
    Answer,
    IcmpFile,
    IcmpLibrary,
    sending_refused,
)
from diagnostics.wire.source import Source, own_address
from diagnostics.wire.trace_flow import PAYLOAD, Flow, balanced

_HEADER = 8
#: longer than any trace waits
_WAIT_MS = 3000


class WindowsProbes:
    """Sends probes by number and hop limit; answers lie with Windows until they are collected."""

    def __init__(self, flow: Flow, source: Source, library: IcmpLibrary) -> None:
        if flow.method != "icmp":
            raise NotSupported("tracing by UDP: this system does not hand out ICMP errors")
        if source.interface and not source.address:
            raise NotSupported("sending from an interface by name: not possible on this system")
        self.flow: Flow = flow
        self.refusal: WireError | None = None
        self._six = flow.family == socket.AF_INET6
        self._source = source.address
        #: who "answers" where Windows itself found nobody to hand the packet to
        self._nobody = {"0.0.0.0", "::", own_address(flow.target, source)}  # noqa: S104
        self._count = 0
        self._file = IcmpFile(library, flow.family, PAYLOAD)

    def send(self, number: int, ttl: int) -> None:
        """Send a probe; a refusal of the own machine is kept in `refusal`."""
        data = balanced(self._count, self.flow.cookie).ljust(PAYLOAD, b"\x55")
        self._count += 1
        self.flow.leaves(number)
        error = self._file.send(number, self.flow.target, self._source, data, ttl, _WAIT_MS)
        if error:
            self.refusal = sending_refused(error, f"tracing {self.flow.target}")
        else:
            meter.current().sent(_HEADER + PAYLOAD)

    def collect(self) -> None:
        for answer in self._file.answers():
            icmp = self._icmp(answer)
            if icmp is not None:
                meter.current().received(_HEADER + PAYLOAD)
                self.flow.tell(answer.number, answer.by, (*icmp, 0), answer.rtt_ms)

    def _icmp(self, answer: Answer) -> tuple[int, int] | None:
        """Type and code; None where nothing came, or Windows itself had nothing to send by."""
        if answer.status == IP_SUCCESS:
            return (129 if self._six else 0, 0)
        known = (COMPLAINTS6 if self._six else COMPLAINTS4).get(answer.status)
        return known[1] if known is not None and answer.by not in self._nobody else None

    def close(self) -> None:
        self._file.close()
