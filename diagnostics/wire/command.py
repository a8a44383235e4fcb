"""What this layer asks of whoever may start commands (diagnostics.platforms)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class StreamCommand(Protocol):
    """Starts a command and gives its output line by line.

    Leaving the context ends the command.  Raises OSError when it cannot start.
    """

    def __call__(self, argv: Sequence[str]) -> AbstractAsyncContextManager[AsyncIterator[str]]: ...
