"""The MTU of the interface that leads to a place, as the system tells it to everybody."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from diagnostics.wire.source import Source, own_address, plain


class _Address(Protocol):
    address: str


class _Stats(Protocol):
    mtu: int


class Adapters(Protocol):
    """The two functions of psutil that are asked."""

    def net_if_addrs(self) -> Mapping[str, Sequence[_Address]]: ...

    def net_if_stats(self) -> Mapping[str, _Stats]: ...


def link_mtu(target: str, source: Source, adapters: Adapters | None = None) -> int | None:
    """Bytes of a whole packet; None where the system does not tell."""
    if adapters is None:
        # loaded for this question alone: the kernels that tell by themselves need none of it
        adapters = cast("Adapters", importlib.import_module("psutil"))
    own = own_address(target, source)
    for name, held in adapters.net_if_addrs().items():
        if own and any(_same(one.address, own) for one in held):
            stats = adapters.net_if_stats().get(name)
            return stats.mtu or None if stats is not None else None
    return None


def _same(address: str, own: str) -> bool:
    try:
        return plain(address) == plain(own)
    except ValueError:  # a hardware address
        return False
