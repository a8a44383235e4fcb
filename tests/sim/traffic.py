"""Busy lines: programs of the home that send or fetch without end, as a backup or a film would."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

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
# a computer with that address talks, and asks for the router anew: the router then learns from its
# question that the address is there, until the rightful owner asks
_TALK = (
    "while sleep 2; do ip neigh del {router} dev eth0;"
    " ping -q -c 1 -W 1 -I {address} {router}; done"
)


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

    def apply(self, kind: str, same_address: str, router: str) -> None:
        """Make the PC busy in this way (`none`: idle); give it `same_address` besides its own."""
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self._running = []
        if kind != "none":
            started = [self._stage.start("pc", program(kind), "pc") for _ in range(2)]
            self._running = [process.pid for process in started]
        shown = self._stage.run("pc", ["ip", "-4", "-br", "addr", "show", "eth0"])
        if same_address and same_address not in shown:
            self._stage.batch("pc", [f"addr add {same_address}/32 dev eth0"])
            talk = _TALK.format(address=same_address, router=router)
            self._running.append(self._stage.start("pc", ["sh", "-c", talk], "pc").pid)
        elif not same_address:
            extra = [word for word in shown.split() if word.endswith("/32")]
            self._stage.batch("pc", [f"addr del {address} dev eth0" for address in extra])
