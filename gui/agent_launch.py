"""Starting the agent when none answers. It outlives the window: a check under way goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QProcess, QProcessEnvironment


def agent_command(profile_file: str) -> list[str]:
    """Frozen, the program is one file; from source it is a module of this Python."""
    frozen = bool(getattr(sys, "frozen", False))
    program = [sys.executable] if frozen else [sys.executable, "-m", "agent.cli"]
    provider = ["--provider", profile_file] if profile_file else []
    return [*program, "agent", "run", *provider]


def _environment() -> QProcessEnvironment:
    """From source, the packages are found wherever the window was started."""
    environment = QProcessEnvironment.systemEnvironment()
    if not getattr(sys, "frozen", False):
        here = str(Path(__file__).parent.parent)
        inherited = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (here, inherited))))
    return environment


def launcher(profile_file: str = "") -> Callable[[], bool]:
    """A function that starts the agent, away from this process; False when it cannot be."""

    def start() -> bool:
        program, *arguments = agent_command(profile_file)
        process = QProcess()
        process.setProgram(program)
        process.setArguments(arguments)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.setProcessEnvironment(_environment())
        # PySide6 gives a bool here, whatever its stubs say
        return cast("object", process.startDetached()) is True

    return start
