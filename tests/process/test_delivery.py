"""A ticket is never lost and never doubled, whatever breaks on the way."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from agent.ipc.messages import (
    Delivery,
    DiscardBundle,
    Failed,
    ListTickets,
    PreviewBundle,
    PreviewIs,
    RefreshTickets,
    ReplyTicket,
    SendBundle,
    TicketChanged,
    TicketIs,
    TicketList,
)
from tests.process.agent_house import House, Line, wait_for
from tests.process.desk_double import Desk, running_desk
from tests.unit.uploader.samples import run_of
from uploader.bundle_read import read_bundle
from uploader.desk_messages import TicketState


def house_for(folder: Path, url: str) -> House:
    provider = folder / "provider.toml"
    provider.write_text(f'[brand]\nname = "Example Net"\n[desk]\nurl = "{url}"\n')
    house = House(folder, provider)
    house.keep(run_of())
    return house


def send(line: Line) -> str:
    shown = line.ask(PreviewBundle(run_id="a" * 32, complaint="It is slow.", phone="123"))
    assert isinstance(shown, PreviewIs)
    answer = line.ask(
        SendBundle(bundle_id=shown.bundle_id, digest=shown.digest, consent_text=shown.consent_text)
    )
    assert isinstance(answer, TicketIs)
    return shown.bundle_id


def until(line: Line, delivery: Delivery) -> TicketChanged:
    event = line.until(
        lambda one: isinstance(one, TicketChanged) and one.ticket.delivery is delivery
    )
    assert isinstance(event, TicketChanged)
    return event


def test_sent_exactly_as_previewed(tmp_path: Path) -> None:
    with running_desk(Desk()) as desk:
        house = house_for(tmp_path, desk.url)
        with house.agent(), house.line() as line:
            shown = line.ask(PreviewBundle(run_id="a" * 32, complaint="slow", name="Kim"))
            assert isinstance(shown, PreviewIs)
            assert desk.posts == 0
            wrong = SendBundle(
                bundle_id=shown.bundle_id, digest="0" * 64, consent_text=shown.consent_text
            )
            assert isinstance(line.ask(wrong), Failed)
            assert desk.posts == 0
            line.ask(
                SendBundle(
                    bundle_id=shown.bundle_id,
                    digest=shown.digest,
                    consent_text=shown.consent_text,
                )
            )
            received = until(line, Delivery.RECEIVED)
            assert received.ticket.number == "T-1"
            bundle = read_bundle(desk.bundles[shown.bundle_id])
            texts = {file.name: file.text for file in shown.files}
            for name, data in bundle.files.items():
                assert data.decode() == texts[name]
            assert bundle.manifest.contact.name == "Kim"
            assert bundle.manifest.consent.digest == shown.digest


@pytest.mark.parametrize("fault", ["cut", "500", "portal"])
def test_a_fault_on_the_way_makes_one_ticket(tmp_path: Path, fault: str) -> None:
    with running_desk(Desk(faults=[fault])) as desk:
        house = house_for(tmp_path, desk.url)
        with house.agent(), house.line() as line:
            send(line)
            waiting = until(line, Delivery.WAITING)
            assert waiting.ticket.spoken_code.count("-") == 2
            until(line, Delivery.RECEIVED)
        assert desk.tickets == 1
        assert desk.asked >= 1
        assert desk.posts == (1 if fault == "cut" else 2)


def test_a_refusal_is_said_and_not_repeated(tmp_path: Path) -> None:
    with running_desk(Desk(faults=["422"])) as desk:
        house = house_for(tmp_path, desk.url)
        with house.agent(), house.line() as line:
            bundle_id = send(line)
            refused = until(line, Delivery.REFUSED)
            assert refused.ticket.sentence == "This app is too old; update it."
            line.ask(RefreshTickets())
            assert isinstance(line.ask(DiscardBundle(bundle_id=bundle_id)), Failed)
        assert desk.posts == 1


def test_goes_out_by_itself_when_the_line_is_back(tmp_path: Path) -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = int(place.getsockname()[1])
    house = house_for(tmp_path, f"http://127.0.0.1:{port}")
    with house.agent(), house.line() as line:
        send(line)
        until(line, Delivery.WAITING)
        with running_desk(Desk(), port) as desk:
            until(line, Delivery.RECEIVED)
            assert desk.tickets == 1


def test_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with running_desk(Desk(faults=["cut", "cut", "500"])) as desk:
        house = house_for(tmp_path, desk.url)
        with house.agent() as process:
            with house.line() as line:
                send(line)
            process.kill()
            process.wait()
        for _ in range(3):
            with house.agent() as process:
                process.kill()
                process.wait()
        with house.agent(), house.line() as line:

            def received() -> bool:
                answer = line.ask(ListTickets())
                assert isinstance(answer, TicketList)
                assert len(answer.tickets) == 1
                return answer.tickets[0].delivery is Delivery.RECEIVED

            wait_for(received, 30)
        assert desk.tickets == 1


def test_replies_go_both_ways(tmp_path: Path) -> None:
    with running_desk(Desk()) as desk:
        house = house_for(tmp_path, desk.url)
        with house.agent(), house.line() as line:
            bundle_id = send(line)
            until(line, Delivery.RECEIVED)
            written = line.ask(ReplyTicket(bundle_id=bundle_id, text="Still slow."))
            assert isinstance(written, TicketIs)
            assert [one.delivered for one in written.ticket.messages] == [False]
            wait_for(lambda: len(desk.replies) == 1)
            desk.write("A technician comes on Monday.")
            desk.state = TicketState.PENDING
            line.ask(RefreshTickets())
            answered = until(line, Delivery.ANSWERED)
            texts = [one.text for one in answered.ticket.messages]
            assert sorted(texts) == ["A technician comes on Monday.", "Still slow."]
            assert all(one.delivered for one in answered.ticket.messages)


def test_secrets_stand_in_no_command_line_and_no_open_file(tmp_path: Path) -> None:
    with running_desk(Desk()) as desk:
        house = house_for(tmp_path, desk.url)
        with house.agent(), house.line() as line:
            send(line)
            until(line, Delivery.RECEIVED)
            assert (house.data / "outbox.db").stat().st_mode & 0o077 == 0
            assert house.data.stat().st_mode & 0o077 == 0
            answer = line.ask(ListTickets())
            assert ("t" * 32) not in repr(answer)
