"""Secrets that the desk hands out or is shown: made here, kept as SHA-256 only."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

CLAIM = re.compile(r"[0-9a-f]{64}")
BUNDLE_ID = re.compile(r"[0-9a-f]{32}")


def new() -> str:
    """256 random bits, safe in a URL or cookie."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """A plain hash is enough: what goes in has 256 random bits, so nobody can guess it."""
    return hashlib.sha256(text.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def ticket_token(claim: str, number: str) -> str:
    """The token for a ticket, made from the sender's claim.

    So the desk can hand it out again to whoever shows the claim, and stores neither of them.
    """
    return hmac.new(claim.encode(), f"firsthop ticket {number}".encode(), "sha256").hexdigest()
