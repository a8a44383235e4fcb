"""Reads a bundle that a stranger may have made: checks everything, trusts nothing, loads little."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import msgspec

from diagnostics.run import Run, RunError, decode_run
from uploader.bundle import (
    LIMIT_BYTES,
    MANIFEST,
    REPORT,
    RUN,
    SCHEMA,
    SUMMARY,
    UNPACKED_LIMIT_BYTES,
    BundleError,
    Manifest,
)
from uploader.bundle_write import MEDIA_TYPES, digest_of
from uploader.run_limits import objection

REQUIRED = frozenset({MANIFEST, RUN, SUMMARY, REPORT})
#: four files are expected; a few more leave room for later versions
MOST_FILES = 16
#: reading costs time in proportion; the largest Run of the lab has 0.3 MB, the manifest 1 kB
FILE_LIMITS_BYTES: Mapping[str, int] = {
    MANIFEST: 256 * 1024,
    RUN: 4 * 1024 * 1024,
    SUMMARY: 1024 * 1024,
}
#: of any other file, the report among them (0.05 MB in the lab)
FILE_LIMIT_BYTES = 16 * 1024 * 1024
#: deeper nesting than any Run has; msgspec itself stops where Python's recursion limit is
MOST_NESTED = 100
_ID = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ENTRY_MARK = b"PK\x01\x02"  # APPNOTE 4.3.12; packed bytes hold it once in 4 GB
_DEFLATE_RATIO = 1032  # zlib's own limit; more is a lie about the size


@dataclass(frozen=True)
class Bundle:
    """A bundle whose every byte has been checked against its manifest."""

    manifest: Manifest
    run: Run
    files: Mapping[str, bytes]


def read_bundle(data: bytes) -> Bundle:
    """BundleError, one sentence, for anything that is not exactly a bundle."""
    if len(data) > LIMIT_BYTES:
        _refuse(f"it is larger than {LIMIT_BYTES // 1024 // 1024} MB")
    # before zipfile makes an object of each of a hundred thousand entries
    if data.count(_ENTRY_MARK) > 4 * MOST_FILES:
        _refuse(f"it holds more than {MOST_FILES} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = _unpacked(archive)
    except BundleError:
        raise
    # what zipfile raises on damage is not one tree of exceptions
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise BundleError("The bundle cannot be used: it is not a sound zip file.") from error
    manifest = _manifest(files.pop(MANIFEST))
    _check_files(manifest, files)
    return Bundle(manifest, _run(manifest, files[RUN]), files)


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_FILES:
        _refuse(f"it holds more than {MOST_FILES} files")
    if len(set(names)) != len(names):
        _refuse("it holds a file twice")
    if any(not _NAME.fullmatch(name) for name in names):
        _refuse("it holds a file with a name that is not allowed")
    if missing := sorted(REQUIRED - set(names)):
        _refuse(f"{missing[0]} is missing")
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT_BYTES:
        _refuse("it is too large when unpacked")
    return {entry.filename: _entry(archive, entry) for entry in entries}


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 0x1:
        _refuse("it is encrypted with a password")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        _refuse("it is packed in a way that is not supported")
    if entry.file_size > _DEFLATE_RATIO * entry.compress_size + 64:
        _refuse("it says a wrong size")
    if entry.file_size > FILE_LIMITS_BYTES.get(entry.filename, FILE_LIMIT_BYTES):
        _refuse(f"{entry.filename} is larger than any that the app makes")
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)  # a zip may hold more than it says
    if len(data) != entry.file_size:
        _refuse("a file in it has a wrong size")
    return data


def _manifest(data: bytes) -> Manifest:
    _check_nesting(data, MANIFEST)
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"The bundle cannot be used: its manifest is wrong ({error}).") from error
    if manifest.schema != SCHEMA:
        _refuse(f"its schema is not {SCHEMA}; update Firsthop")
    if not _ID.fullmatch(manifest.id):
        _refuse("its id is not 32 hex digits")
    return manifest


def _check_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    listed = {file.name: file for file in manifest.files}
    if len(listed) != len(manifest.files) or set(listed) != set(files):
        _refuse("the manifest and the files do not match")
    for name, file in listed.items():
        data = files[name]
        if file.media_type != MEDIA_TYPES.get(name, file.media_type):
            _refuse(f"{name} has a wrong media type")
        if not _SHA256.fullmatch(file.sha256) or file.size_bytes != len(data):
            _refuse(f"{name} is not what the manifest says")
        if hashlib.sha256(data).hexdigest() != file.sha256:
            _refuse(f"{name} was changed after it was made")
    if manifest.consent.digest != digest_of(manifest):
        _refuse("the consent is not for this content")
    for name in (SUMMARY, REPORT):
        _text(name, files[name])


def _run(manifest: Manifest, data: bytes) -> Run:
    _check_nesting(data, RUN)
    try:
        run = decode_run(data)
    except RunError as error:
        raise BundleError(f"The bundle cannot be used. {error}") from error
    if run.id != manifest.run_id:
        _refuse("the run is not the one that the manifest names")
    if reason := objection(run):
        _refuse(reason)
    return run


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BundleError(f"The bundle cannot be used: {name} is not readable text.") from error


def _check_nesting(data: bytes, name: str) -> None:
    """Brackets outside of strings; cheap, and before any parser recurses."""
    depth = 0
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', data, re.DOTALL):
        first = token.group()[:1]
        depth += first in b"[{" if first != b'"' else 0
        depth -= first in b"]}" if first != b'"' else 0
        if depth > MOST_NESTED:
            _refuse(f"{name} is nested too deeply")


def _refuse(what: str) -> NoReturn:
    raise BundleError(f"The bundle cannot be used: {what}.")
