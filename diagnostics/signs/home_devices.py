"""Disks and printers of the home that are set up here and are not there."""

from __future__ import annotations

from diagnostics.belief import SURE
from diagnostics.readings.home import HomeDevices
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.loss import loss_to_gateway


@sign("home-device-silent", "A disk or printer of the home does not answer.", reads=HomeDevices,
      leak=0.003)  # fmt: skip
def home_device_silent(scene: Scene) -> Grade:
    reading = scene.evidence.value(HomeDevices)
    if isinstance(reading, Unmeasured):
        return unknown("No disk or printer of the home is set up here, or it is not told.")
    known = [one for one in reading.devices if one.on_link and isinstance(one.answers, bool)]
    if not known:
        return unknown("What is set up here is no device of this home.")
    silent = [one for one in known if one.answers is False]
    if not silent:
        return Grade(1 - SURE, "Disks and printers of the home answer.")
    if scene.gateway_alive is not True:
        return unknown("The router does not answer either, so nothing at home can be judged.")
    if loss_to_gateway(scene).belief > 0.65:
        return unknown("Packets get lost at home anyway.")
    one = silent[0]
    return Grade(0.995, f"The {one.kind.value} {one.host} does not answer.", one.host)
