"""Speed servers in a network of their own, where only loopback is: nginx and two real ones."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil

from bench import peers, speed_nginx
from bench.harness import BenchError, run
from bench.line import ROOT
from bench.real_servers import libre_command, ndt_command
from bench.server_load import Load
from tests.sim import spaces
from tests.sim.authority import certificates
from tests.sim.stage import Stage, environment, wait_until
from tests.sim.toolchain import cache, tools

HERE = "127.0.0.1"
_PLACE = "server"
_START_S, _END_S = 10.0, 3.0
_POST = "POST {} HTTP/1.1\r\nHost: speed\r\nContent-Length: {{size}}\r\n\r\n"
_UPGRADE = (
    "GET {} HTTP/1.1\r\nHost: speed\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    "Sec-WebSocket-Protocol: net.measurementlab.ndt.v7\r\nUser-Agent: bench\r\n\r\n"
)
T = TypeVar("T")


@dataclass(frozen=True)
class Door:
    """A port and who answers there."""

    port: int
    pid: int


@dataclass(frozen=True)
class Asked:
    """The requests of a kind of test; `small` is answered with a few bytes.

    {size}, {last} and {mib} in the others stand for what a connection has to move.
    """

    down: str
    up: str
    small: str = ""
    pieces: str = "zeros"
    connections: int = 4


@dataclass(frozen=True)
class Standing:
    """A server that runs; `secure` speaks TLS."""

    name: str
    plain: Door
    secure: Door
    asked: Asked

    def door(self, *, tls: bool) -> Door:
        return self.secure if tls else self.plain


@dataclass(frozen=True)
class Space:
    """A network namespace with nothing but loopback, and files in memory."""

    stage: Stage
    trusted: Path

    @property
    def folder(self) -> Path:
        return self.stage.folder

    @property
    def certificate(self) -> Path:
        """Of the lab's authority, with its key: ECDSA P-256."""
        return self.folder / "server.pem"

    def told(self, module: str, load: Load, shape: type[T], *more: str) -> T:
        """What a program of this folder prints about this load."""
        argv = [sys.executable, "-m", module, msgspec.json.encode(load).decode(), *more]
        environ = environment() | {"PYTHONPATH": str(ROOT)}
        used = run(self.stage.within(_PLACE, argv), timeout_s=60, environ=environ, cwd=ROOT)
        if used.status:
            raise BenchError(f"{module}, port {load.port}: {used.errors.strip()[-300:]}")
        return msgspec.json.decode(used.output, type=shape)

    @contextmanager
    def started(self, argv: Sequence[str], ports: Sequence[int]) -> Generator[int]:
        """The process id of a program that runs on one core, once it listens at all ports."""
        log = self.folder / f"{Path(argv[0]).name}.log"
        with log.open("ab") as said:
            child = subprocess.Popen(
                self.stage.within(_PLACE, list(argv)),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=environment() | {"GOMAXPROCS": "1"},
                cwd=self.folder,
            )
        try:
            if not wait_until(lambda: all(map(self._listens, ports)), _START_S):
                text = log.read_text("utf-8", "replace").strip()
                raise BenchError(f"{Path(argv[0]).name} did not start: {text[-300:]}")
            (program,) = psutil.Process(child.pid).children()  # of what enters the network
            yield program.pid
        finally:
            child.terminate()
            try:
                child.wait(_END_S)
            except subprocess.TimeoutExpired:  # ndt-server waits for its clients
                child.kill()
                child.wait()

    def _listens(self, port: int) -> bool:
        with spaces.inside(self.stage.network(_PLACE)):
            try:
                socket.create_connection((HERE, port), 1).close()
            except OSError:
                return False
        return True


@contextmanager
def space() -> Generator[Space]:
    """Made for as long as the block lasts."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firsthop-bench-")))
        stage = Stage(folder, tools())
        stage.make_networks([_PLACE])
        stack.callback(subprocess.run, ["umount", "-l", str(stage.network(_PLACE))], check=True)
        stage.batch(_PLACE, ["link set lo up"])
        authority = cache() / "authority"
        authority.mkdir(exist_ok=True)
        made = certificates(authority, 0)
        found = Space(stage, made.root)
        found.certificate.write_bytes(made.server.read_bytes())
        yield found


def _get(path: str, more: str = "") -> str:
    return f"GET {path} HTTP/1.1\r\nHost: speed\r\n{more}\r\n"


def _librespeed(base: str, more: str = "") -> Asked:
    """As LibreSpeed's protocol has it, which both servers speak."""
    return Asked(
        down=_get(f"{base}/garbage.php?ckSize={{mib}}", more),
        up=_POST.format(f"{base}/empty.php"),
        small=_get(f"{base}/empty.php", "Connection: close\r\n"),
    )


@contextmanager
def nginx(here: Space, limit: int, *, kernel_tls: bool = False) -> Generator[Standing]:
    """With the document's settings; `limit` is its limit_conn. Only its one worker counts."""
    program = peers.debian("nginx", "nginx-light")
    argv = speed_nginx.command(program, here.folder, limit, kernel_tls=kernel_tls)
    with here.started(argv, (80, 443)) as pid:
        master = psutil.Process(pid)
        # it listens before it has a worker
        if not wait_until(lambda: len(master.children()) == 1, _START_S):
            raise BenchError(f"nginx has {len(master.children())} workers instead of one")
        worker = master.children()[0].pid
        doors = Door(80, worker), Door(443, worker)
        # its file is longer than some are asked for here
        yield Standing("nginx", *doors, _librespeed("", "Range: bytes=0-{last}\r\n"))


@contextmanager
def librespeed(here: Space) -> Generator[Standing]:
    """LibreSpeed's Go server, once without and once with TLS."""
    plain = libre_command(here.folder / "plain.toml", HERE)
    secure = libre_command(here.folder / "tls.toml", HERE, 8990, here.certificate)
    with here.started(plain, [8989]) as one, here.started(secure, [8990]) as other:
        asked = _librespeed("/backend")
        yield Standing("LibreSpeed's server", Door(8989, one), Door(8990, other), asked)


@contextmanager
def ndt(here: Space) -> Generator[Standing]:
    """M-Lab's server of ndt7."""
    argv = ndt_command(here.folder / "ndt", HERE, here.certificate)
    with here.started(argv, (4080, 4443)) as pid:
        ways = [_UPGRADE.format(f"/ndt/v7/{way}load") for way in ("down", "up")]
        asked = Asked(ways[0], ways[1], pieces="frames", connections=1)
        yield Standing("ndt-server", Door(4080, pid), Door(4443, pid), asked)
