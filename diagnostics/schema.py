"""JSON Schemas of the documents that others build on: `python -m diagnostics.schema FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from diagnostics.evidence import reading_types
from diagnostics.profile import Profile
from diagnostics.result import Measured, Unmeasured
from diagnostics.run import Run

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE = "#/$defs/{name}"
Schema = dict[str, Any]  # a JSON Schema is free-form by its own standard


def run_schema() -> Schema:
    """The Run, with each probe's reading spelled out."""
    probes = sorted(reading_types())
    outcomes = [Measured[reading_types()[probe]] | Unmeasured for probe in probes]
    schemas, definitions = msgspec.json.schema_components([Run, *outcomes], ref_template=REFERENCE)
    definitions["Run"]["properties"]["readings"] = {
        "type": "object",
        "description": "Outcome of each probe by its id.",
        "properties": dict(zip(probes, schemas[1:], strict=True)),
        "additionalProperties": {"type": "object", "required": ["outcome"]},
    }
    return {"$schema": DIALECT, "title": "firsthop-run/1", **schemas[0], "$defs": definitions}


def profile_schema() -> Schema:
    """The provider profile, as TOML converts to JSON."""
    (schema,), definitions = msgspec.json.schema_components([Profile], ref_template=REFERENCE)
    return {"$schema": DIALECT, "title": "Provider profile", **schema, "$defs": definitions}


def documents() -> dict[str, bytes]:
    """File name → content."""
    found = {"firsthop-run-1.json": run_schema(), "provider-profile.json": profile_schema()}
    return {
        name: msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=1) + b"\n"
        for name, schema in found.items()
    }


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
