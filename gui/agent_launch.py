"""Starting the agent when none answers. It outlives the window: a check under way goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QProcess


def agent_command(profile_file: str) -> list[str]:
    """Frozen, the program is one file; from source it is a module of this Python."""
    frozen = bool(getattr(sys, "frozen", False))
    program = [sys.executable] if frozen else [sys.executable, "-m", "agent.cli"]
    provider = ["--provider", profile_file] if profile_file else []
    return [*program, "agent", "run", *provider]


def launcher(profile_file: str = "") -> Callable[[], bool]:
    """A function that starts the agent, away from this process; False when it cannot be."""

    def start() -> bool:
        program, *arguments = agent_command(profile_file)
        process = QProcess()
        process.setProgram(program)
        process.setArguments(arguments)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        started, _pid = process.startDetached()
        return started

    return start
