"""Captured status pages of real modems: channels in use, within what such figures can be."""

from __future__ import annotations

import pytest

from diagnostics.readings.modem import Way
from diagnostics.result import Unmeasured
from diagnostics.wire.modem.page import told_by
from tests.captured.fixtures import captured


@pytest.mark.parametrize(
    ("name", "down", "up", "first_dbmv", "first_db"),
    [
        ("arris_cm3500b_status_cgi.html", 24, 4, -11.2, 36.61),
        ("arris_sb6141_cmSignalData.htm", 8, 4, 5.0, 39.0),
        ("arris_sb6183_RgConnect.asp.html", 16, 4, 0.7, 40.2),
        ("arris_sb6190_status-firmware-9.1.103.html", 24, 4, 3.5, 40.95),
        ("arris_sb8200_cmconnectionstatus.html", 32, 3, 6.2, 43.3),
        ("motorola_mb7621_MotoConnection.asp", 24, 5, 0.5, 41.4),
        ("netgear_cm1200_DocsisStatus.htm", 32, 3, 10.5, 44.2),
        ("technicolor_tc4400_cmconnectionstatus.html", 32, 5, 3.0, 40.1),
    ],
)
def test_channels(name: str, down: int, up: int, first_dbmv: float, first_db: float) -> None:
    channels = told_by(captured(f"router/docsis/{name}").encode()).channels
    received = [one for one in channels if one.way is Way.DOWN]
    assert (len(received), len(channels) - len(received)) == (down, up)
    assert (received[0].power_dbmv, received[0].snr_db) == (first_dbmv, first_db)
    for one in received:
        assert not isinstance(one.snr_db, Unmeasured)
        assert 25 < one.snr_db < 50


@pytest.mark.parametrize(
    "name", ["arris_cm3500b_event_cgi.html", "netgear_c3700_WirelessRadarApList.htm"]
)
def test_other_pages_tell_nothing(name: str) -> None:
    assert not told_by(captured(f"router/docsis/{name}").encode()).anything
