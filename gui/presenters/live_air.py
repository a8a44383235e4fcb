"""The air of this moment put in the place of the check's: pure, so that one page shows both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from agent.ipc.messages import AirSeen
from diagnostics.air.radio import dbm_of
from diagnostics.evidence import Evidence, to_raw
from diagnostics.readings.wifi import LinkSample, LinkState, OwnLink, Wifi, WifiWatch
from diagnostics.result import NOT_RUN, Measured, Reason, Unmeasured
from diagnostics.run import Run

Trail = tuple[tuple[float, float | None], ...]
#: so much of the past is shown
TRAIL_S = 60.0
_NONE = Unmeasured(Reason.NOT_APPLICABLE)


def longer(trail: Trail, seen: AirSeen) -> Trail:
    """With one moment more; what is older than the picture is dropped."""
    at_s = _seconds(seen.at)
    signal = seen.link
    dbm = (
        signal
        if isinstance(signal, Unmeasured)
        else dbm_of(signal.signal_dbm, signal.quality_percent)
    )
    kept = tuple(one for one in trail if at_s - one[0] <= TRAIL_S and one[0] < at_s)
    return (*kept, (at_s, None if isinstance(dbm, Unmeasured) else dbm))


def _seconds(moment: str) -> float:
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return datetime.now(UTC).timestamp()


@dataclass(frozen=True)
class Live:
    seen: AirSeen
    trail: Trail

    def run_with(self, run: Run | None) -> Run | None:
        """The check with these facts of the radio; None without a check, whose plan is needed."""
        if run is None:
            return None
        outcomes = {
            **run.evidence(),
            "wifi": Measured(reading=self._wifi(run)),
            "wifi-watch": Measured(reading=self._watch()),
        }
        return msgspec.structs.replace(run, readings=to_raw(Evidence(outcomes)))

    def _wifi(self, run: Run) -> Wifi:
        before = run.evidence().value(Wifi)
        seen = self.seen
        base = _blank(seen.interface) if isinstance(before, Unmeasured) else before
        return msgspec.structs.replace(
            base,
            interface=seen.interface,
            link=seen.link,
            networks=seen.networks,
            channels=seen.channels,
        )

    def _watch(self) -> WifiWatch:
        return WifiWatch(
            interface=self.seen.interface,
            samples=tuple(_sample(at_s, dbm, self.seen.link) for at_s, dbm in self.trail),
            events=NOT_RUN,
        )


def _blank(interface: str) -> Wifi:
    return Wifi(
        interface=interface,
        link=NOT_RUN,
        ability=NOT_RUN,
        networks=NOT_RUN,
        scan_age_s=NOT_RUN,
        own_scan=_NONE,
        channels=NOT_RUN,
        known_names=NOT_RUN,
        consent=_NONE,
    )


def _sample(at_s: float, dbm: float | None, link: OwnLink | Unmeasured) -> LinkSample:
    joined = not isinstance(link, Unmeasured) and link.state is LinkState.JOINED
    return LinkSample(
        at_s=at_s,
        state=LinkState.JOINED if joined else LinkState.DISCONNECTED,
        bssid=link if isinstance(link, Unmeasured) else link.bssid,
        frequency_mhz=NOT_RUN,
        signal_dbm=NOT_RUN if dbm is None else dbm,
        quality_percent=NOT_RUN,
        noise_dbm=NOT_RUN,
        tx_rate_bps=link if isinstance(link, Unmeasured) else link.tx_rate_bps,
        rx_rate_bps=link if isinstance(link, Unmeasured) else link.rx_rate_bps,
        counters=NOT_RUN,
        busy_share=NOT_RUN,
    )
