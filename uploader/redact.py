"""Makes a Run safe to send: by allow-list, with pseudonyms, keeping what diagnosis needs.

Pure: the same Run, profile, key and words give the same result. Decisions and their reasons
are in docs/design/0007-bundle-and-privacy.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from diagnostics.evidence import Evidence, Outcome, to_raw
from diagnostics.profile import Profile
from diagnostics.readings.addressing import Addressing, Dhcp
from diagnostics.result import Measured, Reason, Unmeasured
from diagnostics.run import Run, StepTried
from diagnostics.sign import Sign
from diagnostics.verdict import Verdict
from uploader.address_pseudonyms import IP, AddressPseudonyms, parsed
from uploader.marks import FREE, changed
from uploader.pseudonyms import Pseudonyms, PublicPlaces, host_of
from uploader.scrub import Scrubber, addresses_in, worth_hiding

#: what no bundle ever holds, in plain sentences for the preview
LEFT_OUT = (
    "Names of your devices, computers and WiFi networks: replaced by made-up ones.",
    "Addresses of your home, your computer and your devices: replaced by made-up ones.",
    "Pages that you visited and files on this computer: never looked at.",
    "Passwords and accounts: never looked at.",
)


@dataclass
class _Found:
    """All private values of one Run, by mark."""

    by_mark: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    texts: list[str] = field(default_factory=list[str])

    def note(self, mark: str, text: str) -> str:
        self.by_mark.setdefault(mark, set()).add(text)
        if mark == FREE:
            self.texts.append(text)
        return text

    def of(self, mark: str) -> list[str]:
        return sorted(filter(None, self.by_mark.get(mark, ())))


def redact(run: Run, profile: Profile, key: bytes, own_words: Iterable[str] = ()) -> Run:
    """`own_words` are names that no reading holds: of the user, the computer, the home folder."""
    evidence = run.evidence()
    found = _found(run, evidence)
    pseudonyms = _pseudonyms(evidence, found, profile, key)
    scrubber = Scrubber(pseudonyms, _known(found, pseudonyms, own_words))
    redactor = _Redactor(pseudonyms, scrubber)
    return redactor.run(run, evidence)


class _Redactor:
    def __init__(self, pseudonyms: Pseudonyms, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._by_mark = {
            "plain": scrubber.names,
            "address": pseudonyms.address,
            "mac": pseudonyms.mac,
            "host": pseudonyms.host,
            "ssid": pseudonyms.ssid,
            "url": pseudonyms.url,
            "device": pseudonyms.device,
            FREE: scrubber.free,
        }

    def change(self, mark: str, text: str) -> str:
        """A text whose type does not say how private it is never leaves the computer."""
        change = self._by_mark.get(mark)
        return change(text) if change else ""

    def run(self, run: Run, evidence: Evidence) -> Run:
        free = self._scrubber.free
        return msgspec.structs.replace(
            run,
            software=changed(run.software, self.change),
            complaint=free(run.complaint),
            readings=to_raw({probe: self._outcome(one) for probe, one in evidence.items()}),
            signs=tuple(map(self._sign, run.signs)),
            verdict=self._verdict(run.verdict),
            steps=tuple(map(self._step, run.steps)),
            places=tuple(changed(one, self.change) for one in run.places),
        )

    def _outcome(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Unmeasured):
            return changed(outcome, self.change)
        try:
            return Measured(reading=changed(outcome.reading, self.change), took_s=outcome.took_s)
        except TypeError:
            return Unmeasured(Reason.HIDDEN, "left out: it could not be made safe to send")

    def _sign(self, sign: Sign) -> Sign:
        value = sign.value
        if isinstance(value, str):
            value = self._scrubber.free(value)
        elif isinstance(value, Unmeasured):
            value = changed(value, self.change)
        return msgspec.structs.replace(sign, value=value, text=self._scrubber.free(sign.text))

    def _verdict(self, verdict: Verdict) -> Verdict:
        headline = self._scrubber.free(verdict.headline)
        return msgspec.structs.replace(verdict, headline=headline)

    def _step(self, step: StepTried) -> StepTried:
        return msgspec.structs.replace(
            step,
            before=tuple(map(self._sign, step.before)),
            after=tuple(map(self._sign, step.after)),
        )


def _found(run: Run, evidence: Evidence) -> _Found:
    found = _Found()
    for outcome in evidence.values():
        value = outcome if isinstance(outcome, Unmeasured) else outcome.reading
        try:
            changed(value, found.note)
        except TypeError:
            continue  # it will be left out whole
    signs = [*run.signs, *(sign for step in run.steps for sign in (*step.before, *step.after))]
    found.texts += [sign.text for sign in signs]
    found.texts += [sign.value for sign in signs if isinstance(sign.value, str)]
    found.texts += [run.complaint, run.verdict.headline]
    return found


def _pseudonyms(evidence: Evidence, found: _Found, profile: Profile, key: bytes) -> Pseudonyms:
    public = PublicPlaces(profile)
    real = {ip for text in found.texts for ip in addresses_in(text)}
    for text in (*found.of("address"), *found.of("host"), *map(host_of, found.of("url"))):
        if (ip := _ip(text)) is not None:
            real.add(ip)
    ordered = sorted(real, key=lambda ip: (ip.version, int(ip)))
    addresses = AddressPseudonyms(key, _own(evidence), public.addresses, ordered)
    for ip in ordered:
        addresses.of(ip)  # given in this order, so that it does not rest on who asks first
    return Pseudonyms(key, public, addresses)


def _own(evidence: Evidence) -> list[IP]:
    """Addresses of this computer: of the interfaces, and those that DHCP gave."""
    texts: list[str] = []
    addressing, dhcp = evidence.value(Addressing), evidence.value(Dhcp)
    if isinstance(addressing, Addressing):
        texts += [one.address for one in addressing.addresses]
    if isinstance(dhcp, Dhcp):
        texts += [lease.address for lease in dhcp.leases]
    return [ip for text in texts if (ip := _ip(text)) is not None and ip.is_global]


def _ip(text: str) -> IP | None:
    return parsed(text.partition("/")[0].partition("%")[0].strip("[]"))


def _known(found: _Found, pseudonyms: Pseudonyms, own_words: Iterable[str]) -> dict[str, str]:
    """Private values by name, each with what takes its place in a text."""
    changes = {
        "host": pseudonyms.host,
        "ssid": pseudonyms.ssid,
        "device": pseudonyms.device,
        "mac": pseudonyms.mac,
    }
    known: dict[str, str] = {}
    for mark, change in changes.items():
        for value in worth_hiding(found.of(mark)):
            if change(value) != value:
                known[value] = change(value)
    for url in found.of("url"):
        host = host_of(url)
        if host and _ip(host) is None and pseudonyms.host(host) != host:
            known.setdefault(host, pseudonyms.host(host))
    for text in found.of("address"):
        ip = _ip(text)
        if ip is not None and pseudonyms.ip(ip) != str(ip):
            known.setdefault(str(ip), pseudonyms.ip(ip))
    for word in worth_hiding(own_words):
        known.setdefault(word, pseudonyms.person(word))
    return known
