"""Which certificates are trusted: those of the folder as needed, or all of the file."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.tls import trusting_context
from tests.sim.authority import certificates, hashed_name

pytestmark = pytest.mark.skipif(KERNEL.name != "linux", reason="elsewhere the system verifies")


def _shakes_hands(server: Path, name: str) -> bool:
    """Whether our context takes this server's certificate, over two buffers in memory."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(server)
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting_context().wrap_bio(theirs, ours, server_hostname=name)
    far = serving.wrap_bio(ours, theirs, server_side=True)
    for _ in range(6):
        for side in (client, far):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return False
    return client.getpeercert() is not None


@pytest.fixture(name="store")
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder and an empty file that stand for the system's."""
    folder = tmp_path / "certs"
    folder.mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "all.crt"))
    return folder


@pytest.mark.parametrize("in_folder", [True, False])
@pytest.mark.parametrize("in_file", [True, False])
def test_what_either_of_them_holds_is_trusted(
    tmp_path: Path, store: Path, *, in_folder: bool, in_file: bool
) -> None:
    (tmp_path / "lab").mkdir()
    made = certificates(tmp_path / "lab", 0)
    root = made.root.read_bytes()
    (tmp_path / "all.crt").write_bytes(root if in_file else b"")
    if in_folder:
        (store / hashed_name(made.root)).write_bytes(root)
    trusted = _shakes_hands(made.server, "speed.lab-isp.example")
    assert trusted is (in_folder or in_file)
