"""Is this computer in the home's own WiFi at all, and is that WiFi locked?"""

from __future__ import annotations

from diagnostics.air.radio import Radio, akin
from diagnostics.belief import CERTAIN, SURE, UNSURE
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.wifi import (
    Generation,
    JoinRefusal,
    LinkEvent,
    LinkEventKind,
    LinkState,
    NetworkName,
    Security,
    Wifi,
    WifiWatch,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown
from diagnostics.signs.wifi_signal import joined_radio, not_told

#: addresses that phones give themselves when they share their line (Apple and Android defaults)
_IPHONE, _ANDROID = "172.20.10.1", ("192.168.43.1", "192.168.49.1")
_GUEST_WORDS = ("guest", "gast", "invit", "ospiti", "visitor", "hotspot")
_WEAK = (Security.OPEN, Security.WEP, Security.WPA_PERSONAL, Security.WPA_ENTERPRISE)
_LEGACY = (Generation.B, Generation.A, Generation.G)
_NAMES = {
    Security.OPEN: "open: anybody can join and listen",
    Security.WEP: "locked with WEP, which is broken within minutes",
    Security.WPA_PERSONAL: "locked with the first WPA, which is no longer safe",
    Security.WPA_ENTERPRISE: "locked with the first WPA, which is no longer safe",
}
#: a join that failed longer before the check is an old story
_RECENT_S = 900.0


def _events(radio: Radio, *kinds: LinkEventKind) -> tuple[LinkEvent, ...] | Unmeasured:
    if isinstance(radio.watch, Unmeasured):
        return radio.watch
    if isinstance(radio.watch.events, Unmeasured):
        return radio.watch.events
    return tuple(one for one in radio.watch.events if one.kind in kinds)


def _without(radio: Unmeasured, what: str) -> Grade:
    """Without an adapter nothing can have been refused or be out of range."""
    if radio.reason is Reason.NOT_APPLICABLE:
        return certain(False, "This computer has no WiFi.")
    return not_told(radio, what)


@sign("wifi-join-refused", "The network refused the password.", reads=WifiWatch, leak=0.0005)
def wifi_join_refused(scene: Scene) -> Grade:
    radio = scene.radio
    if isinstance(radio, Unmeasured):
        return _without(radio, "whether a network refused this computer")
    if radio.joined or scene.link_up is True:
        return certain(False, "This computer is connected.")
    refused = _events(radio, LinkEventKind.REFUSED)
    if isinstance(refused, Unmeasured):
        return unknown("The system does not tell whether a network refused this computer.")
    recent = [one for one in refused if one.at_s > -_RECENT_S]
    if not recent and not _events(radio, LinkEventKind.JOINED):
        return unknown("The system did not try to join a network while it was watched.")
    return _refusals(recent)


def _refusals(recent: list[LinkEvent]) -> Grade:
    wrong = [one for one in recent if one.refusal is JoinRefusal.WRONG_PASSWORD]
    text = f"The network refused the password {len(wrong)} time(s)."
    if wrong:
        return Grade(0.93 if len(wrong) == 1 else SURE, text, float(len(wrong)), 1.0)
    if any(one.refusal is not JoinRefusal.OTHER for one in recent):
        return Grade(0.1, "The network did not let this computer in, but not for its password.")
    return Grade(0.3 if recent else 0.05, "No network refused a password.", 0.0, 1.0)


@sign("wifi-home-absent", "The home's network is not in the air.", reads=Wifi, leak=0.0005)
def wifi_home_absent(scene: Scene) -> Grade:
    radio = scene.radio
    if isinstance(radio, Unmeasured):
        return _without(radio, "which networks are in the air")
    if radio.joined or scene.link_up is True:
        return certain(False, "This computer is connected.")
    if radio.link.state is LinkState.RADIO_OFF:
        return unknown("WiFi is switched off on this computer.")
    if isinstance(radio.wifi.networks, Unmeasured):
        return unknown("The system does not tell which networks are in the air.")
    return _absent_among(radio)


def _absent_among(radio: Radio) -> Grade:
    """This computer is in no network: is one of those in the air the home's?"""
    scan = radio.wifi.own_scan
    looked = not isinstance(scan, Unmeasured) or scan.reason is Reason.NOT_APPLICABLE
    if not radio.networks and looked:
        return Grade(0.9, "No network at all is in the air.", 0.0)
    if not radio.networks:
        return unknown("No scan was allowed, so it is not known what is in the air.")
    return _absent_of(radio, looked=looked)


def _absent_of(radio: Radio, *, looked: bool) -> Grade:
    """Of the networks that are heard; not `looked`: what others once heard."""
    count = float(len(radio.networks))
    known, heard = radio.wifi.known_names, _heard_names(radio)
    if isinstance(known, Unmeasured) or not known:
        return unknown("It is not known which of the networks in the air is the home's.")
    if isinstance(heard, Unmeasured):
        return unknown("The system hides the names of the networks in the air.")
    mine = [one.text for one in known if one.text in heard]
    text = f"{count:.0f} networks are in the air, none of them known to this computer."
    if mine:
        return Grade(0.02, "A network that this computer knows is in the air.", count)
    hidden = any(not isinstance(one.name, NetworkName) for one in radio.networks)
    if not looked:
        return Grade(0.6, text, count)
    return Grade(0.8 if hidden else 0.98, text, count)


def _heard_names(radio: Radio) -> frozenset[str] | Unmeasured:
    names = [one.name for one in radio.networks]
    withheld = [one for one in names if isinstance(one, Unmeasured)]
    if withheld and len(withheld) == len(names):
        return withheld[0]
    return frozenset(one.text for one in names if isinstance(one, NetworkName))


@sign("wifi-foreign-network", "The network joined is not the home's own.", reads=Wifi, leak=0.0003)
def wifi_foreign_network(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "which network is joined")
    belief, text = _as_hotspot(scene, radio)
    for other, words in (_as_guest(radio), _as_stranger(radio)):
        if other > belief:
            belief, text = other, words
    if belief == UNSURE and isinstance(radio.name, Unmeasured):
        return unknown("The system hides which network is joined.")
    return Grade(belief, text)


def _as_hotspot(scene: Scene, radio: Radio) -> tuple[float, str]:
    addressing = scene.evidence.value(Addressing)
    if isinstance(addressing, Unmeasured):
        return UNSURE, "It is not known whose network is joined."
    ways = {one.gateway for one in addressing.default_routes if one.chosen}
    if _IPHONE in ways:
        return CERTAIN, "The way out is a phone that shares its line."
    if ways.intersection(_ANDROID):
        random = not isinstance(radio.link.bssid, Unmeasured) and _is_random(radio.link.bssid)
        return (0.999 if random else 0.98), "The way out is a phone that shares its line."
    return 0.2, "Nothing shows that the network joined is a foreign one."


def _is_random(mac: str) -> bool:
    """Locally administered (IEEE 802-2014, 8.2.2): made up, as phones do."""
    return len(mac) > 1 and mac[1] in "26ae"


def _as_guest(radio: Radio) -> tuple[float, str]:
    """A guest's name, and the box that sends it sends another name as well."""
    name, mine = radio.name, radio.link.bssid
    if isinstance(name, Unmeasured) or not any(word in name.casefold() for word in _GUEST_WORDS):
        return 0.0, ""
    text = "The network joined is the home's guest network."
    if isinstance(mine, Unmeasured):
        return 0.9, text
    twins = [
        one
        for one in radio.networks
        if isinstance(one.name, NetworkName)
        and one.name.text != name
        and not isinstance(one.bssid, Unmeasured)
        and akin(one.bssid, mine)
    ]
    return (0.9985 if twins else 0.9), text


def _as_stranger(radio: Radio) -> tuple[float, str]:
    """Another network than any that this computer knows, while one of those is in the air."""
    known, name = radio.wifi.known_names, radio.name
    if isinstance(known, Unmeasured) or isinstance(name, Unmeasured) or not known:
        return 0.0, ""
    names = {one.text for one in known}
    heard = _heard_names(radio)
    if name in names or isinstance(heard, Unmeasured) or not names & heard:
        return 0.0, ""
    return 0.9965, "A network is joined that is not known here, while a known one is in the air."


@sign("wifi-security-old", "The WiFi is open or locked with an old lock.", reads=Wifi, leak=0.0005)
def wifi_security_old(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "how the WiFi is locked")
    own = radio.own_bss
    security = radio.link.security
    if isinstance(security, Unmeasured) and not isinstance(own, Unmeasured):
        security = own.security
    if isinstance(security, Unmeasured):
        return unknown("The system does not tell how the WiFi is locked.")
    if security in _WEAK:
        return Grade(CERTAIN, f"The WiFi is {_NAMES[security]}.", security.value)
    tkip = not isinstance(own, Unmeasured) and own.tkip is True
    if tkip and radio.link.generation in _LEGACY:
        text = "The WiFi is locked with TKIP, which is no longer safe and holds it to 54 Mbit/s."
        return Grade(0.999, text, security.value)
    text = "The WiFi is locked well" + (", though TKIP is still allowed." if tkip else ".")
    return Grade(0.3 if tkip else 1 - SURE, text, security.value)


@sign("wifi-link-lost", "The WiFi link went away during the check.", reads=WifiWatch, leak=0.0008)
def wifi_link_lost(scene: Scene) -> Grade:
    radio = scene.radio
    if isinstance(radio, Unmeasured):
        return not_told(radio, "whether the link went away")
    lost = _events(radio, LinkEventKind.LEFT, LinkEventKind.RADAR)
    back = _events(radio, LinkEventKind.JOINED)
    if isinstance(lost, Unmeasured) or isinstance(back, Unmeasured):
        return unknown("The system does not tell whether the link went away.")
    seen = [one for one in lost if one.at_s >= 0]
    before = [one for one in lost if -_RECENT_S < one.at_s < 0]
    radar = any(one.kind is LinkEventKind.RADAR for one in (*seen, *before))
    text = f"The WiFi link went away {len(seen)} time(s) during the check"
    text += f" and {len(before)} time(s) shortly before" if before else ""
    text += ", by radar." if radar else "."
    returned = radio.joined or any(one.at_s >= 0 for one in back)
    if seen and returned:
        return Grade(SURE if len(seen) + len(before) > 1 else 0.99, text, float(len(seen)), 1.0)
    if len(before) >= 3 and radio.joined:
        return Grade(0.99, text, float(len(before)), 3.0)
    return Grade(0.3 if before or seen else 0.02, text, float(len(seen)), 1.0)
