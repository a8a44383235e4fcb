"""Captured output of real tools. Most of it may not be passed on, so it lies outside the repo."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def folder() -> Path:
    """Where the collection is, or would be."""
    return Path(os.environ.get("FIRSTHOP_FIXTURES", str(_ROOT.parent / "shared" / "fixtures")))


def captured(name: str) -> str:
    """Text of one capture, skipping the test where the collection is not there."""
    path = folder() / name
    if not path.exists():
        pytest.skip(f"no captured output at {path.name}")
    return path.read_bytes().decode("utf-8", errors="replace")
