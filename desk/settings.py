"""What one desk process is told: where it listens, where it keeps things, how much it lets in."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from diagnostics.profile import Profile

#: what one bundle may take from its first byte to its last: an 8 MiB bundle at 256 kbit/s
BODY_LIMIT_S = 300.0
#: silence in the middle of a bundle; a broken home line may well stall for some seconds
BODY_IDLE_LIMIT_S = 30.0


class SettingsError(ValueError):
    """A setting that cannot be used; the message is one sentence for a person."""


class WrongSettingError(SettingsError):
    """It could be used nowhere: wrong usage rather than bad luck."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Rates are a source's: one IPv4 address or one IPv6 /64.

    A carrier-grade NAT puts hundreds of homes behind one address, so the burst is generous.
    """

    bundles_burst: int = 60
    bundles_per_minute: float = 30.0
    calls_burst: int = 240
    calls_per_minute: float = 240.0
    logins_burst: int = 20
    logins_per_minute: float = 10.0
    bodies_at_once: int = 48
    bodies_at_once_per_source: int = 24
    body_s: float = BODY_LIMIT_S
    body_idle_s: float = BODY_IDLE_LIMIT_S
    #: a file that no ticket names is left alone while its intake may still be under way
    orphan_age_s: float = 2 * BODY_LIMIT_S


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`database` is an SQLAlchemy URL, `files` a directory or a URL that obstore knows (s3://…)."""

    database: str
    files: str
    profile: Profile
    host: str = "127.0.0.1"
    port: int = 8787
    #: file with the private keys for sealed bundles; empty for none
    key: str = ""
    public_url: str = ""
    trusted_proxies: str = ""
    #: seconds between looks for news of an open ticket page; the list looks half as often
    refresh_s: float = 5.0
    limits: Limits = Limits()

    @property
    def loopback(self) -> bool:
        """Only people at this computer can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def secure(self) -> bool:
        """Browsers come over HTTPS, so cookies are kept off plain HTTP."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def own_hosts(self) -> frozenset[str]:
        """Names that a browser may call the desk by; empty when any will do."""
        public = urlsplit(self.public_url).hostname
        if self.loopback:
            local = {"localhost", "127.0.0.1", "::1", self.host}
            return frozenset(local | ({public} if public else set()))
        return frozenset({public, "127.0.0.1", "localhost", "::1"}) if public else frozenset()


def data_folder() -> Path:
    """The desk's own folder among the user's data (XDG base directory specification)."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "share") / "firsthop" / "desk"


def database_url(text: str) -> str:
    """An SQLAlchemy URL with the driver that is installed, from what people write."""
    for plain in ("postgresql://", "postgres://"):
        if text.startswith(plain):
            return "postgresql+psycopg://" + text.removeprefix(plain)
    if text.startswith(("sqlite://", "postgresql+psycopg://")):
        return text
    if "://" in text:
        kind = text.split("://", 1)[0]
        message = f"The desk cannot use a {kind!r} database; give a sqlite:// or postgresql:// URL."
        raise WrongSettingError(message)
    if ":" in text.removeprefix(Path(text).drive):
        message = f"{text!r} is no database; give a file, a sqlite:// or a postgresql:// URL."
        raise WrongSettingError(message)
    return f"sqlite:///{Path(text).absolute()}"
