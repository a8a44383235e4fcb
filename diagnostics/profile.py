"""The provider profile: one TOML file that white-labels the app and says where to measure."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib import resources
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

Rate = Annotated[float, Meta(gt=0)]
#: a profile is a page of text; a file of megabytes is another file
MOST_LETTERS = 200_000


class Technology(StrEnum):
    FTTH = "ftth"
    FTTC = "fttc"
    CABLE = "cable"
    ADSL = "adsl"
    VDSL = "vdsl"
    FIXED_WIRELESS = "fixed-wireless"
    MOBILE = "mobile"
    LEO_SATELLITE = "leo-satellite"
    GEO_SATELLITE = "geo-satellite"
    UNKNOWN = "unknown"


class SpeedKind(StrEnum):
    HTTP = "http"
    LIBRESPEED = "librespeed"
    CLOUDFLARE = "cloudflare"
    NDT7 = "ndt7"
    OOKLA = "ookla"


class ServerPlace(StrEnum):
    ISP = "isp"
    OUTSIDE = "outside"


class IdentityKind(StrEnum):
    ANONYMOUS = "anonymous"
    PAIRING = "pairing"
    LINE = "line"
    OIDC = "oidc"


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the profile's tables: an unknown key is a mistake worth a sentence."""


class Brand(Strict, frozen=True, kw_only=True):
    name: str = "Firsthop"
    app_name: str = "Firsthop"
    logo: str = ""  # file beside the profile
    accent: Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#0B5FFF"
    languages: tuple[str, ...] = ("en",)


class Support(Strict, frozen=True, kw_only=True):
    phone: str = ""
    chat_url: str = ""
    email: str = ""
    hours: str = ""
    help_centre_url: str = ""
    status_url: str = ""


class Plan(Strict, frozen=True, kw_only=True):
    """What is sold. 0 in a file stands for "the profile does not say"; see `known`."""

    down_mbps: Annotated[float, Meta(ge=0)] = 0
    up_mbps: Annotated[float, Meta(ge=0)] = 0
    technology: Technology = Technology.UNKNOWN
    rtt_ms: Annotated[float, Meta(ge=0)] = 0

    @property
    def known(self) -> bool:
        return self.down_mbps > 0 and self.up_mbps > 0


class PortalTarget(Strict, frozen=True, kw_only=True):
    """A portal check: the untouched answer is `status` with a body that starts with `body`."""

    url: str
    status: int = 204
    body: str = ""


class Targets(Strict, frozen=True, kw_only=True):
    anchors: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()  # public ones
    provider_resolvers: tuple[str, ...] = ()
    portal: tuple[PortalTarget, ...] = ()
    ntp: tuple[str, ...] = ()


class SpeedServer(Strict, frozen=True, kw_only=True):
    """Where to measure throughput.

    http: `download_url` answers ?bytes=N with N bytes, `upload_url` takes a POST.  librespeed:
    `url` is the backend's folder.  cloudflare: `url` is https://host.  ndt7: `url` is https://host
    of an ndt-server, or of M-Lab's Locate (…/v2/nearest/ndt/ndt7).  ookla: `url` is the upload.php
    of a server, or empty to take the nearest of speedtest.net's list.
    """

    kind: SpeedKind
    where: ServerPlace = ServerPlace.OUTSIDE
    url: str = ""
    download_url: str = ""
    upload_url: str = ""


class VoiceServer(Strict, frozen=True, kw_only=True):
    """A STAMP or TWAMP-Light reflector (RFC 8762), a name or an address."""

    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,253}$")]
    port: Annotated[int, Meta(ge=1, le=65535)] = 862
    where: ServerPlace = ServerPlace.ISP


class DeskTarget(Strict, frozen=True, kw_only=True):
    url: str = ""
    public_key: str = ""
    identity: tuple[IdentityKind, ...] = (IdentityKind.ANONYMOUS,)


class Profile(Strict, frozen=True, kw_only=True):
    brand: Brand = Brand()
    support: Support = Support()
    plan: Plan = Plan()
    targets: Targets = Targets()
    speed: tuple[SpeedServer, ...] = ()
    voice: tuple[VoiceServer, ...] = ()
    desk: DeskTarget = DeskTarget()


class ProfileError(ValueError):
    """A profile that cannot be used; the message is one sentence for a person."""


def _web_addresses(profile: Profile) -> Iterator[str]:
    targets, support = profile.targets, profile.support
    yield from targets.sites
    yield from (portal.url for portal in targets.portal)
    for server in profile.speed:
        yield from (server.url, server.download_url, server.upload_url)
    yield from (support.chat_url, support.help_centre_url, support.status_url, profile.desk.url)


def wrong_place(profile: Profile) -> str:
    """What is wrong with an address in it, empty when none is: a typing slip is no dead line."""
    targets = profile.targets
    for address in (*targets.anchors, *targets.resolvers, *targets.provider_resolvers):
        try:
            ip_address(address)
        except ValueError:
            return f"{address[:100]!r} is no IP address"
    for url in _web_addresses(profile):
        try:
            parts = urlsplit(url)
        except ValueError:
            return f"{url[:100]!r} is no web address"
        if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
            return f"{url[:100]!r} is no web address that begins with http:// or https://"
    return ""


#: which address a kind of speed server cannot do without (one of them is enough)
_NEEDED = {
    SpeedKind.HTTP: ("download_url", "upload_url"),
    SpeedKind.LIBRESPEED: ("url",),
    SpeedKind.CLOUDFLARE: ("url",),
    SpeedKind.NDT7: ("url", "download_url"),
    SpeedKind.OOKLA: (),
}
#: of a raw X25519 key (RFC 7748)
_KEY_BYTES = 32


def _useless(profile: Profile) -> str:
    """What is given and could never work, empty when nothing is."""
    for server in profile.speed:
        needed = _NEEDED[server.kind]
        if needed and not any(getattr(server, name) for name in needed):
            return f"a [[speed]] server of kind {server.kind.value!r} needs {' and '.join(needed)}"
    if profile.desk.public_key and not _is_key(profile.desk.public_key):
        return (
            f"desk.public_key is no base64 of {_KEY_BYTES} bytes, as `firsthop desk key show` says"
        )
    return ""


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text.strip(), validate=True)) == _KEY_BYTES
    except ValueError:  # binascii.Error too
        return False


def parse_profile(text: str, source: str = "the profile") -> Profile:
    """Raise ProfileError with the place and the remedy on any mistake."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{source} is not valid TOML: {error}. Correct that line.") from error
    except RecursionError as error:
        raise ProfileError(f"{source} is nested too deeply to be a profile.") from error
    try:
        profile = msgspec.convert(raw, type=Profile)
    except msgspec.ValidationError as error:
        raise ProfileError(f"{source} has a wrong entry: {error}.") from error
    if wrong := wrong_place(profile) or _useless(profile):
        raise ProfileError(f"{source} has a wrong entry: {wrong}.")
    return profile


def load_profile(path: Path) -> Profile:
    """Read a provider's TOML file (UTF-8)."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ProfileError(f"The provider file {path} is no regular file.")
        with path.open(encoding="utf-8") as file:
            text = file.read(MOST_LETTERS + 1)
        if len(text) > MOST_LETTERS:
            raise ProfileError(f"The provider file {path} is longer than {MOST_LETTERS} letters.")
    except OSError as error:
        raise ProfileError(
            f"Cannot read the provider file {path}: {error.strerror}. Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"The provider file {path} is not UTF-8 text.") from error
    return parse_profile(text, f"The provider file {path}")


def default_profile() -> Profile:
    """The built-in neutral brand and public targets."""
    text = resources.files("diagnostics").joinpath("default_profile.toml").read_text("utf-8")
    return parse_profile(text, "The built-in profile")
