"""Makes bundles and talks to the desk, in this process. Heavy: only in short-lived processes."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from agent.desk_orders import ConsentOrder, PreviewOrder, RoundOrder
from agent.ipc.messages import (
    PreviewBundle,
    PreviewFile,
    PreviewIs,
)
from agent.store.history import History
from agent.store.postbox import courier_out
from diagnostics.profile import Profile
from diagnostics.report.page import report_page
from diagnostics.run import Run
from diagnostics.version import VERSION
from uploader.bundle import Contact, ContactBy
from uploader.bundle_write import Draft, Heading, draft_of, with_consent, zip_of
from uploader.courier import Courier
from uploader.draft import open_draft, pack_draft
from uploader.handover import encode, handover_of
from uploader.identity import Identity, new_bundle_id, new_claim
from uploader.outbox import ON_THE_WAY, Outbox, OutboxError, Parcel, Stage
from uploader.preview import consent_text, shown_files
from uploader.redact import LEFT_OUT, redact
from uploader.seal import seal
from uploader.times import now_text
from uploader.transport import HttpTransport, RefusedError


def preview(order: PreviewOrder, history: History, outbox: Outbox) -> PreviewIs:
    """Make the bundle and keep it as a draft; nothing is sent. OutboxError without such a Run."""
    run = history.run(order.wanted.run_id)
    if run is None:
        raise OutboxError("This check is not kept here any more; make a new one.")
    draft = made(run, order.wanted, order.profile, Identity(outbox))
    manifest = draft.manifest
    moment = manifest.created_at
    parcel = Parcel(
        bundle_id=manifest.id,
        run_id=run.id,
        headline=run.verdict.headline,
        created_at=moment,
        changed_at=moment,
        stage=Stage.SAVED,
        sentence="Saved on this computer; nothing was sent.",
        spoken_code=encode(handover_of(run, Identity(outbox).short_id)),
        digest=draft.digest,
        claim=new_claim(),
    )
    outbox.put(parcel, pack_draft(draft))
    return _shown(draft, order.profile)


def made(run: Run, wanted: PreviewBundle, profile: Profile, identity: Identity) -> Draft:
    """The Run made safe, with everything that would be sent."""
    complaint = wanted.complaint or run.complaint
    own = tuple(own_words())
    safe = redact(_with_complaint(run, complaint), profile, identity.pseudonym_key(run.id), own)
    heading = Heading(
        id=new_bundle_id(),
        created_at=now_text(),
        app_version=VERSION,
        complaint=safe.complaint,
        contact=_contact(wanted),
        consent_text=consent_text(profile),
    )
    return draft_of(safe, report_page(safe, profile), heading)


def consent(order: ConsentOrder, outbox: Outbox) -> None:
    """BundleError when the content is not what was shown; harmless when given twice."""
    parcel = outbox.parcel(order.bundle_id)
    if parcel is None:
        raise OutboxError("There is no such bundle on this computer.")
    if parcel.stage is not Stage.SAVED:
        return
    if not order.profile.desk.url:
        raise OutboxError("The provider's profile names no desk to send it to.")
    draft = open_draft(outbox.content(order.bundle_id))
    agreed = with_consent(draft, order.digest, order.consent_text, now_text())
    data = zip_of(agreed)
    if order.profile.desk.public_key:
        data = seal(data, order.profile.desk.public_key, order.bundle_id)
    outbox.seal_up(order.bundle_id, data, order.profile.desk.url)


def carry(order: RoundOrder, outbox: Outbox, told: Callable[[str], None]) -> None:
    """One round to every desk that something waits for. BusyError when another one is out."""
    with courier_out():
        outbox.recover()
        for url in sorted({one.desk_url for one in (*outbox.on_the_way(), *outbox.open_tickets())}):
            try:
                with HttpTransport(url) as transport:
                    Courier(outbox, transport, told, url).round(now=order.now)
            except RefusedError as refusal:
                _refuse(outbox, url, str(refusal), told)


def _refuse(outbox: Outbox, url: str, sentence: str, told: Callable[[str], None]) -> None:
    for parcel in outbox.on_the_way():
        if parcel.desk_url == url and parcel.stage in ON_THE_WAY:
            outbox.update(msgspec.structs.replace(parcel, stage=Stage.REFUSED, sentence=sentence))
            told(parcel.bundle_id)


def own_words() -> Iterator[str]:
    """Names that a text may quote and no reading holds: user, home folder, computer."""
    with suppress(KeyError, OSError):
        yield getpass.getuser()
    with suppress(RuntimeError):
        yield Path.home().name
    name = socket.gethostname()
    yield name
    yield name.partition(".")[0]


def _with_complaint(run: Run, complaint: str) -> Run:
    return msgspec.structs.replace(run, complaint=complaint)


def _contact(wanted: PreviewBundle) -> Contact:
    ways = {way.value: way for way in ContactBy}
    return Contact(
        name=wanted.name[:200],
        phone=wanted.phone[:40],
        email=wanted.email[:200],
        customer_number=wanted.customer_number[:60],
        by=ways.get(wanted.contact_by, ContactBy.APP),
        best_time=wanted.best_time[:200],
    )


def _shown(draft: Draft, profile: Profile) -> PreviewIs:
    files = tuple(
        PreviewFile(
            name=file.name,
            explains=file.explains,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            text=file.text,
        )
        for file in shown_files(draft)
    )
    return PreviewIs(
        bundle_id=draft.manifest.id,
        digest=draft.digest,
        destination=profile.brand.name if profile.desk.url else "",
        files=files,
        left_out=LEFT_OUT,
        size_bytes=len(zip_of(draft)),
        consent_text=draft.manifest.consent.text,
    )
