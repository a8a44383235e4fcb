"""Makes the bundle's bytes: the same content always gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from diagnostics.run import Run, encode_run
from diagnostics.sign import Sign, State
from diagnostics.verdict import Verdict
from uploader.bundle import (
    LIMIT_BYTES,
    MANIFEST,
    REPORT,
    RUN,
    SUMMARY,
    BundleError,
    BundleFile,
    Consent,
    Contact,
    Manifest,
)

#: earliest moment that a zip can hold: the clock must not change the bytes
_EPOCH = (1980, 1, 1, 0, 0, 0)
MEDIA_TYPES: Mapping[str, str] = {
    RUN: "application/json",
    SUMMARY: "text/plain",
    REPORT: "text/html",
}


@dataclass(frozen=True)
class Draft:
    """A bundle that nobody has consented to yet. `contents` are the files by name."""

    manifest: Manifest
    contents: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        return digest_of(self.manifest)


@dataclass(frozen=True)
class Heading:
    """What stands in the manifest beside the files."""

    id: str
    created_at: str
    app_version: str
    complaint: str
    contact: Contact
    consent_text: str


def draft_of(run: Run, report_html: str, heading: Heading) -> Draft:
    """`run` is redacted already, and `report_html` was made of the redacted Run."""
    contents = {
        RUN: encode_run(run),
        SUMMARY: summary_of(run).encode(),
        REPORT: report_html.encode(),
    }
    manifest = Manifest(
        id=heading.id,
        run_id=run.id,
        created_at=heading.created_at,
        app_version=heading.app_version,
        provider=run.provider,
        complaint=heading.complaint,
        contact=heading.contact,
        consent=Consent(given_at="", digest="", text=heading.consent_text),
        files=tuple(_file(name, data) for name, data in sorted(contents.items())),
    )
    return Draft(manifest, contents)


def digest_of(manifest: Manifest) -> str:
    """SHA-256, hex, over all that was previewed: the manifest before consent names every file's
    hash, complaint, contact and the sentence agreed to."""
    text = manifest.consent.text
    previewed = msgspec.structs.replace(
        manifest, consent=Consent(given_at="", digest="", text=text)
    )
    return hashlib.sha256(msgspec.json.encode(previewed)).hexdigest()


def with_consent(draft: Draft, digest: str, text: str, given_at: str) -> Draft:
    """Raise BundleError unless the consent is for exactly this content and sentence."""
    if digest != draft.digest or text != draft.manifest.consent.text:
        raise BundleError(
            "The content has changed since it was shown; look at it again before sending."
        )
    consent = Consent(given_at=given_at, digest=digest, text=text)
    return Draft(msgspec.structs.replace(draft.manifest, consent=consent), draft.contents)


def zip_of(draft: Draft) -> bytes:
    """BundleError when it is larger than a desk takes."""
    files = {MANIFEST: manifest_bytes(draft.manifest), **draft.contents}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same bytes on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    data = target.getvalue()
    if len(data) > LIMIT_BYTES:
        raise BundleError("The bundle is too large to be sent; shorten the complaint.")
    return data


def manifest_bytes(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def summary_of(run: Run) -> str:
    """The redacted Run in plain words, for a helpdesk that shows only text."""
    lines = [run.verdict.headline, ""]
    if not run.complete:
        lines += ["The check was stopped before its end.", ""]
    lines += _causes(run.verdict)
    lines += ["What was found:", *(f"- {sign.text}" for sign in _telling(run)), ""]
    lines += ["Steps tried:", *(_steps(run) or ["- none"]), ""]
    plan = run.plan
    sold = f"{plan.down_mbps:g}/{plan.up_mbps:g} Mbit/s, {plan.technology}"
    lines += [
        f"Plan: {sold if plan.known else 'not stated in the profile'}",
        f"Checked: {run.started_at}, took {run.duration_s:.0f} s, Firsthop {run.software.version}",
        f"System: {run.software.system} {run.software.system_version}",
        f"Run: {run.id}",
    ]
    return "\n".join(lines) + "\n"


def _causes(verdict: Verdict) -> list[str]:
    lines = [
        f"- {one.id} ({one.segment}): {min(99, round(one.probability * 100))} % likely"
        for one in verdict.causes
    ]
    return ["Causes:", *lines, ""] if lines else []


def _telling(run: Run) -> list[Sign]:
    """The signs that the verdict rests on; all that are present when it asserts nothing."""
    ids = {i for one in run.verdict.causes for i in (*one.evidence, *one.against)}
    chosen = [sign for sign in run.signs if sign.id in ids] if ids else _present(run)
    return [sign for sign in chosen if sign.text]


def _present(run: Run) -> list[Sign]:
    return [sign for sign in run.signs if sign.state is State.PRESENT]


def _steps(run: Run) -> list[str]:
    return [f"- {tried.guide}, {tried.step}: {tried.outcome}" for tried in run.steps]


def _file(name: str, data: bytes) -> BundleFile:
    return BundleFile(
        name=name,
        media_type=MEDIA_TYPES[name],
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
