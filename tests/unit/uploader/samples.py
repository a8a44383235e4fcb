"""Runs with private values in every kind of place, for tests of what leaves the computer."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.evidence import Evidence, to_raw
from diagnostics.profile import Plan, Profile, parse_profile
from diagnostics.readings.addressing import (
    Addressing,
    AddressOrigin,
    AddressScope,
    ConfiguredResolver,
    DefaultRoute,
    Dhcp,
    HostsOverride,
    InterfaceAddress,
    Lease,
    Proxy,
    ProxySource,
    ResolverRole,
    Settings,
)
from diagnostics.readings.history import EarlierCheck, FarDelay, History
from diagnostics.readings.home import Gateway, Neighbour, NeighbourState
from diagnostics.readings.load import CrossTraffic
from diagnostics.readings.web import Fetch, FetchEnd, Web
from diagnostics.result import NOT_RUN, Measured, Reason, Unmeasured
from diagnostics.run import Depth, Run, Software, StepOutcome, StepTried
from diagnostics.sign import Sign, State
from diagnostics.verdict import Finding, Segment, Status, Verdict

KEY = bytes(range(32))

PROFILE = parse_profile(
    """
    [brand]
    name = "Example Net"
    [plan]
    down_mbps = 100
    up_mbps = 20
    technology = "cable"
    [targets]
    anchors = ["1.1.1.1"]
    sites = ["https://www.wikipedia.org/"]
    resolvers = ["9.9.9.9"]
    """
)


@dataclass(frozen=True)
class Home:
    """What is private in one home."""

    own_ip: str = "192.168.178.23"
    router_ip: str = "192.168.178.1"
    own_ip6: str = "2003:e2:1f1a:b2c0:5054:ff:fe12:3456"
    own_mac: str = "3c:22:fb:12:34:56"
    router_mac: str = "f0:9f:c2:ab:cd:ef"
    printer: str = "hansens-drucker.fritz.box"
    proxy: str = "proxy.muellerhaus.example"
    program: str = "familienarchiv-sync"
    user: str = "hansmueller"

    @property
    def values(self) -> tuple[str, ...]:
        return (
            self.own_ip,
            self.router_ip,
            self.own_ip6,
            self.own_mac,
            self.router_mac,
            self.printer,
            self.proxy,
            self.program,
            self.user,
        )


HOME = Home()


def evidence_of(home: Home) -> Evidence:
    nowhere = Unmeasured(Reason.NO_ANSWER, f"no route to {home.router_ip} from {home.own_mac}")
    readings = (
        _addressing(home),
        _dhcp(home),
        _settings(home),
        Gateway(
            address=home.router_ip,
            neighbour=Neighbour(
                address=home.router_ip, mac=home.router_mac, state=NeighbourState.REACHABLE
            ),
            echoes=nowhere,
            answers=True,
            macs_seen=(home.router_mac,),
        ),
        CrossTraffic(window_s=1.0, down_bps=1e5, up_bps=2e7, busiest_program=home.program),
        _web(home),
        _history(home),
    )
    measured = {one.PROBE: Measured(reading=one, took_s=0.1) for one in readings}
    return Evidence({**measured, "path": nowhere})


def run_of(home: Home = HOME, complaint: str = "", run_id: str = "a" * 32) -> Run:
    sign = Sign(
        id="upload-busy",
        state=State.PRESENT,
        belief=0.99,
        value=home.program,
        text=f"{home.program} on {home.own_ip} ({home.own_mac}) sends via {home.printer}.",
        probe="cross-traffic",
    )
    finding = Finding(
        id="device-upload-busy",
        segment=Segment.DEVICE,
        probability=0.93,
        evidence=("upload-busy",),
        against=(),
        guide="traffic-here",
    )
    return Run(
        id=run_id,
        started_at="2026-03-01T10:00:00.000Z",
        duration_s=17.2,
        first_verdict_s=4.1,
        bytes_sent=1000,
        bytes_received=2000,
        complete=True,
        depth=Depth.NORMAL,
        provider="Example Net",
        plan=Plan(down_mbps=100, up_mbps=20),
        software=Software(
            version="0.1.0", system="linux", system_version="6.1.0.21", python="3.11.7"
        ),
        complaint=complaint,
        readings=to_raw(evidence_of(home)),
        signs=(sign,),
        verdict=Verdict(
            status=Status.PROBLEM,
            id="device-upload-busy",
            headline=f"The program {home.program} uses the whole upload.",
            causes=(finding,),
        ),
        steps=(
            StepTried(
                guide="traffic-here",
                step="pause",
                cause="device-upload-busy",
                done_at="2026-03-01T10:05:00.000Z",
                outcome=StepOutcome.NO_CHANGE,
                before=(sign,),
                after=(sign,),
            ),
        ),
    )


def _history(home: Home) -> History:
    """Addresses of the home in every place where a changed network may have put them."""
    one = EarlierCheck(
        at="2026-02-27T10:00:00.000Z",
        status=Status.PROBLEM,
        verdict="line-loss",
        causes=("line-loss",),
        over=NOT_RUN,
        down_bps=9.4e7,
        up_bps=NOT_RUN,
        line_ms=8.5,
        far=(FarDelay(address=home.own_ip, rtt_min_ms=14.0),),
        target=home.router_ip,
        hops=(home.own_ip6, home.router_ip),
        boot_id=17,
        connected_s=Unmeasured(Reason.NO_ANSWER, f"{home.router_mac} is silent"),
    )
    return History(at="2026-03-01T10:00:03.000Z", checks=(one,))


def _addressing(home: Home) -> Addressing:
    return Addressing(
        addresses=(
            InterfaceAddress(
                interface="wlp3s0",
                address=home.own_ip,
                prefix_length=24,
                family=4,
                scope=AddressScope.PRIVATE,
                origin=AddressOrigin.DHCP,
            ),
            InterfaceAddress(
                interface=f"enx{home.own_mac.replace(':', '')}",
                address=home.own_ip6,
                prefix_length=64,
                family=6,
                scope=AddressScope.GLOBAL,
                origin=AddressOrigin.ROUTER_ADVERTISEMENT,
            ),
        ),
        default_routes=(
            DefaultRoute(
                interface="wlp3s0",
                family=4,
                gateway=home.router_ip,
                metric=600,
                through_tunnel=False,
                chosen=True,
            ),
        ),
        gateway_off_link=False,
    )


def _dhcp(home: Home) -> Dhcp:
    return Dhcp(
        leases=(
            Lease(
                interface="wlp3s0",
                server=home.router_ip,
                address=home.own_ip,
                gateway=home.router_ip,
                resolvers=(home.router_ip, "9.9.9.9"),
                lease_s=3600.0,
                captive_portal_uri=f"http://{home.router_ip}/login?user={home.user}",
            ),
        ),
        resolvers=(ConfiguredResolver(address="9.9.9.9", role=ResolverRole.PUBLIC, by_hand=True),),
        without_offer=False,
    )


def _settings(home: Home) -> Settings:
    return Settings(
        proxies=(
            Proxy(
                source=ProxySource.SYSTEM,
                scheme="http",
                host=home.proxy,
                port=3128,
                works=False,
                direct_works=True,
            ),
        ),
        proxy_url=f"http://{home.user}:geheim@{home.proxy}:3128/wpad.dat",
        hosts_overrides=(
            HostsOverride(
                name="www.wikipedia.org",
                address=home.own_ip,
                resolvers_say=("185.15.59.224",),
                system_follows=True,
            ),
        ),
        vpn_programs=(home.program, "openvpn"),
    )


def _web(home: Home) -> Web:
    return Web(
        fetches=(
            Fetch(
                url="https://www.wikipedia.org/",
                family=4,
                address="185.15.59.224",
                end=FetchEnd.TLS_FAILED,
                status=NOT_RUN,
                name_ms=3.0,
                connect_ms=20.0,
                tls_ms=NOT_RUN,
                first_byte_ms=NOT_RUN,
                certificate_fault=NOT_RUN,
                certificate_issuer=f"CN={home.printer}, O={home.user}",
                detail=f"{home.own_ip6.upper()}, {home.router_mac.upper()}, /home/{home.user}/x",
            ),
        ),
        ipv4_expected=True,
        ipv6_expected=True,
    )


def profile_for(url: str) -> Profile:
    return parse_profile(f'[brand]\nname = "Example Net"\n[desk]\nurl = "{url}"\n')
