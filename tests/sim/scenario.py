"""What a scenario file may say: the plan as sold, every part's figures, the fault, the truth."""

from __future__ import annotations

import tomllib
from ipaddress import IPv4Network
from pathlib import Path
from typing import Literal

import msgspec

from tests.sim.complaint import LabError
from tests.sim.part import Part
from tests.sim.wifi.air import Air

FOLDER = Path(__file__).parent / "scenarios"

Setting = bool | int | float | str | list[str]
Technology = Literal[
    "ftth",
    "fttc",
    "cable",
    "adsl",
    "vdsl",
    "fixed-wireless",
    "mobile",
    "leo-satellite",
    "geo-satellite",
]


class Plan(Part, frozen=True, kw_only=True):
    """What the provider sells; also what the profile tells the program under test."""

    down_mbps: float = 100.0
    up_mbps: float = 20.0
    technology: Technology = "cable"
    rtt_ms: float = 18.0


class Way(Part, frozen=True, kw_only=True):
    """One direction of a wire. Percentages are 0 to 100; unset means the part's own default."""

    rate_mbps: float | None = None
    delay_ms: float | None = None
    jitter_ms: float = 0.0
    jitter_step_ms: float = 40.0
    loss_percent: float = 0.0
    burst_loss_percent: float = 0.0
    burst_good_ms: float = 0.0
    burst_bad_ms: float = 0.0
    drop_every_ms: float = 0.0
    drop_for_ms: float = 0.0
    reorder_percent: float = 0.0
    reorder_ms: float = 0.0
    duplicate_percent: float = 0.0
    queue_ms: float | None = None
    queue_bytes: float = 0.0
    police_mbps: float = 0.0
    police_bytes: float = 0.0
    max_bytes: float = 0.0
    cut: bool = False


class Wire(Part, frozen=True, kw_only=True):
    """A link between two places, `up` away from the subscriber; `carrier` is the plug."""

    carrier: bool = True
    mtu: int = 1500
    up: Way = Way()
    down: Way = Way()


class Hop(Wire, frozen=True, kw_only=True):
    """What joins the subscriber's computer to the home: a cable, or the air when it is a wlan."""

    name: str = "eth0"
    speed_mbps: int = 1000
    duplex: Literal["full", "half"] = "full"


class Household(Part, frozen=True, kw_only=True):
    """The home's own addresses: a private network of 256, and the router's place in it."""

    subnet: str = "192.168.1.0/24"
    router_number: int = 1

    def __post_init__(self) -> None:
        network = IPv4Network(self.subnet)
        if network.prefixlen != 24 or not network.is_private:
            raise ValueError("home.subnet has to be a private network of /24")
        if self.router_number not in {1, 2, 138, 253, 254}:
            raise ValueError("home.router_number has to be 1, 2, 138, 253 or 254")

    def address(self, number: int) -> str:
        """The address with that last number."""
        return str(IPv4Network(self.subnet)[number])

    @property
    def router(self) -> str:
        """The router's address at home."""
        return self.address(self.router_number)


class Computer(Part, frozen=True, kw_only=True):
    """How the subscriber's computer is set up. `disk`: the home's disk stands in its fstab.
    `firewall`: what it keeps its own programs from.

    `ping_sockets` says whether programs without rights may open ICMP sockets, as on most desktops.
    """

    adapter: bool = True
    ping_sockets: bool = True
    default_route: bool = True
    address: str = ""
    gateway: str = ""
    resolvers: tuple[str, ...] = ()
    proxy: Literal["none", "working", "broken"] = "none"
    hosts: tuple[str, ...] = ()
    vpn: Literal["none", "working", "dead"] = "none"
    busy: Literal["none", "upload", "download"] = "none"
    disk: Literal["none", "by-address", "by-name"] = "none"
    firewall: Literal["none", "refuses-secure", "drops-secure", "home-only"] = "none"


class Others(Part, frozen=True, kw_only=True):
    """The other computers of the home: one PC, one network disk.

    `dhcp_server`: the PC hands out addresses as well, quicker than the router. It names itself, an
    address where nobody is, or the router as the way out, or serves a network of its own.
    """

    busy: Literal["none", "upload", "download", "lightly"] = "none"
    same_address: bool = False
    disk_there: bool = True
    dhcp_server: Literal["none", "names-itself", "names-nobody", "names-router", "own-network"] = (
        "none"
    )


class Router(Part, frozen=True, kw_only=True):
    """The home's router.

    `upnp`: it tells anybody at home about its line (UPnP IGD). `blocks`: what its rules keep the
    subscriber's computer from: everything (silently or with a message), port 443, or one site.
    `session_limit`: so many connections at once, new ones beyond are dropped (0: no limit).
    `modem_page`: the signal that its modem shows to anybody (servers/modem.py has the figures).
    """

    alive: bool = True
    answers_ping: bool = True
    dhcp: bool = True
    dns: Literal["works", "dead", "blocks-adverts"] = "works"
    offers_resolver: Literal["router", "provider", "nobody"] = "router"
    offers_gateway: Literal["router", "nobody"] = "router"
    behind_another: bool = False
    upnp: bool = True
    blocks: Literal["nothing", "device", "device-politely", "secure", "secure-silently", "site"] = (
        "nothing"
    )
    session_limit: int = 0
    modem_page: Literal[
        "none",
        "cable",
        "cable-near",
        "cable-weak",
        "cable-noisy",
        "dsl",
        "dsl-near",
        "dsl-poor",
        "fibre",
        "fibre-near",
        "fibre-dark",
    ] = "none"
    port: Wire = Wire()


class Provider(Part, frozen=True, kw_only=True):
    """The provider's edge, core and servers.

    `core_forwards`: what lies beyond its own core can be reached. `notice`: what its status feed
    announces. `blocks_port`: a TCP port that it lets nobody reach (0: none).
    `login`: what becomes of the router's question for an address; without one it has no way out.
    """

    passes_traffic: bool = True
    login: Literal["works", "refused", "no-answer"] = "works"
    ipv6: Literal["works", "none", "broken"] = "works"
    cgnat: bool = False
    portal: bool = False
    resolver: Literal["works", "silent", "fails", "rewrites"] = "works"
    resolver_delay_ms: float = 0.0
    resolver_loss_percent: float = 0.0
    silent_edge: bool = False
    silent_hop: bool = False
    limited_hop: bool = False
    blocks_port: int = 0
    core_forwards: bool = True
    notice: Literal["none", "outage", "maintenance", "tomorrow", "over"] = "none"
    desk_answers: bool = True
    backbone: Wire = Wire()
    use_backbone: bool = False


class World(Part, frozen=True, kw_only=True):
    """Everybody else. `clock_offset_s` shifts all clocks and certificates but the computer's.

    Filters: the provider's resolver leads `sites_hidden` nowhere and knows no `sites_withheld`;
    connections that name one of `sites_cut` are reset.
    """

    clock_offset_s: int = 0
    sites_down: tuple[str, ...] = ()
    sites_slow: tuple[str, ...] = ()
    sites_slow_ms: float = 4000.0
    silent: tuple[str, ...] = ()
    sites_hidden: tuple[str, ...] = ()
    sites_withheld: tuple[str, ...] = ()
    sites_cut: tuple[str, ...] = ()


class Truth(Part, frozen=True, kw_only=True):
    """What is really wrong. `also` holds further causes that a fair judge accepts."""

    status: Literal["healthy", "problem"]
    causes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Scenario(Part, frozen=True, kw_only=True):
    """One home with its truth; `repair` holds the settings that put it right while it runs.

    `complaint` is what the subscriber says when asked, where the verdict depends on it. With
    `air` the computer is joined by WiFi, and the home is played in a guest (tests.sim.wifi).
    """

    title: str
    truth: Truth
    complaint: str = ""
    plan: Plan = Plan()
    line: Wire = Wire()
    hop: Hop = Hop()
    home: Household = Household()
    computer: Computer = Computer()
    others: Others = Others()
    router: Router = Router()
    provider: Provider = Provider()
    world: World = World()
    air: Air | None = None
    repair: dict[str, Setting] = msgspec.field(default_factory=dict[str, Setting])


# msgspec 0.22 crashes when two threads are the first to use a type: it is made ready here
READY = msgspec.json.Decoder(Scenario)


def names() -> list[str]:
    """All scenarios of the folder, by file name; those of the air by `air_names`."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def air_names() -> list[str]:
    """Scenarios with radios: `wifi/NAME`."""
    return sorted(f"wifi/{path.stem}" for path in (FOLDER / "wifi").glob("*.toml"))


def load(name: str, settings: dict[str, Setting] | None = None) -> Scenario:
    """Read scenario `name`, change `settings` (dotted keys); LabError says what is wrong."""
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        raise LabError(f"There is no scenario {name!r}; `lab list` names them all.")
    return changed(parse(path.read_text(encoding="utf-8"), name), settings or {})


def parse(text: str, name: str) -> Scenario:
    """Scenario from TOML text; checks that its repair can be carried out."""
    try:
        scenario = msgspec.convert(tomllib.loads(text), Scenario)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise LabError(f"Scenario {name!r} is not understood: {fault}.") from fault
    if (scenario.truth.status == "problem") != bool(scenario.truth.causes):
        raise LabError(f"Scenario {name!r}: a problem needs causes, a healthy home has none.")
    changed(scenario, scenario.repair)
    return scenario


def changed(scenario: Scenario, settings: dict[str, Setting]) -> Scenario:
    """The scenario with dotted keys such as `line.down.loss_percent` set."""
    tree: object = msgspec.to_builtins(scenario)
    for key, value in settings.items():
        _put(tree, key, value)
    try:
        return msgspec.convert(tree, Scenario)
    except msgspec.ValidationError as fault:
        raise LabError(f"That setting is not understood: {fault}.") from fault


def _put(tree: object, key: str, value: Setting) -> None:
    *path, last = key.split(".")
    for step in path:
        branch = msgspec.convert(tree, dict[str, object]).get(step)
        tree = tree[step] if isinstance(tree, dict) and isinstance(branch, dict) else None  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(tree, dict) or last not in tree:
        raise LabError(f"There is no setting {key!r}; docs/lab.md lists them.")
    tree[last] = value


def setting(text: str) -> tuple[str, Setting]:
    """`key=value` from the command line; the value is read as TOML, else as bare text."""
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise LabError(f"--set wants KEY=VALUE, not {text!r}.")
    try:
        parsed = msgspec.convert(tomllib.loads(f"v = {value}")["v"], Setting)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError):
        parsed = value
    return key.strip(), parsed
