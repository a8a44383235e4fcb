"""The window's end of the local socket: JSON lines in, typed messages out; reconnects by itself."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket

from agent.ipc.lines import LineError, decode_from_agent, encode
from agent.ipc.messages import (
    LINE_LIMIT_BYTES,
    EventBody,
    Failed,
    Hello,
    Request,
    RequestBody,
    Response,
    ResponseBody,
    Welcome,
)
from gui.locale import _

OnAnswer = Callable[[ResponseBody], None]
CLIENT = "window"
TURN_MS = 8  # decoding per turn of the event loop: half a frame at 60 Hz
RETRY_FIRST_MS = 150
RETRY_MOST_MS = 3000
START_EVERY_MS = 5000  # an agent that dies at once is not started in a tight circle


class LinkState(StrEnum):
    CONNECTING = "connecting"  # at the start, before anything is known
    CONNECTED = "connected"
    LOST = "lost"  # it was there and went away
    ABSENT = "absent"  # could not be started or does not answer


class AgentLink(QObject):
    """Ask with `ask`; events arrive by `told`. `start_agent` is called when nobody answers."""

    state_changed = Signal()
    told = Signal(object)

    def __init__(
        self, server: str, start_agent: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._server = server
        self._start_agent = start_agent
        self.state = LinkState.CONNECTING
        self.agent_pid = 0  # of the agent that answered last
        self._asked: dict[int, OnAnswer] = {}
        self._next_id = 1
        self._buffer = bytearray()
        self._seen = 0  # bytes of the buffer already searched for a line feed
        self._failures = 0
        self._since_start = QElapsedTimer()
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self.open)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._take_lines)
        self._socket = QLocalSocket(self)
        self._socket.connected.connect(self._greet)
        self._socket.disconnected.connect(self._on_gone)
        self._socket.errorOccurred.connect(self._on_gone)
        self._socket.readyRead.connect(self._read)

    def open(self) -> None:
        if self._socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
            self._socket.connectToServer(self._server)

    def close(self) -> None:
        self._retry.stop()
        self._socket.blockSignals(True)
        self._socket.abort()

    def ask(self, body: RequestBody, on_answer: OnAnswer) -> None:
        """`on_answer` is called exactly once, with Failed when the agent goes away first."""
        if self._socket.state() is not QLocalSocket.LocalSocketState.ConnectedState:
            QTimer.singleShot(0, self, lambda: on_answer(_gone()))
            return
        request_id = self._next_id
        self._next_id += 1
        self._asked[request_id] = on_answer
        self._socket.write(encode(Request(id=request_id, body=body)))

    def _greet(self) -> None:
        self._buffer.clear()
        self._seen = 0
        self.ask(Hello(client=CLIENT), self._on_welcome)

    def _on_welcome(self, body: ResponseBody) -> None:
        if isinstance(body, Welcome):
            self._failures = 0
            self.agent_pid = body.pid
            self._set_state(LinkState.CONNECTED)
        elif isinstance(body, Failed) and body.code == "version":
            # an agent of another version holds the place; it is asked again until it has gone
            self._set_state(LinkState.ABSENT)
            self._socket.abort()

    def _on_gone(self) -> None:
        if self._retry.isActive():
            return
        asked, self._asked = self._asked, {}
        was_connected = self.state is LinkState.CONNECTED
        self._failures = 0 if was_connected else self._failures + 1
        if was_connected:
            self._set_state(LinkState.LOST)
        elif self._failures > 8 and self.state is not LinkState.ABSENT:
            self._set_state(LinkState.ABSENT)
        self._start_if_due()
        self._retry.start(min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** min(self._failures, 5)))
        for on_answer in asked.values():
            on_answer(_gone())

    def _start_if_due(self) -> None:
        if self._since_start.isValid() and self._since_start.elapsed() < START_EVERY_MS:
            return
        self._since_start.start()
        if not self._start_agent():
            self._set_state(LinkState.ABSENT)

    def _set_state(self, state: LinkState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()

    def _read(self) -> None:
        self._buffer += self._socket.readAll().data()
        if not self._more.isActive():
            self._take_lines()

    def _take_lines(self) -> None:
        turn = QElapsedTimer()
        turn.start()
        while (end := self._buffer.find(b"\n", self._seen)) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._seen = 0
            self._take(line)
            if turn.elapsed() >= TURN_MS:
                self._more.start()
                return
        self._seen = len(self._buffer)
        if self._seen > LINE_LIMIT_BYTES:
            self._socket.abort()

    def _take(self, line: bytes) -> None:
        try:
            message = decode_from_agent(line)
        except LineError:
            return  # an agent of a newer version may say what this window does not know
        if isinstance(message, Response):
            on_answer = self._asked.pop(message.id, None)
            if on_answer is not None:
                on_answer(message.body)
            return
        self._tell(message.body)

    def _tell(self, body: EventBody) -> None:
        self.told.emit(body)


def _gone() -> Failed:
    return Failed(
        code="agent_lost",
        sentence=_("The measuring service stopped before it could answer. It is being restarted."),
    )
