"""What speedtest.net's HTTP servers answer, as speedtest-cli asks them: settings, list, transfers.

Sizes of the pictures as the public servers have them; four requests a size and ten seconds a way,
as the public settings say.
"""

from __future__ import annotations

import re

_PICTURE = re.compile(r"/speedtest/random(\d+)x\d+\.jpg$")
_PICTURE_BYTES = {
    350: 245_388,
    500: 505_544,
    750: 1_118_012,
    1000: 1_986_284,
    1500: 4_468_241,
    2000: 7_907_740,
    2500: 12_407_926,
    3000: 17_816_816,
    3500: 24_262_167,
    4000: 31_625_365,
}
_SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<settings>
<client ip="{peer}" lat="48.8534" lon="2.3488" isp="Lab Telecom" isprating="3.7" rating="0"
 ispdlavg="0" ispulavg="0" loggedin="0" country="FR"/>
<server-config threadcount="4" ignoreids="" notonmap="" forcepingid="" preferredserverid=""/>
<download testlength="10" initialtest="250K" mintestsize="250K" threadsperurl="4"/>
<upload testlength="10" ratio="5" initialtest="0" mintestsize="32K" threads="2"
 maxchunksize="512K" maxchunkcount="50" threadsperurl="4"/>
</settings>
"""
_LIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<settings>
<servers>
<server url="http://speed.lab-isp.example:8080/speedtest/upload.php" lat="48.8742" lon="2.3470"
 name="Paris" country="France" cc="FR" sponsor="Lab Telecom" id="4711"
 host="speed.lab-isp.example:8080"/>
<server url="http://speed.transit.example:8080/speedtest/upload.php" lat="50.1109" lon="8.6821"
 name="Frankfurt" country="Germany" cc="DE" sponsor="Transit" id="4712"
 host="speed.transit.example:8080"/>
</servers>
</settings>
"""


def document(path: str, peer: str) -> str | None:
    """The text at this path, None when it has none."""
    if path == "/speedtest-config.php":
        return _SETTINGS.format(peer=peer)
    if path in ("/speedtest-servers-static.php", "/speedtest-servers.php"):
        return _LIST
    return "test=test\n" if path == "/speedtest/latency.txt" else None


def picture_bytes(path: str) -> int | None:
    """Size of the picture at this path, None when it is none."""
    found = _PICTURE.match(path)
    return _PICTURE_BYTES.get(int(found[1])) if found else None
