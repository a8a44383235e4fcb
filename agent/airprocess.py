"""The short-lived process that looks at the air: tellings go out until it is ended.

It scans at most once in five seconds, and rarely where the system notes every scan in the person's
list of programs that asked for the location.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import msgspec

from agent.ipc.messages import AirGone, AirSeen
from diagnostics.platforms import present_platform
from diagnostics.platforms.base import Platform
from diagnostics.probe import ProbeError
from diagnostics.readings.wifi import Consent, LinkState, Network, OwnLink
from diagnostics.result import Reason, Unmeasured
from diagnostics.sounding.adapter import wifi_adapter
from diagnostics.sounding.told import told

_EVERY_S = 1.0
_FACT_S = 1.0
_SCAN_S = 6.0
_PAUSE_S = 5.0
#: Windows and macOS list each use of the location, which a scan counts as.
_PAUSE_WHERE_LISTED_S = 20.0
_NOT_YET = Unmeasured(Reason.NOT_RUN, "no scan has ended yet")
_SENTENCES = {
    Reason.NOT_APPLICABLE: "This computer has no WiFi adapter.",
    Reason.NOT_SUPPORTED: "This system does not tell what its WiFi hears.",
}


class Looking:
    """One adapter, looked at once a second; scans run beside."""

    def __init__(self, platform: Platform, interface: str, pause_s: float) -> None:
        self._platform = platform
        self._interface = interface
        self._pause_s = pause_s
        self._networks: tuple[Network, ...] | Unmeasured = _NOT_YET
        self._scanning = False

    async def scan(self) -> None:
        """The networks that the system knows already, then a scan again and again."""
        platform, interface = self._platform, self._interface
        self._networks = await told(platform.wifi_networks(interface, fresh=False), _FACT_S)
        loop = asyncio.get_running_loop()
        while True:
            began_s = loop.time()
            self._scanning = True
            found = await told(platform.wifi_networks(interface, fresh=True), _SCAN_S)
            self._scanning = False
            if isinstance(found, Unmeasured):  # not allowed: what others' scans have found
                found = await told(platform.wifi_networks(interface, fresh=False), _FACT_S)
            self._networks = found
            await asyncio.sleep(max(0.0, self._pause_s - (loop.time() - began_s)))

    async def look(self) -> AirSeen:
        link, channels = await asyncio.gather(
            told(self._platform.wifi_link(self._interface), _FACT_S),
            told(self._platform.wifi_channels(self._interface), _FACT_S),
        )
        off = isinstance(link, OwnLink) and link.state is LinkState.RADIO_OFF
        return AirSeen(
            at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            interface=self._interface,
            link=link,
            networks=Unmeasured(Reason.NOT_APPLICABLE, "the radio is off")
            if off
            else self._networks,
            channels=channels,
            scanning=self._scanning,
        )


async def _show() -> None:
    platform = present_platform()
    try:
        interface = await wifi_adapter(platform)
    except ProbeError as error:
        sentence = _SENTENCES.get(error.reason, "This computer's WiFi cannot be read.")
        _tell(AirGone(sentence=sentence))
        return
    consent = await told(platform.wifi_consent(), _FACT_S)
    pause_s = _PAUSE_WHERE_LISTED_S if isinstance(consent, Consent) else _PAUSE_S
    looking = Looking(platform, interface, pause_s)
    scanning = asyncio.create_task(looking.scan())
    try:
        while not scanning.done():
            _tell(await looking.look())
            await asyncio.sleep(_EVERY_S)
        scanning.result()  # our own mistake is not swallowed
    finally:
        scanning.cancel()
        await asyncio.gather(scanning, return_exceptions=True)


def main() -> int:
    try:
        asyncio.run(_show())
    except Exception as error:  # noqa: BLE001 - the window must hear a sentence
        from agent.crash_note import leave_note  # noqa: PLC0415 - rarely needed

        _tell(AirGone(sentence=leave_note(error)))
    return 0


def _tell(telling: AirSeen | AirGone) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(telling) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever asked is gone
        raise SystemExit(0) from None


if __name__ == "__main__":
    sys.exit(main())
