"""One question and its answer by UDP, timed by the kernel where it stamps."""

import asyncio
import socket

import msgspec

from diagnostics.wire import meter, stamps
from diagnostics.wire.errors import TimedOut, WireError, datagram_error, wire_error
from diagnostics.wire.source import Source, bind, family_of, sockaddr


class Datagram(msgspec.Struct, frozen=True):
    """What came back. `rtt_ms` from the last send; `arrived_at_s` is Unix time."""

    data: bytes
    rtt_ms: float
    arrived_at_s: float


class UdpExchange:
    """A connected socket, so that only the asked address can answer and errors are seen."""

    def __init__(self, address: str, port: int, source: Source, doing: str) -> None:
        self._doing = doing
        self._loop = asyncio.get_running_loop()
        self._sent_ns = 0
        self._sent_s = 0.0
        try:
            self._sock = socket.socket(family_of(address), socket.SOCK_DGRAM)
        except OSError as error:
            raise wire_error(error, doing) from None
        try:
            self._sock.setblocking(False)
            bind(self._sock, source)
            self._sock.connect(sockaddr(address, port))
            stamps.enable(self._sock, sending=False)
        except OSError as error:
            self._sock.close()
            raise wire_error(error, doing) from None
        except WireError:
            self._sock.close()
            raise

    def send(self, data: bytes) -> None:
        self._sent_ns, self._sent_s = stamps.wall_ns(), self._loop.time()
        try:
            self._sock.send(data)
        except OSError as error:
            raise self._failure(error) from None
        meter.current().sent(len(data))

    async def receive(self, timeout_s: float) -> Datagram:
        """The next datagram; raises TimedOut, Refused, Unreachable."""
        arrived = asyncio.Event()
        self._loop.add_reader(self._sock.fileno(), arrived.set)
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    await arrived.wait()
                    arrived.clear()
                    try:
                        return self._read()
                    except BlockingIOError:
                        continue
        except TimeoutError:
            return self._last_look(timeout_s)
        except OSError as error:
            raise self._failure(error) from None
        finally:
            self._loop.remove_reader(self._sock.fileno())

    def _last_look(self, timeout_s: float) -> Datagram:
        """On a slow computer an answer may have lain here long before its turn came."""
        try:
            return self._read()
        except BlockingIOError:
            raise TimedOut(f"{self._doing}: no answer in {timeout_s:g} s") from None
        except OSError as error:
            raise self._failure(error) from None

    def _failure(self, error: OSError) -> WireError:
        return datagram_error(error, self._doing)

    def _read(self) -> Datagram:
        data, ancillary = stamps.receive(self._sock, 65_535)
        now_ns, now_s = stamps.wall_ns(), self._loop.time()
        meter.current().received(len(data))
        waited_ms = (now_s - self._sent_s) * 1000
        stamp = stamps.stamp_ns(ancillary)
        if stamp is not None:
            # Wall time may have been set meanwhile: believe it only near the monotonic clock.
            stamped_ms = (stamp - self._sent_ns) / 1e6
            if 0 <= stamped_ms <= waited_ms + 1:
                return Datagram(data, stamped_ms, stamp / 1e9)
        return Datagram(data, waited_ms, now_ns / 1e9)

    def close(self) -> None:
        self._sock.close()
