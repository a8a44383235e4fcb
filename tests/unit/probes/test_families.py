"""Which address of a name is tried first."""

from __future__ import annotations

import pytest

from diagnostics.sounding.families import in_turn

_BOTH = ("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2")


@pytest.mark.parametrize(
    ("addresses", "silent", "turn"),
    [
        (_BOTH, (), ("192.0.2.1", "2001:db8::1")),
        (_BOTH, (4,), ("2001:db8::1", "192.0.2.1")),
        (_BOTH, (6,), ("192.0.2.1", "2001:db8::1")),
        (("2001:db8::2",), (6,), ("2001:db8::2",)),
        ((), (4,), ()),
    ],
)
def test_one_of_each_kind(
    addresses: tuple[str, ...], silent: tuple[int, ...], turn: tuple[str, ...]
) -> None:
    assert in_turn(addresses, silent) == turn
