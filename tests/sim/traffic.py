"""Busy lines: programs of the home that send or fetch without end, as a backup or a film would."""

from __future__ import annotations

import sys

from tests.sim import atlas
from tests.sim.stage import Stage

_UPLOAD = """
import socket, time
block = bytes(65536)
while True:
    try:
        with socket.create_connection((HOST, 80), 5) as s:
            s.settimeout(20)
            s.sendall(b"POST /backup HTTP/1.1\\r\\nHost: backup\\r\\n")
            s.sendall(b"Content-Length: 99999999999\\r\\n\\r\\n")
            while True:
                s.sendall(block)
    except OSError:
        time.sleep(0.5)
"""
_DOWNLOAD = """
import socket, time
while True:
    try:
        with socket.create_connection((HOST, 80), 5) as s:
            s.settimeout(20)
            s.sendall(b"GET /download?bytes=99999999999 HTTP/1.1\\r\\nHost: films\\r\\n\\r\\n")
            while s.recv(65536):
                time.sleep(PAUSE)
    except OSError:
        time.sleep(0.5)
"""
# a film of about 3 Mbit/s comes as one piece every four seconds
_LIGHTLY = """
import time, urllib.request
while True:
    try:
        urllib.request.urlopen(f"http://{HOST}/download?bytes=1500000", timeout=10).read()
    except OSError:
        pass
    time.sleep(4)
"""


def program(kind: str) -> list[str]:
    """Command line of a program that keeps the line busy in this way."""
    text = {"upload": _UPLOAD, "download": _DOWNLOAD, "lightly": _LIGHTLY}[kind]
    head = f"HOST = {atlas.SINK!r}\nPAUSE = 0\n"
    return [sys.executable, "-I", "-S", "-c", head + text]


class OtherComputers:
    """The home's PC and disk."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._running: list[int] = []

    def apply(self, kind: str, same_address: str) -> None:
        """Make the PC busy in this way (`none`: idle); give it `same_address` besides its own."""
        for pid in self._running:
            self._stage.run("", ["kill", "--", f"-{pid}"])
        self._running = []
        if kind != "none":
            started = [self._stage.start("pc", program(kind), "pc") for _ in range(2)]
            self._running = [process.pid for process in started]
        shown = self._stage.run("pc", ["ip", "-4", "-br", "addr", "show", "eth0"])
        if same_address and same_address not in shown:
            self._stage.batch("pc", [f"addr add {same_address}/32 dev eth0"])
            # a computer with that address talks: the router then learns the wrong neighbour
            talk = ["ping", "-q", "-i", "0.7", "-I", same_address, "192.168.1.1"]
            self._running.append(self._stage.start("pc", talk, "pc").pid)
        elif not same_address:
            extra = [word for word in shown.split() if word.endswith("/32")]
            self._stage.batch("pc", [f"addr del {address} dev eth0" for address in extra])
