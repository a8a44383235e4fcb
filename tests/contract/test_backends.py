"""What every helpdesk behind the desk must do, on every database that the desk runs on."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, insert, select

from desk.backend import (
    Backend,
    Message,
    Move,
    NewTicket,
    NoSuchTicketError,
    NotNowError,
    OtherContentError,
    backends,
)
from desk.database import Database
from desk.settings import database_url
from desk.tables import ENTRIES, METADATA, STAFF
from tests.desk import samples
from tests.desk.postgres import private_postgres
from uploader.bundle_read import read_bundle
from uploader.desk_messages import Author, TicketState

STAFF_ID = 1


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with private_postgres() as url:
        yield url


@contextmanager
def opened_database(url: str) -> Generator[Database, None, None]:
    database = Database(database_url(url))
    database.upgrade()
    with database.write() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
        person = {
            "id": STAFF_ID,
            "name": "csr",
            "shown_name": "Kim",
            "password_hash": "",
            "role": "csr",
            "active": True,
            "created_at": "",
        }
        connection.execute(insert(STAFF).values(person))
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
    with opened_database(url) as made:
        yield made


@pytest.fixture(params=sorted(backends()))
def backend(request: pytest.FixtureRequest, database: Database) -> Backend:
    return backends()[str(request.param)](database)


def new_ticket(sent: samples.Sent) -> NewTicket:
    bundle = read_bundle(sent.data)
    return NewTicket(
        manifest=bundle.manifest,
        run=bundle.run,
        sha256=hashlib.sha256(sent.data).hexdigest(),
        size_bytes=len(sent.data),
        claim=sent.claim,
        file_key=f"bundles/{sent.id}.zip",
    )


def message(text: str = "Hello", author: Author = Author.DESK, reply_id: str = "r" * 16) -> Message:
    staff_id = STAFF_ID if author is Author.DESK else 0
    return Message(id=reply_id, author=author, name="Kim", text=text, staff_id=staff_id)


def move(seen: TicketState, to: TicketState) -> Move:
    return Move(seen=seen, to=to, name="Kim", staff_id=STAFF_ID)


def test_the_folder_is_the_register() -> None:
    files = {p.stem for p in Path("desk/backends").glob("*.py")} - {"__init__"}
    assert set(backends()) == files


def test_opens_once(backend: Backend) -> None:
    new = new_ticket(samples.bundle())
    first = backend.open(new)
    again = backend.open(new)
    assert first.fresh
    assert not again.fresh
    assert again.number == first.number
    assert backend.view(first.number).state is TicketState.ACKNOWLEDGED


def test_opens_once_also_in_parallel(backend: Backend) -> None:
    new = new_ticket(samples.bundle())
    with ThreadPoolExecutor(20) as pool:
        opened = list(pool.map(backend.open, [new] * 20))
    assert sum(each.fresh for each in opened) == 1
    assert len({each.number for each in opened}) == 1


def test_other_content_or_sender_is_refused(backend: Backend) -> None:
    new = new_ticket(samples.bundle())
    backend.open(new)
    for other in ({"sha256": "0" * 64}, {"claim": "0" * 64}):
        with pytest.raises(OtherContentError):
            backend.open(msgspec.structs.replace(new, **other))


def test_finds_by_claim_only(backend: Backend) -> None:
    new = new_ticket(samples.bundle())
    opened = backend.open(new)
    found = backend.find(new.manifest.id, new.claim)
    assert found is not None
    assert found.number == opened.number
    assert backend.find(new.manifest.id, "0" * 64) is None
    assert backend.find("0" * 32, new.claim) is None


def test_a_reply_is_there_once_and_as_it_was_written(backend: Backend) -> None:
    number = backend.open(new_ticket(samples.bundle())).number
    text = "Zeile 1\n<b>\u202egefährlich\u202c</b> 你好 🛠"
    backend.reply(number, message(text))
    view = backend.reply(number, message("something else under the same id"))
    assert [reply.text for reply in view.replies] == [text]
    assert view.replies[0].author is Author.DESK


def test_replies_in_parallel_are_all_there_once(backend: Backend) -> None:
    number = backend.open(new_ticket(samples.bundle())).number
    messages = [message(f"No {n}", reply_id=f"reply-{n:08}") for n in range(10)] * 2
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(backend.reply, [number] * len(messages), messages))
    assert {r.text for r in backend.view(number).replies} == {f"No {n}" for n in range(10)}
    assert len(backend.view(number).replies) == 10


def test_the_states_follow_the_conversation(backend: Backend) -> None:
    number = backend.open(new_ticket(samples.bundle())).number
    assert backend.reply(number, message()).state is TicketState.IN_PROGRESS
    waits = backend.move(number, move(TicketState.IN_PROGRESS, TicketState.PENDING))
    assert waits.state is TicketState.PENDING
    answered = backend.reply(number, message("Yes", Author.SUBSCRIBER, "s" * 16))
    assert answered.state is TicketState.IN_PROGRESS
    assert answered.changed_at > waits.changed_at
    backend.move(number, move(TicketState.IN_PROGRESS, TicketState.RESOLVED))
    reopened = backend.reply(number, message("Again", Author.SUBSCRIBER, "t" * 16))
    assert reopened.state is TicketState.IN_PROGRESS


def test_a_closed_ticket_stays_closed(backend: Backend) -> None:
    number = backend.open(new_ticket(samples.bundle())).number
    backend.move(number, move(TicketState.ACKNOWLEDGED, TicketState.CLOSED))
    with pytest.raises(NotNowError):
        backend.reply(number, message("One more", Author.SUBSCRIBER))
    with pytest.raises(NotNowError):
        backend.move(number, move(TicketState.CLOSED, TicketState.IN_PROGRESS))
    assert backend.view(number).replies == ()


def test_a_move_from_an_old_page_is_refused(backend: Backend) -> None:
    number = backend.open(new_ticket(samples.bundle())).number
    backend.move(number, move(TicketState.ACKNOWLEDGED, TicketState.PENDING))
    with pytest.raises(NotNowError):
        backend.move(number, move(TicketState.ACKNOWLEDGED, TicketState.RESOLVED))
    assert backend.view(number).state is TicketState.PENDING


@pytest.mark.parametrize("number", ["FH-999999", "FH-0", "", "x' OR 1=1", "FH-99999999999999"])
def test_an_unknown_ticket_says_so(backend: Backend, number: str) -> None:
    with pytest.raises(NoSuchTicketError):
        backend.view(number)
    with pytest.raises(NoSuchTicketError):
        backend.reply(number, message())


def test_hostile_texts_are_kept_not_obeyed(backend: Backend, database: Database) -> None:
    hostile = "'; DROP TABLE tickets; -- \x00\ud7ff\u0000"
    sent = samples.bundle(samples.run(headline=hostile), complaint=hostile)
    opened = backend.open(new_ticket(replace(sent)))
    assert backend.view(opened.number).ticket == opened.number
    backend.reply(opened.number, message(hostile))
    with database.read() as connection:
        assert connection.execute(select(ENTRIES.c.id)).first() is not None
