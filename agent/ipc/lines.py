"""The contract's lines: one message, one line of JSON (UTF-8), at most LINE_LIMIT_BYTES."""

from __future__ import annotations

from functools import cache

import msgspec

from agent.ipc.messages import Event, FromAgent, Request, Response


class LineError(ValueError):
    """A line that is no message of this contract; the text is one sentence."""


_ENCODER = msgspec.json.Encoder()


# Made at the first line: a terminal without an agent reads none.
@cache
def _requests() -> msgspec.json.Decoder[Request]:
    return msgspec.json.Decoder(Request)


@cache
def _from_agent() -> msgspec.json.Decoder[FromAgent]:
    return msgspec.json.Decoder(FromAgent)


def encode(message: Request | Response | Event) -> bytes:
    """One line, with its line feed."""
    return _ENCODER.encode(message) + b"\n"


def decode_request(line: bytes) -> Request:
    try:
        return _requests().decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LineError(f"The request cannot be read: {error}.") from error


def decode_from_agent(line: bytes) -> FromAgent:
    try:
        return _from_agent().decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LineError(f"The agent's message cannot be read: {error}.") from error
