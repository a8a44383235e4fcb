"""What the subscriber reads before agreeing: every byte that would leave, and what for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diagnostics.profile import Profile
from uploader.bundle import MANIFEST, REPORT, RUN, SUMMARY
from uploader.bundle_write import MEDIA_TYPES, Draft, manifest_bytes

_EXPLAINS: Mapping[str, str] = {
    SUMMARY: "What was found and tried, in plain words.",
    REPORT: "The same as a page with figures and charts, for whoever helps you.",
    RUN: "Every measurement, for the provider's programs.",
    MANIFEST: "Your words and contact, your consent, and a fingerprint of each file.",
}


@dataclass(frozen=True)
class ShownFile:
    name: str
    explains: str
    media_type: str
    size_bytes: int
    text: str


def shown_files(draft: Draft) -> tuple[ShownFile, ...]:
    """Plainest first. Consent adds its moment and digest to the manifest, and nothing else."""
    return tuple(_shown(draft))


def _shown(draft: Draft) -> Iterator[ShownFile]:
    files = {**draft.contents, MANIFEST: manifest_bytes(draft.manifest)}
    for name in (SUMMARY, MANIFEST, REPORT, RUN):
        data = files[name]
        yield ShownFile(
            name=name,
            explains=_EXPLAINS[name],
            media_type=MEDIA_TYPES.get(name, "application/json"),
            size_bytes=len(data),
            text=data.decode(),
        )


def consent_text(profile: Profile) -> str:
    """The sentence to agree to."""
    return (
        f"Send exactly this to {profile.brand.name}, so that the fault can be looked into."
        " Nothing else is sent."
    )
