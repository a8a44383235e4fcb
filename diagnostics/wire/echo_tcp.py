"""Echoes by TCP connects, for places that answer on some port."""

import asyncio
import ipaddress
import socket
import time
from contextlib import suppress

import msgspec

from diagnostics.wire.echo import EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.errors import Refused, Unreachable, WireError
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.tcp import connect
from diagnostics.wire.tcp_info import segment_info

_POLL_S = 0.005
#: Connects are not free for who is asked; a router may take more of them for an attack.
_LEAST_INTERVAL_S = 0.1
_PORTS = (443, 53, 80, 22)
_FIND_S = 1.2
#: Linux sends a lost SYN again after 1 s (RFC 6298): an answer from then on is not the first one's.
_SYN_AGAIN_S = 0.98


class TcpEchoes:
    """A refusal is an answer too where only the asked machine itself can have sent it."""

    def __init__(self, target: str, plan: EchoPlan) -> None:
        self._plan = msgspec.structs.replace(
            plan, interval_s=max(plan.interval_s, _LEAST_INTERVAL_S)
        )
        self.ledger: Ledger = Ledger(target, "tcp_connect", self._plan)
        self._target = target
        self._port = plan.tcp_port
        self._tasks: set[asyncio.Task[None]] = set()
        self._due_s = 0.0
        # A firewall on the way refuses in the name of far places.
        self._near = not ipaddress.ip_address(target.partition("%")[0]).is_global

    async def start(self) -> None:
        """Find a port that answers; with none the plan's is asked all the same."""
        ports = dict.fromkeys((self._plan.tcp_port, *_PORTS))
        asked = [asyncio.create_task(self._answers(port)) for port in ports]
        try:
            for first in asyncio.as_completed(asked, timeout=_FIND_S):
                port = await first
                if port is not None:
                    self._port = port
                    return
        except TimeoutError:
            return
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    async def _answers(self, port: int) -> int | None:
        try:
            (await connect(self._target, port, _FIND_S, self._plan.source)).close()
        except Refused:
            return port if self._near else None
        except WireError:
            return None
        return port

    def send(self) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._due_s:
            return
        self._due_s = max(self._due_s + self._plan.interval_s, loop.time())
        seq = self.ledger.sent(loop.time(), time.time_ns())
        task = asyncio.create_task(self._connect(seq))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, seq: int) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        plan = self._plan
        try:
            sock = await connect(self._target, self._port, plan.timeout_s, plan.source)
        except Refused:
            waited_s = loop.time() - begun
            if self._near and waited_s < _SYN_AGAIN_S:
                self.ledger.timed(seq, waited_s * 1000, 0)
        except Unreachable as error:
            self.ledger.complained(seq, loop.time(), None, error.by, "host_unreachable", (0, 0))
        except WireError:
            return
        else:
            self._connected(seq, sock, loop.time() - begun)

    def _connected(self, seq: int, sock: socket.socket, waited_s: float) -> None:
        with sock:
            info = segment_info(sock)
            with suppress(OSError):  # cut by the other side already
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, KERNEL.cut)
        again = waited_s >= _SYN_AGAIN_S if info is None else info.total_retrans > 0
        if again:
            return
        # The kernel's own figure of the handshake, where it is one.
        kernel_ms = info.rtt_ms if info is not None else 0.0
        rtt_ms = kernel_ms if 0 < kernel_ms <= waited_s * 1000 else waited_s * 1000
        self.ledger.timed(seq, rtt_ms, 0)

    def collect(self) -> None:
        """Connects enter themselves."""

    async def settled(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.ledger.settle(loop.time())
            if not self.ledger.open_count:
                return
            await asyncio.sleep(_POLL_S)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
