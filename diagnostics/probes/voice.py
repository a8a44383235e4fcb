"""Loss, jitter and order of packets at a voice call's rate, where the provider runs a reflector."""

from __future__ import annotations

import ipaddress
import math
from typing import ClassVar

import msgspec

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.profile import ServerPlace, VoiceServer
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.load import Where
from diagnostics.readings.voice import Voice, VoiceWay
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.run import Depth
from diagnostics.sounding.families import in_turn
from diagnostics.sounding.lookup import find
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.wire import voice as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.stamp import StampPlan, stamp

#: 125 packets in 2.5 s, as long as the other probes of this stage take.
_PLAN = StampPlan()
#: 300 packets: at 1 % three are lost, at 3 % nine; chosen by a complaint of calls
_CHOSEN = msgspec.structs.replace(_PLAN, count=300)
_FULL = msgspec.structs.replace(_PLAN, count=500)
#: An address of which nothing has come back by then is left for the other kind of address.
_SILENCE_S = 1.5
_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "the reflector does not count what reaches it")


class VoiceProbe(Probe[Voice]):
    reading: ClassVar[type[Reading]] = Voice
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 14.0
    quick: ClassVar[bool] = False  # as much as a call: not nothing
    light: ClassVar[bool] = True  # yet what a complaint of calls is about

    async def measure(self, context: Context) -> Voice:
        servers = context.profile.voice
        if not servers:
            raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no reflector")
        refusal = "no reflector could be found"
        for server in servers[:2]:
            plan = msgspec.structs.replace(_plan(context), port=server.port)
            addresses = await _addresses(server.host, context)
            for address in addresses:
                last = address == addresses[-1]
                patience_s = math.inf if last else _SILENCE_S
                try:
                    session = await stamp(
                        address, msgspec.structs.replace(plan, silence_s=patience_s)
                    )
                except WireError as error:
                    refusal = error.detail
                    continue
                return _reading(wire.call_of(session), server, address)
        raise ProbeError(Reason.NO_ANSWER, refusal)


def _plan(context: Context) -> StampPlan:
    if context.depth is Depth.FULL:
        return _FULL
    return _CHOSEN if "voice" in context.chosen else _PLAN


async def _addresses(host: str, context: Context) -> tuple[str, ...]:
    """One of each family; none for a name that nobody knows."""
    try:
        return (str(ipaddress.ip_address(host)),)
    except ValueError:
        asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
        resolvers = [resolver.address for resolver in asked]
        found = (await find(host, resolvers, context.platform)).addresses
        return in_turn(found, ())


def _reading(call: wire.Call, server: VoiceServer, address: str) -> Voice:
    return Voice(
        server=server.host,
        address=address,
        where=Where.ISP if server.where is ServerPlace.ISP else Where.OUTSIDE,
        sent=call.sent,
        received=call.received,
        loss_percent=call.loss_percent,
        longest_loss=call.longest_loss,
        duplicates=call.duplicates,
        discarded=call.discarded,
        rtt_median_ms=call.rtt_median_ms,
        rtt_max_ms=call.rtt_max_ms,
        up=_way(call.up),
        down=_way(call.down),
        rating=call.rating,
        mos=call.mos,
    )


def _way(way: wire.Way) -> VoiceWay:
    lost = _NOT_TOLD if way.lost is None else way.lost
    return VoiceWay(lost=lost, jitter_ms=way.jitter_ms, reordered=way.reordered)
