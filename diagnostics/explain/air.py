"""The radio in words: own link, advice for each band, what is withheld and what it would change.

Made from any Run: window, terminal, report and desk say the same. Empty where there is no WiFi.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from diagnostics.air.advice import Answer, BandAdvice, Prospect, advise
from diagnostics.air.channels import Lane
from diagnostics.air.radio import Radio, radio_of
from diagnostics.evidence import Evidence
from diagnostics.profile import Plan
from diagnostics.readings.wifi import Band, Consent, NetworkName
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Run
from diagnostics.verdict import Segment, Status, Verdict
from diagnostics.words import Words, mark

BANDS = {
    Band.GHZ_2_4: mark("2.4 GHz"),
    Band.GHZ_5: mark("5 GHz"),
    Band.GHZ_6: mark("6 GHz"),
}


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is not told, why, and what it would bring. `matters`: to the verdict."""

    fact: str
    why: str
    would: str
    matters: bool

    def sentence(self, words: Words) -> str:
        return words.say("{fact}: {why}. {would}", fact=self.fact, why=self.why, would=self.would)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """The one page of the system's settings that lets it tell more. `address` opens it."""

    words: str
    action: str
    address: str
    matters: bool


class AirWords(msgspec.Struct, frozen=True, kw_only=True):
    """`advice` has one sentence or two for each band of the own network."""

    advice: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    setting: Setting | None = None


def for_air(run: Run, words: Words) -> AirWords:
    return air_words(run.evidence(), run.plan, run.verdict, words)


def air_words(evidence: Evidence, plan: Plan, verdict: Verdict, words: Words) -> AirWords:
    radio = radio_of(evidence)
    if isinstance(radio, Unmeasured):
        return AirWords()
    return AirWords(
        advice=tuple(
            advice_sentence(one, words) for one in advise(radio, wanted_bps(verdict, plan))
        ),
        withheld=tuple(_withheld(radio, verdict, words)),
        setting=_setting(radio, verdict, words),
    )


def wanted_bps(verdict: Verdict, plan: Plan) -> float:
    """Speed from which on no channel needs to be better: the plan's, or 0 where the verdict found
    the WiFi too slow. What was measured then contradicts a model that lets expect enough.
    """
    slow = any(one.segment is Segment.WIFI for one in verdict.causes)
    return 0.0 if slow else 1e6 * plan.down_mbps


def lane_words(lane: Lane, words: Words) -> str:
    """ "channel 6" or "channel 36, 80 MHz wide"."""
    number = words.isolate(words.number(lane.number))
    if lane.width_mhz == 20:
        return words.say("channel {number}", number=number)
    width = words.figure(lane.width_mhz, "MHz", 0)
    return words.say("channel {number}, {width} wide", number=number, width=width)


def advice_sentence(advice: BandAdvice, words: Words) -> str:
    band = words.isolate(words.say(BANDS[advice.band]))
    now, best = advice.now, advice.best
    if advice.answer is Answer.UNKNOWN or isinstance(now, Unmeasured):
        text = mark("{band}: the air cannot be seen, so no channel can be advised.")
        return words.say(text, band=band)
    taken = words.percent(100 * now.share.taken)
    here = lane_words(now.lane, words)
    if advice.answer is Answer.CHANGE and not isinstance(best, Unmeasured):
        return _change(advice, best, words, band=band, here=here, taken=taken)
    if advice.answer is Answer.ENOUGH:
        text = mark("{band}: {here} carries more than your plan already; leave it as it is.")
        return words.say(text, band=band, here=here)
    text = mark("{band}: no channel is better than {here}; others take {taken} of its time.")
    return words.say(text, band=band, here=here, taken=taken)


def _change(advice: BandAdvice, best: Prospect, words: Words, **parts: str) -> str:
    text = mark(
        "{band}: take {best} instead of {here}. Others take {free} of its time instead of {taken};"
        " expect {gain} times as much through, between {low} and {high}."
    )
    said = words.say(
        text,
        best=lane_words(best.lane, words),
        free=words.percent(100 * best.share.taken),
        gain=words.number(advice.gain, 1),
        low=words.number(advice.gain_low, 1),
        high=words.number(advice.gain_high, 1),
        **parts,
    )
    if best.radar:
        said += " " + words.say(
            "The router must leave this channel when it hears radar, and listen before it starts."
        )
    if not best.share.measured:
        said += " " + words.say(
            "How busy the channels are was not counted; it is judged by the networks heard."
        )
    return said


# --- what is withheld ---------------------------------------------------------------------------


def may_change(verdict: Verdict) -> bool:
    """Whether more facts of the radio could change what is said."""
    if verdict.status is Status.CANNOT_TELL:
        return True
    named = {one.id for one in verdict.causes}
    if "wifi-unreliable" in named:
        return True
    rivals = [one for one in verdict.considered if one.segment is Segment.WIFI]
    placed = any(one.segment is Segment.WIFI for one in verdict.causes)
    return placed and bool(rivals)


def _facts(radio: Radio) -> Iterator[tuple[str, object, str]]:
    """(what, its reading, what it would tell)."""
    return _facts_joined(radio) if radio.joined else _facts_apart(radio)


def _facts_apart(radio: Radio) -> Iterator[tuple[str, object, str]]:
    wifi = radio.wifi
    yield (
        mark("Networks in the air"),
        wifi.networks,
        mark("With it we could say whether your network is there at all."),
    )
    yield (
        mark("Names of the networks"),
        _heard_names(radio),
        mark("With it we could say whether your network is among those that are heard."),
    )
    yield (
        mark("Networks that this computer knows"),
        wifi.known_names,
        mark("With it we could say which of the networks in the air is yours."),
    )


def _facts_joined(radio: Radio) -> Iterator[tuple[str, object, str]]:
    wifi, link = radio.wifi, radio.link
    yield (
        mark("Networks in the air"),
        wifi.networks,
        mark("With it we could say whether neighbours fill your channel and which one is better."),
    )
    yield (
        mark("Names of the networks"),
        _names(radio),
        mark(
            "With it we could say whether a nearer access point or a faster band of yours is there."
        ),
    )
    yield (
        mark("Strength of the signal"),
        radio.signal_dbm,
        mark("With it we could say whether you are too far from the router."),
    )
    yield (
        mark("Time that the channel is taken"),
        wifi.channels,
        mark("With it we could tell a full channel from something else that disturbs."),
    )
    yield (
        mark("Frames sent again"),
        link.counters,
        mark("With it we could tell disturbance from distance."),
    )
    yield (
        mark("How the WiFi is locked"),
        _security(radio),
        mark("With it we could say whether strangers can join."),
    )


def _names(radio: Radio) -> object:
    return radio.link.name if isinstance(radio.link.name, Unmeasured) else _heard_names(radio)


def _heard_names(radio: Radio) -> object:
    """Unmeasured where the system withholds the names of all that is heard."""
    names = [one.name for one in radio.networks]
    hidden = [one for one in names if isinstance(one, Unmeasured)]
    told = any(isinstance(one, NetworkName) for one in names)
    return hidden[0] if hidden and not told else names


def _security(radio: Radio) -> object:
    own = radio.own_bss
    if isinstance(radio.link.security, Unmeasured) and not isinstance(own, Unmeasured):
        return own.security
    return radio.link.security


def _withheld(radio: Radio, verdict: Verdict, words: Words) -> Iterator[Withheld]:
    matters = may_change(verdict)
    for fact, reading, would in _facts(radio):
        if not isinstance(reading, Unmeasured) or reading.reason is Reason.NOT_APPLICABLE:
            continue
        said = words.say(would)
        if not matters:
            said += " " + words.say("The verdict would stay the same.")
        yield Withheld(fact=words.say(fact), why=words.why(reading), would=said, matters=matters)


_SETTINGS = {
    Consent.WINDOWS_LOCATION: (
        mark("Windows ties the list of networks to the setting for location. Your place is"
             " neither asked for nor kept."),
        mark("Open the location setting"),
        "ms-settings:privacy-location",
    ),
    Consent.MACOS_LOCATION: (
        mark("macOS ties the names of networks to the setting for location. Your place is"
             " neither asked for nor kept."),
        mark("Open the location setting"),
        "x-apple.systempreferences:com.apple.preference.security?Privacy_LocationServices",
    ),
}  # fmt: skip


def _setting(radio: Radio, verdict: Verdict, words: Words) -> Setting | None:
    consent = radio.wifi.consent
    if isinstance(consent, Unmeasured):
        return None
    text, action, address = _SETTINGS[consent]
    matters = may_change(verdict)
    return Setting(
        words=words.say(text), action=words.say(action), address=address, matters=matters
    )
