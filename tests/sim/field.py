"""Homes as the field has them: access, plan, figures when well, addresses and manners.

Sources of the ranges
  FCC  Measuring Broadband America, Thirteenth Report: idle latency by technology.
  OFC  Ofcom, UK home broadband performance: latency and share of the advertised speed.
  DSL  ITU-T G.993.2 and G.998.4: interleaving and retransmission, up to 20 ms a direction.
  114  ITU-T G.114, 1541 ITU-T Y.1541 class 0: 50 ms delay variation, 0.1 % loss end to end.
  NCT  BEREC BoR (20) 112: 90 % of a fixed line's maximum counts as normally available.
  judgement  where no source gives a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.sim.scenario import Scenario, Setting, Technology, Truth, changed

Settings = dict[str, Setting]
Span = tuple[float, float]

_NOTHING = Truth(status="healthy")


@dataclass(frozen=True)
class Access:
    """One technology. Times in ms, rates in Mbit/s, shares of the sold rate.

    `rtt`: router to the provider's first hop, idle; `top`: what a working line of the kind does
    not exceed; `wander`: mean of each way's jitter; `queue`: a well-kept queue; `bloat`: one that
    people feel; `enough`: share of the plan that is still normal; `missed`: share that everybody
    misses.
    """

    technology: Technology
    weight: int
    plans: tuple[tuple[float, float], ...]
    rtt: Span
    top: float
    wander: Span
    queue: Span
    bloat: Span
    enough: float
    missed: float
    loss_percent: float


# plans: what European and American providers sold in 2023 to 2025, up to what one core can measure
ACCESSES = (
    Access("ftth", 5, ((100, 100), (150, 50), (250, 100), (300, 300), (500, 200)),
           (3, 10), 20, (0, 0.4), (20, 40), (300, 1000), 0.9, 0.6, 0.05),  # FCC, NCT
    Access("cable", 6, ((50, 5), (100, 10), (100, 20), (200, 20), (250, 25), (400, 40)),
           (10, 22), 40, (0.2, 1.2), (20, 45), (300, 1500), 0.85, 0.55, 0.05),  # FCC; request-grant
    Access("vdsl", 4, ((25, 5), (50, 10), (100, 40)),
           (9, 28), 35, (0.1, 0.6), (25, 45), (300, 1200), 0.88, 0.55, 0.05),  # OFC, DSL
    Access("fttc", 2, ((40, 10), (80, 20)),
           (9, 20), 35, (0.1, 0.6), (25, 45), (300, 1200), 0.88, 0.55, 0.05),  # OFC
    Access("adsl", 2, ((6, 1), (16, 1), (20, 2)),
           (20, 40), 70, (0.2, 1.0), (40, 60), (500, 1800), 0.8, 0.45, 0.1),  # OFC, DSL
    Access("fixed-wireless", 2, ((50, 10), (100, 20)),
           (18, 45), 70, (1, 4), (30, 60), (500, 1200), 0.75, 0.3, 0.2),  # OFC, judgement
    Access("mobile", 2, ((40, 10), (80, 20), (150, 30)),
           (30, 60), 110, (2, 5), (30, 60), (600, 1500), 0.6, 0.18, 0.2),  # OFC 4G and 5G
    Access("leo-satellite", 2, ((100, 12), (150, 15)),
           (28, 50), 100, (3, 5), (30, 60), (600, 1200), 0.7, 0.28, 0.3),  # OFC; judgement
    Access("geo-satellite", 1, ((25, 3), (50, 3)),
           (580, 640), 800, (0.3, 0.6), (300, 300), (900, 1500), 0.8, 0.3, 0.2),  # FCC
)  # fmt: skip

# how routers number homes as shipped: most 192.168.x, some 10.x and 172.16.x; and their own number
_ADDRESS_PLANS = (
    ("192.168.1.0/24", 1), ("192.168.0.0/24", 1), ("192.168.1.0/24", 254), ("192.168.178.0/24", 1),
    ("192.168.2.0/24", 1), ("192.168.100.0/24", 1), ("192.168.86.0/24", 1), ("10.0.0.0/24", 138),
    ("10.0.0.0/24", 1), ("10.0.1.0/24", 1), ("172.16.0.0/24", 1), ("172.20.10.0/24", 1),
)  # fmt: skip
_CABLES = ("eth0", "eno1", "enp3s0", "enp0s31f6", "ens33", "enx00e04c680012")
_RADIOS = ("wlan0", "wlp2s0", "wlo1", "wlp0s20f3")
_LINK_RATES = (150, 300, 433, 866, 1200)


def access_of(scenario: Scenario) -> Access:
    """The figures of the scenario's technology."""
    return next(one for one in ACCESSES if one.technology == scenario.plan.technology)


def wireless(scenario: Scenario) -> bool:
    """Whether the subscriber's computer is on WiFi."""
    return scenario.hop.name.startswith("wl")


def span(dice: Random, lowest: float, highest: float) -> float:
    """Evenly between the two, with the three figures that anybody would write down."""
    return float(f"{dice.uniform(lowest, highest):.3g}")


def rising(dice: Random, lowest: float, highest: float) -> float:
    """As `span`, but each doubling is as likely as another: mild faults are the common ones."""
    return float(f"{lowest * (highest / lowest) ** dice.random():.3g}")


def home(dice: Random) -> Scenario:
    """A home in which all is well, whatever its technology and manners."""
    access = dice.choices(ACCESSES, [one.weight for one in ACCESSES])[0]
    down, up = dice.choice(access.plans)
    rtt = span(dice, *access.rtt)
    settings: Settings = {
        "plan.technology": access.technology,
        "plan.down_mbps": down,
        "plan.up_mbps": up,
        "plan.rtt_ms": rtt,
    }
    for drawn in (_line(dice, access), _hop(dice, max(down, up)), _manners(dice, access)):
        settings |= drawn
    subnet, number = dice.choice(_ADDRESS_PLANS)
    settings |= {"home.subnet": subnet, "home.router_number": number}
    return changed(Scenario(title="All is well", truth=_NOTHING), settings)


def _line(dice: Random, access: Access) -> Settings:
    settings: Settings = {}
    for way in ("up", "down"):
        settings[f"line.{way}.jitter_ms"] = span(dice, *access.wander)
        settings[f"line.{way}.queue_ms"] = span(dice, *access.queue)
        settings[f"line.{way}.loss_percent"] = span(dice, 0, access.loss_percent / 2)
    # PPPoE takes eight bytes (RFC 2516)
    if access.technology in ("vdsl", "fttc", "adsl") and dice.random() < 0.5:
        settings["line.mtu"] = 1492
    return settings


def _hop(dice: Random, fastest_mbps: float) -> Settings:
    if dice.random() < 0.6:
        # a port of 100 Mbit/s is no fault where the plan is slower
        slow = fastest_mbps <= 80 and dice.random() < 0.3
        return {"hop.name": dice.choice(_CABLES), "hop.speed_mbps": 100 if slow else 1000}
    # a radio carries six tenths of its link rate; a good one leaves room above the plan
    enough = [rate for rate in _LINK_RATES if rate * 0.6 >= 1.4 * fastest_mbps]
    rate = dice.choice(enough or [_LINK_RATES[-1]])
    wander = span(dice, 0.2, 1.5)
    return {
        "hop.name": dice.choice(_RADIOS),
        "hop.speed_mbps": rate,
        "hop.up.jitter_ms": wander,
        "hop.down.jitter_ms": wander,
    }


def _manners(dice: Random, access: Access) -> Settings:
    """What differs from home to home and is nobody's fault (shares by judgement)."""
    settings: Settings = {}
    # about half of the homes have IPv6 (Google's counter, 2024)
    settings["provider.ipv6"] = dice.choices(("works", "none"), (55, 45))[0]
    shared = 0.7 if access.technology in ("mobile", "leo-satellite") else 0.15
    settings["provider.cgnat"] = dice.random() < shared
    settings["router.offers_resolver"] = dice.choices(("router", "provider"), (75, 25))[0]
    settings["router.answers_ping"] = dice.random() >= 0.08
    settings["provider.silent_edge"] = dice.random() < 0.10
    settings["provider.silent_hop"] = dice.random() < 0.10
    settings["provider.limited_hop"] = dice.random() < 0.10
    settings["computer.ping_sockets"] = dice.random() >= 0.15
    if dice.random() < 0.08:
        settings["world.silent"] = [dice.choice(("1.1.1.1", "8.8.8.8", "9.9.9.9"))]
    if dice.random() < 0.06:
        settings["router.dns"] = "blocks-adverts"
    if dice.random() < 0.08:
        settings["computer.resolvers"] = [dice.choice(("8.8.8.8", "1.1.1.1", "9.9.9.9"))]
    return settings
