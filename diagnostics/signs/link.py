"""Signs at this computer's own interfaces: carrier, speed, errors."""

from __future__ import annotations

from diagnostics.belief import SURE, above
from diagnostics.readings.interfaces import Duplex, Interface, InterfaceKind, Interfaces
from diagnostics.readings.watch import Watch
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown

_ADAPTERS = (InterfaceKind.ETHERNET, InterfaceKind.WIFI)


@sign("on-wifi", "This computer is connected by WiFi.", reads=Interfaces, leak=0.5)
def on_wifi(scene: Scene) -> Grade:
    if isinstance(scene.on_wifi, Unmeasured):
        return unknown("It is not known which interface is in use.")
    return certain(scene.on_wifi, f"WiFi is {'' if scene.on_wifi else 'not '}the link in use.")


@sign("on-wire", "This computer is connected by cable.", reads=Interfaces, leak=0.5)
def on_wire(scene: Scene) -> Grade:
    if isinstance(scene.on_wire, Unmeasured):
        return unknown("It is not known which interface is in use.")
    return certain(scene.on_wire, f"A cable is {'' if scene.on_wire else 'not '}the link in use.")


@sign("adapter-off", "Every network adapter is switched off.", reads=Interfaces, leak=0.0002)
def adapter_off(scene: Scene) -> Grade:
    adapters = [one for one in scene.physical if one.kind in _ADAPTERS]
    if not adapters:
        return unknown("The system shows no network adapter.")
    off = not any(one.admin_up for one in scene.physical)
    word = "All network adapters are" if off else "A network adapter is not"
    return certain(off, f"{word} switched off.")


@sign("link-down", "The network cable carries no signal.", reads=Interfaces, leak=0.0002)
def link_down(scene: Scene) -> Grade:
    wired = [one for one in scene.physical if one.kind is InterfaceKind.ETHERNET and one.admin_up]
    if not wired or isinstance(scene.link_up, Unmeasured):
        return unknown("There is no cable socket that is switched on, or it cannot be read.")
    if scene.link_up:
        return certain(False, "A network link is up.")
    return certain(True, "The network adapter is on, but no cable signal reaches it.")


@sign("wifi-not-joined", "WiFi is on and joined to no network.", reads=Interfaces, leak=0.001)
def wifi_not_joined(scene: Scene) -> Grade:
    radios = [one for one in scene.physical if one.kind is InterfaceKind.WIFI and one.admin_up]
    if not radios or isinstance(scene.link_up, Unmeasured):
        return unknown("There is no WiFi adapter that is switched on, or it cannot be read.")
    joined = scene.link_up
    return certain(not joined, "A network link is up." if joined else "WiFi has joined no network.")


def _short_of(active: Interface, plan_mbps: float, speed: float) -> float:
    """The link as a share of what plan or, failing that, adapter ask; 1 and more is enough."""
    supported = active.supported_mbps
    if plan_mbps > 0:
        # 6 % of the link's rate is Ethernet, IP and TCP headers (1460 of 1538 bytes are payload)
        return speed * 0.94 / plan_mbps
    if not isinstance(supported, Unmeasured):
        return speed / min(supported, 1000.0)
    return speed / 100.0


@sign("slow-link", "The cable link runs slower than plan and adapter.", reads=Interfaces,
      unit="Mbit/s", leak=0.0007)  # fmt: skip
def slow_link(scene: Scene) -> Grade:
    active = scene.active
    if isinstance(active, Unmeasured) or isinstance(scene.on_wire, Unmeasured):
        return unknown("It is not known which link is in use.")
    if not scene.on_wire:
        return certain(False, "No cable link is in use.")
    speed = active.speed_mbps
    if isinstance(speed, Unmeasured) or speed <= 0:
        return unknown("The system does not tell the speed of the cable link.")
    if active.duplex is Duplex.HALF:
        return Grade(SURE, f"The cable link runs at {speed:g} Mbit/s half duplex.", speed)
    need = scene.plan.down_mbps
    short = _short_of(active, need, speed)
    if speed > 100 or short >= 0.99:
        return Grade(1 - SURE, f"The cable link runs at {speed:g} Mbit/s, which is enough.", speed)
    # negotiated 10 or 100 Mbit/s; an adapter that can do no more is the limit all the same
    belief = above(1 / short, 1.12, width=0.04)
    text = f"The cable link runs at only {speed:g} Mbit/s"
    text += f", less than the plan's {need:g} Mbit/s." if need else "."
    return Grade(belief, text, speed, need * 0.9 if need else 1000.0)


@sign("interface-errors", "The adapter counts damaged packets.", reads=Interfaces, leak=0.002)
def interface_errors(scene: Scene) -> Grade:
    reading = scene.evidence.value(Interfaces)
    if isinstance(reading, Unmeasured) or isinstance(reading.errors_during_check, Unmeasured):
        return unknown("The adapter's error counters could not be read.")
    errors = reading.errors_during_check
    # a single damaged frame in a check happens on good links (IEEE 802.3: BER 1e-10 and better)
    text = f"The adapter counted {errors} damaged packets during the check."
    return Grade(above(errors, 2.5, width=0.25), text, float(errors), 2.5)


@sign("interface-drops", "The adapter throws packets away.", reads=Interfaces, leak=0.03)
def interface_drops(scene: Scene) -> Grade:
    reading = scene.evidence.value(Interfaces)
    if isinstance(reading, Unmeasured) or isinstance(reading.drops_during_check, Unmeasured):
        return unknown("The adapter's drop counters could not be read.")
    drops = reading.drops_during_check
    # Linux counts frames of protocols nobody listens to as dropped: some are always there
    text = f"The adapter dropped {drops} packets during the check."
    return Grade(above(drops, 40, width=0.3), text, float(drops), 40.0)


@sign("link-flaps", "The link went away and came back during the check.", reads=Watch, leak=0.002)
def link_flaps(scene: Scene) -> Grade:
    watch = scene.evidence.value(Watch)
    if isinstance(watch, Unmeasured) or isinstance(watch.link_drops, Unmeasured):
        return unknown("Changes of the link were not watched.")
    drops = watch.link_drops
    times = "once" if drops == 1 else f"{drops} times"
    text = f"The link went away {times} during the check." if drops else "The link stayed up."
    return certain(drops > 0, text, float(drops))
