"""Whether the radio's own facts say why the WiFi is bad: then "unreliable" is not the word."""

from __future__ import annotations

from diagnostics.belief import UNSURE
from diagnostics.readings.wifi import Wifi
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.wifi_air import (
    wifi_channel_busy,
    wifi_channel_overlapped,
    wifi_legacy_eats_air,
)
from diagnostics.signs.wifi_choice import (
    wifi_band_better,
    wifi_node_uplink_slow,
    wifi_stronger_node,
)
from diagnostics.signs.wifi_loss import wifi_bursts
from diagnostics.signs.wifi_power import wifi_delay_sawtooth
from diagnostics.signs.wifi_signal import joined_radio, not_told, wifi_signal_low
from diagnostics.signs.wifi_speed import wifi_ability_short, wifi_holds_speed


def _too_old(scene: Scene) -> Grade:
    """Old equipment is a reason for low speed alone, never for loss or delay."""
    old, held = wifi_ability_short(scene), wifi_holds_speed(scene)
    return Grade(min(old.belief, held.belief), old.text)


_REASONS = (
    wifi_signal_low,
    wifi_channel_busy,
    wifi_channel_overlapped,
    wifi_legacy_eats_air,
    wifi_bursts,
    wifi_band_better,
    wifi_stronger_node,
    wifi_node_uplink_slow,
    wifi_delay_sawtooth,
    _too_old,
)


@sign("wifi-reason-known", "The radio itself shows what may slow this WiFi.", reads=Wifi, leak=0.3)
def wifi_reason_known(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "what the radio sees")
    found = max((judge(scene) for judge in _REASONS), key=lambda grade: grade.belief)
    if found.belief <= UNSURE:
        return Grade(0.2, "Nothing that the radio tells says why the WiFi would be slow.")
    return Grade(found.belief, found.text) if found.belief != UNSURE else unknown(found.text)
