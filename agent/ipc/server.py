"""The agent's end of the socket: reads requests, answers each once, tells events to everybody.

A slow or dead client never holds up the others: each has its own queue, and one that does not
read is let go. Windows: a named pipe would take the place of the socket behind `serve`; it is
not written yet, and the agent says so there.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from agent.folders import private_folder
from agent.ipc.address import lock_path, socket_path
from agent.ipc.lines import LineError, decode_request, encode
from agent.ipc.messages import (
    LINE_LIMIT_BYTES,
    Event,
    EventBody,
    Failed,
    RequestBody,
    Response,
    ResponseBody,
)
from agent.ipc.peer import SingleLock, is_same_user

#: a client that has not read this much is dead or stuck (some hundred Runs)
UNREAD_BYTES = 32 * 1024 * 1024
MOST_CLIENTS = 32
Answer = Callable[[RequestBody], Awaitable[ResponseBody]]


class _Id(msgspec.Struct):
    id: int = 0


class Client:
    """One connection: what is to be told waits in `_unsent`, never in the agent's way."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        self._news = asyncio.Event()
        self._closing = False

    def tell(self, line: bytes) -> None:
        if self._closing:
            return
        self._unsent.append(line)
        self._unsent_bytes += len(line)
        self._news.set()
        if self._unsent_bytes > UNREAD_BYTES:
            self.drop()

    def drop(self) -> None:
        self._closing = True
        self._unsent.clear()
        self._news.set()
        self._writer.transport.abort()

    def finish(self) -> None:
        """Send what waits, then end."""
        self._closing = True
        self._news.set()

    async def write(self) -> None:
        """Until closed; runs as a task of its own."""
        with suppress(ConnectionError):
            while True:
                await self._news.wait()
                self._news.clear()
                while self._unsent:
                    line = self._unsent.pop(0)
                    self._unsent_bytes -= len(line)
                    self._writer.write(line)
                    await self._writer.drain()
                if self._closing:
                    return

    async def close(self) -> None:
        self._writer.close()
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()


class Server:
    """Listens from `open` to `close`. `answer` is asked for every request, in its own task."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._clients: set[Client] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._lock: SingleLock | None = None
        self._path = socket_path()

    async def open(self) -> None:
        """Raises AnotherAgentError when one runs already, FolderError without a place for it."""
        private_folder(self._path.parent)
        self._lock = SingleLock(lock_path())
        # we hold the lock: a socket that lies here was left by an agent that was killed
        self._path.unlink(missing_ok=True)
        listener = _listener(self._path)
        self._server = await asyncio.start_unix_server(
            self._serve, sock=listener, limit=LINE_LIMIT_BYTES
        )

    def tell(self, body: EventBody) -> None:
        """To every client, without waiting for any."""
        if self._clients:
            line = encode(Event(body=body))
            for client in tuple(self._clients):
                client.tell(line)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            client.finish()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=0.5)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._path.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.release()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection: socket.socket = writer.get_extra_info("socket")
        if not is_same_user(connection) or len(self._clients) >= MOST_CLIENTS:
            writer.close()
            return
        client = Client(reader, writer)
        self._clients.add(client)
        writing = self._task(client.write())
        reading = self._task(self._read(client))
        try:
            await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
            client.finish()
            await asyncio.wait({writing}, timeout=1.0)
        finally:
            self._clients.discard(client)
            for task in (writing, reading):
                task.cancel()
            await client.close()

    def _task(self, work: Awaitable[None]) -> asyncio.Task[None]:
        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _read(self, client: Client) -> None:
        while True:
            try:
                line = await client.reader.readline()
            except ConnectionError:
                return
            except ValueError:  # longer than the limit: the rest cannot be told from a new line
                sentence = "The request is too long; the connection ends."
                client.tell(encode(Response(id=0, body=Failed(code="line", sentence=sentence))))
                return
            if not line:
                return
            if line.strip():
                self._task(self._respond(client, line))

    async def _respond(self, client: Client, line: bytes) -> None:
        try:
            request = decode_request(line)
        except LineError as error:
            failed = Failed(code="line", sentence=str(error))
            client.tell(encode(Response(id=_id_of(line), body=failed)))
            return
        body = await self._answer(request.body)
        client.tell(encode(Response(id=request.id, body=body)))


def _listener(path: Path) -> socket.socket:
    """Bound with mode 0600 from its first moment: the folder is 0700, the mode is set before
    anybody can be accepted."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(16)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _id_of(line: bytes) -> int:
    """The number of a request that cannot be read otherwise, so that its sender hears of it."""
    try:
        return msgspec.json.decode(line, type=_Id).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0
