"""Bundles whose wrapping is sound and whose content no app would write."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile

import msgspec

from diagnostics.run import Run, encode_run
from tests.desk.samples import CONSENT, CONTACT, Sent, run
from uploader.bundle import (
    MANIFEST,
    REPORT,
    RUN,
    SUMMARY,
    BundleFile,
    Consent,
    Contact,
    Manifest,
)
from uploader.bundle_write import MEDIA_TYPES, digest_of, manifest_bytes


def crafted(
    checked: Run | None = None,
    *,
    replace: tuple[str, str] = ("", ""),
    complaint: str = "",
    contact: Contact = CONTACT,
    extra: dict[str, bytes] | None = None,
) -> Sent:
    """`replace` changes the text of run.json after it was encoded."""
    made = checked or run()
    document = encode_run(made).decode()
    if replace[0]:
        assert replace[0] in document
        document = document.replace(*replace)
    files = {RUN: document.encode(), SUMMARY: b"s", REPORT: b"<p>r", **(extra or {})}
    manifest = Manifest(
        id=secrets.token_hex(16),
        run_id=made.id,
        created_at="2026-11-22T09:15:00Z",
        app_version="0.1.0",
        provider="F",
        complaint=complaint,
        contact=contact,
        consent=Consent(given_at="", digest="", text=CONSENT),
        files=tuple(_entry(name, data) for name, data in sorted(files.items())),
    )
    agreed = Consent(given_at="x", digest=digest_of(manifest), text=CONSENT)
    return _zipped(msgspec.structs.replace(manifest, consent=agreed), files)


def _entry(name: str, data: bytes) -> BundleFile:
    return BundleFile(
        name=name,
        media_type=MEDIA_TYPES.get(name, "text/html"),
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _zipped(manifest: Manifest, files: dict[str, bytes]) -> Sent:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, manifest_bytes(manifest))
        for name, data in files.items():
            archive.writestr(name, data)
    return Sent(target.getvalue(), id=manifest.id)
