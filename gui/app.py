"""The desktop app: `main` opens the one window and ends with its exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import resources

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

from agent.ipc.address import socket_path
from diagnostics.words import Words
from gui.agent_launch import launcher
from gui.agent_link import AgentLink
from gui.brand.look import Look
from gui.case import Case
from gui.locale import use
from gui.remembered import Remembered
from gui.window import Window


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; `--provider FILE` is handed on to an agent that has to be started."""
    parser = argparse.ArgumentParser(prog="firsthop", description="Open the Firsthop window.")
    parser.add_argument("--provider", default="", metavar="FILE")
    wanted: str = parser.parse_args(sys.argv[1:] if argv is None else list(argv)).provider
    app = make_application()
    look = Look(app)
    link = AgentLink(str(socket_path()), launcher(wanted), app)
    case = Case(link, app)
    case.profile_changed.connect(lambda: look.set_accent(case.profile.brand.accent))
    window = Window(case, Remembered())
    window.show()
    link.open()
    status = app.exec()
    link.close()
    return status


def make_application() -> QApplication:
    app = QApplication(["firsthop"])
    dress(app)
    speak(app, Words(spoken_language(QLocale.system().name().replace("_", "-"))))
    return app


def dress(app: QApplication) -> None:
    """Fusion looks the same everywhere; the colours come from the profile."""
    app.setStyle("Fusion")
    app.setApplicationName("firsthop")
    app.setApplicationDisplayName("")


def spoken_language(system: str) -> str:
    """The system's language when there is a catalogue for it; English words stay left-to-right."""
    folder = resources.files("diagnostics").joinpath("locale")
    for tag in (system, system.partition("-")[0]):
        if folder.joinpath(f"{tag}.po").is_file():
            return tag
    return "en"


def speak(app: QApplication, chosen: Words) -> None:
    use(chosen)
    left, right = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
    app.setLayoutDirection(right if chosen.right_to_left else left)


if __name__ == "__main__":
    sys.exit(main())
