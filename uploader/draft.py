"""A draft as bytes, to be kept until the subscriber agrees to it or drops it."""

from __future__ import annotations

import msgspec

from uploader.bundle import BundleError, Manifest
from uploader.bundle_write import Draft


class _Packed(msgspec.Struct, frozen=True, kw_only=True):
    manifest: Manifest
    contents: dict[str, bytes]


def pack_draft(draft: Draft) -> bytes:
    packed = _Packed(manifest=draft.manifest, contents=dict(draft.contents))
    return msgspec.msgpack.encode(packed)


def open_draft(data: bytes) -> Draft:
    """BundleError when it is damaged."""
    try:
        packed = msgspec.msgpack.decode(data, type=_Packed)
    except msgspec.MsgspecError as error:
        raise BundleError(
            "The saved bundle is damaged; look at it again before sending."
        ) from error
    return Draft(packed.manifest, packed.contents)
