"""Whether a window can be shown here, told by what the session offers."""

from __future__ import annotations

import importlib.util
import os


def why_no_window() -> str:
    """Empty when a window can open, else one sentence."""
    if importlib.util.find_spec("PySide6") is None:
        return "The window's library (PySide6) is not installed."
    asked = os.environ.get("QT_QPA_PLATFORM", "")
    has_session = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    # Windows has no uid and always a desktop; so has macOS outside of ssh
    has_desktop = not hasattr(os, "getuid") or (
        bool(os.environ.get("__CF_USER_TEXT_ENCODING")) and not os.environ.get("SSH_CONNECTION")
    )
    if asked or has_session or has_desktop:
        return ""
    return "There is no display for a window."
