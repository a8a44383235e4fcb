"""A ticket without a line: a short code to speak on the phone, and a QR code that holds more.

The code is twelve letters and digits, `XXXX-XXXX-XXXX`: 60 bits in Crockford's base 32, which
leaves out I, L, O and U and reads them as 1, 1, 0 and V.

    3 bits  version        7+7 bits  first two causes     1 bit   complete
    5+5     down, up       4 + 4     delay, loss          16      installation
    8       CRC-8 over the others: finds every single letter misheard
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.load import SpeedFigure, Throughput
from diagnostics.readings.path import Anchors
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Run

VERSION = 1
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 12
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_WIDTHS = (3, 7, 7, 1, 5, 5, 4, 4, 16)
_NOT_MEASURED = Unmeasured(Reason.NOT_RUN, "not in the code")

#: for ever in this order: new causes go to the end (7 bits hold 127)
CODES = (
    *("device-adapter-off", "device-link-down", "device-driver-fault"),
    *("device-wifi-power-saving", "device-too-slow", "device-vpn-dead", "device-vpn-slow"),
    *("device-proxy-broken", "device-dns-setting-wrong", "device-hosts-override"),
    *("device-firewall-blocks", "device-clock-wrong", "device-route-wrong"),
    *("device-address-wrong", "device-gateway-wrong", "device-upload-busy"),
    *("device-download-busy", "device-tls-intercepted", "wifi-signal-weak"),
    *("wifi-channel-crowded", "wifi-channel-overlap", "wifi-interference", "wifi-band-slow"),
    *("wifi-roaming-sticky", "wifi-mesh-backhaul", "wifi-standard-old", "wifi-slow-neighbour"),
    *("wifi-dropouts", "wifi-password-wrong", "wifi-security-weak", "wifi-network-absent"),
    *("wifi-network-wrong", "wifi-unreliable", "captive-portal", "ethernet-slow-link"),
    *("ethernet-errors", "powerline-bottleneck", "lan-unreliable", "lan-loop", "rogue-dhcp"),
    *("duplicate-address", "double-nat", "lan-upload-busy", "lan-download-busy"),
    *("lan-device-unreachable", "router-unreachable", "router-no-dhcp", "router-offers-wrong"),
    *("router-dns-dead", "router-overloaded", "router-session-limit", "router-failing"),
    *("router-blocks", "line-down", "line-no-login", "line-slow", "line-loss"),
    *("line-latency-high", "line-jitter", "line-reordering", "line-intermittent"),
    *("modem-signal-poor", "bufferbloat-up", "bufferbloat-down", "isp-outage", "isp-area-outage"),
    *("isp-congestion", "isp-profile-low", "isp-data-cap", "isp-maintenance", "isp-dns-dead"),
    *("isp-dns-slow", "isp-dns-flaky", "isp-dns-rewrites", "ipv6-broken", "ipv4-broken"),
    *("cgnat-limits", "mtu-black-hole", "port-blocked", "account-suspended", "order-not-active"),
    *("peering-congestion", "route-detour", "service-down", "service-slow"),
    *("service-certificate", "site-filtered", "test-server-limited", "normal-for-plan"),
    *("not-reproducible", "cannot-tell"),
)
#: percent of echoes lost, up to and including
_LOSS_PERCENT = (0.0, 0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 45.0, 60.0, 80.0, 100.0)
#: 0.1 Mbit/s to 10 Gbit/s in 30 steps; 1 ms to 3 s in 14
_RATE_FIRST_BPS, _RATE_STEP = 1e5, 10 ** (5 / 30)
_DELAY_FIRST_MS, _DELAY_STEP = 1.0, 3000 ** (1 / 14)

Figure = float | Unmeasured


class HandoverError(ValueError):
    """A code that cannot be read; the message is one sentence to say on the phone."""


@dataclass(frozen=True)
class Handover:
    """What a code says. Rates are within a factor 1.5, delay within 1.8 of the truth."""

    causes: tuple[str, ...]
    complete: bool
    down_bps: Figure
    up_bps: Figure
    delay_ms: Figure
    loss_percent: Figure
    installation: int  # 16 bits


def handover_of(run: Run, installation: int) -> Handover:
    """The gist of a Run. For a healthy one `causes` is its verdict."""
    evidence = run.evidence()
    load, anchors = evidence.value(Throughput), evidence.value(Anchors)
    best = None if isinstance(anchors, Unmeasured) else _best((*anchors.ipv4, *anchors.ipv6))
    causes = tuple(one.id for one in run.verdict.causes) or (run.verdict.id,)
    return Handover(
        causes=tuple(cause for cause in causes if cause in CODES)[:2],
        complete=run.complete,
        down_bps=load if isinstance(load, Unmeasured) else _rate(load.down),
        up_bps=load if isinstance(load, Unmeasured) else _rate(load.up),
        delay_ms=best.rtt_median_ms if best else _NOT_MEASURED,
        loss_percent=best.loss_percent if best else _NOT_MEASURED,
        installation=installation & 0xFFFF,
    )


def encode(handover: Handover) -> str:
    """Twelve letters in groups of four."""
    first, second = (*(CODES.index(one) + 1 for one in handover.causes), 0, 0)[:2]
    values = (
        VERSION,
        first,
        second,
        int(handover.complete),
        _step(handover.down_bps, _RATE_FIRST_BPS, _RATE_STEP, 31),
        _step(handover.up_bps, _RATE_FIRST_BPS, _RATE_STEP, 31),
        _step(handover.delay_ms, _DELAY_FIRST_MS, _DELAY_STEP, 15),
        _loss_step(handover.loss_percent),
        handover.installation,
    )
    bits = 0
    for value, width in zip(values, _WIDTHS, strict=True):
        bits = bits << width | value
    bits = bits << 8 | _crc8(bits)
    text = "".join(ALPHABET[bits >> 5 * (LETTERS - 1 - at) & 31] for at in range(LETTERS))
    return "-".join(text[at : at + 4] for at in range(0, LETTERS, 4))


def decode(code: str) -> Handover:
    """HandoverError when letters are missing, misheard, or of a newer version."""
    text = "".join(sign for sign in code.upper() if sign.isalnum()).translate(_READ_AS)
    if len(text) != LETTERS or any(sign not in ALPHABET for sign in text):
        raise HandoverError(f"The code has {LETTERS} letters and digits; read it out again.")
    bits = 0
    for sign in text:
        bits = bits << 5 | ALPHABET.index(sign)
    if _crc8(bits >> 8) != bits & 0xFF:
        raise HandoverError("One of the letters is wrong; read the code out again, group by group.")
    version, first, second, complete, down, up, delay, loss, installation = _values(bits >> 8)
    if version != VERSION:
        raise HandoverError("The code comes from a newer app; update the desk to read it.")
    if max(first, second) > len(CODES):
        raise HandoverError("The code names a cause that this desk does not know; update it.")
    return Handover(
        causes=tuple(CODES[index - 1] for index in (first, second) if index),
        complete=bool(complete),
        down_bps=_figure(down, _RATE_FIRST_BPS, _RATE_STEP),
        up_bps=_figure(up, _RATE_FIRST_BPS, _RATE_STEP),
        delay_ms=_figure(delay, _DELAY_FIRST_MS, _DELAY_STEP),
        loss_percent=_LOSS_PERCENT[loss - 1] if loss else _NOT_MEASURED,
        installation=installation,
    )


def qr_text(run: Run, installation: int) -> str:
    """The spoken code and more: the Run's id, causes with probabilities, when it was."""
    causes = ",".join(f"{one.id}={one.probability:.2f}" for one in run.verdict.causes)
    code = encode(handover_of(run, installation))
    return f"FIRSTHOP1;{code};{run.id};{run.started_at};{causes or run.verdict.id}"


def qr_svg(text: str) -> str:
    """A QR code (ISO 18004) with error correction M, as a self-contained SVG."""
    import segno  # noqa: PLC0415 - only where a picture is drawn

    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", scale=4, border=4)
    return target.getvalue().decode()


def _values(bits: int) -> tuple[int, ...]:
    found: list[int] = []
    for width in reversed(_WIDTHS):
        found.append(bits & ((1 << width) - 1))
        bits >>= width
    return tuple(reversed(found))


def _best(series: Sequence[EchoSeries]) -> EchoSeries | None:
    """The far place that answers best: what even that one suffers is the line's."""
    return min(series, key=lambda one: one.loss_percent, default=None)


def _rate(figures: Sequence[SpeedFigure]) -> Figure:
    return figures[0].rate_bps if figures else _NOT_MEASURED


def _step(value: Figure, first: float, step: float, most: int) -> int:
    if isinstance(value, Unmeasured):
        return 0
    return max(1, min(most, 1 + round(math.log(max(value, first) / first, step))))


def _figure(index: int, first: float, step: float) -> Figure:
    return first * step ** (index - 1) if index else _NOT_MEASURED


def _loss_step(value: Figure) -> int:
    if isinstance(value, Unmeasured):
        return 0
    return next((at for at, most in enumerate(_LOSS_PERCENT, 1) if value <= most), 15)


def _crc8(bits: int) -> int:
    """Polynomial x^8 + x^2 + x + 1 (ITU-T I.432.1) over the 52 bits, as 7 bytes."""
    crc = 0
    for byte in bits.to_bytes(7, "big"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc
