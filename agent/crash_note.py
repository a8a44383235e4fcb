"""What is kept of our own mistakes: a file for whoever mends it, one sentence for the person."""

from __future__ import annotations

import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from agent.folders import FolderError, data_folder, private_folder
from diagnostics.version import VERSION

#: a crash a minute for an hour must not fill a disk
KEPT = 20


def leave_note(error: BaseException) -> str:
    """Write the traceback to a file; returns the sentence that names it."""
    text = f"firsthop {VERSION}\n{''.join(traceback.format_exception(error))}"
    for folder in (data_folder() / "crashes", Path(tempfile.gettempdir())):
        try:
            place = _write(folder, text)
        except (OSError, FolderError):
            continue
        return (
            "Something went wrong inside Firsthop, and nothing was changed or sent."
            f" A note for its makers is in {place}."
        )
    return f"Something went wrong inside Firsthop ({type(error).__name__}); nothing was sent."


def _write(folder: Path, text: str) -> Path:
    if folder.name == "crashes":
        private_folder(folder)
        for old in sorted(folder.glob("crash-*.txt"))[: -KEPT + 1]:
            old.unlink(missing_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    place = folder / f"crash-{stamp}.txt"
    place.touch(mode=0o600, exist_ok=False)
    place.write_text(text, encoding="utf-8")
    return place
