"""Counts of mishaps from logs whose lines are written here, in the shape of the drivers' own."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.linux_driver_log import driver_mishaps
from diagnostics.platforms.parse.driver_log import parse_journal, parse_kmsg, parse_wevtutil
from diagnostics.result import Reason

NAMES = ("wlan0", "0000:00:14.3", "phy0")
NOW_S = 10_000.0


def record(at_s: float, words: str) -> str:
    return f"3,812,{int(at_s * 1e6)},-;{words}"


def counts(*records: str) -> tuple[int, int]:
    found = parse_kmsg("\n".join(records), NAMES, NOW_S, 3600.0)
    return found.resets, found.crashes


@pytest.mark.parametrize(
    "words",
    [
        "iwlwifi 0000:00:14.3: Microcode SW error detected. Restarting 0x0.",
        "ath10k_pci 0000:00:14.3: firmware crashed! (guid n/a)",
        "ieee80211 phy0: brcmf_fw_crashed: Firmware has halted or crashed",
    ],
)
def test_a_crash_of_the_firmware_is_counted(words: str) -> None:
    assert counts(record(9000, words)) == (0, 1)


@pytest.mark.parametrize(
    "words",
    [
        "NETDEV WATCHDOG: wlan0 (r8169): transmit queue 0 timed out 5000 ms",
        "e1000e 0000:00:14.3 wlan0: Detected Hardware Unit Hang:",
        "r8152 2-1:1.0 wlan0: Tx timeout",
        "ieee80211 phy0: Hardware restart was requested",
    ],
)
def test_a_reset_is_counted(words: str) -> None:
    assert counts(record(9000, words)) == (1, 0)


@pytest.mark.parametrize(
    "words",
    [
        "wlan0: associated",
        "iwlwifi 0000:00:1f.6: Microcode SW error detected.",
        "NETDEV WATCHDOG: wlan01 (r8169): transmit queue 0 timed out",
        "usb 1-4: reset high-speed USB device number 3",
        "somebody wrote: firmware crashed",
        "wlan0: Limiting TX power to 20 dBm",
    ],
)
def test_other_lines_and_other_adapters_are_not(words: str) -> None:
    assert counts(record(9000, words)) == (0, 0)


def test_many_lines_of_one_mishap_are_one_and_old_ones_none() -> None:
    words = "iwlwifi 0000:00:14.3: FW error in SYNC CMD"
    burst = [record(9000 + step / 10, words) for step in range(40)]
    assert counts(*burst, record(9100, words), record(100, words)) == (0, 2)


@given(st.text(max_size=300))
def test_any_line_is_read_without_failing(words: str) -> None:
    resets, crashes = counts(record(9000, words), words)
    assert 0 <= resets + crashes <= 4


def test_no_name_no_count() -> None:
    text = record(9000, "firmware crashed")
    assert parse_kmsg(text, ("", ""), NOW_S, 3600.0).crashes == 0


def test_windows_events_are_counted_by_their_number() -> None:
    event = "<Event><System><EventID Qualifiers='0'>{}</EventID></System></Event>"
    text = "".join(event.format(number) for number in (10400, 10400, 10317, 7036))
    found = parse_wevtutil(text, 3600.0)
    assert (found.resets, found.crashes) == (2, 1)
    assert parse_wevtutil("", 3600.0).resets == 0


def _adapter(root: Path) -> None:
    folder = root / "sys/class/net/wlan0"
    folder.mkdir(parents=True)
    (root / "sys/devices/0000:00:14.3").mkdir(parents=True)
    (folder / "device").symlink_to(root / "sys/devices/0000:00:14.3")
    (root / "dev").mkdir()


def test_a_log_that_is_there_is_read(tmp_path: Path) -> None:
    _adapter(tmp_path)
    now_s = time.clock_gettime(time.CLOCK_MONOTONIC)
    lines = [record(now_s, "iwlwifi 0000:00:14.3: Microcode SW error detected"), "noise"]
    (tmp_path / "dev/kmsg").write_text("\n".join(lines))
    found = asyncio.run(driver_mishaps(tmp_path, "wlan0"))
    assert (found.resets, found.crashes) == (0, 1)


@pytest.mark.parametrize("interface", ["tun0", "wlan0"])
def test_without_hardware_or_log_it_is_said(tmp_path: Path, interface: str) -> None:
    _adapter(tmp_path)
    with pytest.raises(PlatformError) as refusal:
        asyncio.run(driver_mishaps(tmp_path, interface))
    assert refusal.value.reason is Reason.NOT_SUPPORTED


def test_the_journal_tells_the_same() -> None:
    words = "ieee80211 phy0: Hardware restart was requested"
    lines = [f"[ 9000.123456] somebody kernel: {words}", f"[   12.1] somebody kernel: {words}"]
    lines += [f"[ 9500.000001] somebody sshd[1]: {words}"]
    found = parse_journal("\n".join(lines), NAMES, NOW_S, 3600.0)
    assert (found.resets, found.crashes) == (1, 0)
