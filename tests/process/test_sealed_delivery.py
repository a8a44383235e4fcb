"""The app seals what it sends when the profile names the desk's key, and the real desk opens it."""

from __future__ import annotations

from pathlib import Path

from agent.ipc.messages import Delivery, PreviewBundle, PreviewIs, SendBundle, TicketChanged
from desk import keys
from tests.desk.running import running
from tests.process.agent_house import House
from tests.unit.uploader.samples import run_of
from uploader.bundle_read import read_bundle


def test_sealed(tmp_path: Path) -> None:
    at_desk = tmp_path / "desk"
    at_desk.mkdir()
    public_key = keys.make(at_desk / "desk.key")
    with running(at_desk) as desk:
        provider = tmp_path / "provider.toml"
        provider.write_text(f'[desk]\nurl = "{desk.url}"\npublic_key = "{public_key}"\n')
        house = House(tmp_path, provider)
        house.keep(run_of())
        with house.agent(), house.line() as line:
            shown = line.ask(PreviewBundle(run_id="a" * 32, complaint="Sealed words."))
            assert isinstance(shown, PreviewIs)
            line.ask(
                SendBundle(
                    bundle_id=shown.bundle_id,
                    digest=shown.digest,
                    consent_text=shown.consent_text,
                )
            )
            line.until(
                lambda one: (
                    isinstance(one, TicketChanged) and one.ticket.delivery is Delivery.RECEIVED
                )
            )
        [file] = desk.bundle_files()
    assert read_bundle(file.read_bytes()).manifest.complaint == "Sealed words."
    assert (at_desk / "desk.err").read_text() == ""
