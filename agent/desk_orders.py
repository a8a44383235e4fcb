"""What the agent has done by the short-lived process that makes bundles and talks to the desk."""

from __future__ import annotations

import msgspec

from agent.ipc.messages import (
    Failed,
    PreviewBundle,
    PreviewIs,
)
from diagnostics.profile import Profile


class PreviewOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag="preview"):
    wanted: PreviewBundle
    profile: Profile


class ConsentOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag="consent"):
    bundle_id: str
    digest: str
    consent_text: str
    profile: Profile


class RoundOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag="round"):
    """Carry what waits; `now` without regard to the next try that was planned."""

    profile: Profile
    now: bool = False


DeskOrder = PreviewOrder | ConsentOrder | RoundOrder


class Changed(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="changed"):
    """The state of this bundle has changed; it stands in the outbox."""

    bundle_id: str


class Finished(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="finished"):
    """All done; the last line of a consent or a round."""


DeskTelling = Changed | Finished | PreviewIs | Failed
