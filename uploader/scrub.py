"""Cleans texts that came from outside or speak about what was found.

One pass over the text, so that a pseudonym is never taken for a name and changed again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

from uploader.address_pseudonyms import IP, parsed
from uploader.pseudonyms import Pseudonyms, bare_mac

_COLON = r"(?::|%3[aA])"
_URL = r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\s\"'<>\\^`{|}]+"
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_MAC = rf"(?<![\w:])(?:[0-9a-fA-F]{{2}}(?:-|{_COLON})){{5}}[0-9a-fA-F]{{2}}(?![\w:])"
_MAC_CISCO = r"(?<![\w.])(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}(?![\w.])"
_IPV4 = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"
_IPV6 = (
    rf"(?<![\w:.])(?=[0-9a-fA-F.]*{_COLON})(?:[0-9a-fA-F]{{0,4}}{_COLON}){{2,8}}"
    r"(?:[0-9a-fA-F]{1,4}|\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])"
)
#: /home/NAME, /Users/NAME, C:\Users\NAME
_PATH = r"(?P<root>/home/|/Users/|[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2})(?P<person>[^\s\\/:\"']+)"
#: whole words only below this length: a user called "ann" must not break the word "channel"
_WHOLE_WORD_LETTERS = 6
#: a name with dots that ends in letters, as hosts have; our own sentences hold none
_HOST = r"(?<![\w.@-])(?:[\w-]{1,63}\.){1,8}[a-zA-Z][a-zA-Z-]{0,61}[a-zA-Z](?![\w-]|\.\w)"
#: 10-0-0-1 must not be found in 10-0-0-12
_FIGURES = re.compile(r"[0-9a-fA-F.:-]+")
#: too short to be told from any other letters
_SHORTEST = 3
#: words that our own sentences are made of; a network that is called so tells nothing
_EVERYDAY = frozenset(
    {
        *("access", "address", "bridge", "cable", "computer", "connection", "default"),
        *("device", "ethernet", "failed", "fiber", "fibre", "gateway", "guest"),
        *("home", "host", "house", "internet", "line", "local", "localhost"),
        *("modem", "network", "none", "office", "phone", "plan", "provider"),
        *("router", "server", "service", "site", "test", "user", "wifi"),
        *("wi-fi", "wireless", "wlan", "root"),
    }
)


class Scrubber:
    """`known` maps each private value to its pseudonym; every way to write it is found."""

    def __init__(self, pseudonyms: Pseudonyms, known: Mapping[str, str]) -> None:
        self._pseudonyms = pseudonyms
        self._known: dict[str, str] = {}
        for value, other in known.items():
            for spelling in _spellings(value):
                self._known.setdefault(spelling.casefold(), other)
        literals = "|".join(_literal(text) for text in sorted(self._known, key=len, reverse=True))
        named = rf"(?P<known>{literals})" if literals else r"(?P<known>(?!))"
        self._names = re.compile(named, re.IGNORECASE)
        self._everything = re.compile(
            rf"(?P<url>{_URL})|(?P<email>{_EMAIL})|{_PATH}|{named}"
            rf"|(?P<mac>{_MAC}|{_MAC_CISCO})|(?P<ip>{_IPV4}|{_IPV6})|(?P<host>{_HOST})",
            re.IGNORECASE,
        )

    def free(self, text: str) -> str:
        """Names, addresses, mail addresses, URLs and home folders give way to pseudonyms."""
        return self._everything.sub(self._other, text)

    def names(self, text: str) -> str:
        """Only what is known by name: for words of a standard, where 6.1.0.21 is a version."""
        return self._names.sub(self._other, text)

    def _other(self, match: re.Match[str]) -> str:
        text = match.group()
        if match.lastgroup == "person":
            return match.group("root") + self._person(match.group("person"))
        changes: dict[str, Callable[[str], str]] = {
            "url": self._url,
            "known": lambda known: self._known.get(known.casefold(), known),
            "email": lambda email: self._pseudonyms.word("email", email),
            "host": self._pseudonyms.host,
            "mac": lambda mac: self._pseudonyms.mac(unquote(mac)),
        }
        return changes.get(match.lastgroup or "", self._ip)(text)

    def _person(self, name: str) -> str:
        return self._known.get(name.casefold()) or self._pseudonyms.person(name)

    def _url(self, text: str) -> str:
        """Punctuation at the end belongs to the sentence."""
        bare = text.rstrip(".,;:!?)")
        return self._pseudonyms.url(bare) + text[len(bare) :]

    def _ip(self, text: str) -> str:
        address = parsed(unquote(text))
        if address is None:  # "gateway 192.0.2.1: lost" leaves a colon to the sentence
            bare = text.rstrip(":")
            address = parsed(unquote(bare))
            return text if address is None else self._pseudonyms.ip(address) + text[len(bare) :]
        return self._pseudonyms.ip(address)


def addresses_in(text: str) -> Iterator[IP]:
    """Every address that a text mentions."""
    for match in re.finditer(rf"{_IPV4}|{_IPV6}", text):
        address = parsed(unquote(match.group())) or parsed(unquote(match.group()).rstrip(":"))
        if address is not None:
            yield address


def worth_hiding(names: Iterable[str]) -> Iterator[str]:
    """Names that can be told from the words of our own sentences."""
    for name in names:
        bare = name.strip()
        if len(bare) >= _SHORTEST and bare.casefold() not in _EVERYDAY:
            yield bare


def _literal(text: str) -> str:
    pattern = re.escape(text)
    whole = len(text) < _WHOLE_WORD_LETTERS or _FIGURES.fullmatch(text)
    return rf"(?<!\w){pattern}(?!\w)" if whole else pattern


def _spellings(value: str) -> set[str]:
    """As it stands, URL-encoded, as hex of its bytes; an address dashed and reversed."""
    address = parsed(value)
    if address is not None:
        # as it stands it is found by its form; providers also put it into names: 84-1-2-3.dsl…
        if address.version == 6:
            return {value.replace(":", "-"), address.exploded.replace(":", "-")}
        return {value.replace(".", "-"), ".".join(reversed(value.split(".")))}
    found = {value, quote(value, safe=""), quote(value)}
    if len(value) >= 4:
        found.add(value.encode("utf-8", "replace").hex())
    if digits := bare_mac(value):
        found |= {digits, *(_with(digits, sign) for sign in (":", "-", "%3A"))}
    return found


def _with(digits: str, sign: str) -> str:
    return sign.join(digits[at : at + 2] for at in range(0, 12, 2))
