"""Firewall rules of every place: address translation, and faults that are refusals or silence."""

from __future__ import annotations

from tests.sim import atlas
from tests.sim.scenario import Scenario
from tests.sim.stage import Stage

_PING4 = "icmp type echo-request"
_PING6 = "icmpv6 type echo-request"


def raise_walls(stage: Stage, scenario: Scenario) -> None:
    """Replace the rules of all places that have any; safe to repeat while packets flow."""
    rules = {
        "router": _router(scenario),
        "edge": _edge(scenario),
        "core": _core(scenario),
        "internet": _internet(scenario),
        "client": _client(scenario),
    }
    gone = _table("arp", "gone", "filter hook input priority 0", ["drop"])
    rules["disk"] = "" if scenario.others.disk_there else gone + _filter("input", ["drop"])
    if scenario.router.behind_another:
        rules["modem"] = _masquerade("wan")
    for place, text in rules.items():
        stage.firewall(place, text)


def _table(family: str, name: str, hook: str, rules: list[str]) -> str:
    """One table with one chain; an empty text when there are no rules. `hook` as nft writes it."""
    if not rules:
        return ""
    lines = "\n".join([f"table {family} {name} {{", "chain rules {", f"type {hook};", *rules])
    return f"{lines}\n}}\n}}\n"


def _translate(name: str, rule: str) -> str:
    return _table("ip", name, "nat hook postrouting priority 100", [rule])


def _masquerade(interface: str) -> str:
    return _translate("home", f'oifname "{interface}" masquerade')


def _filter(hook: str, rules: list[str]) -> str:
    return _table("inet", f"{hook}wall", f"filter hook {hook} priority 0", rules)


def _router(scenario: Scenario) -> str:
    if not scenario.router.alive:
        dead = _table("arp", "dead", "filter hook input priority 0", ["drop"])
        return dead + "".join(_filter(hook, ["drop"]) for hook in ("input", "output", "forward"))
    rules: list[str] = []
    if scenario.router.dns == "dead":
        rules += ['iifname "lan0" udp dport 53 drop', 'iifname "lan0" tcp dport 53 drop']
    if not scenario.router.answers_ping:
        rules += [f"{_PING4} drop", f"{_PING6} drop"]
    return _masquerade("wan") + _filter("input", rules) + _filter("forward", _rules(scenario))


def _rules(scenario: Scenario) -> list[str]:
    """What the router's rules say of the subscriber's computer, which has a leased address."""
    home = scenario.home
    mine = f'iifname "lan0" ip saddr {home.address(100)}-{home.address(119)}'
    six = 'iifname "lan0" meta nfproto ipv6'
    site = atlas.SITES["www.bbc.co.uk"]
    limit = scenario.router.session_limit
    full = [f'iifname "lan0" meta nfproto ipv4 ct state new ct count over {limit} drop']
    blocked = {
        "nothing": [],
        "device": [f"{mine} drop", f"{six} drop"],
        "device-politely": [
            f"{mine} reject with icmp type admin-prohibited",
            f"{six} reject with icmpv6 type admin-prohibited",
        ],
        "secure": [f"{way} tcp dport 443 reject with tcp reset" for way in (mine, six)],
        "secure-silently": [f"{way} tcp dport 443 drop" for way in (mine, six)],
        "site": [
            f"{mine} ip daddr {site.v4} tcp dport {{ 80, 443 }} reject with tcp reset",
            f"{six} ip6 daddr {site.v6} tcp dport {{ 80, 443 }} reject with tcp reset",
        ],
    }[scenario.router.blocks]
    return [*blocked, *(full if limit else [])]


def _client(scenario: Scenario) -> str:
    """A guard program on the subscriber's computer; the home's own network stays open to it."""
    secure = "tcp dport 443"
    rules = {
        "none": [],
        "refuses-secure": [f"{secure} reject with tcp reset"],
        "drops-secure": [f"{secure} drop"],
        "home-only": [
            'oifname "lo" accept',
            f"ip daddr {{ {scenario.home.subnet}, 239.0.0.0/8 }} accept",
            "ip6 daddr { fe80::/10, ff00::/8 } accept",
            "drop",
        ],
    }[scenario.computer.firewall]
    return _filter("output", rules)


def _edge(scenario: Scenario) -> str:
    provider, forward, nat = scenario.provider, list[str](), ""
    out, come_in = list[str](), list[str]()
    if provider.silent_edge:
        out += ["icmp type time-exceeded drop", "icmpv6 type time-exceeded drop"]
        come_in += [f"{_PING4} drop", f"{_PING6} drop"]
    if not provider.passes_traffic:
        forward.append("drop")
    if provider.blocks_port:
        forward.append(f"tcp dport {provider.blocks_port} drop")
    if provider.ipv6 == "broken":
        forward.append("meta nfproto ipv6 drop")
    if provider.cgnat:
        nat += _translate("shared", 'oifname "up0" ip saddr 100.72.0.0/16 snat to 81.2.69.200')
    if provider.portal:
        own = 'iifname "access0" ip daddr != 81.2.64.0/24'
        lead = f"{own} tcp dport {{ 80, 8080 }} dnat to {atlas.PORTAL}:80"
        nat += _table("ip", "garden", "nat hook prerouting priority -100", [lead])
        forward += [
            f"{own} meta l4proto tcp reject with tcp reset",
            f"{own} drop",
            'iifname "access0" meta nfproto ipv6 reject',
        ]
    return nat + _filter("forward", forward) + _filter("output", out) + _filter("input", come_in)


def _core(scenario: Scenario) -> str:
    provider, out, come_in = scenario.provider, list[str](), list[str]()
    if provider.silent_hop:
        out += ["icmp type time-exceeded drop", "icmpv6 type time-exceeded drop"]
        come_in += [f"ip daddr 81.2.64.1 {_PING4} drop"]
    if provider.limited_hop:
        limit = "limit rate over 2/second burst 2 packets drop"
        out += [f"icmp type time-exceeded {limit}", f"icmpv6 type time-exceeded {limit}"]
        come_in += [f"ip daddr 81.2.64.1 {_PING4} {limit}"]
    forward = [] if provider.core_forwards else ['oifname "border0" drop']
    return _filter("forward", forward) + _filter("output", out) + _filter("input", come_in)


def _internet(scenario: Scenario) -> str:
    rules: list[str] = []
    for name in scenario.world.sites_down:
        site = atlas.SITES[name]
        rules.append(f"ip daddr {site.v4} meta l4proto {{ tcp, icmp }} drop")
        if site.v6:
            rules.append(f"ip6 daddr {site.v6} meta l4proto {{ tcp, ipv6-icmp }} drop")
    rules += [f"ip daddr {address} {_PING4} drop" for address in scenario.world.silent]
    vpn = _translate("vpn", f'oifname "eth0" ip saddr 10.66.0.0/24 snat to {atlas.VPN_SERVER}')
    return vpn + _filter("input", rules)
