"""Where bundles are kept: a directory or an object store, one object a bundle.

An object counts only once a row of the database names it; what nobody names is swept away.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from desk.settings import SettingsError

FOLDER = "bundles"


class FilesError(Exception):
    """The store failed; the message is one sentence for a person."""


class BundleFiles:
    """Blocking; called from worker threads."""

    def __init__(self, place: str) -> None:
        """`place`: a directory (made when absent), or a URL such as s3://bucket/prefix."""
        self._folder = None if "://" in place else Path(place).absolute()
        try:
            self._store = _store(place, self._folder)
        except (BaseError, OSError, ValueError) as error:
            raise SettingsError(f"Bundles cannot be kept in {place!r}: {error}.") from error

    def put(self, bundle_id: str, data: bytes) -> str:
        """Keep the bytes under a key of their own and give it. Durable when this returns."""
        key = f"{FOLDER}/{bundle_id[:2]}/{bundle_id}-{secrets.token_hex(6)}.zip"
        try:
            self._store.put(key, data)
            if self._folder is not None:
                _sync(self._folder / key)
        except (BaseError, OSError) as error:
            raise FilesError("The desk cannot keep the bundle at the moment.") from error
        return key

    def get(self, key: str) -> bytes:
        try:
            return self._store.get(key).bytes().to_bytes()
        except (BaseError, OSError) as error:
            raise FilesError("The bundle's file cannot be read at the moment.") from error

    def remove(self, key: str) -> None:
        """An absent object is as good as a removed one."""
        try:
            self._store.delete(key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise FilesError("The bundle's file cannot be removed at the moment.") from error

    def older_than(self, seconds: float) -> Iterator[str]:
        """Keys of all objects whose last change is longer ago."""
        before = datetime.now(UTC) - timedelta(seconds=seconds)
        # the overload for Arrow tables, not used here, names a type of an absent package
        batches = self._store.list(FOLDER)  # pyright: ignore[reportUnknownMemberType]
        for batch in batches:
            for meta in batch:
                if meta["last_modified"] <= before:
                    yield meta["path"]

    def sweep_torn(self, seconds: float) -> int:
        """Remove what a killed process left half-written; an object store keeps no such thing."""
        if self._folder is None:
            return 0
        before = datetime.now(UTC).timestamp() - seconds
        # object_store writes to NAME#N first and renames
        torn = [p for p in (self._folder / FOLDER).rglob("*#*") if p.stat().st_mtime <= before]
        for path in torn:
            path.unlink(missing_ok=True)
        return len(torn)


def _store(place: str, folder: Path | None) -> ObjectStore:
    if folder is None:
        return from_url(place)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return LocalStore(folder, mkdir=True)


def _sync(path: Path) -> None:
    """To the disk: the file, then the name of it."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
