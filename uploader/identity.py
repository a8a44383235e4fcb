"""Who this installation is to a desk: random numbers made here, tied to no person or machine."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Protocol

SHORT_DIGITS = 6


class Keeper(Protocol):
    def secret(self, name: str, fresh: bytes) -> bytes: ...


class Identity:
    """Made at the first need, kept in the outbox's file (readable by this user alone)."""

    def __init__(self, keeper: Keeper) -> None:
        self._secret = keeper.secret("installation", secrets.token_bytes(32))

    @property
    def short_id(self) -> int:
        """20 bits, to be spoken: enough to tell callers apart, too few to follow anybody."""
        return int.from_bytes(self._derived("short")[:3], "big") & 0xFFFFF

    def pseudonym_key(self, run_id: str) -> bytes:
        """Pseudonyms are stable within a Run's bundles, and two Runs cannot be linked by them."""
        return self._derived(f"pseudonyms|{run_id}")

    def _derived(self, use: str) -> bytes:
        return hmac.new(self._secret, use.encode(), hashlib.sha256).digest()


def new_bundle_id() -> str:
    return secrets.token_hex(16)


def new_claim() -> str:
    """The secret with which the sender asks for its receipt again (32 bytes, hex)."""
    return secrets.token_hex(32)
