"""macOS without CoreWLAN, or with a scan that is refused: what system_profiler tells."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.darwin import Darwin
from diagnostics.platforms.darwin_wifi import DarwinWifi, WifiInterface
from diagnostics.readings.wifi import Band, Channel, LinkState
from diagnostics.result import Reason
from tests.unit.platforms.in_loop import in_loop

_REPORT = """{"SPAirPortDataType": [{"spairport_airport_interfaces": [{"_name": "en0",
 "spairport_status_information": "spairport_status_connected",
 "spairport_airport_other_local_wireless_networks": [
  {"_name": "<redacted>", "spairport_network_channel": "6 (2GHz, 20MHz)",
   "spairport_signal_noise": "-71 dBm / -92 dBm",
   "spairport_security_mode": "spairport_security_mode_wpa2_personal"}],
 "spairport_current_network_information": {"_name": "<redacted>",
  "spairport_network_channel": "36 (5GHz, 80MHz)", "spairport_network_rate": 866,
  "spairport_signal_noise": "-52 dBm / -93 dBm",
  "spairport_security_mode": "spairport_security_mode_wpa2_personal"}}]}]}"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")


def _without_core_wlan() -> tuple[WifiInterface, ...]:
    raise PlatformError(Reason.NOT_SUPPORTED, "CoreWLAN is not at hand")


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Darwin:
    """A computer whose only source is a system_profiler that prints the report."""
    program = tmp_path / "system_profiler"
    program.write_text(f"#!/bin/sh\nprintf '%s' {shlex.quote(_REPORT)}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return Darwin(DarwinWifi(_without_core_wlan))


@in_loop
async def _link_and_networks(mac: Darwin) -> None:
    assert await mac.wifi_interfaces() == ("en0",)
    link = await mac.wifi_link("en0")
    assert (link.state, link.signal_dbm, link.noise_dbm) == (LinkState.JOINED, -52.0, -93.0)
    assert isinstance(link.channel, Channel)
    assert (link.channel.number, link.channel.band) == (36, Band.GHZ_5)
    (other,) = await mac.wifi_networks("en0", fresh=True)
    assert other.signal_dbm == -71.0
    with pytest.raises(PlatformError):
        await mac.wifi_link("en7")


def test_the_second_source_answers(mac: Darwin) -> None:
    _link_and_networks(mac)


def test_without_either_source_the_first_reason_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    mac = Darwin(DarwinWifi(_without_core_wlan))

    @in_loop
    async def asked() -> None:
        assert await mac.wifi_interfaces() == ()
        for question in (mac.wifi_link("en0"), mac.wifi_networks("en0", fresh=True)):
            with pytest.raises(PlatformError) as told:
                await question
            assert told.value.reason is Reason.NOT_SUPPORTED

    asked()
