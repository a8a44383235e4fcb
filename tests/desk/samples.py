"""Bundles as the app would send them, and bundles that it never would."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from dataclasses import dataclass, field

import msgspec

from diagnostics.profile import Plan, Technology
from diagnostics.run import Depth, Run, Software, StepOutcome, StepTried
from diagnostics.sign import Sign, State
from diagnostics.verdict import Finding, Segment, Segments, SegmentState, Status, Verdict
from uploader.bundle import Consent, Contact, ContactBy
from uploader.bundle_read import read_bundle
from uploader.bundle_write import Draft, Heading, draft_of, with_consent, zip_of

CONSENT = "I agree that this is sent."
REPORT = "<!doctype html><title>Report</title><h1>Report</h1><p>Loss on the line.</p>"


def sign(sign_id: str, probe: str, state: State, text: str, value: float) -> Sign:
    belief = {State.PRESENT: 0.97, State.ABSENT: 0.02, State.UNKNOWN: 0.5}[state]
    return Sign(
        id=sign_id,
        state=state,
        belief=belief,
        value=value,
        unit="%",
        threshold=1.0,
        text=text,
        probe=probe,
    )


LINE_LOSS = sign(
    "loss-on-line", "path", State.PRESENT, "6.1 % are lost from the provider's first hop on.", 6.1
)
LESS_LOSS = sign(
    "loss-on-line", "path", State.PRESENT, "4 % are lost from the provider's first hop on.", 4.0
)
GATEWAY_LOSS = sign(
    "loss-to-gateway", "gateway", State.ABSENT, "None of 50 are lost on the way to the router.", 0.0
)
RESOLVER = sign(
    "provider-dns-fails", "names", State.ABSENT, "The provider's name server answers.", 0.0
)


def verdict(headline: str = "The line to your home loses packets.") -> Verdict:
    return Verdict(
        status=Status.PROBLEM,
        id="line-loss",
        headline=headline,
        causes=(
            Finding(
                id="line-loss",
                segment=Segment.ACCESS,
                probability=0.93,
                evidence=("loss-on-line", "loss-to-gateway"),
                against=(),
                guide="line-unsteady",
            ),
        ),
        considered=(
            Finding(
                id="isp-dns-dead",
                segment=Segment.ISP,
                probability=0.01,
                evidence=(),
                against=("provider-dns-fails",),
                guide="isp-dns-dead",
            ),
            Finding(
                id="wifi-unreliable",
                segment=Segment.WIFI,
                probability=0.11,
                evidence=(),
                against=("loss-to-gateway",),
                guide="wifi-unreliable",
            ),
        ),
        segments=Segments(
            device=SegmentState.OK,
            wifi=SegmentState.OK,
            router=SegmentState.OK,
            access=SegmentState.BAD,
            isp=SegmentState.OK,
            beyond=SegmentState.WARN,
        ),
    )


def run(*, headline: str = "The line to your home loses packets.", sign_text: str = "") -> Run:
    loss = msgspec.structs.replace(LINE_LOSS, text=sign_text) if sign_text else LINE_LOSS
    step = StepTried(
        guide="line-unsteady",
        step="restart-router",
        cause="line-loss",
        done_at="2026-11-22T09:12:00Z",
        outcome=StepOutcome.NO_CHANGE,
        before=(LINE_LOSS,),
        after=(LESS_LOSS,),
    )
    return Run(
        id=secrets.token_hex(16),
        started_at="2026-11-22T09:00:00Z",
        duration_s=14.2,
        first_verdict_s=4.1,
        bytes_sent=4_000_000,
        bytes_received=18_000_000,
        complete=True,
        depth=Depth.NORMAL,
        provider="Firsthop",
        plan=Plan(down_mbps=100, up_mbps=20, technology=Technology.VDSL),
        software=Software(version="0.1.0", system="linux", system_version="12", python="3.11"),
        readings={},
        signs=(loss, GATEWAY_LOSS, RESOLVER),
        verdict=verdict(headline),
        steps=(step,),
    )


@dataclass(frozen=True)
class Sent:
    """One bundle and the secrets that go with it."""

    data: bytes
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    claim: str = field(default_factory=lambda: secrets.token_hex(32))

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Idempotency-Key": self.id,
            "X-Firsthop-Claim": self.claim,
            "Content-Type": "application/zip",
        }


CONTACT = Contact(
    name="Ada Example",
    phone="+44 20 7946 0000",
    customer_number="C-4711",
    by=ContactBy.APP,
    best_time="evenings",
)


def bundle(
    checked: Run | None = None,
    *,
    complaint: str = "Calls drop every evening.",
    contact: Contact = CONTACT,
    report: str = REPORT,
) -> Sent:
    """A sound bundle."""
    bundle_id = secrets.token_hex(16)
    heading = Heading(
        id=bundle_id,
        created_at="2026-11-22T09:15:00Z",
        app_version="0.1.0",
        complaint=complaint,
        contact=contact,
        consent_text=CONSENT,
    )
    draft = draft_of(checked or run(), report, heading)
    agreed = with_consent(draft, draft.digest, CONSENT, "2026-11-22T09:15:30Z")
    return Sent(zip_of(agreed), id=bundle_id)


def repacked(sent: Sent, changes: dict[str, bytes]) -> Sent:
    """The same bundle with some files replaced or added, its manifest untouched unless named."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sent.data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return Sent(target.getvalue(), id=sent.id, claim=sent.claim)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def reissued(sent: Sent, bundle_id: str) -> Sent:
    """The same content as a sound bundle under another id."""
    old = read_bundle(sent.data)
    manifest = msgspec.structs.replace(
        old.manifest, id=bundle_id, consent=Consent(given_at="", digest="", text=CONSENT)
    )
    draft = Draft(manifest, old.files)
    return Sent(
        zip_of(with_consent(draft, draft.digest, CONSENT, "2026-11-22T09:15:30Z")), bundle_id
    )
