"""nginx as docs/test-servers.md has it: the settings are read from there, so they cannot drift.

What is changed to run it here: one worker, where files lie, and how many it lets in.
"""

from __future__ import annotations

import socket
from pathlib import Path

from bench.harness import BenchError
from bench.line import ROOT

DOCUMENT = ROOT / "docs" / "test-servers.md"
FILLER_BYTES = 200 << 20  # as there: head -c 200M
_PLAIN, _TLS = "worker_processes auto;", "listen 443 ssl"
_BEFORE_TLS = "        listen [::]:80 reuseport backlog=4096;\n"
_TEMPORARY = ("proxy", "fastcgi", "uwsgi", "scgi")
_TCP_ULP = 31  # linux/tcp.h


def block(document: str, first: str) -> str:
    """The indented block of the document that begins with these words."""
    found: list[str] = []
    for line in document.splitlines():
        if found and line.strip() and not line.startswith("    "):
            break
        if found or line.startswith(f"    {first}"):
            found.append(line.removeprefix("    "))
    if not found:
        raise BenchError(f"{DOCUMENT.name} has no block that begins with {first!r}")
    return "\n".join(found).rstrip() + "\n"


def _instead(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise BenchError(f"{old.strip()!r} stands {text.count(old)} times in {DOCUMENT.name}")
    return text.replace(old, new)


def own_folders(folder: Path) -> str:
    """Lines of a `http` block: what nginx would otherwise keep in the system's folders."""
    return "".join(f"    {name}_temp_path {folder}/{name};\n" for name in _TEMPORARY)


def settings(document: str, folder: Path, limit: int, *, kernel_tls: bool = False) -> str:
    """The document's settings, for one worker and files in `folder`."""
    own = own_folders(folder)
    tls = block(document, _TLS)
    for name in ("speed.pem", "speed.key"):
        tls = _instead(tls, f"/etc/nginx/{name}", f"{folder}/server.pem")
    if kernel_tls:
        tls += "ssl_conf_command Options KTLS;\n"
    text = block(document, _PLAIN)
    for old, new in (
        (_PLAIN, "worker_processes 1;"),
        ("http {\n", "http {\n" + own),
        (_BEFORE_TLS, _BEFORE_TLS + tls),
        ("root /dev/shm/filler;", f"root {folder}/filler;"),
        ("client_body_temp_path /dev/shm/uploads;", f"client_body_temp_path {folder}/uploads;"),
        ("limit_conn tests 160;", f"limit_conn tests {limit};"),
    ):
        text = _instead(text, old, new)
    return text


def kernel_has_tls() -> bool:
    """Whether this kernel can encrypt by itself (CONFIG_TLS)."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as sock,
    ):
        try:
            sock.setsockopt(socket.IPPROTO_TCP, _TCP_ULP, b"tls")
        except OSError:
            return False
    return True


def command(program: Path, folder: Path, limit: int, *, kernel_tls: bool = False) -> list[str]:
    """The command line; the settings and the filler are written into `folder` before."""
    filler = folder / "filler"
    filler.mkdir(exist_ok=True)
    if not (filler / "filler.bin").exists():
        with Path("/dev/urandom").open("rb") as chance, (filler / "filler.bin").open("wb") as file:
            for _ in range(FILLER_BYTES >> 20):
                file.write(chance.read(1 << 20))
    name = f"nginx-{limit}-{'kernel' if kernel_tls else 'own'}"
    written = folder / f"{name}.conf"
    text = settings(DOCUMENT.read_text("utf-8"), folder, limit, kernel_tls=kernel_tls)
    written.write_text(text, encoding="utf-8")
    more = f"daemon off; user root; pid {folder}/{name}.pid; error_log {folder}/{name}.log;"
    return [str(program), "-c", str(written), "-g", more]
