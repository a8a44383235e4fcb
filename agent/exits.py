"""Exit statuses of the command, and the faults that end it with one sentence."""

from __future__ import annotations

from enum import IntEnum

from diagnostics.verdict import Status


class Exit(IntEnum):
    HEALTHY = 0
    PROBLEM = 1
    WRONG_USAGE = 2
    CANNOT_TELL = 3
    COULD_NOT_RUN = 4


class CommandError(Exception):
    """Ends the command; the message is one sentence that says what to do."""

    status = Exit.COULD_NOT_RUN


class UsageError(CommandError):
    status = Exit.WRONG_USAGE


def exit_of(status: Status) -> Exit:
    """The exit status that stands for a verdict."""
    return {
        Status.HEALTHY: Exit.HEALTHY,
        Status.PROBLEM: Exit.PROBLEM,
        Status.CANNOT_TELL: Exit.CANNOT_TELL,
    }[status]
