"""The homes in which a sweep is tried: who sleeps there, and everybody who is there."""

from __future__ import annotations

import ipaddress
import re
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench import sleepers6
from bench.harness import BenchError
from tests.sim.country import HOME6
from tests.sim.home import Home

NETWORK = "192.168.1.0/24"
_PREFIX = "192.168.1"
#: the router, the disk, the other computer
_AWAKE = ("192.168.1.1", "192.168.1.50", "192.168.1.120")
_AWAKE6 = (("router", "lan0"), ("disk", "eth0"), ("pc", "eth0"))
_PATIENCE_S = 15.0
_IPV4 = re.compile(r"\d+\.\d+\.\d+\.\d+")
_IPV6 = re.compile(r"[0-9a-f]*:[0-9a-f:]+")


@dataclass(frozen=True)
class SweptHome:
    """`sleepers` as LAST:MS, by IPv4 or IPv6.

    `alone`: nothing shows the sleeper before it answers, so ours is asked as a check asks, which
    looks again then.  `silent`: the other computer answers no echo to a group, as Windows does.
    """

    title: str
    sleepers: tuple[str, ...] = ()
    ipv6: bool = False
    alone: bool = False
    silent: bool = False


HOMES = (
    SweptHome("everybody awake"),
    SweptHome("a phone answers after 350 ms", ("210:350",)),
    SweptHome("phones answer after 350 and 600 ms", ("210:350", "211:600")),
    SweptHome("phones answer after 350, 600 and 950 ms", ("210:350", "211:600", "212:950")),
    SweptHome("a phone answers after 950 ms, and no other late", ("212:950",), alone=True),
    SweptHome("IPv6, everybody awake", ipv6=True),
    SweptHome("IPv6, a phone answers after 350 ms", ("210:350",), ipv6=True),
    SweptHome(
        "IPv6, a phone answers after 950 ms, and no other late",
        ("212:950",),
        ipv6=True,
        alone=True,
    ),
    SweptHome("IPv6, a computer silent to groups", ipv6=True, silent=True),
)


def chosen(text: str) -> list[SweptHome]:
    """Those whose title holds the text; BenchError when there is none."""
    found = [home for home in HOMES if text.casefold() in home.title.casefold()]
    if not found:
        titles = "; ".join(home.title for home in HOMES)
        raise BenchError(f"no home's title holds {text!r}; there are: {titles}")
    return found


@contextmanager
def furnished(home: Home, swept: SweptHome) -> Generator[list[frozenset[str]]]:
    """Everybody who is there while inside the block: the addresses of each."""
    there = _awake6(home) if swept.ipv6 else [frozenset({address}) for address in _AWAKE]
    lasts = [int(host.partition(":")[0]) for host in swept.sleepers]
    for last in lasts:
        there.append(frozenset({sleepers6.address(last) if swept.ipv6 else f"{_PREFIX}.{last}"}))
    with ExitStack() as stack:
        if swept.silent:
            _answer_groups(home, answer=False)
            stack.callback(_answer_groups, home, answer=True)
        if swept.sleepers:
            stack.enter_context(_sleeping(home, swept))
        yield there


@contextmanager
def _sleeping(home: Home, swept: SweptHome) -> Generator[None]:
    words = ["bench.sleepers6", "eth0"] if swept.ipv6 else ["bench.sleepers", "eth0", _PREFIX]
    command = [sys.executable, "-m", *words, *swept.sleepers]
    with home.popen(command, place="pc") as program:
        try:
            assert program.stdout is not None  # noqa: S101 - made with pipes
            if not program.stdout.readline():
                raise BenchError("the phones that answer late could not be played")
            yield
        finally:
            program.terminate()


def _awake6(home: Home) -> list[frozenset[str]]:
    """What the lab has given each; BenchError where one gets no address of the home's network."""
    return [_own6(home, place, interface) for place, interface in _AWAKE6]


def _own6(home: Home, place: str, interface: str) -> frozenset[str]:
    """An answer comes from either of them, so both must have been given."""
    ends_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends_s:
        told = home.run(["ip", "-6", "-br", "addr", "show", interface], place=place).stdout
        if HOME6.removesuffix(":") in told and "fe80:" in told:
            return addresses6(told)
        time.sleep(0.2)
    raise BenchError(f"the place {place} of the home has got no IPv6")


def _answer_groups(home: Home, *, answer: bool) -> None:
    word = f"net.ipv6.icmp.echo_ignore_multicast={0 if answer else 1}"
    done = home.run(["sysctl", "-q", "-w", word], place="pc")
    if done.returncode:
        raise BenchError(f"the computer could not be made silent: {done.stderr.strip()[-200:]}")


def addresses4(text: str) -> frozenset[str]:
    """All that a program names."""
    return frozenset(_IPV4.findall(text))


def addresses6(text: str) -> frozenset[str]:
    """All that a program names, in their shortest form; hardware addresses are none."""
    found: set[str] = set()
    for word in _IPV6.findall(text.lower()):
        try:
            found.add(str(ipaddress.IPv6Address(word)))
        except ValueError:
            continue
    return frozenset(found)


def missed(there: Sequence[frozenset[str]], named: frozenset[str]) -> int:
    """How many have no address that was named."""
    return sum(not (each & named) for each in there)
