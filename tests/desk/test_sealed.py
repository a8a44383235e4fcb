"""Bundles sealed to the desk's key: opened by it alone, refused or kept waiting otherwise."""

from __future__ import annotations

import io
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest

from desk import keys
from desk.settings import SettingsError
from tests.desk import samples
from tests.desk.running import RunningDesk, receipt, running
from uploader.bundle import SEALED_TYPE, BundleError
from uploader.desk_messages import Refusal
from uploader.seal import seal


def send_sealed(
    desk: RunningDesk, sent: samples.Sent, public_key: str, bundle_id: str = ""
) -> httpx.Response:
    body = seal(sent.data, public_key, bundle_id or sent.id)
    with desk.client(**(sent.headers | {"Content-Type": SEALED_TYPE})) as client:
        return client.post("/api/v1/bundles", content=body)


def test_sealed_twice_is_one_ticket(tmp_path: Path) -> None:
    """Each sealing gives other bytes; what is inside decides. Also beside the plain way."""
    key = keys.make(tmp_path / "desk.key")
    sent = samples.bundle()
    with running(tmp_path) as desk:
        first, again = send_sealed(desk, sent, key), send_sealed(desk, sent, key)
        plain = desk.send(sent)
        assert (first.status_code, again.status_code, plain.status_code) == (201, 200, 200)
        assert receipt(first) == receipt(again) == receipt(plain)
        [file] = desk.bundle_files()
        assert zipfile.is_zipfile(io.BytesIO(file.read_bytes()))


def test_a_new_key_leaves_the_old_one_working(tmp_path: Path) -> None:
    old, new = keys.make(tmp_path / "desk.key"), keys.make(tmp_path / "desk.key")
    assert old != new == keys.public(tmp_path / "desk.key")
    with running(tmp_path) as desk:
        for key in (old, new):
            assert send_sealed(desk, samples.bundle(), key).status_code == 201


def test_what_cannot_be_opened_is_refused_and_not_stored(tmp_path: Path) -> None:
    key = keys.make(tmp_path / "desk.key")
    stranger = keys.make(tmp_path / "other.key")
    sent = samples.bundle()
    with running(tmp_path) as desk:
        answers = [
            send_sealed(desk, sent, stranger),
            send_sealed(desk, sent, key, bundle_id="0" * 32),
            send_sealed(desk, replace(sent, data=b"no zip"), key),
        ]
        with desk.client(**(sent.headers | {"Content-Type": SEALED_TYPE})) as client:
            sealed = bytearray(seal(sent.data, key, sent.id))
            sealed[-1] ^= 1
            bodies = (bytes(sealed), b"FHS1", b"", sent.data)
            answers += [client.post("/api/v1/bundles", content=body) for body in bodies]
        for answer in answers:
            assert answer.status_code == 422, answer.text
            assert not msgspec.json.decode(answer.content, type=Refusal).again
        assert desk.bundle_files() == []


def test_a_desk_whose_key_is_away_asks_to_wait(tmp_path: Path) -> None:
    """The provider's slip must not cost the subscriber the ticket."""
    key = keys.make(tmp_path / "kept-elsewhere")
    with running(tmp_path) as desk:
        answer = send_sealed(desk, samples.bundle(), key)
    assert answer.status_code == 503
    assert msgspec.json.decode(answer.content, type=Refusal).again


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "desk.key"
    keys.make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        keys.load(path)


@pytest.mark.parametrize("key", ["", "abc", "!" * 44, "A" * 43 + "=", "ä"])
def test_a_key_that_is_none_is_one_sentence(key: str) -> None:
    """The fourth is 32 zero bytes, a point of small order."""
    with pytest.raises(BundleError, match="public key"):
        seal(b"x", key, "0" * 32)
