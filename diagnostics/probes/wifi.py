"""What the radio says before load: own link, adapter, networks in the air, channels."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from diagnostics.probe import Context, Probe
from diagnostics.readings.home import Gateway
from diagnostics.readings.path import Anchors
from diagnostics.readings.wifi import Channel, LinkState, Network, OwnLink, OwnScan, Wifi
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.adapter import wifi_adapter
from diagnostics.sounding.told import told

#: Facts that the system has at hand.
_FACT_S = 1.0
#: A full scan of three bands takes 2 to 4 s; Windows promises 4 s (WlanScan).
_SCAN_S = 5.0
#: Sightings younger than this need no scan of ours: neighbours do not come and go in seconds.
_FRESH_S = 15.0
_NO_NEED = Unmeasured(Reason.NOT_APPLICABLE, "what the system knew was fresh enough")


class WifiProbe(Probe[Wifi]):
    """Begins behind the idle echoes: a scan takes the adapter off its channel and delays them."""

    reading: ClassVar[type[Reading]] = Wifi
    after: ClassVar[tuple[type[Reading], ...]] = (Gateway, Anchors)
    deadline_s: ClassVar[float] = 9.0

    async def measure(self, context: Context) -> Wifi:
        platform = context.platform
        interface = await wifi_adapter(platform)
        link, ability, known, consent, before = await asyncio.gather(
            told(platform.wifi_link(interface), _FACT_S),
            told(platform.wifi_ability(interface), _FACT_S),
            told(platform.wifi_known_names(interface), _FACT_S),
            told(platform.wifi_consent(), _FACT_S),
            told(platform.wifi_networks(interface, fresh=False), _FACT_S),
        )
        networks, scan = before, _NO_NEED
        if not _enough(before, link):
            networks, scan = await _scanned(context, interface, before)
        return Wifi(
            interface=interface,
            link=link,
            ability=ability,
            networks=networks,
            scan_age_s=_age_s(networks),
            own_scan=scan,
            channels=await told(platform.wifi_channels(interface), _FACT_S),
            known_names=known,
            consent=consent,
        )


def _enough(networks: tuple[Network, ...] | Unmeasured, link: OwnLink | Unmeasured) -> bool:
    """Whether a scan could tell nothing new: others were seen just now, on other channels too (a
    system that knows its network looks on that one's channel alone), or the radio is off.
    """
    if isinstance(link, OwnLink) and link.state is LinkState.RADIO_OFF:
        return True
    if isinstance(networks, Unmeasured):
        return False
    own = link.channel if isinstance(link, OwnLink) else None
    here = own.frequency_mhz if isinstance(own, Channel) else None
    return any(
        isinstance(n.channel, Channel) and n.channel.frequency_mhz != here and _is_fresh(n)
        for n in networks
    )


def _is_fresh(network: Network) -> bool:
    age_s = network.seen_s_ago
    return not isinstance(age_s, Unmeasured) and age_s < _FRESH_S


async def _scanned(
    context: Context, interface: str, before: tuple[Network, ...] | Unmeasured
) -> tuple[tuple[Network, ...] | Unmeasured, OwnScan | Unmeasured]:
    """After a scan, or what was known before where none is allowed."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    found = await told(context.platform.wifi_networks(interface, fresh=True), _SCAN_S)
    if isinstance(found, Unmeasured):
        return (found if isinstance(before, Unmeasured) else before), found
    began_after_s, took_s = began_s - context.phases.begun_s, loop.time() - began_s
    return found, OwnScan(began_s=round(began_after_s, 3), took_s=round(took_s, 3))


def _age_s(networks: tuple[Network, ...] | Unmeasured) -> float | Unmeasured:
    if isinstance(networks, Unmeasured):
        return networks
    ages = [n.seen_s_ago for n in networks if not isinstance(n.seen_s_ago, Unmeasured)]
    if not ages:
        return Unmeasured(Reason.NOT_SUPPORTED, "nothing says when a network was last seen")
    return min(ages)
