"""When a sweep ends; packets go to loopback, the neighbour table is what the test says."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.wire.sweep import Neighbour, NeighbourTable, sweep

_NETWORK = "127.77.0.0/29"


def _table(at_s: dict[str, float], look_s: float) -> NeighbourTable:
    """Who has answered since when; the look that would come just before `look_s` comes then."""
    loop = asyncio.get_running_loop()
    begun_s = loop.time()

    async def table() -> tuple[Neighbour, ...]:
        if look_s - 0.12 < loop.time() - begun_s < look_s:
            await asyncio.sleep(begun_s + look_s - loop.time())
        now_s = loop.time() - begun_s
        known = [address for address, since_s in at_s.items() if since_s <= now_s]
        return tuple(Neighbour(address, "02:00:00:00:00:01") for address in known)

    return table


async def _swept(at_s: dict[str, float], look_s: float) -> list[str]:
    return [one.address for one in await sweep(_NETWORK, _table(at_s, look_s))]


@pytest.mark.parametrize("look_s", [0.355, 0.38, 0.42])
def test_the_second_phone_that_dozes_is_waited_for(look_s: float) -> None:
    late = {"127.77.0.2": 0.35, "127.77.0.3": 0.6}
    assert asyncio.run(_swept(late, look_s)) == list(late)


def test_a_single_one_is_left_to_the_second_look() -> None:
    assert asyncio.run(_swept({"127.77.0.2": 0.01, "127.77.0.3": 0.95}, 0.1)) == ["127.77.0.2"]


@pytest.mark.parametrize("network", ["10.0.0.0/21", "fd00::/120"])
def test_what_is_too_large_or_of_another_family_is_refused(network: str) -> None:
    async def nobody() -> tuple[Neighbour, ...]:
        return ()

    with pytest.raises(ValueError, match="cannot sweep"):
        asyncio.run(sweep(network, nobody))
