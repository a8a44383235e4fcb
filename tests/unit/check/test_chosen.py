"""A complaint chooses what is measured besides; without one a check is what it always was."""

from __future__ import annotations

import asyncio
import http.server
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from diagnostics.check import chosen_probes
from diagnostics.chosen import NOTHING, Chosen, chosen_by
from diagnostics.complaint import understand
from diagnostics.evidence import Evidence
from diagnostics.explain import Level, meanings
from diagnostics.judge import judge
from diagnostics.patience import CHOSEN_S, COMPLAINED_S, watched_s
from diagnostics.platforms.linux import Linux
from diagnostics.probe import Context
from diagnostics.probes.voice import VoiceProbe
from diagnostics.probes.web import WebProbe
from diagnostics.profile import Profile, Targets, VoiceServer
from diagnostics.readings.voice import Voice
from diagnostics.readings.web import FetchEnd, Web
from diagnostics.run import Depth
from diagnostics.scene import Scene
from diagnostics.verdict import Finding, Segment, Status
from diagnostics.wire.meter import Meter
from diagnostics.words import Words
from tests.cases import home as h
from tests.cases.healthy import HOME
from tests.cases.home import HomeInFigures
from tests.sim.servers.reflector import Reflector
from tests.unit.report.homes import run

CALLS = "Video calls break up"
EN = Words("en", isolates=False)


def context(profile: Profile, chosen: Chosen) -> Context:
    return Context(
        profile=profile,
        platform=Linux(),
        earlier=Evidence({}),
        depth=Depth.NORMAL,
        meter=Meter(),
        progress=lambda _fraction, _word: None,
        chosen=chosen,
    )


def ids(depth: Depth, complaint: str = "") -> set[str]:
    return {probe.reading.PROBE for probe in chosen_probes(depth, complaint)}


@pytest.mark.parametrize(
    ("complaint", "probe", "sites"),
    [
        (CALLS, "voice", ()),
        ("only Netflix", "web", ("https://www.netflix.com/",)),
        ("Nur die Mediathek vom ZDF geht nicht", "web", ("https://www.zdf.de/",)),
        ("youtbe is slow", "web", ("https://www.youtube.com/",)),
        ("it is slow in the evening", "watch", ()),
        ("now and then it is bad", "watch", ()),
        ("hin und wieder geht nichts", "watch", ()),
    ],
)
def test_words_choose_the_probe_that_answers_them(
    complaint: str, probe: str, sites: tuple[str, ...]
) -> None:
    chosen = chosen_by(understand(complaint))
    assert probe in chosen
    assert chosen.sites == sites


@pytest.mark.parametrize("complaint", ["", "calls are fine", "my dog is ill", "no lag"])
def test_nothing_is_chosen_without_a_complaint_of_it(complaint: str) -> None:
    chosen = chosen_by(understand(complaint))
    assert chosen.sites == ()
    assert not {"voice", "web", "watch"} & chosen.probes
    assert ids(Depth.QUICK, complaint) == ids(Depth.QUICK)
    assert all(probe.quick for probe in chosen_probes(Depth.QUICK, complaint))


def test_a_service_that_is_fine_is_not_fetched_and_at_most_two_are() -> None:
    fine = chosen_by(understand("Netflix is fine, but youtube stalls"))
    assert fine.sites == ("https://www.youtube.com/",)
    many = chosen_by(understand("netflix, youtube, spotify and twitch stall"))
    assert many.sites == ("https://www.netflix.com/", "https://www.youtube.com/")


def test_no_page_elsewhere_where_the_profile_stays_on_this_computer() -> None:
    assert chosen_by(understand("only Netflix"), stays_here=True).sites == ()


def test_a_quick_check_takes_the_call_when_calls_are_the_complaint() -> None:
    assert ids(Depth.QUICK, CALLS) - ids(Depth.QUICK) == {"voice"}
    assert ids(Depth.NORMAL, CALLS) == ids(Depth.NORMAL)


async def _called(chosen: Chosen) -> Voice:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Reflector, local_addr=("127.0.0.1", 0))
    try:
        port: int = transport.get_extra_info("sockname")[1]
        profile = Profile(voice=(VoiceServer(host="127.0.0.1", port=port),))
        return await VoiceProbe().measure(context(profile, chosen))
    finally:
        transport.close()


def test_a_chosen_call_is_long_enough_to_tell() -> None:
    assert asyncio.run(_called(Chosen(frozenset({"voice"})))).sent >= 250


@contextmanager
def _site() -> Generator[str]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _closed() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/named"


@pytest.mark.parametrize("chosen", [True, False])
def test_the_named_service_is_fetched_beside_the_profile_s(chosen: bool) -> None:
    named = _closed()
    with _site() as site:
        profile = Profile(targets=Targets(sites=(site,)))
        wanted = Chosen(frozenset({"web"}), (named,)) if chosen else NOTHING
        web = asyncio.run(WebProbe().measure(context(profile, wanted)))
    assert isinstance(web, Web)
    ends = {fetch.url: fetch.end for fetch in web.fetches}
    assert ends[site] is FetchEnd.ANSWERED
    assert (named in ends) is chosen
    assert not chosen or ends[named] is FetchEnd.REFUSED


def test_a_named_service_that_is_dead_is_the_one_to_blame() -> None:
    dead = h.fetch("https://www.netflix.com/", FetchEnd.CONNECT_TIMED_OUT)
    home = HOME.having(h.web((*(h.fetch(site) for site in h.SITES), dead)))
    verdict = judge(home.evidence(), home.profile(), complaint="only Netflix").verdict
    assert [cause.id for cause in verdict.causes] == ["service-down"]


def _watched(complaint: str, causes: tuple[Finding, ...] = (), home: HomeInFigures = HOME) -> float:
    understood = understand(complaint)
    scene = Scene(home.evidence(), home.profile())
    return watched_s(scene, (), causes, understood.topics, chosen_by(understood))


def test_watching_goes_on_only_where_the_complaint_calls_for_it() -> None:
    assert _watched("") == 0
    assert _watched("only Netflix") == 0
    assert _watched("it is slow in the evening") == CHOSEN_S
    assert _watched("it is bad now and then") == CHOSEN_S
    assert _watched("it keeps dropping") == COMPLAINED_S
    found = Finding(
        id="line-slow", segment=Segment.ACCESS, probability=0.9, evidence=(), against=(), guide=""
    )
    assert _watched("it is slow in the evening", (found,)) == 0


def _status(home: HomeInFigures, complaint: str) -> Status:
    return judge(home.evidence(), home.profile(), complaint=complaint).verdict.status


def test_a_call_counts_in_verdict_and_words_and_a_sound_home_stays_sound() -> None:
    good, bad = HOME.having(h.voice(1)), HOME.having(h.voice(40))
    assert _status(HOME, CALLS) is _status(good, CALLS) is Status.HEALTHY
    assert _status(bad, CALLS) is Status.CANNOT_TELL
    short = HOME.having(h.voice(12, sent=125))
    verdict = judge(short.evidence(), short.profile()).verdict
    assert verdict == judge(HOME.evidence(), HOME.profile()).verdict, "too short to count"


def test_what_a_call_would_sound_like_is_said() -> None:
    def calls(home: HomeInFigures) -> tuple[Level, str]:
        made = run(judge(home.evidence(), home.profile()).verdict, dict(home.evidence()))
        return meanings(made, EN)[0].level, meanings(made, EN)[0].text

    level, text = calls(HOME.having(h.voice(1)))
    assert level is Level.GOOD
    assert "4.4 of 4.5" in text
    level, text = calls(HOME.having(h.voice(27)))
    assert level is Level.BAD
    assert "3.1" in text
    assert "4.5" not in calls(HOME.having(h.voice(1, sent=125)))[1]
