"""WiFi Runs for pages and pictures: crowded, weak, withheld, without WiFi, and after a walk."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from diagnostics.evidence import Evidence, to_raw
from diagnostics.judge import judge
from diagnostics.place import PlaceTaken
from diagnostics.readings.wifi import Band, LinkState, WifiWatch
from diagnostics.result import Measured, Reason, Unmeasured
from diagnostics.run import Run
from tests.cases.air import Air, channel, deny, hide, neighbour
from tests.cases.home import HomeInFigures
from tests.cases.wifi import five_too, many, slow, two, with_air
from tests.gui import sample_runs

CROWDED = two(
    around=(
        *many(4, 6, -48.0),
        neighbour(11, channel(11), -62.0),
        neighbour(12, channel(1), -55.0),
        neighbour(13, channel(3), -74.0),
        neighbour(14, channel(36, 80), -71.0),
        neighbour(15, channel(100, 80), -80.0),
    ),
    busy={2437: 0.74, 2412: 0.3, 2462: 0.12},
    own=(five_too(-58.0),),
)


def run_of(home: HomeInFigures, run_id: str) -> Run:
    evidence = home.evidence()
    signs, verdict = judge(evidence, home.profile())
    return msgspec.structs.replace(
        sample_runs.make_run(run_id, verdict, evidence, signs), plan=home.plan
    )


def crowded() -> Run:
    return run_of(with_air(slow(17.0), CROWDED), "wifi-crowded")


def weak() -> Run:
    air = Air(signal_dbm=-81.0, rate_mbps=29.0, retries=(0.3, 0.4, 0.35))
    run = run_of(with_air(slow(14.0), air), "wifi-weak")
    return _wavering(run)


def _wavering(run: Run) -> Run:
    """The signal moves, and for two moments nothing was measured."""
    watch = run.evidence().value(WifiWatch)
    assert isinstance(watch, WifiWatch)
    base = watch.samples[0]
    dbm = (-62.0, -66.0, -71.0, -74.0, None, None, -79.0, -83.0, -80.0, -78.0)
    rows = tuple(
        msgspec.structs.replace(
            base,
            at_s=float(at),
            signal_dbm=Unmeasured(Reason.NO_ANSWER) if one is None else one,
        )
        for at, one in enumerate(dbm)
    )
    newer = msgspec.structs.replace(watch, samples=rows)
    outcomes = {**run.evidence(), "wifi-watch": Measured(reading=newer)}
    return msgspec.structs.replace(run, readings=to_raw(Evidence(outcomes)))


def withheld() -> Run:
    return run_of(slow(17.0).having(*hide(*CROWDED.readings())), "wifi-withheld")


def denied() -> Run:
    return run_of(slow(17.0).having(*deny(*CROWDED.readings())), "wifi-denied")


def no_adapter() -> Run:
    return run_of(HomeInFigures(), "wifi-none")


def off() -> Run:
    air = replace(Air(state=LinkState.RADIO_OFF), around=())
    return run_of(with_air(HomeInFigures(), air), "wifi-off")


def walked() -> Run:
    rows = (
        ("Living room", -48.0, 780.0, 4.0, 0.0),
        ("Hall", -61.0, 390.0, 6.0, 0.0),
        ("Kitchen", -70.0, 130.0, 12.0, 0.5),
        ("Bedroom", -82.0, 26.0, 48.0, 6.0),
    )
    places = tuple(
        PlaceTaken(
            name=name,
            taken_at=sample_runs.ago(5),
            bssid="02:00:00:00:00:03",
            band=Band.GHZ_5,
            signal_dbm=dbm,
            rate_bps=mbps * 1e6,
            delay_ms=delay,
            loss_percent=loss,
        )
        for name, dbm, mbps, delay, loss in rows
    )
    return msgspec.structs.replace(weak(), id="wifi-walked", places=places)
