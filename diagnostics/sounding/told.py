"""One fact of many: what cannot be told, or not in time, costs itself and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from diagnostics.platforms.base import PlatformError
from diagnostics.result import Reason, Unmeasured
from diagnostics.stopwatch import patient

T = TypeVar("T")


async def told(asked: Awaitable[T], within_s: float) -> T | Unmeasured:
    """The answer, or the reason why the system gave none in `within_s` seconds."""
    try:
        async with patient(within_s):
            return await asked
    except PlatformError as error:
        return Unmeasured(error.reason, str(error))
    except TimeoutError:
        return Unmeasured(Reason.TIMED_OUT, f"the system did not tell within {within_s:g} s")
    except PermissionError as error:
        return Unmeasured(Reason.NOT_PERMITTED, error.strerror or "the system refuses")
    except OSError as error:
        return Unmeasured(Reason.NOT_SUPPORTED, f"the system cannot tell: {error.strerror}")
