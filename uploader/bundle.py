"""The bundle, `firsthop-bundle/1`: a zip with manifest, Run, summary and report.

manifest.json   Manifest: what is inside, with SHA-256 of each file, and the consent
run.json        the Run, made safe to send (uploader.redact)
summary.txt     the same in plain words
report.html     the report made of the redacted Run
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

SCHEMA = "firsthop-bundle/1"
MANIFEST = "manifest.json"
RUN = "run.json"
SUMMARY = "summary.txt"
REPORT = "report.html"
#: larger than any bundle that the app makes (measured: tens of kB), small enough to refuse floods
LIMIT_BYTES = 8 * 1024 * 1024
#: unpacked; a zip that says more, or holds more than it says, is refused
UNPACKED_LIMIT_BYTES = 32 * 1024 * 1024
#: how a bundle travels: as it is, or sealed to the desk's key (uploader.seal)
PLAIN_TYPE = "application/zip"
SEALED_TYPE = "application/vnd.firsthop.bundle+hpke"
SEALED_MARK = b"FHS1"  # no zip begins like this
#: mark, encapsulated key, tag
SEALED_LIMIT_BYTES = LIMIT_BYTES + 4 + 32 + 16


def media_type_of(data: bytes) -> str:
    return SEALED_TYPE if data.startswith(SEALED_MARK) else PLAIN_TYPE


class ContactBy(StrEnum):
    APP = "app"
    PHONE = "phone"
    EMAIL = "email"


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What the subscriber chose to give, so that nobody has to ask again. Empty is allowed."""

    name: Annotated[str, Meta(max_length=200)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    email: Annotated[str, Meta(max_length=200)] = ""
    customer_number: Annotated[str, Meta(max_length=60)] = ""
    by: ContactBy = ContactBy.APP
    best_time: Annotated[str, Meta(max_length=200)] = ""


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Given on the exact bytes previewed: `digest` is the SHA-256 over the previewed files."""

    given_at: str
    digest: str
    text: str  # the sentence that the subscriber agreed to


class BundleFile(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str
    size_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = SCHEMA
    id: str  # random, 32 hex digits; also the idempotency key
    run_id: str
    created_at: str
    app_version: str
    provider: str
    complaint: Annotated[str, Meta(max_length=10_000)] = ""
    contact: Contact = Contact()
    consent: Consent
    files: tuple[BundleFile, ...]


class BundleError(ValueError):
    """A bundle that cannot be used; the message is one sentence for a person."""
