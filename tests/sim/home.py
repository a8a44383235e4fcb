"""A running home: build it, run commands in it, break and repair it, and it is gone at the end.

with Home.build(load("line-down")) as home:
    done = home.run(["firsthop", "check", "--json", "-"])
    home.repair()
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import psutil

from tests.sim import profile
from tests.sim.complaint import LabError
from tests.sim.scenario import Scenario, Setting
from tests.sim.toolchain import Tools, cache, missing, search_path, tools
from tests.sim.warden import Reply, Request

ROOT = Path(__file__).parents[2]
_BUILD_LIMIT_S = 60.0


class Figures(msgspec.Struct, frozen=True):
    """Counters of one direction of a wire since the home was built."""

    packets: int
    bytes: int
    lost: int
    overflowed: int
    queued_us: float


class Ways(msgspec.Struct, frozen=True):
    """Counters of a wire; `up` leads away from the subscriber."""

    up: Figures
    down: Figures


# made before threads use them; see scenario.py
_REPLY = msgspec.json.Decoder(Reply)
_WAYS = msgspec.json.Decoder(dict[str, Ways])


@dataclass
class Home:
    """One lab: its warden's process and the socket on which the warden obeys."""

    scenario: Scenario
    build_s: float
    _warden_pid: int
    _process: subprocess.Popen[bytes]
    _socket: socket.socket
    _tools: Tools
    _client_pid: int
    _environ: dict[str, str] = field(default_factory=dict[str, str])
    _started: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])

    @classmethod
    @contextmanager
    def build(cls, scenario: Scenario, seed: int = 1) -> Generator[Home]:
        """A home that plays the scenario. LabError when this machine cannot hold one."""
        home = cls.open(scenario, seed)
        try:
            yield home
        finally:
            home.close()

    @classmethod
    def open(cls, scenario: Scenario, seed: int = 1) -> Home:
        """As `build`, for callers who close it themselves."""
        begun = time.monotonic()
        compiled = _ready_machine()
        here, there = socket.socketpair()
        with there:
            process = _start_warden(there.fileno())
        here.settimeout(_BUILD_LIMIT_S)
        try:
            reply = _ask(here, Request(verb="build", scenario=scenario, seed=seed))
            warden = _warden_pid(process)
        except LabError:
            here.close()
            process.kill()
            process.wait()
            raise
        took = time.monotonic() - begun
        pid, environ = reply.client_pid, reply.environ
        return cls(scenario, took, warden, process, here, compiled, pid, environ)

    def close(self) -> None:
        """Take everything down; returns when the namespaces' processes are dead."""
        self._socket.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for started in self._started:
            started.wait(10)
            for pipe in (started.stdin, started.stdout, started.stderr):
                if pipe:
                    with suppress(OSError):
                        pipe.close()

    def command(self, argv: list[str], place: str = "client", cwd: Path | None = None) -> list[str]:
        """The command line that runs `argv` in a place of the lab, for any way of starting it."""
        enter = [str(self._tools.enter), "-w", str(self._warden_pid)]
        network = cache() / "stage" / "networks" / place
        into = ["-t", str(self._client_pid)] if place == "client" else ["-n", str(network)]
        return [*enter, *into, "-c", str(cwd or Path.cwd()), "--", *argv]

    def environ(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        """Variables for a command in the client: ours without proxies, the lab's, then extra."""
        own = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        own = {k: v for k, v in own.items() if not k.startswith("FIRSTHOP_LAB")}
        own["PATH"] = search_path()
        return own | self._environ | (extra or {})

    def run(
        self, argv: list[str], place: str = "client", timeout_s: float = 120, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run to its end, output captured as text. Raises TimeoutExpired."""
        return subprocess.run(
            self.command(argv, place),
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env=self.environ(),
        )

    def popen(self, argv: list[str], place: str = "client") -> subprocess.Popen[str]:
        """Start a program with pipes; signals reach it, and it dies with the lab."""
        started = subprocess.Popen(
            self.command(argv, place),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ(),
        )
        self._started.append(started)
        return started

    def set(self, settings: dict[str, Setting]) -> None:
        """Change dotted settings (`line.down.loss_percent`) while everything runs."""
        self._obeyed(Request(verb="set", settings=settings))

    def repair(self) -> None:
        """Put right what the scenario's [repair] table names."""
        self._obeyed(Request(verb="repair"))

    def cut_line(self) -> None:
        """Nothing passes the line any more; its plug stays in."""
        self.set({"line.up.cut": True, "line.down.cut": True})

    def restore_line(self) -> None:
        """The line passes packets again."""
        self.set({"line.up.cut": False, "line.down.cut": False})

    def figures(self) -> dict[str, Ways]:
        """Counters of the wires: `hop`, `line`, and `port`, `backbone` where they are wires."""
        text = self._obeyed(Request(verb="figures")).text
        return _WAYS.decode(text)

    def log(self) -> str:
        """What the lab's own programs said."""
        return self._obeyed(Request(verb="log")).text

    @property
    def desk_url(self) -> str:
        """Where the profile says that the desk is; see `start_desk`."""
        return profile.DESK_URL

    def start_desk(self, argv: list[str], port: int = 8080) -> subprocess.Popen[str]:
        """Run the desk (a command that listens on 127.0.0.1:`port`) behind `desk_url`.

        It stands in the place `desk`: a browser started there finds it on loopback too. Files of
        this machine are the same in there. To lose answers after the request's last byte, set
        `provider.desk_answers` to false.
        """
        folder = str(cache() / "stage")
        front = [sys.executable, "-m", "tests.sim.servers.front", folder, str(port)]
        self._started.append(
            subprocess.Popen(
                self.command(front, "desk", ROOT),
                stdin=subprocess.DEVNULL,
                env=self.environ(),
                text=True,
            )
        )
        return self.popen(argv, "desk")

    def _obeyed(self, request: Request) -> Reply:
        reply = _ask(self._socket, request)
        self._environ = reply.environ
        return reply


def _ready_machine() -> Tools:
    lacking = missing()
    if lacking:
        raise LabError(f"The lab needs these programs: {', '.join(lacking)}.")
    if not Path("/dev/net/tun").exists():
        raise LabError("The lab needs /dev/net/tun, which this machine does not offer.")
    return tools()


def _start_warden(handle: int) -> subprocess.Popen[bytes]:
    spaces = ["--mount", "--net", "--pid", "--fork", "--kill-child"]
    if os.geteuid() != 0:
        spaces += ["--user", "--map-root-user"]
    environ = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return subprocess.Popen(
        ["unshare", *spaces, "--", sys.executable, "-m", "tests.sim.warden", str(handle)],
        pass_fds=[handle],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        env=environ | {"PATH": search_path()},
        start_new_session=True,
    )


def _warden_pid(process: subprocess.Popen[bytes]) -> int:
    children = psutil.Process(process.pid).children()
    if not children:
        raise LabError("The lab's first process has gone.")
    return children[0].pid


def _ask(owner: socket.socket, request: Request) -> Reply:
    with suppress(BrokenPipeError):
        owner.sendall(msgspec.json.encode(request) + b"\n")
    held = b""
    while not held.endswith(b"\n"):
        try:
            more = owner.recv(1 << 16)
        except TimeoutError as late:
            raise LabError("The lab did not answer in time.") from late
        except ConnectionError:
            more = b""
        if not more:
            raise LabError(
                "The lab could not start: no new namespaces are allowed here, or it died."
            )
        held += more
    reply = _REPLY.decode(held)
    if not reply.ok:
        raise LabError(reply.text)
    return reply
