"""A fresh house for an agent: own folders, own process, nothing left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from agent.ipc.lines import decode_from_agent, encode
from agent.ipc.messages import (
    Event,
    EventBody,
    Request,
    RequestBody,
    Response,
    ResponseBody,
)
from agent.store.history import open_history
from diagnostics.run import Run

ROOT = Path(__file__).parents[2]
#: a namespace of its own has no way out: checks made there cannot reach anybody
ALONE = ["unshare", "-n"] if os.getuid() == 0 else ["unshare", "-r", "-n"]


class Line:
    """One client of the agent, speaking the contract over the real socket."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self._file = self.socket.makefile("rb")
        self._number = 0
        self.events: list[EventBody] = []

    def raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def next(self) -> Response | Event:
        line = self._file.readline()
        assert line, "the agent closed the connection"
        return decode_from_agent(line)

    def ask(self, body: RequestBody) -> ResponseBody:
        self._number += 1
        self.raw(encode(Request(id=self._number, body=body)))
        while True:
            message = self.next()
            if isinstance(message, Event):
                self.events.append(message.body)
            elif message.id == self._number:
                return message.body

    def until(self, wanted: Callable[[EventBody], bool]) -> EventBody:
        while True:
            while self.events:
                event = self.events.pop(0)
                if wanted(event):
                    return event
            message = self.next()
            if isinstance(message, Event):
                self.events.append(message.body)

    def close(self) -> None:
        self._file.close()
        self.socket.close()


@dataclass
class House:
    folder: Path
    provider: Path | None = None
    alone: bool = False

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "FIRSTHOP_PROVIDER": str(self.provider or ""),
        }

    @property
    def data(self) -> Path:
        return self.folder / "data" / "firsthop"

    @property
    def socket(self) -> Path:
        found = list((self.folder / "run" / "firsthop").glob("agent*.sock"))
        return found[0] if found else self.folder / "absent.sock"

    def keep(self, run: Run) -> None:
        history = open_history(self.data)
        history.keep(run)
        history.close()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*(ALONE if self.alone else []), sys.executable, "-m", "agent.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @contextmanager
    def agent(self) -> Generator[subprocess.Popen[bytes]]:
        (self.folder / "run").mkdir(mode=0o700, exist_ok=True)
        process = subprocess.Popen(
            [*(ALONE if self.alone else []), sys.executable, "-m", "agent.cli", "agent", "run"],
            cwd=ROOT,
            env=self.environment,
        )
        try:
            wait_for(lambda: self._answers(process))
            yield process
        finally:
            end(process)

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, "the agent ended"
        with suppress(OSError):
            Line(self.socket).close()
            return True
        return False

    @contextmanager
    def line(self) -> Generator[Line]:
        line = Line(self.socket)
        try:
            yield line
        finally:
            line.close()


def end(process: subprocess.Popen[bytes]) -> None:
    children = (
        psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    )
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()


def wait_for(ready: Callable[[], bool], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not ready():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.03)
