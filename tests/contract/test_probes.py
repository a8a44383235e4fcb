"""What every probe must keep: its name, its marks, its deadline, and gone soon after a cancel."""

from __future__ import annotations

import os
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import UnionType

import msgspec
import pytest

from diagnostics.evidence import reading_types
from diagnostics.private import MARK
from diagnostics.probe import Probe, Stage
from diagnostics.registry import all_probes
from diagnostics.result import Reading
from tests.contract.probes_nowhere import MOMENTS_S, Report

_ROOT = Path(__file__).parents[2]
#: A network of its own in which all packets leave by an interface that swallows them.
_NOWHERE = """
set -e
ip link set lo up
ip link add eth0 type veth peer name peer0
ip link set eth0 up && ip link set peer0 up
ip addr add 192.168.77.2/24 dev eth0
ip neigh add 192.168.77.1 lladdr 02:00:00:00:00:01 dev eth0
ip route add default via 192.168.77.1
sysctl -qw net.ipv4.ping_group_range="0 2147483647" || true
exec "$0" -m tests.contract.probes_nowhere
"""

PROBES = all_probes()
_names = [probe.reading.PROBE for probe in PROBES]
THROUGHOUT = {p.reading.PROBE for p in PROBES if p.stage is Stage.THROUGHOUT}


def test_each_reading_type_has_its_probe() -> None:
    assert set(_names) == set(reading_types())


@pytest.mark.parametrize("probe", PROBES, ids=_names)
def test_module_is_named_after_the_reading(probe: Probe[Reading]) -> None:
    module = type(probe).__module__.rpartition(".")[2]
    assert module.replace("_", "-") == probe.reading.PROBE


@pytest.mark.parametrize("probe", PROBES, ids=_names)
def test_waits_only_for_readings_that_a_probe_fills(probe: Probe[Reading]) -> None:
    assert {kind.PROBE for kind in probe.after} <= set(_names)
    if probe.stage is Stage.IDLE:
        late = {p.reading for p in PROBES if p.stage is not Stage.IDLE}
        assert not late & set(probe.after)


@pytest.mark.parametrize("kind", reading_types().values(), ids=lambda kind: str(kind.PROBE))
def test_every_text_says_how_private_it_is(kind: type[Reading]) -> None:
    unmarked = [place for place, marked in _texts(kind, kind.__name__, set()) if not marked]
    assert not unmarked


def _texts(kind: object, place: str, seen: set[object]) -> Iterator[tuple[str, bool]]:
    """Every text in a type with whether it is marked. An enumeration is of our own words."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        metas = [meta for meta in arguments[1:] if isinstance(meta, msgspec.Meta)]
        yield place, any(MARK in (meta.extra or {}) for meta in metas)
    elif kind is str:
        yield place, False
    elif origin in {tuple, typing.Union, UnionType}:
        for argument in arguments:
            yield from _texts(argument, place, seen)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen:
        if kind.__name__ == "Unmeasured":  # its detail is scrubbed by itself
            return
        hints = typing.get_type_hints(kind, include_extras=True)
        for field in msgspec.structs.fields(kind):
            yield from _texts(hints[field.name], f"{place}.{field.name}", {*seen, kind})


@pytest.fixture(scope="module")
def report() -> Report:
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    done = subprocess.run(
        [*unshare, "sh", "-c", _NOWHERE, sys.executable],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode and "unshare" in done.stderr:
        pytest.skip(f"no network namespace can be made here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=Report)


@pytest.mark.lab
def test_cancelled_probes_are_back_within_a_second(report: Report) -> None:
    assert len(report.cancelled) == len(PROBES) * len(MOMENTS_S)
    assert not [one for one in report.cancelled if one.took_s > 1.0]


@pytest.mark.lab
def test_cancelled_probes_leave_nothing_behind(report: Report) -> None:
    for left in report.left:
        assert not left.tasks, left
        assert not left.threads, left
        assert not left.children, left
        assert left.sockets == 0, left


@pytest.mark.lab
def test_probes_keep_their_deadline_where_nothing_answers(report: Report) -> None:
    assert {one.probe for one in report.ended} == set(_names)
    assert not [
        o for o in report.ended if o.took_s > o.deadline_s + 0.5 and o.probe not in THROUGHOUT
    ]


@pytest.mark.lab
def test_a_dead_network_is_a_reading_and_no_mistake_of_ours(report: Report) -> None:
    outcomes = {one.probe: one for one in report.ended}
    assert not [one for one in report.ended if one.outcome == "internal"]
    # Slow machine or not, silence must not look like a deadline that we have missed.
    for name in ("interfaces", "addressing", "gateway", "anchors", "path", "names", "web", "watch"):
        assert outcomes[name].outcome == "measured", outcomes[name]


@pytest.mark.lab
def test_a_check_of_a_dead_network_is_short(report: Report) -> None:
    assert report.whole_s < 12.0


@pytest.mark.lab
def test_a_run_that_is_cut_short_names_every_probe(report: Report) -> None:
    assert report.cut_short_s < 1.0
    assert set(report.cut_short_outcomes) == set(_names)
    assert report.cut_short_outcomes["interfaces"] == "measured"
    assert report.cut_short_outcomes["throughput"] == "cancelled"
