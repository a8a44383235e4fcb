"""Sending as fast as the line takes it; what counts is what was acknowledged."""

import os
import socket
import ssl
from collections import deque

from diagnostics.wire import http_message, meter
from diagnostics.wire.errors import BadAnswer, WireError, wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.speed_server import Endpoint
from diagnostics.wire.tcp_info import TcpInfo
from diagnostics.wire.transfer_body import Body
from diagnostics.wire.transfer_flow import Flow

# Random, so that nothing on the way can make it smaller; it is sent over and over.
# The pieces begin at three places in turn, so that the same comes back after 768 KiB.
_NOISE = memoryview(os.urandom(5 << 17))
_PIECE = 262_144
_UNSENT = 131_072
#: where only answers tell what has arrived: the first request, and how far apart answers come
_FIRST_CONFIRMED, _APART_S = 16_384, 0.05
#: what is known of the rate before then is a burst
_FIRST_RATE_S = 0.5
#: where a request waits for the last one's answer: the first, and what is often enough
_FIRST_ALONE, _OFTEN_S = 65_536, 0.1
#: the only request of a connection
_ONLY = 262_144
#: sent at most before others have their turn: a socket that is never full would keep it for good
_TURN = 2 << 20
#: an answer and the cut that belongs to it may come so far apart, and a round trip
_APART_CUT_S = 0.1
#: so many requests may wait for their answers, so that no round trip is lost between two
_MOST_ASKED = 64


class UploadFlow(Flow):
    """POST after POST on one connection.

    Where the kernel does not tell what was acknowledged, the next request follows at once (RFC
    9112, 9.3.2), so that small ones, whose answers tell it, leave no gaps.
    """

    def __init__(self, sock: socket.socket, endpoint: Endpoint) -> None:
        super().__init__(sock, endpoint)
        #: what goes out next, before noise
        self.pending: memoryview = memoryview(b"")
        #: bytes that the server has said it has
        self.answered: int = 0
        self._left = 0
        self._waiting = False
        #: when the answer came, before all was sent, from a server that reads on all the same
        self._early_since_s: float | None = None
        self._grew_s = 0.0
        self._reply: Body | None = None
        self._answers = 0
        #: bytes of the requests that are not answered yet, the one that is being sent included
        self._asked: deque[int] = deque()
        self._begun_s = self._asked_s = self._loop.time()
        self._ahead = False
        #: an answer without a length: the connection ends with it
        self._closing = False
        self._size = endpoint.size
        if self.info is None:
            # Nobody but the server tells what has arrived: let it say so often.
            self._ahead, self._size = True, min(_FIRST_CONFIRMED, endpoint.size)
        # Full segments only, and no more in the queue than keeps the kernel busy.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        if KERNEL.notsent_lowat is not None:
            sock.setsockopt(socket.IPPROTO_TCP, KERNEL.notsent_lowat, _UNSENT)

    def segments(self, info: TcpInfo) -> tuple[int, int, int]:
        return info.delivered, info.bytes_acked, info.snd_mss

    def loaded_rtt_ms(self) -> float:
        return self.info.rtt_ms if self.info else 0.0

    def on_the_wire(self) -> float:
        sent = self.info.bytes_sent if self.info else 0
        return max(super().on_the_wire(), float(sent))

    def grain(self) -> int:
        return super().grain() if self.info else self._size

    @property
    def answers(self) -> int:
        return self._answers

    def confirmed(self) -> int:
        return self.answered

    def only_one(self) -> None:
        """The server closes after each answer: let that one request be worth the connection."""
        if self.info is None:
            self._ahead, self._size = False, min(_ONLY, self.endpoint.size)

    def start(self) -> None:
        self._begun_s = self._loop.time()
        self.pending = memoryview(self.first_words())
        self.watch(writing=True)
        self.watch(writing=False)

    def first_words(self) -> bytes:
        """A request; its body is what `more` says."""
        target = self.endpoint.target
        headers = (
            ("User-Agent", "firsthop"),
            ("Content-Type", "application/octet-stream"),
            ("Content-Length", str(self._size)),
        )
        head = http_message.request("POST", target.path, target.authority, headers)
        self._left = self._size
        self._asked_s = self._loop.time()
        self._asked.append(len(head) + self._size)
        return head

    def more(self) -> int:
        """How much noise may follow what was sent; 0: wait for the server."""
        return 0

    def pump(self) -> None:
        if self.finished:
            return
        while not self.finished and not self._deaf and self.read_answer():
            pass
        until = self.moved + _TURN
        while not self.finished and not self._waiting and self.moved < until and self._write():
            pass

    def read_answer(self) -> bool:
        """The server has it all, or has heard enough to say so; False when there is no more now.

        What TLS has decrypted already wakes nobody, so that all of it must be read at once.
        """
        data = self.take(4096)
        if data is None:
            return False
        while data and not self._closing and not self.finished:
            data = self._read_reply(data)
        return True

    def _read_reply(self, data: bytes) -> bytes:
        """Returns what belongs to the next answer."""
        if self._reply is None:
            found = self.head_in(data)
            if found is None:
                return b""
            self._reply, data = Body(found[0]), found[1]
            self.closes = (found[0].header("connection") or "").strip().lower() == "close"
        try:
            rest = self._reply.feed(data)
        except BadAnswer as error:
            self.fail(error)
            return b""
        told = self._reply.told
        if not self._reply.ended and told:
            return b""
        self._reply = None
        self._answers += 1
        self._closing = not told or (self.closes and self.info is None)
        expected = len(self._asked) > 1
        self._answered()
        return rest if expected else b""

    @property
    def _deaf(self) -> bool:
        """An early answer is the last word on what is being sent, as the kernel tells the rest.

        Some end their own half of the connection then and read on (RFC 9112, 9.6), with TLS not
        always as it should be, which would end both halves for us.
        """
        return self._early_since_s is not None and self.info is not None

    def amount(self) -> float:
        before = self._last
        found = super().amount()
        if found > before:
            self._grew_s = self._loop.time()
        return found

    def _answered(self) -> None:
        """The oldest request is answered: count it, now or when all of it is sent."""
        if len(self._asked) == 1 and not self._waiting and (self.pending or self._left):
            if self._ahead:
                self._ahead, self._size = False, min(_FIRST_ALONE, self.endpoint.size)
            if not self._closing:
                self._early_since_s = self._grew_s = self._loop.time()
            if self._deaf:
                self._loop.remove_reader(self.sock.fileno())
            return
        self._count()
        if self._waiting and not self._closing:
            self._ask()
            self.go_on()

    def _count(self) -> None:
        self.answered += self._asked.popleft() if self._asked else 0
        now_s = self._loop.time()
        if self.info is None and self._ahead:
            ran_s = max(now_s - self._begun_s, _FIRST_RATE_S)
            apart = int(self.answered / ran_s * _APART_S)
            self._size = min(max(_FIRST_CONFIRMED, apart), self.endpoint.size)
        elif self.info is None and now_s - self._asked_s < _OFTEN_S:
            self._size = min(2 * self._size, self.endpoint.size)

    def _ask(self) -> None:
        """Another request."""
        self.pending = memoryview(self.first_words())

    def go_on(self) -> None:
        """There is something to send again."""
        self._waiting = False
        self.watch(writing=True)

    def _write(self) -> bool:
        if not self.pending and not self._refill():
            return self._next_request()
        try:
            size = self.sock.send(self.pending)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError as error:
            while not self.finished and not self._deaf and self.read_answer():
                pass  # why it will not have more, where it says so
            self.fail(self._cut(error))
            return False
        meter.current().sent(size)
        self.moved += size
        self.pending = self.pending[size:]
        return True

    def _cut(self, error: OSError) -> WireError:
        """Who calls taken what it then cuts, unread, has measured nothing but its own buffers."""
        self.amount()
        now_s, slack_s = self._loop.time(), _APART_CUT_S + self.loaded_rtt_ms() / 1000
        since_s = self._early_since_s
        if since_s is not None and (
            now_s - since_s < slack_s or now_s - self._grew_s > 2 * slack_s
        ):
            return BadAnswer("the speed server says that it has an upload which it cuts")
        return wire_error(error, f"sending to {self.endpoint.target.host}")

    def _next_request(self) -> bool:
        """All of the last one is sent; False when the next one has to wait."""
        if self._early_since_s is not None:
            self._early_since_s = None
            self._count()
            self.watch(writing=False)
            self._ask()
            return True
        if self._ahead and not self._closing and len(self._asked) < _MOST_ASKED:
            self._ask()
            return True
        self._waiting = True
        self._loop.remove_writer(self.sock.fileno())
        return False

    def _refill(self) -> bool:
        if not self._left:
            self._left = self.more()
            if self.pending:
                return True
        if not self._left:
            return False
        at = self.moved % (len(_NOISE) - _PIECE)
        self.pending = _NOISE[at : at + min(_PIECE, self._left)]
        self._left -= len(self.pending)
        return True
