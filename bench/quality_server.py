"""A server of the responsiveness test on a bench line: nginx with the paths that it asks for.

The clients read `/config` and find three addresses there: one byte, eight gigabytes, and one that
takes what is sent (github.com/network-quality/server, SERVER_SPEC.md). The same nginx gives our own
side what its `http` kind asks for. HTTP/2 and HTTP/1.1 over TLS, as the client chooses.
"""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench import peers
from bench.harness import BenchError
from bench.line import FAR, BenchLine
from bench.speed_nginx import own_folders
from tests.sim import spaces
from tests.sim.stage import wait_until

HOST, PORT = "speed.lab-isp.example", 8443
#: what our side measures against
PLACE = f"https://{HOST}:{PORT}"
_LARGE_BYTES = 8 << 30
_START_S = 10.0
_UNSENT_BYTES = 131_072
# a stream's window of 64 kB, as it is by default, would hold an upload to 26 Mbit/s at 20 ms
_SETTINGS = """\
daemon off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_temp_path {folder}/body;
{own}    default_type application/octet-stream;
    output_buffers 1 32k;
    server {{
        listen {address}:{port} ssl http2;
        ssl_certificate {certificate};
        ssl_certificate_key {certificate};
        ssl_protocols TLSv1.2 TLSv1.3;
        http2_body_preread_size 4m;
        client_body_buffer_size 4m;
        root {folder}/files;
        location ~ ^/(upload|slurp)$ {{
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass http://127.0.0.1:80;
        }}
        location = /download {{
            if ($arg_bytes = 1) {{ return 200 "x"; }}
            alias {folder}/files/large;
        }}
    }}
}}
"""


class Addresses(msgspec.Struct, frozen=True):
    """Of `/config`, under the names that goresponsiveness reads."""

    small_https_download_url: str
    large_https_download_url: str
    https_upload_url: str


class Config(msgspec.Struct, frozen=True):
    """What `/config` answers."""

    version: int
    urls: Addresses


def _write(folder: Path, certificate: Path) -> Path:
    """The files that it serves and its settings; the large one takes no room."""
    files = folder / "files"
    files.mkdir(parents=True)
    urls = Addresses(f"{PLACE}/small", f"{PLACE}/large", f"{PLACE}/slurp")
    (files / "config").write_bytes(msgspec.json.encode(Config(1, urls)))
    (files / "small").write_bytes(b"x")
    with (files / "large").open("wb") as large:
        large.truncate(_LARGE_BYTES)
    settings = folder / "nginx.conf"
    text = _SETTINGS.format(
        folder=folder, address=FAR, port=PORT, certificate=certificate, own=own_folders(folder)
    )
    settings.write_text(text, encoding="ascii")
    return settings


def _listens(line: BenchLine) -> bool:
    with spaces.inside(line.stage.network("far")):
        try:
            socket.create_connection((FAR, PORT), 1).close()
        except OSError:
            return False
    return True


@contextmanager
def serving(line: BenchLine) -> Generator[None]:
    """Serve at the line's far end while inside; uploads end in the lab's own server behind it."""
    nginx = peers.debian("nginx", "nginx-light")
    folder = line.stage.folder / "quality"
    # else an answer waits behind what the kernel holds unsent (draft-ietf-ippm-responsiveness)
    line.stage.settle("far", {"ipv4/tcp_notsent_lowat": str(_UNSENT_BYTES)})
    settings = _write(folder, line.stage.folder / "server.pem")
    with line.started([str(nginx), "-c", str(settings)], "far"):
        if not wait_until(lambda: _listens(line), _START_S):
            log = folder / "error.log"
            said = log.read_text("utf-8", "replace") if log.exists() else ""
            raise BenchError(f"nginx did not start: {said.strip()[-300:]}")
        yield
