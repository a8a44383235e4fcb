"""In which order a name's addresses are tried: one kind of them may lead nowhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from diagnostics.probe import Context
from diagnostics.readings.path import Anchors
from diagnostics.result import Unmeasured
from diagnostics.sounding.address import family_of


def silent_families(context: Context) -> frozenset[int]:
    """Of which (4, 6) nothing far away answered, while of the other one something did."""
    anchors = context.earlier.value(Anchors)
    if isinstance(anchors, Unmeasured):
        return frozenset()
    four = any(one.received for one in anchors.ipv4)
    six = any(one.received for one in anchors.ipv6)
    if four == six:
        return frozenset()
    return frozenset({6 if four else 4})


def in_turn(addresses: Sequence[str], silent: Collection[int]) -> tuple[str, ...]:
    """The first of each family, IPv4 before IPv6, those of a silent family last."""
    first = {family_of(address): address for address in reversed(addresses)}
    return tuple(first[family] for family in sorted(first, key=lambda f: (f in silent, f)))
