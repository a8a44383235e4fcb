"""Our ndt7 and LibreSpeed clients against those projects' own servers, beside their own clients.

    python -m bench real_servers [--runs 5]

M-Lab's ndt-server and ndt7-client, LibreSpeed's Go server and command line, all of them in the
lab, on a line of 100/20 Mbit/s and 20 ms.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench import peers
from bench.harness import BenchError, Outcome, paired, table, usual_rows
from bench.line import FAR, PAYLOAD_SHARE, BenchLine, Way, built
from bench.throughput_once import Both

_DOWN, _UP = Way(100), Way(20)
_NDT = "github.com/m-lab/ndt-server@v0.25.0"
_NDT_CLIENT = "github.com/m-lab/ndt7-client-go/cmd/ndt7-client@v0.10.1"
_LIBRE, _LIBRE_CLIENT = (
    "github.com/librespeed/speedtest-go@v1.1.6-0.20230411055141-7001fa4fa529",
    "github.com/librespeed/speedtest-cli@v1.0.15-0.20260818020950-72c2c59f1214",
)
#: what the server's module calls itself
_LIBRE_ITSELF = "github.com/librespeed/speedtest"
_LIBRE_SETTINGS = """\
bind_address="{address}"
listen_port={port}
proxyprotocol_port=0
server_lat=1
server_lng=1
ipinfo_api_key=""
assets_path=""
statistics_password="none"
redact_ip_addresses=false
database_type="none"
enable_tls={tls}
enable_http2=false
tls_cert_file="{certificate}"
tls_key_file="{certificate}"
"""
_LIBRE_LIST = (
    '[{{"id":1,"name":"lab","server":"http://{address}:8989/","dlURL":"backend/garbage.php",'
    '"ulURL":"backend/empty.php","pingURL":"backend/empty.php","getIpURL":"backend/getIP.php"}}]'
)
#: finds both figures (Mbit/s) in what a client prints
Read = Callable[[str], tuple[float, float]]


class _Value(msgspec.Struct, frozen=True):
    Value: float


class _Side(msgspec.Struct, frozen=True):
    Throughput: _Value


class _NdtSummary(msgspec.Struct, frozen=True):
    Download: _Side
    Upload: _Side


class _LibreResult(msgspec.Struct, frozen=True):
    download: float
    upload: float


def _read_ours(text: str) -> tuple[float, float]:
    both = msgspec.json.decode(text, type=Both)
    return both.down.rate_bps / 1e6, both.up.rate_bps / 1e6


def _read_ndt(text: str) -> tuple[float, float]:
    last = msgspec.json.decode(text.strip().splitlines()[-1], type=_NdtSummary)
    return last.Download.Throughput.Value, last.Upload.Throughput.Value


def _read_libre(text: str) -> tuple[float, float]:
    (found,) = msgspec.json.decode(text, type=list[_LibreResult])
    return found.download, found.upload


def _outcome(line: BenchLine, argv: list[str], read: Read) -> Outcome:
    before = line.moved_bytes()
    used = line.run(argv)
    moved = line.moved_bytes() - before
    line.settle()
    if used.status:
        raise BenchError(f"{argv[0]} ended with {used.status}: {used.errors.strip()[-300:]}")
    down, up = read(used.output)
    errors = (
        down / (_DOWN.rate_mbps * PAYLOAD_SHARE) - 1,
        up / (_UP.rate_mbps * PAYLOAD_SHARE) - 1,
    )
    worst = max(errors, key=abs)
    return Outcome(used.wall_s, used.cpu_s, used.peak_bytes, moved, worst)


def ndt_command(folder: Path, address: str, certificate: Path) -> list[str]:
    """M-Lab's server, which keeps its results in `folder`: ndt7 at port 4080, with TLS at 4443."""
    folder.mkdir()
    argv = [str(peers.go("ndt-server", _NDT, c=True)), "-datadir", str(folder)]
    for name, port in (
        ("ndt7_addr", 4443),
        ("ndt7_addr_cleartext", 4080),
        ("ndt5_addr", 3001),
        ("ndt5_ws_addr", 3002),
        ("ndt5_wss_addr", 3010),
        ("health_addr", 8000),
        ("prometheusx.listen-address", 9990),
    ):
        argv += [f"-{name}", f"{address}:{port}"]
    return [*argv, "-cert", str(certificate), "-key", str(certificate)]


def libre_command(
    settings: Path, address: str, port: int = 8989, certificate: Path | None = None
) -> list[str]:
    """LibreSpeed's Go server; `settings` is written. With a certificate it speaks only TLS."""
    tls = "true" if certificate else "false"
    text = _LIBRE_SETTINGS.format(address=address, port=port, tls=tls, certificate=certificate)
    settings.write_text(text, encoding="ascii")
    server = peers.go("librespeed-server", _LIBRE, "speedtest", itself=_LIBRE_ITSELF)
    return [str(server), "-c", str(settings)]


@contextmanager
def ndt_server(line: BenchLine) -> Generator[None]:
    """M-Lab's server at the far end."""
    folder = line.stage.folder
    with line.started(ndt_command(folder / "ndt", FAR, folder / "server.pem"), "far"):
        yield


@contextmanager
def libre_server(line: BenchLine) -> Generator[None]:
    """LibreSpeed's Go server at the far end, port 8989."""
    settings = line.stage.folder / "librespeed.toml"
    with line.started(libre_command(settings, FAR), "far"):
        yield


@contextmanager
def _ndt(line: BenchLine) -> Generator[list[str]]:
    client = str(peers.go("ndt7-client", _NDT_CLIENT))
    with ndt_server(line):
        yield [client, "-scheme", "ws", "-server", f"{FAR}:4080", "-format", "json"]


@contextmanager
def _libre(line: BenchLine) -> Generator[list[str]]:
    servers = line.stage.folder / "servers.json"
    servers.write_text(_LIBRE_LIST.format(address=FAR), encoding="ascii")
    client = str(peers.go("librespeed-cli", _LIBRE_CLIENT, "speedtest-cli"))
    with libre_server(line):
        yield [
            client, "--local-json", str(servers), "--server", "1", "--json", "--no-icmp",
            "--telemetry-level", "disabled",
        ]  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Print a table for each project."""
    parser = argparse.ArgumentParser(prog="python -m bench real_servers", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    wanted = parser.parse_args(argv)
    for name, kind, place, serve, read in (
        ("ndt7-client", "ndt7", f"http://{FAR}:4080", _ndt, _read_ndt),
        ("librespeed-cli", "librespeed", f"http://{FAR}:8989/backend", _libre, _read_libre),
    ):
        ours = [sys.executable, "-m", "bench.throughput_once", place, kind]
        with built() as line, serve(line) as theirs:
            line.shape(_DOWN, _UP, 20)
            time.sleep(4)  # the servers' start
            pairs = paired(
                lambda line=line, ours=ours: _outcome(line, ours, _read_ours),
                lambda line=line, theirs=theirs, read=read: _outcome(line, theirs, read),
                wanted.runs,
            )
        sys.stdout.write(table(f"100/20 Mbit/s, 20 ms: {name}", usual_rows(pairs), name) + "\n")
    return 0
