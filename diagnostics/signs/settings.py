"""Signs in what is set on this computer: proxy, hosts file, tunnel."""

from __future__ import annotations

from diagnostics.belief import above
from diagnostics.readings.addressing import Addressing, Settings, TunnelHealth
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown


@sign("proxy-fails", "The proxy that is set fails, the direct way works.", reads=Settings,
      leak=0.0003)  # fmt: skip
def proxy_fails(scene: Scene) -> Grade:
    settings = scene.evidence.value(Settings)
    if isinstance(settings, Unmeasured):
        return unknown("The settings could not be read.")
    if not settings.proxies:
        return certain(False, "No proxy is set.")
    if any(one.works is True for one in settings.proxies):
        return certain(False, "The proxy that is set works.")
    broken = [one for one in settings.proxies if one.works is False and one.direct_works is True]
    if not broken:
        return unknown("The direct way does not work either, or was not tried.")
    text = f"Pages fail through the proxy {broken[0].host} and load without it."
    return certain(True, text, broken[0].host)


@sign("hosts-file-overrides", "The hosts file sends a name elsewhere.", reads=Settings,
      leak=0.0003)  # fmt: skip
def hosts_file_overrides(scene: Scene) -> Grade:
    settings = scene.evidence.value(Settings)
    if isinstance(settings, Unmeasured):
        return unknown("The hosts file could not be read.")
    wrong = [
        one
        for one in settings.hosts_overrides
        if one.system_follows and one.resolvers_say and one.address not in one.resolvers_say
    ]
    if not wrong:
        return certain(False, "The hosts file changes none of the names that were tried.")
    text = f"The hosts file sends {wrong[0].name} to {wrong[0].address}; every resolver disagrees."
    return certain(True, text, wrong[0].name)


@sign("in-tunnel", "All traffic goes through a tunnel.", reads=Addressing, leak=0.5)
def in_tunnel(scene: Scene) -> Grade:
    if isinstance(scene.in_tunnel, Unmeasured):
        return unknown("The routes could not be read.")
    word = "goes" if scene.in_tunnel else "does not go"
    return certain(scene.in_tunnel, f"Traffic {word} through a tunnel.")


@sign("tunnel-dead", "The tunnel is dead, the way beside it works.", reads=TunnelHealth,
      leak=0.0003)  # fmt: skip
def tunnel_dead(scene: Scene) -> Grade:
    tunnel = scene.evidence.value(TunnelHealth)
    if isinstance(tunnel, Unmeasured):
        if scene.in_tunnel is False:  # so that a tunnel turned off counts as mended
            return certain(False, "Nothing goes through a tunnel.")
        return unknown("There is no tunnel, or it was not tried.")
    if tunnel.inside_works is True:
        return certain(False, "The tunnel works.")
    if scene.tunnel_dead is not True:
        return unknown("Neither the tunnel nor the way beside it works.")
    return certain(True, f"Nothing passes the tunnel {tunnel.interface}; beside it all works.")


@sign("tunnel-slow", "The tunnel is slow, the way beside it is not.", reads=TunnelHealth,
      unit="ms", leak=0.001)  # fmt: skip
def tunnel_slow(scene: Scene) -> Grade:
    tunnel = scene.evidence.value(TunnelHealth)
    if isinstance(tunnel, Unmeasured):
        return unknown("There is no tunnel, or it was not tried.")
    inside, outside = tunnel.inside_rtt_ms, tunnel.outside_rtt_ms
    if isinstance(inside, Unmeasured) or isinstance(outside, Unmeasured):
        return unknown("The ways inside and beside the tunnel cannot be compared.")
    # a tunnel may detour to its own country's server; three times and 100 ms are felt (judgement)
    limit = outside * 3 + 100
    text = f"Inside the tunnel an answer takes {inside:.0f} ms, beside it {outside:.0f} ms."
    return Grade(above(inside, limit, 0.15), text, inside, limit)
