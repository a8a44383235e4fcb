"""What the radio says of its own signal: strong enough or not, drowned in noise or not."""

from __future__ import annotations

from diagnostics.air.airtime import logistic
from diagnostics.air.limits import NOISY_DBM, SIGNAL_WIDTH_DB, WEAK_DBM
from diagnostics.air.radio import Radio
from diagnostics.readings.wifi import Band, Wifi
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown

NOT_IN_USE = Unmeasured(Reason.NOT_APPLICABLE, "WiFi is not the link in use")
BAND_NAMES = {Band.GHZ_2_4: "2.4 GHz", Band.GHZ_5: "5 GHz", Band.GHZ_6: "6 GHz"}


def joined_radio(scene: Scene) -> Radio | Unmeasured:
    """The radio, when it is what this computer is connected by."""
    radio = scene.radio
    if isinstance(radio, Unmeasured):
        return radio
    return NOT_IN_USE if scene.on_wifi is False or not radio.joined else radio


def not_told(radio: Unmeasured, what: str) -> Grade:
    if radio.reason is Reason.NOT_APPLICABLE:
        return unknown("WiFi is not the link in use.")
    return unknown(f"The system does not tell {what}.")


@sign("wifi-signal-low", "The WiFi signal is weak here.", reads=Wifi, unit="dBm", leak=0.06)
def wifi_signal_low(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "how strong the WiFi signal is")
    signal = radio.signal_dbm
    if isinstance(signal, Unmeasured):
        return unknown("The system does not tell how strong the WiFi signal is.")
    band = Band.GHZ_5 if isinstance(radio.band, Unmeasured) else radio.band
    limit = WEAK_DBM[band]
    where = "" if isinstance(radio.band, Unmeasured) else f" on {BAND_NAMES[band]}"
    text = f"The WiFi signal is {signal:.0f} dBm{where} (weak below {limit:.0f} dBm)."
    return Grade(logistic((limit - signal) / SIGNAL_WIDTH_DB), text, signal, limit)


@sign("wifi-noise-raised", "Something that is no WiFi sends on the channel.", reads=Wifi,
      unit="dBm", leak=0.03)  # fmt: skip
def wifi_noise_raised(scene: Scene) -> Grade:
    radio = joined_radio(scene)
    if isinstance(radio, Unmeasured):
        return not_told(radio, "the noise on the channel")
    noise = radio.noise_floor_dbm
    if isinstance(noise, Unmeasured) or noise >= 0:
        return unknown("The system does not tell the noise on the channel.")
    text = f"The noise on the channel is {noise:.0f} dBm (quiet below {NOISY_DBM:.0f} dBm)."
    return Grade(logistic((noise - NOISY_DBM) / SIGNAL_WIDTH_DB), text, noise, NOISY_DBM)
