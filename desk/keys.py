"""The desk's private keys, for bundles that were sealed to it: one a line, the newest first.

Older keys stay in the file until no app has the profile with their public half any more.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desk.settings import SettingsError
from uploader.bundle import BundleError
from uploader.seal import key_bytes, written

Keys = tuple[X25519PrivateKey, ...]


def load(path: Path) -> Keys:
    """No keys when there is no file. Raise SettingsError when the file cannot be used."""
    try:
        lines = path.read_text("ascii").split()
        others_may_read = os.name == "posix" and path.stat().st_mode & 0o077
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The key file {path} cannot be read: {error}.") from error
    if others_may_read:
        raise SettingsError(f"Others may read the key file {path}: chmod 600 it first.")
    try:
        return tuple(X25519PrivateKey.from_private_bytes(key_bytes(line)) for line in lines)
    except BundleError as error:
        raise SettingsError(f"The key file {path} holds something that is no key.") from error


def make(path: Path) -> str:
    """Add a new key, readable by this user alone, and give its public half for the profile."""
    old = path.read_text("ascii") if load(path) else ""
    key = X25519PrivateKey.generate()
    text = f"{base64.b64encode(key.private_bytes_raw()).decode()}\n{old}"
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(f"The key file {path} cannot be made: {error.strerror}.") from error
    return written(key.public_key())


def public(path: Path) -> str:
    """The newest key's public half. Raise SettingsError when there is none."""
    keys = load(path)
    if not keys:
        raise SettingsError(f"There is no key in {path}; make one: firsthop desk key new.")
    return written(keys[0].public_key())
