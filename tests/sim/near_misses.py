"""Homes that come near a fault and must be left in peace: what is there, nobody would notice."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.sim.faults import SITES, Draw, Fits
from tests.sim.field import Settings, access_of, span, wireless
from tests.sim.scenario import Scenario


@dataclass(frozen=True)
class NearMiss:
    """`of` is the cause that is nearly there, and must not be told."""

    of: str
    draw: Draw
    fits: Fits


def _any(_home: Scenario) -> bool:
    return True


def _wire_line(home: Scenario) -> bool:
    return access_of(home).loss_percent < 0.2


def _some_loss(dice: Random, _home: Scenario) -> Settings:
    """Three in a thousand on both ways together at most; video and calls do not show it."""
    return {f"line.{way}.loss_percent": span(dice, 0.05, 0.15) for way in ("up", "down")}


def _nearly_as_sold(dice: Random, home: Scenario) -> Settings:
    """From the share that counts as normally available (field.py) upwards."""
    enough = access_of(home).enough
    sold = {"down": home.plan.down_mbps, "up": home.plan.up_mbps}
    return {
        f"line.{way}.rate_mbps": round(rate * span(dice, enough, 0.97), 2)
        for way, rate in sold.items()
    }


def _a_little_far(dice: Random, home: Scenario) -> Settings:
    delay = round(home.plan.rtt_ms * span(dice, 1.05, 1.2) / 2 + 1, 1)
    return {"line.up.delay_ms": delay, "line.down.delay_ms": delay}


def _small_queue(dice: Random, home: Scenario) -> Settings:
    """Under the 75 ms that calls leave room for (114); radio lines have more room."""
    top = 62 if access_of(home).wander[0] < 1 else 95
    return {f"line.{way}.queue_ms": span(dice, top * 0.75, top) for way in ("up", "down")}


def _little_wander(dice: Random, home: Scenario) -> Settings:
    """As much again as the kind has when well, and no more."""
    mean = max(access_of(home).wander[1], 0.6) * 1.5
    return {f"line.{way}.jitter_ms": round(mean, 2) for way in ("up", "down")}


def _hiccup(dice: Random, _home: Scenario) -> Settings:
    """A fifth of a second now and then: buffers of calls and films bridge it."""
    settings: Settings = {}
    every, short = span(dice, 15000, 30000), span(dice, 100, 250)
    for way in ("up", "down"):
        settings[f"line.{way}.drop_every_ms"] = every
        settings[f"line.{way}.drop_for_ms"] = short
    return settings


def _busy_air(dice: Random, _home: Scenario) -> Settings:
    settings: Settings = {}
    for way in ("up", "down"):
        settings[f"hop.{way}.loss_percent"] = span(dice, 0.05, 0.25)
        settings[f"hop.{way}.jitter_ms"] = span(dice, 1.5, 4)
    return settings


def _poor_cable(dice: Random, _home: Scenario) -> Settings:
    return {f"hop.{way}.loss_percent": span(dice, 0.02, 0.1) for way in ("up", "down")}


def _thoughtful_router(dice: Random, _home: Scenario) -> Settings:
    settings: Settings = {}
    for way in ("up", "down"):
        settings[f"router.port.{way}.delay_ms"] = span(dice, 0.5, 1.5)
        settings[f"router.port.{way}.jitter_ms"] = span(dice, 0.3, 1)
    return settings


def _slowish_names(dice: Random, _home: Scenario) -> Settings:
    """Under a tenth of a second: nobody feels it before a page."""
    return {"provider.resolver_delay_ms": span(dice, 25, 80)}


def _clock_off(dice: Random, _home: Scenario) -> Settings:
    minutes = dice.choice((-1, 1)) * round(span(dice, 5, 60))
    return {"world.clock_offset_s": minutes * 60}


def _few_overtake(dice: Random, _home: Scenario) -> Settings:
    settings: Settings = {}
    for way in ("up", "down"):
        settings[f"line.{way}.reorder_percent"] = span(dice, 0.1, 0.4)
        settings[f"line.{way}.reorder_ms"] = 5.0
    return settings


def _longer_border(dice: Random, _home: Scenario) -> Settings:
    delay = span(dice, 3, 12)
    return {
        "provider.use_backbone": True,
        "provider.backbone.up.delay_ms": delay,
        "provider.backbone.down.delay_ms": delay,
    }


def _slow_site(dice: Random, _home: Scenario) -> Settings:
    """A second or two: many sites take as long every day."""
    return {
        "world.sites_slow": [dice.choice(SITES)],
        "world.sites_slow_ms": span(dice, 600, 2000),
    }


def _right_by_hand(_dice: Random, home: Scenario) -> Settings:
    return {
        "computer.address": f"{home.home.address(33)}/24",
        "computer.gateway": home.home.router,
    }


def _helper_hands_out(dice: Random, home: Scenario) -> Settings:
    """A small computer filters adverts and gives out addresses; it names the real router."""
    alone = home.provider.ipv6 == "none" and dice.random() < 0.5
    return {"others.dhcp_server": "names-router", "router.dhcp": not alone}


def _signal_just_in(_dice: Random, home: Scenario) -> Settings:
    kinds = {"cable": "cable-near", "ftth": "fibre-near"}
    return {"router.modem_page": kinds.get(home.plan.technology, "dsl-near")}


def _tunnelled(home: Scenario) -> bool:
    """The lab's tunnel is a program of its own and carries some 130 Mbit/s; IPv6 goes round it."""
    return home.provider.ipv6 == "none" and home.plan.down_mbps <= 100


def _fast_cable_needless(home: Scenario) -> bool:
    return not wireless(home) and max(home.plan.down_mbps, home.plan.up_mbps) <= 80


NEAR_MISSES = (
    NearMiss("line-loss", _some_loss, _wire_line),
    NearMiss("line-slow", _nearly_as_sold, _any),
    NearMiss("line-latency-high", _a_little_far, _any),
    NearMiss("line-jitter", _little_wander, _wire_line),
    NearMiss("line-intermittent", _hiccup, _any),
    NearMiss("line-reordering", _few_overtake, _any),
    NearMiss("bufferbloat-up", _small_queue, lambda h: h.plan.technology != "geo-satellite"),
    NearMiss("wifi-unreliable", _busy_air, wireless),
    NearMiss("lan-unreliable", _poor_cable, lambda h: not wireless(h)),
    NearMiss("ethernet-slow-link", lambda _d, _h: {"hop.speed_mbps": 100}, _fast_cable_needless),
    NearMiss("router-overloaded", _thoughtful_router, _any),
    NearMiss("router-dns-dead", lambda _d, _h: {"router.dns": "blocks-adverts"}, _any),
    NearMiss("router-unreachable", lambda _d, _h: {"router.answers_ping": False}, _any),
    NearMiss("isp-outage", lambda _d, _h: {"provider.silent_edge": True,
                                           "provider.silent_hop": True}, _any),
    NearMiss("isp-dns-slow", _slowish_names, _any),
    NearMiss("cgnat-limits", lambda _d, _h: {"provider.cgnat": True}, _any),
    NearMiss("peering-congestion", _longer_border, _any),
    NearMiss("service-slow", _slow_site, _any),
    NearMiss("device-clock-wrong", _clock_off, _any),
    NearMiss("device-address-wrong", _right_by_hand, lambda h: not h.computer.resolvers),
    NearMiss("modem-signal-poor", _signal_just_in,
             lambda h: h.plan.technology in ("cable", "adsl", "vdsl", "fttc", "ftth")),
    NearMiss("rogue-dhcp", _helper_hands_out, lambda h: not h.computer.resolvers),
    NearMiss("device-proxy-broken", lambda _d, _h: {"computer.proxy": "working"}, _any),
    NearMiss("device-vpn-dead", lambda _d, _h: {"computer.vpn": "working"},
             _tunnelled),
    NearMiss("lan-download-busy", lambda _d, _h: {"others.busy": "lightly"},
             lambda h: h.plan.down_mbps >= 25 and h.plan.technology != "geo-satellite"),
)  # fmt: skip
