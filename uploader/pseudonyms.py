"""One pseudonym for each private value: the same wherever and however the value is written."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from diagnostics.profile import Profile
from uploader.address_pseudonyms import IP, AddressPseudonyms, parsed
from uploader.known_names import is_known_device

#: local domains that say where a name comes from and not whose it is (RFC 6762, RFC 8375)
_LOCAL_ENDINGS = (".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain")
_MAC = re.compile(
    r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", re.IGNORECASE
)
_LOCAL_BIT, _GROUP_BIT = 0x02, 0x01  # IEEE 802, in the first byte


class PublicPlaces:
    """Addresses, hosts and URLs that stand in the provider's profile: known to everybody."""

    def __init__(self, profile: Profile) -> None:
        targets = profile.targets
        urls = [*targets.sites, *(portal.url for portal in targets.portal)]
        for server in profile.speed:
            urls += [server.url, server.download_url, server.upload_url]
        urls += [profile.desk.url, profile.support.chat_url, profile.support.help_centre_url]
        urls.append(profile.support.status_url)
        self.urls = frozenset(filter(None, urls))
        names = [host_of(url) for url in self.urls]
        names += [*targets.ntp, *targets.anchors, *targets.resolvers, *targets.provider_resolvers]
        self.addresses = frozenset(ip for name in names if (ip := parsed(name)))
        self.hosts = frozenset(name.lower() for name in names if name and not parsed(name))

    def has_host(self, name: str) -> bool:
        lower = name.lower().rstrip(".")
        return lower in self.hosts or any(lower.endswith(f".{host}") for host in self.hosts)


class Pseudonyms:
    """Each method gives what stands in the bundle for a value of that kind."""

    def __init__(self, key: bytes, public: PublicPlaces, addresses: AddressPseudonyms) -> None:
        self._key = key
        self._public = public
        self._addresses = addresses

    def word(self, kind: str, value: str) -> str:
        """Such as `host-3fa19c2b`; upper and lower case are one."""
        text = f"{kind}|{value.casefold()}".encode()
        return f"{kind}-{hmac.new(self._key, text, hashlib.sha256).hexdigest()[:8]}"

    def ip(self, address: IP) -> str:
        return str(self._addresses.of(address))

    def address(self, text: str) -> str:
        """An address, also with /prefix or %zone; anything else is taken for a name."""
        body, slash, prefix = text.partition("/")
        body, percent, zone = body.partition("%")
        address = parsed(body.strip("[]"))
        if address is None or (slash and not prefix.isdigit()):
            return self.host(text) if text else ""
        ending = f"%{self.device(zone)}" if percent else ""
        return f"{self.ip(address)}{ending}{slash}{prefix}"

    def mac(self, text: str) -> str:
        """Maker's part (first three bytes) kept where it is one; colon-separated lower-case hex."""
        digits = bare_mac(text)
        if len(digits) != 12:
            return self.word("device", text) if text else ""
        first = int(digits[:2], 16)
        if first & _GROUP_BIT or not int(digits, 16):
            return ":".join(re.findall("..", digits))
        tag = hmac.new(self._key, f"mac|{digits}".encode(), hashlib.sha256).hexdigest()
        other = "02" + tag[:10] if first & _LOCAL_BIT else digits[:6] + tag[:6]
        if other == digits:
            other = other[:-1] + ("1" if other[-1] == "0" else "0")
        return ":".join(re.findall("..", other))

    def host(self, name: str) -> str:
        bare = name.rstrip(".")
        address = parsed(bare.strip("[]"))
        if address is not None:
            return self.ip(address)
        if not bare or bare.lower() == "localhost" or self._public.has_host(bare):
            return name
        ending = next((end for end in _LOCAL_ENDINGS if bare.lower().endswith(end)), "")
        return self.word("host", bare) + ending

    def ssid(self, name: str) -> str:
        return self.word("network", name) if name else ""

    def device(self, name: str) -> str:
        return name if not name or is_known_device(name) else self.word("device", name)

    def url(self, text: str) -> str:
        """Whole when the profile has it; else scheme, host and port, without path or query."""
        if not text or text in self._public.urls:
            return text
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return self.word("url", text)
        if not host or not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]{0,15}", parts.scheme):
            return self.word("url", text)
        name = self.host(host.partition("%")[0])
        name = f"[{name}]" if ":" in name else name
        return f"{parts.scheme.lower()}://{name}{f':{port}' if port else ''}/"

    def person(self, name: str) -> str:
        return self.word("user", name)


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def bare_mac(text: str) -> str:
    """Twelve lower-case hex digits, or "" for what is no link-layer address."""
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    return digits if _MAC.fullmatch(text) or re.fullmatch("[0-9a-fA-F]{12}", text) else ""
