"""Full-size packets that vanish where small ones pass (RFC 2923: a path MTU black hole)."""

from __future__ import annotations

from diagnostics.belief import CERTAIN, SURE
from diagnostics.readings.path import MtuFinding, PathMtu
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown


@sign("big-packets-vanish", "Full-size packets vanish without a word.", reads=PathMtu, unit="bytes",
      leak=0.0005)  # fmt: skip
def big_packets_vanish(scene: Scene) -> Grade:
    mtu = scene.evidence.value(PathMtu)
    if isinstance(mtu, Unmeasured):
        return unknown("The largest packet was not measured.")
    if mtu.finding is not MtuFinding.VANISHES:
        return certain(False, "Full-size packets pass, or a router says what fits.")
    if mtu.small_received * 2 < mtu.small_sent or mtu.big_sent < 3 or mtu.small_received < 2:
        return unknown("Small packets get lost as well.")
    text = f"{mtu.small_received} of {mtu.small_sent} small packets pass, no big one does."
    size = mtu.path_mtu_bytes
    return Grade(
        SURE if mtu.big_sent < 5 else CERTAIN,
        text,
        size if isinstance(size, Unmeasured) else float(size),
    )
