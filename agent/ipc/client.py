"""The terminal's end of the socket (the window has its own, over Qt)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from agent.ipc.address import socket_path
from agent.ipc.lines import LineError, decode_from_agent, encode
from agent.ipc.messages import (
    LINE_LIMIT_BYTES,
    Event,
    EventBody,
    Failed,
    Hello,
    Request,
    RequestBody,
    Response,
    ResponseBody,
    Welcome,
)

CONNECT_S = 2.0


class AgentError(Exception):
    """The agent cannot be asked, or will not; the message is one sentence."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class AgentClient:
    """Ask one thing at a time; events that come between are kept for `events`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0
        self._events: list[EventBody] = []
        self.pid = 0

    async def ask(self, body: RequestBody) -> ResponseBody:
        """AgentError when it is answered with Failed or the agent goes away."""
        number = await self.send(body)
        while True:
            message = await self._next()
            if isinstance(message, Event):
                self._events.append(message.body)
            elif message.id == number:
                if isinstance(message.body, Failed):
                    raise AgentError(message.body.sentence, message.body.code)
                return message.body

    async def send(self, body: RequestBody) -> int:
        """Without waiting for the answer; returns the request's number."""
        self._number += 1
        try:
            self._writer.write(encode(Request(id=self._number, body=body)))
            await self._writer.drain()
        except ConnectionError as error:
            raise AgentError("The agent went away; call again.") from error
        return self._number

    async def events(self) -> AsyncIterator[EventBody]:
        while True:
            while self._events:
                yield self._events.pop(0)
            message = await self._next()
            if isinstance(message, Event):
                yield message.body

    async def close(self) -> None:
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _next(self) -> Response | Event:
        try:
            line = await self._reader.readline()
        except (ConnectionError, ValueError) as error:
            raise AgentError("The agent went away; call again.") from error
        if not line:
            raise AgentError("The agent went away; call again.")
        try:
            return decode_from_agent(line)
        except LineError as error:
            raise AgentError(str(error)) from error


async def connect(client: str = "terminal") -> AgentClient | None:
    """None when no agent of this user and network answers."""
    path = str(socket_path())
    try:
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_unix_connection(path, limit=LINE_LIMIT_BYTES)
    except (OSError, TimeoutError):
        return None
    agent = AgentClient(reader, writer)
    try:
        async with asyncio.timeout(CONNECT_S):
            welcome = await agent.ask(Hello(client=client))
    except (AgentError, TimeoutError):
        await agent.close()
        return None
    agent.pid = welcome.pid if isinstance(welcome, Welcome) else 0
    return agent
