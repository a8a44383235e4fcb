"""The guest's radios: the medium between them, the access points, the computer's own."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from tests.sim import spaces
from tests.sim.complaint import LabError
from tests.sim.stage import Stage, environment, wait_until
from tests.sim.subscriber import Subscriber
from tests.sim.wifi import air as files
from tests.sim.wifi.air import Air, Change

_SURVEY = Path("/sys/module/mac80211_hwsim/parameters/survey")
_UP_S, _JOIN_S = 40.0, 30.0
_JOINED = "CTRL-EVENT-CONNECTED"
_REFUSED = ("WRONG_KEY", "CTRL-EVENT-SSID-TEMP-DISABLED", "CTRL-EVENT-AUTH-REJECT")
_CONFIG = "/etc/wpa_supplicant/wpa_supplicant-wlan0.conf"


class Radios:
    """Everything that sends or hears in the guest."""

    def __init__(self, stage: Stage, air: Air) -> None:
        self._stage = stage
        self._air = air
        self._changed: list[str] = []
        self._medium: subprocess.Popen[bytes] | None = None
        self._log = stage.folder / "supplicant.log"

    @property
    def _medium_file(self) -> Path:
        return self._stage.folder / "medium.conf"

    def switch_on_points(self) -> None:
        """The home's access points in its switch, the neighbours somewhere else."""
        self._stage.run("", ["iw", "reg", "reload"])
        self._stage.run("", ["iw", "reg", "set", self._air.country])
        lan = self._stage.network("lan")
        for radio in range(1, len(self._air.points) + 1):
            self._move(radio, lan)
        self._start_medium()
        if _SURVEY.exists():
            _SURVEY.write_text(files.survey(self._air), encoding="ascii")
        folder = str(self._stage.folder)
        own, others = self._air.points, self._air.neighbours
        self._write_points(own, 1, folder, "switch")
        self._write_points(others, 1 + len(own), folder, "")
        for name, first, count, place in (
            ("points", 1, len(own), "lan"),
            ("neighbours", 1 + len(own), len(others), ""),
        ):
            paths = [f"{folder}/wlan{radio}.conf" for radio in range(first, first + count)]
            if paths:
                self._stage.start(name, ["hostapd", *paths], place)
        self._await_points(len(own) + len(others))
        self._hold_nodes()

    def _move(self, radio: int, network: Path) -> None:
        self._stage.run("", ["iw", "phy", f"phy{radio}", "set", "netns", "name", str(network)])

    def _write_points(
        self, points: tuple[files.AccessPoint, ...], first: int, folder: str, bridge: str
    ) -> None:
        for radio, point in enumerate(points, first):
            text = files.access_point(radio, point, self._air, folder, bridge)
            Path(folder, f"wlan{radio}.conf").write_text(text, encoding="utf-8")

    def _await_points(self, count: int) -> None:
        logs = [self._stage.folder / f"{name}.log" for name in ("points", "neighbours")]

        def up() -> bool:
            said = (log.read_text(errors="replace") for log in logs if log.exists())
            return sum(text.count("AP-ENABLED") for text in said) >= count

        if not wait_until(up, _UP_S):
            raise LabError("The guest's access points did not come up.")

    def _hold_nodes(self) -> None:
        """A mesh node's own link to the router is narrower than its air."""
        for radio, point in enumerate(self._air.points, 1):
            if point.rate_mbps:
                rate = f"rate {point.rate_mbps:g}mbit burst 6000 latency 80ms"
                line = f"tc qdisc add dev wlan{radio} root tbf {rate}"
                self._stage.run("lan", line.split())

    # ---- the medium

    def _start_medium(self) -> None:
        self._medium_file.write_text(files.medium(self._air), encoding="ascii")
        program = str(self._stage.tools.medium)
        command = [program, str(self._medium_file), "1", str(self._air.radios)]
        self._medium = self._stage.start("medium", command)
        log = self._stage.folder / "medium.log"
        if not wait_until(lambda: log.exists() and "ready" in log.read_text(), 10):
            raise LabError("The guest's medium did not start.")

    def _tell_medium(self, *lines: str) -> None:
        with self._medium_file.open("a", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in lines))
        if self._medium is not None:
            self._medium.send_signal(signal.SIGHUP)

    # ---- the computer

    def hand_over(self) -> None:
        """The computer gets its radio."""
        self._move(0, self._stage.network("client"))

    def join(self, client: Subscriber) -> bool:
        """Whether the computer has a link now over which it can ask for an address."""
        wishes = self._air.client
        if wishes.radio == "blocked":
            self._block()
            return False
        if wishes.radio == "down":
            return False
        client.run(["ip", "link", "set", "wlan0", "up"])
        saving = "on" if wishes.power_saving else "off"
        client.run(["iw", "dev", "wlan0", "set", "power_save", saving])
        client.run(["mkdir", "-p", str(Path(_CONFIG).parent)])
        client.write(_CONFIG, files.supplicant(self._air))
        if not wishes.joins:
            return False
        program = ["wpa_supplicant", "-i", "wlan0", "-D", "nl80211", "-c", _CONFIG]
        self._stage.start("supplicant", client.inside(program))
        reachable = any(point.name == wishes.name for point in self._air.points)
        wait_until(self._decided, _JOIN_S if reachable else 4.0)
        return _JOINED in self._said()

    def _said(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _decided(self) -> bool:
        said = self._said()
        return any(word in said for word in (_JOINED, *_REFUSED))

    def _block(self) -> None:
        """As the aeroplane key does: by the radio's own rfkill switch."""
        with spaces.inside(self._stage.network("client")):
            for folder in Path("/sys/class/ieee80211/phy0").glob("rfkill*"):
                (folder / "soft").write_text("1", encoding="ascii")

    # ---- what happens meanwhile

    def play(self) -> None:
        """Let the scenario's changes happen, each at its time."""
        for change in self._air.changes:
            threading.Thread(target=self._repeat, args=(change,), daemon=True).start()

    def _repeat(self, change: Change) -> None:
        time.sleep(change.after_s)
        while True:
            self._happen(change)
            if not change.every_s:
                return
            time.sleep(change.every_s)

    def _happen(self, change: Change) -> None:
        point = change.point
        if change.what == "signal":
            level = change.signal_dbm
            self._tell_medium(f"signal {point} 0 {level:g}", f"signal 0 {point} {level - 3:g}")
        elif change.what == "kick":
            self._command(point, "deauthenticate", "02:00:00:00:00:00")
        elif change.what == "restart":
            self._command(point, "disable")
            time.sleep(1.5)
            self._command(point, "enable")
        else:
            mhz = files.AccessPoint(channel=change.channel).frequency_mhz
            self._command(point, "chan_switch", "5", str(mhz), "ht")

    def _command(self, point: int, *words: str) -> None:
        folder = f"{self._stage.folder}/hostapd"
        line = ["hostapd_cli", "-p", folder, "-i", f"wlan{point}", *words]
        subprocess.run(
            self._stage.within("lan", line),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            env=environment() | {"HOME": os.environ.get("HOME", "/root")},
        )
