"""Any exception of a probe → a reason of the closed list."""

from __future__ import annotations

import asyncio

from diagnostics.platforms.base import PlatformError
from diagnostics.probe import ProbeError
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.errors import (
    BadAnswer,
    NotPermitted,
    NotSupported,
    TimedOut,
    TlsFailed,
    WireError,
)

_WIRE = (
    (NotPermitted, Reason.NOT_PERMITTED),
    (NotSupported, Reason.NOT_SUPPORTED),
    (TimedOut, Reason.TIMED_OUT),
    (BadAnswer, Reason.BAD_ANSWER),
    (TlsFailed, Reason.BAD_ANSWER),
)


def unmeasured(error: BaseException) -> Unmeasured:
    """Whatever is not foreseen is our own mistake, and says where it happened."""
    if isinstance(error, (ProbeError, PlatformError)):
        return Unmeasured(error.reason, str(error))
    if isinstance(error, asyncio.CancelledError):
        return Unmeasured(Reason.CANCELLED, "stopped before it had ended")
    if isinstance(error, WireError):
        return Unmeasured(_wire_reason(error), error.detail)
    if isinstance(error, TimeoutError):
        return Unmeasured(Reason.TIMED_OUT, "not done within its time limit")
    if isinstance(error, PermissionError):
        return Unmeasured(Reason.NOT_PERMITTED, error.strerror or "the system refuses")
    return Unmeasured(Reason.INTERNAL, f"{type(error).__name__}: {error}{_place(error)}")


def _wire_reason(error: WireError) -> Reason:
    for kind, reason in _WIRE:
        if isinstance(error, kind):
            return reason
    return Reason.NO_ANSWER  # refused, reset, unreachable, no such name


def _place(error: BaseException) -> str:
    """Module and line of the deepest frame: enough to find it, no path of this computer."""
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    module = str(trace.tb_frame.f_globals.get("__name__", "?"))
    return f" ({module} line {trace.tb_lineno})"
