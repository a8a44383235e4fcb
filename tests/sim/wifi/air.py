"""What a scenario says of the air: the home's access points, the neighbours, the computer's radio.

Radios are counted as the kernel's simulator counts them: 0 the computer's, from 1 on the home's
access points in their order, then the neighbours.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tests.sim.part import Part

Generation = Literal["b", "g", "a", "n", "ac", "ax"]
Security = Literal["open", "wep", "wpa1", "mixed", "wpa2", "wpa2-wpa3", "wpa3", "owe"]
_FIRST_CENTRE_80 = (42, 58, 106, 122, 138, 155, 171)


class AccessPoint(Part, frozen=True, kw_only=True):
    """One radio of an access point.

    `signal_dbm` is heard at the computer; `loss_percent` and bursts (dead for `burst_ms` of every
    `burst_every_ms`) come on top of what the signal costs, both ways. `busy_percent` and
    `stations` are what it announces in its BSS load element; -1 for an access point without one.
    `rate_mbps` holds its way to the router back: a mesh node's own link.
    """

    name: str = "HomeNet"
    channel: int = 6
    generation: Generation = "n"
    width_mhz: Literal[20, 40, 80] = 20
    signal_dbm: float = -45.0
    security: Security = "wpa2"
    password: str = "correct horse"  # noqa: S105 - of nobody's network
    hidden: bool = False
    loss_percent: float = 0.0
    burst_every_ms: int = 0
    burst_ms: int = 0
    busy_percent: int = -1
    stations: int = 3
    rate_mbps: float = 0.0
    settings: dict[str, str] = msgspec.field(default_factory=dict[str, str])

    @property
    def frequency_mhz(self) -> int:
        """Middle of the primary channel."""
        if self.channel == 14:
            return 2484
        return (2407 if self.channel < 14 else 5000) + 5 * self.channel


class Joining(Part, frozen=True, kw_only=True):
    """How the subscriber's computer joins. `bssid_of` ties it to one of the access points."""

    radio: Literal["on", "blocked", "down"] = "on"
    joins: bool = True
    name: str = "HomeNet"
    password: str = "correct horse"  # noqa: S105
    security: Security = "wpa2"
    bssid_of: int = 0
    hidden: bool = False
    scan_background: str = ""
    power_saving: bool = False
    generation: Literal["", "b", "g", "n", "ac"] = ""  # best that the adapter does; "" everything


class Change(Part, frozen=True, kw_only=True):
    """Something that happens `after_s` seconds, and again every `every_s`.

    `kick` has access point `point` send the computer away, `restart` switches the point off and
    on, `switch` moves it to `channel`, `signal` makes it heard at `signal_dbm`.
    """

    after_s: float
    every_s: float = 0.0
    what: Literal["kick", "restart", "switch", "signal"]
    point: int = 1
    channel: int = 0
    signal_dbm: float = 0.0


class Air(Part, frozen=True, kw_only=True):
    """`busy` is the percentage of a channel's time (by MHz) that others take."""

    country: str = "DE"
    noise_dbm: int = -92
    fading_db: float = 1.5
    points: tuple[AccessPoint, ...] = (AccessPoint(),)
    neighbours: tuple[AccessPoint, ...] = ()
    client: Joining = Joining()
    busy: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    changes: tuple[Change, ...] = ()

    @property
    def radios(self) -> int:
        """How many radios the guest needs."""
        return 1 + len(self.points) + len(self.neighbours)


def medium(air: Air) -> str:
    """The medium's file (medium.c says what its lines mean)."""
    lines = [f"noise {air.noise_dbm}", "default -60", f"jitter {air.fading_db}"]
    for radio, point in enumerate((*air.points, *air.neighbours), 1):
        # a computer sends with less power than an access point
        lines.append(f"signal {radio} 0 {point.signal_dbm:g}")
        lines.append(f"signal 0 {radio} {point.signal_dbm - 3:g}")
        for here, there in ((radio, 0), (0, radio)):
            if point.loss_percent:
                lines.append(f"loss {here} {there} {point.loss_percent:g}")
            if point.burst_ms:
                lines.append(f"burst {here} {there} {point.burst_every_ms} {point.burst_ms}")
    others = range(1, air.radios)
    lines += [f"signal {a} {b} -200" for a in others for b in others if a != b]
    lines += [f"busy {mhz} {percent}" for mhz, percent in air.busy.items()]
    return "\n".join(lines) + "\n"


def survey(air: Air) -> str:
    """The simulator's survey: MHz, busy percent and noise of each channel."""
    quiet = 6
    channels = [2407 + 5 * n for n in range(1, 14)]
    channels += [5000 + 5 * n for n in (36, 40, 44, 48, 149, 153, 157, 161)]
    rows = (f"{mhz}:{air.busy.get(str(mhz), quiet)}:{air.noise_dbm}" for mhz in channels)
    return " ".join(rows)


def access_point(radio: int, point: AccessPoint, air: Air, folder: str, bridge: str) -> str:
    """hostapd's file for one radio."""
    rows = {
        "interface": f"wlan{radio}",
        "driver": "nl80211",
        "ssid2": '"' + point.name + '"' if point.name.isascii() else point.name.encode().hex(),
        "channel": point.channel,
        "country_code": air.country,
        "ctrl_interface": f"{folder}/hostapd",
        "beacon_int": 100,
        "hw_mode": "a" if point.channel > 14 else "b" if point.generation == "b" else "g",
    }
    if bridge:
        rows["bridge"] = bridge
    if point.hidden:
        rows["ignore_broadcast_ssid"] = 1
    if point.busy_percent >= 0:
        stations = point.stations.to_bytes(2, "little").hex()
        busy = min(255, round(point.busy_percent * 2.55))
        rows["vendor_elements"] = f"0b05{stations}{busy:02x}0000"
    rows |= _width(point) | _protection(point) | point.settings
    return "".join(f"{key}={value}\n" for key, value in rows.items())


def _width(point: AccessPoint) -> dict[str, object]:
    if point.generation in {"b", "g", "a"}:
        return {}
    wide = point.width_mhz > 20
    above = point.channel <= 14 or (point.channel - 36) % 8 == 0 or point.channel in {149, 157}
    side = "[HT40+]" if above else "[HT40-]"
    short = "[SHORT-GI-20][SHORT-GI-40]" if wide else "[SHORT-GI-20]"
    rows: dict[str, object] = {"ieee80211n": 1, "wmm_enabled": 1}
    rows["ht_capab"] = (side if wide else "") + short
    if point.generation in {"ac", "ax"} and point.channel > 14:
        rows["ieee80211ac"] = 1
        if point.width_mhz == 80:
            centre = next(c for c in _FIRST_CENTRE_80 if abs(c - point.channel) <= 6)
            rows |= {"vht_oper_chwidth": 1, "vht_oper_centr_freq_seg0_idx": centre}
            rows["vht_capab"] = "[SHORT-GI-80]"
            if point.generation == "ax":
                rows |= {"he_oper_chwidth": 1, "he_oper_centr_freq_seg0_idx": centre}
    if point.generation == "ax":
        rows["ieee80211ax"] = 1
    return rows


def _protection(point: AccessPoint) -> dict[str, object]:
    key = {"wpa_passphrase": point.password}
    ccmp = {"rsn_pairwise": "CCMP"}
    kinds: dict[str, dict[str, object]] = {
        "open": {},
        "wep": {"wep_default_key": 0, "wep_key0": "1234567890", "auth_algs": 3},
        "wpa1": {"wpa": 1, "wpa_key_mgmt": "WPA-PSK", "wpa_pairwise": "TKIP", **key},
        "mixed": {"wpa": 3, "wpa_key_mgmt": "WPA-PSK", "wpa_pairwise": "TKIP CCMP", **key},
        "wpa2": {"wpa": 2, "wpa_key_mgmt": "WPA-PSK", **ccmp, **key},
        "wpa2-wpa3": {
            "wpa": 2,
            "wpa_key_mgmt": "WPA-PSK SAE",
            "ieee80211w": 1,
            **ccmp,
            **key,
        },
        "wpa3": {
            "wpa": 2,
            "wpa_key_mgmt": "SAE",
            "ieee80211w": 2,
            "sae_password": point.password,
            **ccmp,
        },
        "owe": {"wpa": 2, "wpa_key_mgmt": "OWE", "ieee80211w": 2, **ccmp},
    }
    return kinds[point.security]


def supplicant(air: Air) -> str:
    """wpa_supplicant's file on the subscriber's computer."""
    client = air.client
    rows = [f'ssid="{client.name}"', f"scan_ssid={int(client.hidden)}", *_secret(client)]
    if client.bssid_of:
        rows.append(f"bssid=02:00:00:00:{client.bssid_of:02x}:00")
    if client.scan_background:
        rows.append(f'bgscan="{client.scan_background}"')
    if client.generation in {"b", "g"}:
        rows.append("disable_ht=1")
    if client.generation in {"b", "g", "n"}:
        rows.append("disable_vht=1")
    # as a desktop does: it remembers where the network was, and joins without a whole scan
    places = sorted({p.frequency_mhz for p in air.points if p.name == client.name})
    if places:
        rows.append(f"scan_freq={' '.join(map(str, places))}")
    head = f"ctrl_interface=/run/wpa_supplicant\ncountry={air.country}\nap_scan=1\n"
    body = "".join(f"\t{row}\n" for row in rows)
    return f"{head}network={{\n{body}}}\n"


def _secret(client: Joining) -> list[str]:
    psk = f'psk="{client.password}"'
    kinds = {
        "open": ["key_mgmt=NONE"],
        "wep": ["key_mgmt=NONE", "wep_key0=1234567890", "wep_tx_keyidx=0"],
        "wpa1": ["proto=WPA", "key_mgmt=WPA-PSK", "pairwise=TKIP", "group=TKIP", psk],
        "mixed": ["key_mgmt=WPA-PSK", psk],
        "wpa2": ["key_mgmt=WPA-PSK", psk],
        "wpa2-wpa3": ["key_mgmt=WPA-PSK SAE", "ieee80211w=1", psk],
        "wpa3": ["key_mgmt=SAE", "ieee80211w=2", f'sae_password="{client.password}"'],
        "owe": ["key_mgmt=OWE", "ieee80211w=2"],
    }
    return kinds[client.security]
