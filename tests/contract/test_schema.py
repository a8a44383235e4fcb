"""The published schemas are those of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.evidence import reading_types
from diagnostics.schema import documents

FOLDER = Path(__file__).parents[2] / "docs" / "schema"


@pytest.mark.parametrize("name", sorted(documents()))
def test_published_schema_is_current(name: str) -> None:
    assert (FOLDER / name).read_bytes() == documents()[name], (
        "call: python -m diagnostics.schema docs/schema"
    )


def test_every_probe_stands_in_the_schema() -> None:
    text = documents()["firsthop-run-1.json"].decode()
    assert all(f'"{probe}"' in text for probe in reading_types())
