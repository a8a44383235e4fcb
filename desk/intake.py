"""From the bytes of a bundle to a ticket: checked first, then stored, then one transaction.

A process that dies anywhere in between leaves at most a file that no ticket names; `sweep`
removes it. The sender asks again with the same id and claim and gets the same ticket.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from desk import refusal, secret
from desk.backend import NewTicket, Opened, OtherContentError
from desk.database import Database
from desk.files import BundleFiles, FilesError
from desk.office import Office
from desk.search import FileKey
from desk.tables import BUNDLES
from uploader.bundle import (
    LIMIT_BYTES,
    PLAIN_TYPE,
    SEALED_LIMIT_BYTES,
    SEALED_TYPE,
    BundleError,
)
from uploader.bundle_read import Bundle, read_bundle
from uploader.desk_messages import Receipt
from uploader.seal import unseal

#: how a bundle may come, and the bytes that it may have then
LIMITS_BYTES: Mapping[str, int] = {PLAIN_TYPE: LIMIT_BYTES, SEALED_TYPE: SEALED_LIMIT_BYTES}
#: keys asked of the database at once
SWEEP_BATCH = 200


def kind_of(media_type: str) -> str:
    """Raise RefusedError for a kind of body that the desk does not read."""
    kind = media_type.split(";", 1)[0].strip().lower()
    if kind not in LIMITS_BYTES:
        sentence = f"The desk takes bundles as {PLAIN_TYPE} or {SEALED_TYPE} only."
        raise refusal.RefusedError(415, "bad_request", sentence)
    return kind


def _opened(office: Office, key: str, data: bytes, kind: str) -> bytes:
    """The zip, out of its seal. Raise BundleError, or RefusedError while the desk has no key."""
    if kind == PLAIN_TYPE:
        return data
    if not office.keys:
        raise refusal.busy("The desk's key for sealed bundles is not there; it is sent again.")
    return unseal(data, office.keys, key)


def take_in(office: Office, key: str, claim: str, data: bytes, kind: str) -> Opened:
    """Open the ticket of this bundle, or find the one it has. Blocking.

    Raise RefusedError when the bundle cannot be used or its id belongs to something else.
    """
    try:
        data = _opened(office, key, data, kind)
        bundle = read_bundle(data)
    except BundleError as error:
        raise refusal.bad_bundle(str(error)) from error
    if bundle.manifest.id != key:
        raise refusal.bad_bundle("The Idempotency-Key is not the id in the bundle's manifest.")
    try:
        return _store(office, bundle, claim, data)
    except OtherContentError as error:
        raise refusal.conflict(str(error)) from error
    except FilesError as error:
        raise refusal.busy(str(error)) from error


def _store(office: Office, bundle: Bundle, claim: str, data: bytes) -> Opened:
    known = office.backend.find(bundle.manifest.id, claim)
    file_key = "" if known else office.files.put(bundle.manifest.id, data)
    new = NewTicket(
        manifest=bundle.manifest,
        run=bundle.run,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        claim=claim,
        file_key=file_key,
    )
    try:
        opened = office.backend.open(new)
    except OtherContentError:
        _discard(office, file_key)
        raise
    except DBAPIError as error:
        # a lost connection may hide a commit that ended well: then the file is left to `sweep`
        if not error.connection_invalidated:
            _discard(office, file_key)
        raise
    if not opened.fresh:
        _discard(office, file_key)
    return opened


def _discard(office: Office, file_key: str) -> None:
    if file_key:
        office.files.remove(file_key)


def stored_bundle(office: Office, stored: FileKey | None) -> Bundle:
    """The bundle of a ticket, checked again. Raise FilesError or BundleError. Blocking."""
    if stored is None:
        raise FilesError("No bundle belongs to this ticket.")
    return read_bundle(office.files.get(stored.file_key))


def receipt(bundle_id: str, claim: str, opened: Opened) -> Receipt:
    return Receipt(
        bundle_id=bundle_id,
        ticket=opened.number,
        token=secret.ticket_token(claim, opened.number),
        state=opened.state,
        received_at=opened.received_at,
    )


def sweep(database: Database, files: BundleFiles, orphan_age_s: float) -> int:
    """Remove files that no ticket names and that no intake can still be working on."""
    removed = files.sweep_torn(orphan_age_s)
    batch: list[str] = []
    for key in files.older_than(orphan_age_s):
        batch.append(key)
        if len(batch) == SWEEP_BATCH:
            removed += _sweep_batch(database, files, batch)
            batch = []
    return removed + _sweep_batch(database, files, batch)


def _sweep_batch(database: Database, files: BundleFiles, keys: list[str]) -> int:
    with database.read() as connection:
        wanted = select(BUNDLES.c.file_key).where(BUNDLES.c.file_key.in_(keys))
        named = set(connection.execute(wanted).scalars())
    orphans = [key for key in keys if key not in named]
    for key in orphans:
        files.remove(key)
    return len(orphans)
