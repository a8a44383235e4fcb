"""The settings of docs/test-servers.md: read as they stand there, and kept by a real nginx."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bench import speed_nginx
from bench.harness import BenchError
from bench.server_load import answered
from tests.sim.authority import certificates
from tests.sim.stage import wait_until
from tests.sim.toolchain import search_path

_NGINX = shutil.which("nginx", path=search_path())
_DOCUMENT = speed_nginx.DOCUMENT.read_text("utf-8")
_LIMIT = 5


def test_the_documents_settings_are_taken_for_one_worker(tmp_path: Path) -> None:
    text = speed_nginx.settings(_DOCUMENT, tmp_path, 7)
    assert "worker_processes 1;" in text
    assert "limit_conn tests 7;" in text
    assert "listen 443 ssl" in text
    assert "/dev/shm/uploads" not in text  # noqa: S108 - what the document has
    assert "root /dev/shm" not in text
    assert "/etc/nginx" not in text
    assert "Options KTLS" in speed_nginx.settings(_DOCUMENT, tmp_path, 7, kernel_tls=True)


def test_a_document_that_has_changed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="stands 0 times"):
        speed_nginx.settings(_DOCUMENT.replace("limit_conn tests 160;", ""), tmp_path, 7)
    with pytest.raises(BenchError, match="no block"):
        speed_nginx.settings("# Test servers\n", tmp_path, 7)


@pytest.mark.parametrize("kernel_tls", [False, True])
def test_it_is_one_block_with_all_its_lines(kernel_tls: bool, tmp_path: Path) -> None:
    text = speed_nginx.settings(_DOCUMENT, tmp_path, 7, kernel_tls=kernel_tls)
    assert text.count("{") == text.count("}")
    assert text.rstrip().endswith("}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def _running(folder: Path) -> Generator[int]:
    """nginx with these settings at free ports of loopback; its port."""
    authority = folder / "authority"
    authority.mkdir()
    shutil.copy(certificates(authority, 0).server, folder / "server.pem")
    port, secure, behind = _free_port(), _free_port(), _free_port()
    text = speed_nginx.settings(_DOCUMENT, folder, _LIMIT)
    for old, new in (
        ("listen 80 ", f"listen 127.0.0.1:{port} "),
        ("listen [::]:80 ", f"listen [::1]:{port} "),
        ("listen 443 ", f"listen 127.0.0.1:{secure} "),
        ("listen [::]:443 ", f"listen [::1]:{secure} "),
        ("127.0.0.1:8081", f"127.0.0.1:{behind}"),
        ("worker_rlimit_nofile 16384;", ""),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "filler").mkdir()
    (folder / "filler" / "filler.bin").write_bytes(bytes(20_000_000))
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    more = f"daemon off; pid {folder}/pid; error_log {folder}/log;"
    words = [str(_NGINX), "-c", str(folder / "nginx.conf"), "-g", more + "master_process off;"]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as child:
        try:
            assert wait_until(lambda: _listens(port), 10), (folder / "log").read_text("utf-8")
            yield port
        finally:
            child.terminate()


def _asked(port: int, text: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), 10)
    sock.sendall(f"{text} HTTP/1.1\r\nHost: speed\r\n".encode())
    return sock


@pytest.mark.skipif(_NGINX is None, reason="needs nginx")
@pytest.mark.skipif(not socket.has_ipv6, reason="the settings listen at IPv6, too")
def test_a_real_nginx_keeps_them(tmp_path: Path) -> None:
    with _running(tmp_path) as port:
        with _asked(port, "POST /upload") as sock:
            sock.sendall(b"Content-Length: 3000000\r\n\r\n" + bytes(2_999_999))
            sock.settimeout(0.5)
            with pytest.raises(TimeoutError):  # an answer before the end would end the measurement
                sock.recv(1)
            sock.sendall(b"\0")
            sock.settimeout(10)
            answer = sock.recv(1000)
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"\r\n\r\n3000000")
        with _asked(port, "GET /download?bytes=1") as sock:
            sock.sendall(b"Range: bytes=0-0\r\nConnection: close\r\n\r\n")
            assert answered(sock) == 206
        with ExitStack() as held:
            statuses: list[int] = []
            for _ in range(_LIMIT + 3):
                sock = held.enter_context(_asked(port, "GET /garbage.php?ckSize=100"))
                sock.sendall(b"\r\n")
                statuses.append(answered(sock))
        assert statuses == [200] * _LIMIT + [503] * 3
