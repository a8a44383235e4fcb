"""Linux's system bus (D-Bus): one question, one answer, and nothing left open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol, cast

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.result import Reason

_CONNECT_S = 0.5
_ANSWER_S = 0.8
_PROPERTIES = "org.freedesktop.DBus.Properties"


class Target(msgspec.Struct, frozen=True):
    """Who is asked, and about what."""

    service: str
    path: str
    interface: str


class Answer(msgspec.Struct, frozen=True):
    """`error` is "" where the answer is one; `body` has Variants taken out."""

    body: tuple[object, ...] = ()
    error: str = ""


class _Reply(Protocol):
    body: list[object]
    error_name: str | None


class _Opened(Protocol):
    async def call(self, msg: object) -> _Reply | None: ...
    def disconnect(self) -> None: ...
    async def wait_for_disconnect(self) -> None: ...


class SystemBus:
    def __init__(self, opened: _Opened) -> None:
        self._opened = opened

    async def call(
        self, target: Target, member: str, signature: str = "", body: Sequence[object] = ()
    ) -> Answer:
        """PlatformError(timed_out) where the service hangs; its refusals are answers."""
        from dbus_fast import Message  # noqa: PLC0415

        message = Message(
            destination=target.service,
            path=target.path,
            interface=target.interface,
            member=member,
            signature=signature,
            body=list(body),
        )
        try:
            async with asyncio.timeout(_ANSWER_S):
                reply = await self._opened.call(message)
        except TimeoutError as error:
            raise PlatformError(Reason.TIMED_OUT, f"{target.service} does not answer") from error
        except (OSError, EOFError) as error:
            raise PlatformError(Reason.NOT_SUPPORTED, "the system bus has gone") from error
        if reply is None:
            return Answer()
        if reply.error_name:
            return Answer(error=reply.error_name)
        return Answer(body=tuple(plain(part) for part in reply.body))

    async def read(self, target: Target, name: str) -> object:
        """A property; None where it cannot be read."""
        about = Target(target.service, target.path, _PROPERTIES)
        answer = await self.call(about, "Get", "ss", (target.interface, name))
        return answer.body[0] if answer.body else None


def plain(value: object) -> object:
    """Without the Variants that wrap values inside dictionaries."""
    from dbus_fast import Variant  # noqa: PLC0415

    if isinstance(value, Variant):
        return plain(cast("object", value.value))
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return {key: plain(content) for key, content in pairs}
    if isinstance(value, list):
        return [plain(part) for part in cast("list[object]", value)]
    return value


@asynccontextmanager
async def system_bus() -> AsyncGenerator[SystemBus, None]:
    """PlatformError(not_supported) where there is no bus, or it does not let us in."""
    from dbus_fast import BusType  # noqa: PLC0415
    from dbus_fast.aio import MessageBus  # noqa: PLC0415
    from dbus_fast.errors import AuthError, DBusError, InvalidAddressError  # noqa: PLC0415

    try:
        bus = MessageBus(bus_type=BusType.SYSTEM)
    except (OSError, InvalidAddressError) as error:
        raise PlatformError(Reason.NOT_SUPPORTED, "there is no system bus") from error
    opened = cast("_Opened", cast("object", bus))
    try:
        try:
            async with asyncio.timeout(_CONNECT_S):
                await bus.connect()
        except (OSError, EOFError, AuthError, DBusError, TimeoutError) as error:
            raise PlatformError(Reason.NOT_SUPPORTED, "the system bus does not answer") from error
        yield SystemBus(opened)
    finally:
        opened.disconnect()
        with suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(_CONNECT_S):
                await opened.wait_for_disconnect()
