"""Places and the roads between them: addresses, routes and kernel settings."""

from __future__ import annotations

from tests.sim import atlas
from tests.sim.scenario import Scenario
from tests.sim.stage import Stage

PLACES = ("client", "lan", "router", "edge", "core", "transit", "internet", "desk", "pc", "disk")
PC = 120
DISK = 50
NOBODY = 77
HOME6 = "2a0b:4d00:1000:1::"

# Loss and queues show in what cubic and Reno carry, and hardly in what BBR does. A kernel that does
# not list cubic as allowed keeps it from new namespaces; the servers then set it on their sockets.
_HOSTS = {
    "ipv4/tcp_congestion_control": "first of cubic reno",
    "ipv4/tcp_no_metrics_save": "1",
    "ipv4/ping_group_range": "0 2147483647",
    "ipv6/conf/default/accept_dad": "0",
    "ipv6/conf/all/accept_dad": "0",
}
_COMPUTER = {
    "ipv6/conf/default/router_solicitation_delay": "0",
    "ipv6/conf/default/router_solicitation_interval": "1",
}
_FORWARDS = {
    "ipv4/ip_forward": "1",
    "ipv6/conf/all/forwarding": "1",
    "ipv4/icmp_ratelimit": "0",
    "ipv6/icmp/ratelimit": "0",
    "ipv4/conf/all/rp_filter": "0",
    "ipv4/conf/default/rp_filter": "0",
}
_SERVES = {"ipv6/bindv6only": "1", "ipv4/ip_nonlocal_bind": "1", "ipv6/ip_nonlocal_bind": "1"}


def places(scenario: Scenario) -> list[str]:
    """All places of this scenario's home and world."""
    return [*PLACES, "modem"] if scenario.router.behind_another else list(PLACES)


def near_end(scenario: Scenario) -> str:
    """Where the line begins at home."""
    return "modem" if scenario.router.behind_another else "router"


def modem_network(scenario: Scenario) -> str:
    """First three numbers between the provider's box and the own router behind it."""
    return "192.168.178" if scenario.home.subnet.startswith("192.168.0.") else "192.168.0"


def has_ipv6(scenario: Scenario) -> bool:
    """Whether the home gets IPv6 at all, working or not."""
    return scenario.provider.ipv6 != "none" and not scenario.router.behind_another


def settle(stage: Stage, scenario: Scenario) -> None:
    """Kernel settings of all places."""
    for place in places(scenario):
        stage.settle(place, _HOSTS)
        if place == "lan":
            stage.settle(place, {"ipv6/conf/default/disable_ipv6": "1"})
        elif place in ("client", "pc", "disk"):
            stage.settle(place, _COMPUTER)
            if place == "client" and not scenario.computer.ping_sockets:
                stage.settle(place, {"ipv4/ping_group_range": "1 0"})
        else:
            stage.settle(place, _FORWARDS | _SERVES)


def lay_roads(stage: Stage, scenario: Scenario) -> None:
    """Every connection that is not a user-space wire."""
    pairs = [
        ("lan", "port-pc", "pc", "eth0"),
        ("lan", "port-disk", "disk", "eth0"),
        ("edge", "up0", "core", "down0"),
        ("transit", "up0", "internet", "eth0"),
        ("core", "rack0", "desk", "eth0"),
    ]
    if not scenario.provider.use_backbone:
        pairs.append(("core", "border0", "transit", "down0"))
    if not port_is_wire(scenario):
        pairs.append(("lan", "port-router", "router", "lan0"))
    if scenario.router.behind_another:
        pairs.append(("router", "wan", "modem", "lan0"))
    stage.batch(
        "",
        [
            f"link add {a} netns {stage.network(here)} type veth"
            f" peer name {b} netns {stage.network(there)}"
            for here, a, there, b in pairs
        ],
    )


def port_is_wire(scenario: Scenario) -> bool:
    """Whether the router's LAN port is a wire with figures of its own."""
    return scenario.router.port != type(scenario.router.port)()


def number(stage: Stage, scenario: Scenario) -> None:
    """Addresses and routes of every place but the subscriber's computer."""
    home = scenario.home
    for place, lines in {
        "lan": _lan(),
        "router": _router(scenario),
        "modem": _modem(scenario),
        "edge": _edge(scenario),
        "core": _core(),
        "transit": _transit(),
        "internet": _internet(),
        "desk": _host("81.2.70.20/28", "81.2.70.17"),
        "pc": _host(f"{home.address(PC)}/24", home.router),
        "disk": _host(f"{home.address(DISK)}/24", home.router),
    }.items():
        if lines and place in places(scenario):
            stage.batch(place, lines)


def _host(address: str, gateway: str) -> list[str]:
    return [
        "link set lo up",
        "link set eth0 up",
        f"addr add {address} dev eth0",
        f"route add default via {gateway}",
    ]


def _lan() -> list[str]:
    ports = ("port-client", "port-router", "port-pc", "port-disk")
    bridge = "link add switch type bridge forward_delay 0 stp_state 0 mcast_snooping 0"
    return [bridge, "link set switch up", *(f"link set {p} master switch up" for p in ports)]


def _router(scenario: Scenario) -> list[str]:
    lines = ["link set lo up", "link set lan0 up", "link set wan up"]
    lines.append(f"addr add {scenario.home.router}/24 dev lan0")
    address, gateway = "81.2.69.77/24", "81.2.69.1"
    if scenario.router.behind_another:
        between = modem_network(scenario)
        address, gateway = f"{between}.77/24", f"{between}.1"
    elif scenario.provider.cgnat:
        address, gateway = "100.72.13.77/16", "100.72.0.1"
    lines += [f"addr add {address} dev wan", f"route add default via {gateway}"]
    if has_ipv6(scenario):
        lines += [
            f"addr add {HOME6}1/64 dev lan0 nodad",
            "addr add 2a0b:4d00:0:1::2/64 dev wan nodad",
            "route add ::/0 via 2a0b:4d00:0:1::1",
        ]
    return lines


def _modem(scenario: Scenario) -> list[str]:
    address, gateway = "81.2.69.77/24", "81.2.69.1"
    if scenario.provider.cgnat:
        address, gateway = "100.72.13.77/16", "100.72.0.1"
    return [
        "link set lo up",
        "link set lan0 up",
        "link set wan up",
        f"addr add {modem_network(scenario)}.1/24 dev lan0",
        f"addr add {address} dev wan",
        f"route add default via {gateway}",
    ]


def _edge(scenario: Scenario) -> list[str]:
    lines = ["link set lo up", "link set access0 up", "link set up0 up"]
    lines += ["addr add 81.2.69.1/24 dev access0", "addr add 81.2.64.2/30 dev up0"]
    if scenario.provider.cgnat:
        lines.append("addr add 100.72.0.1/16 dev access0")
    return [
        *lines,
        "addr add 2a0b:4d00:0:1::1/64 dev access0 nodad",
        "addr add 2a0b:4d00:0:2::2/64 dev up0 nodad",
        "route add default via 81.2.64.1",
        "route add ::/0 via 2a0b:4d00:0:2::1",
        "route add 2a0b:4d00:1000::/48 via 2a0b:4d00:0:1::2",
    ]


def _core() -> list[str]:
    return [
        "link set lo up",
        "link set down0 up",
        "link set border0 up",
        "link set rack0 up",
        "addr add 81.2.64.1/30 dev down0",
        "addr add 62.115.0.1/30 dev border0",
        "addr add 81.2.70.17/28 dev rack0",
        "addr add 2a0b:4d00:0:2::1/64 dev down0 nodad",
        "addr add 2a0b:4d00:0:3::1/64 dev border0 nodad",
        "route add 81.2.69.0/24 via 81.2.64.2",
        "route add 2a0b:4d00:1000::/48 via 2a0b:4d00:0:2::2",
        "route add 2a0b:4d00:0:1::/64 via 2a0b:4d00:0:2::2",
        "route add default via 62.115.0.2",
        "route add ::/0 via 2a0b:4d00:0:3::2",
        *(f"addr add {address}/32 dev lo" for address in atlas.inside_v4()),
        *(f"addr add {address}/128 dev lo nodad" for address in atlas.inside_v6()),
    ]


def _transit() -> list[str]:
    return [
        "link set lo up",
        "link set down0 up",
        "link set up0 up",
        "addr add 62.115.0.2/30 dev down0",
        "addr add 62.115.0.5/30 dev up0",
        "addr add 2a0b:4d00:0:3::2/64 dev down0 nodad",
        "addr add 2001:2034:0:1::1/64 dev up0 nodad",
        "route add 81.2.64.0/20 via 62.115.0.1",
        "route add 2a0b:4d00::/32 via 2a0b:4d00:0:3::1",
        "route add default via 62.115.0.6",
        "route add ::/0 via 2001:2034:0:1::2",
    ]


def _internet() -> list[str]:
    return [
        "link set lo up",
        "link set eth0 up",
        "addr add 62.115.0.6/30 dev eth0",
        "addr add 2001:2034:0:1::2/64 dev eth0 nodad",
        "route add 81.2.64.0/20 via 62.115.0.5",
        "route add 62.115.0.0/16 via 62.115.0.5",
        "route add 2a0b:4d00::/32 via 2001:2034:0:1::1",
        "route add unreachable default",
        *(f"addr add {address}/32 dev lo" for address in atlas.outside_v4()),
        *(f"addr add {address}/128 dev lo nodad" for address in atlas.outside_v6()),
    ]
