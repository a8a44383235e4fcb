"""What the WiFi page says and draws: own link, the air of each band, networks, what is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.air.advice import Answer, BandAdvice, advise
from diagnostics.air.channels import Lane, frequency_of, lane_from
from diagnostics.air.limits import GOOD_DBM, WEAK_DBM
from diagnostics.air.radio import Radio, dbm_of, radio_of
from diagnostics.explain.air import (
    BANDS,
    AirWords,
    Setting,
    advice_sentence,
    air_words,
    wanted_bps,
)
from diagnostics.explain.places import WalkWords, for_walk
from diagnostics.readings.wifi import Band, LinkState, Network, NetworkName
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Run
from gui.locale import _, words
from gui.presenters.live_air import Live

#: what a picture of a band shows, MHz; 6 GHz is drawn up to the highest network
_EDGES = {
    Band.GHZ_2_4: (2398.0, 2486.0),
    Band.GHZ_5: (5160.0, 5895.0),
    Band.GHZ_6: (5935.0, 7125.0),
}
_TICKS = {
    Band.GHZ_2_4: (1, 6, 11),
    Band.GHZ_5: (36, 52, 100, 116, 132, 149, 165),
    Band.GHZ_6: (5, 69, 133, 197),
}
_MOST_NETWORKS = 40


@dataclass(frozen=True)
class Hill:
    """One network in the picture of its band."""

    low_mhz: float
    high_mhz: float
    signal_dbm: float
    own: bool


@dataclass(frozen=True)
class BandView:
    title: str
    low_mhz: float
    high_mhz: float
    ticks: tuple[tuple[float, str], ...]
    hills: tuple[Hill, ...]
    better_mhz: float  # 0 when no other channel is advised
    drawn: bool  # an air that is withheld is no empty air: nothing is drawn
    spoken: str
    advice: str


@dataclass(frozen=True)
class NetworkRow:
    name: str
    detail: str
    own: bool

    def spoken(self) -> str:
        own = _("your network") if self.own else ""
        return ", ".join(part for part in (self.name, own, self.detail) if part)


@dataclass(frozen=True)
class AirView:
    """`tone` is that of the own link: ok, warn, bad or unknown, with `word` as its sign."""

    headline: str
    lead: str
    word: str = ""
    tone: str = "unknown"
    samples: tuple[tuple[float, float | None], ...] = ()
    limits: tuple[float, float] = (GOOD_DBM, WEAK_DBM[Band.GHZ_5])
    samples_spoken: str = ""
    bands: tuple[BandView, ...] = ()
    networks: tuple[NetworkRow, ...] = ()
    withheld: tuple[str, ...] = ()
    setting: Setting | None = None
    walk: WalkWords = WalkWords()  # noqa: RUF009 - frozen
    can_walk: bool = False


def air_view(run: Run | None, live: Live | None = None) -> AirView:
    """Of the check; `live` are the radio's facts of this moment, newer than the check's."""
    if live is not None:
        run = live.run_with(run)
    if run is None:
        return AirView(
            headline=_("Nothing was looked at yet"),
            lead=_("Make a check first; it shows your WiFi and its neighbours here."),
        )
    evidence = run.evidence()
    radio = radio_of(evidence)
    walk = for_walk(run.places, words()) if run.places else WalkWords()
    if isinstance(radio, Unmeasured):
        return _without(radio, walk)
    told = air_words(evidence, run.plan, run.verdict, words())
    return _with(radio, run, told, walk)


def _without(reason: Unmeasured, walk: WalkWords) -> AirView:
    if reason.reason is Reason.NOT_APPLICABLE:
        return AirView(
            headline=_("This computer has no WiFi"),
            lead=_("There is no WiFi adapter, so there is nothing to show. A cable is fine."),
            walk=walk,
        )
    if reason.reason is Reason.NOT_RUN:
        lead = _("This check did not look at the WiFi. Make a new one.")
    else:
        lead = _("The WiFi could not be read: {reason}.").format(reason=words().why(reason))
    return AirView(headline=_("Your WiFi is not known"), lead=lead, walk=walk)


def _with(radio: Radio, run: Run, told: AirWords, walk: WalkWords) -> AirView:
    headline, lead, word, tone = _link(radio)
    advice = {one.band: one for one in advise(radio, wanted_bps(run.verdict, run.plan))}
    band = Band.GHZ_5 if isinstance(radio.band, Unmeasured) else radio.band
    samples = _samples(radio)
    return AirView(
        headline=headline,
        lead=lead,
        word=word,
        tone=tone,
        samples=samples,
        limits=(GOOD_DBM, WEAK_DBM[band]),
        samples_spoken=_spoken_samples(samples),
        bands=tuple(_bands(radio, advice)),
        networks=_networks(radio),
        withheld=tuple(one.sentence(words()) for one in told.withheld),
        setting=told.setting,
        walk=walk,
        can_walk=radio.joined,
    )


_OFF = {
    LinkState.RADIO_OFF: ("WiFi is switched off", "Switch it on to see your network here."),
    LinkState.DISCONNECTED: (
        "Not joined to any WiFi",
        "Join your network in the list of your system; below is what is in the air.",
    ),
    LinkState.JOINING: ("Joining a WiFi", "Wait a moment and look again."),
}


def _link(radio: Radio) -> tuple[str, str, str, str]:
    if not radio.joined:
        headline, lead = _OFF[radio.link.state]
        return _(headline), _(lead), "", "unknown"
    said = words()
    name = radio.name
    headline = (
        _("Your WiFi link")
        if isinstance(name, Unmeasured)
        else _("Your WiFi: {name}").format(name=said.name(name))
    )
    word, tone = _strength(radio)
    return headline, _where(radio), word, tone


def _strength(radio: Radio) -> tuple[str, str]:
    signal = radio.signal_dbm
    if isinstance(signal, Unmeasured):
        return _("Signal: not known"), "unknown"
    figure = words().by_unit(signal, "dBm")
    band = Band.GHZ_5 if isinstance(radio.band, Unmeasured) else radio.band
    if signal < WEAK_DBM[band]:
        return _("Weak signal, {figure}").format(figure=figure), "bad"
    if signal < GOOD_DBM:
        return _("Fair signal, {figure}").format(figure=figure), "warn"
    return _("Good signal, {figure}").format(figure=figure), "ok"


def _where(radio: Radio) -> str:
    said, lane = words(), radio.lane
    parts: list[str] = []
    if not isinstance(lane, Unmeasured):
        parts.append(said.isolate(said.say(BANDS[lane.band])))
        parts.append(_("channel {number}").format(number=said.number(lane.number)))
        parts.append(_("{width} wide").format(width=said.figure(lane.width_mhz, "MHz", 0)))
    if not isinstance(radio.rate_bps, Unmeasured):
        parts.append(_("rate {rate}").format(rate=said.rate(radio.rate_bps)))
    return ", ".join(parts) or _("The system tells nothing about the channel.")


def _samples(radio: Radio) -> tuple[tuple[float, float | None], ...]:
    """Seconds and signal; None where nothing was measured, so that no line is drawn across."""
    if isinstance(radio.watch, Unmeasured):
        return ()
    rows = [(one.at_s, dbm_of(one.signal_dbm, one.quality_percent)) for one in radio.watch.samples]
    return tuple((at_s, None if isinstance(dbm, Unmeasured) else dbm) for at_s, dbm in rows)


def _spoken_samples(samples: Sequence[tuple[float, float | None]]) -> str:
    known = [dbm for _at, dbm in samples if dbm is not None]
    if not known:
        return _("The signal over time was not measured.")
    said = words()
    return _("Signal during the check: between {low} and {high}.").format(
        low=said.by_unit(min(known), "dBm"), high=said.by_unit(max(known), "dBm")
    )


# --- the air of each band -----------------------------------------------------------------------


def _lane(network: Network) -> Lane | None:
    return None if isinstance(network.channel, Unmeasured) else lane_from(network.channel)


def _bands(radio: Radio, advice: dict[Band, BandAdvice]) -> list[BandView]:
    rows = [(one, lane) for one in radio.networks if (lane := _lane(one)) is not None]
    found: list[BandView] = []
    for band in Band:
        here = [(one, lane) for one, lane in rows if lane.band is band]
        if here or band in advice:
            found.append(_band(radio, band, here, advice.get(band)))
    return found


def _band(
    radio: Radio, band: Band, here: list[tuple[Network, Lane]], advice: BandAdvice | None
) -> BandView:
    said = words()
    low, high = _EDGES[band]
    hills = tuple(
        Hill(lane.low_mhz, lane.high_mhz, _signal(one), own=radio.is_own(one))
        for one, lane in sorted(here, key=lambda row: _signal(row[0]))
    )
    ticks = tuple((float(frequency_of(band, one)), said.number(one)) for one in _TICKS[band])
    title = said.isolate(said.say(BANDS[band]))
    better = 0.0
    if advice and advice.answer is Answer.CHANGE and not isinstance(advice.best, Unmeasured):
        better = advice.best.lane.centre_mhz
    return BandView(
        title=title,
        low_mhz=low,
        high_mhz=high,
        ticks=ticks,
        hills=hills,
        better_mhz=better,
        drawn=not isinstance(radio.wifi.networks, Unmeasured),
        spoken=_spoken_band(radio, band, here),
        advice=advice_sentence(advice, said) if advice else "",
    )


def _signal(network: Network) -> float:
    signal = dbm_of(network.signal_dbm, network.quality_percent)
    return -100.0 if isinstance(signal, Unmeasured) else signal


def _spoken_band(radio: Radio, band: Band, here: list[tuple[Network, Lane]]) -> str:
    """The picture in words: networks a channel, the strongest first."""
    if isinstance(radio.wifi.networks, Unmeasured):
        return _("Which networks are in the air is not told.")
    said = words()
    counts: dict[int, list[float]] = {}
    for one, lane in here:
        if not radio.is_own(one):
            counts.setdefault(lane.number, []).append(_signal(one))
    if not counts:
        return _("No other network is heard on this band.")
    busiest = sorted(counts.items(), key=lambda row: -max(row[1]))[:6]
    parts = [
        _("channel {number} has {count}, the strongest with {signal}").format(
            number=said.number(number),
            count=said.number(len(signals)),
            signal=said.by_unit(max(signals), "dBm"),
        )
        for number, signals in busiest
    ]
    return _("Other networks that are heard: {list}.").format(list="; ".join(parts))


def _networks(radio: Radio) -> tuple[NetworkRow, ...]:
    loudest = sorted(radio.networks, key=_signal, reverse=True)[:_MOST_NETWORKS]
    return tuple(_row(radio, one) for one in loudest)


def _row(radio: Radio, network: Network) -> NetworkRow:
    said, lane = words(), _lane(network)
    name = network.name
    shown = _("(hides its name)")
    if isinstance(name, NetworkName):
        shown = said.name(name.text)
    elif isinstance(name, Unmeasured):
        shown = _("(name withheld by the system)")
    parts: list[str] = []
    if lane is not None:
        parts.append(said.isolate(said.say(BANDS[lane.band])))
        parts.append(_("channel {number}").format(number=said.number(lane.number)))
    parts.append(said.by_unit(dbm_of(network.signal_dbm, network.quality_percent), "dBm"))
    return NetworkRow(name=shown, detail=", ".join(parts), own=radio.is_own(network))
