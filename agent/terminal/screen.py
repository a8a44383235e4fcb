"""What a person sees in the terminal: progress on standard error, findings on standard output.

Colour and movement only on a terminal that has not asked for NO_COLOR; rich loads only there.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from agent.exits import CommandError
from agent.ipc.messages import (
    CheckStarted,
    ProbeMoved,
    VerdictSoFar,
)
from agent.orders import Telling
from agent.terminal.findings import Line
from agent.terminal.plain import plain
from diagnostics.words import Words

if TYPE_CHECKING:
    from rich.progress import Progress

#: blanks, and the sign or number of a list's line
_BEGIN = re.compile(r"\s*(?:-\s|\d+\.\s)?")
MOST_NARROW = 20


class Display(Protocol):
    """Shows how a check goes; `close` clears what moves."""

    def hear(self, telling: Telling) -> None: ...

    def close(self) -> None: ...


class Silent:
    """For --json -: nothing but the document."""

    def hear(self, telling: Telling) -> None:
        pass

    def close(self) -> None:
        pass


class PlainDisplay:
    """A line whenever the verdict changes: for logs, pipes and dumb terminals."""

    def __init__(self) -> None:
        self._said = ""

    def hear(self, telling: Telling) -> None:
        if isinstance(telling, CheckStarted):
            self._say(f"Checking, about {telling.expected_s:.0f} seconds.")
        elif isinstance(telling, VerdictSoFar) and not telling.final:
            self._say(f"So far: {plain(telling.verdict.headline)}")

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def close(self) -> None:
        pass


class LiveDisplay:
    """A bar with what is measured now, and the verdict as it stands."""

    def __init__(self) -> None:
        self._progress = _progress()
        self._task = self._progress.add_task("Checking", total=1.0)
        self._verdict = ""
        self._progress.start()

    def hear(self, telling: Telling) -> None:
        if isinstance(telling, VerdictSoFar):
            self._verdict = plain(telling.verdict.headline)
            self._progress.update(self._task, description=self._verdict)
        elif isinstance(telling, ProbeMoved):
            words = self._verdict or f"Checking: {plain(Words().probe(telling.probe))}"
            self._progress.update(self._task, completed=telling.fraction, description=words)

    def close(self) -> None:
        self._progress.stop()


def _progress() -> Progress:
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    return Progress(
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True, highlight=False, markup=False, emoji=False),
        transient=True,
    )


def display(silent: bool) -> Display:
    if silent:
        return Silent()
    moving = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return LiveDisplay() if moving else PlainDisplay()


def show(lines: Iterable[Line]) -> None:
    """To standard output, wrapped and styled on a terminal, as it stands elsewhere."""
    try:
        _put(lines)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from error


def unwritable(error: OSError) -> CommandError:
    """Standard output is a full disk or a device that takes nothing."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - what is left unwritten must not be tried again
    return CommandError(f"The answer could not be written: {error.strerror}.")


def _put(lines: Iterable[Line]) -> None:
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{text}\n" for text, _ in lines))
        return
    wide = max(MOST_NARROW, shutil.get_terminal_size().columns)
    wrapped = [Line(part, style) for text, style in lines for part in folded(text, wide)]
    if os.environ.get("NO_COLOR"):
        sys.stdout.write("".join(f"{text}\n" for text, _ in wrapped))
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for text, style in wrapped:
        console.print(Text(text, style=style))


def folded(text: str, columns: int) -> list[str]:
    """Lines no wider than the terminal; what goes on stands under its beginning."""
    begin = _BEGIN.match(text)
    hanging = " " * (begin.end() if begin else 0)
    return textwrap.wrap(text, columns, subsequent_indent=hanging, break_on_hyphens=False) or [""]
