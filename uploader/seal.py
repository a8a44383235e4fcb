"""Seals a bundle to the desk's public key: HPKE (RFC 9180), base mode, by `cryptography`.

X25519 with HKDF-SHA256 (KEM 0x0020), HKDF-SHA256 (KDF 0x0001), AES-256-GCM (AEAD 0x0002).
The body is `SEALED_MARK`, the encapsulated key (32 bytes), then the ciphertext. The bundle's id
is part of the info, so that a sealed bundle opens under its own id only.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from uploader.bundle import SEALED_MARK, BundleError

KEY_BYTES = 32
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def seal(data: bytes, public_key: str, bundle_id: str) -> bytes:
    """`public_key` as in the profile: base64 of 32 bytes. BundleError when it is none."""
    key = X25519PublicKey.from_public_bytes(key_bytes(public_key))
    try:
        return SEALED_MARK + _SUITE.encrypt(data, key, _info(bundle_id))
    except ValueError as error:  # a point of small order (RFC 7748, 6.1)
        raise _bad_key() from error


def unseal(data: bytes, keys: Iterable[X25519PrivateKey], bundle_id: str) -> bytes:
    """With whichever key fits. BundleError, one sentence, when none does."""
    for key in keys:
        try:
            return _SUITE.decrypt(data.removeprefix(SEALED_MARK), key, _info(bundle_id))
        except (InvalidTag, ValueError):
            continue
    raise BundleError(
        "The sealed bundle cannot be opened: it was sealed for another desk or changed on the way."
    )


def key_bytes(text: str) -> bytes:
    """The 32 bytes of a key written as base64. BundleError for anything else."""
    try:
        found = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad_key() from error
    if len(found) != KEY_BYTES:
        raise _bad_key()
    return found


def written(key: X25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes_raw()).decode()


def _bad_key() -> BundleError:
    return BundleError("The desk's public key in the provider's profile cannot be used.")


def _info(bundle_id: str) -> bytes:
    return f"firsthop sealed bundle 1 {bundle_id}".encode()
