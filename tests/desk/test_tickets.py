"""What the app sees of its ticket, and what it can say."""

from __future__ import annotations

from tests.desk import samples
from tests.desk.running import Csr, RunningDesk, ticket_view
from uploader.desk_messages import Author, TicketState


def test_the_answer_of_the_desk_reaches_the_app(desk: RunningDesk, csr: Csr) -> None:
    got = desk.opened(samples.bundle())
    page = f"/tickets/{got.ticket}"
    answered = csr.post(f"{page}/reply", page, text="We measure the line.", then="pending")
    assert answered.status_code == 200
    view = desk.view(got)
    assert [(reply.author, reply.text) for reply in view.replies] == [
        (Author.DESK, "We measure the line.")
    ]
    assert view.state is TicketState.PENDING


def test_the_answer_of_the_app_reaches_the_desk_once(desk: RunningDesk, csr: Csr) -> None:
    got = desk.opened(samples.bundle())
    answers = [desk.reply(got, "app-reply-1", "It is worse at night.") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len(ticket_view(answers[-1]).replies) == 1
    assert csr.http.get(f"/tickets/{got.ticket}").text.count("It is worse at night.") == 1


def test_notes_and_staff_stay_inside(desk: RunningDesk, csr: Csr) -> None:
    got = desk.opened(samples.bundle())
    page = f"/tickets/{got.ticket}"
    csr.post(f"{page}/note", page, text="Line card 7 is suspect")
    csr.post(f"{page}/assign", page, to="1")
    with desk.client(Authorization=f"Bearer {got.token}") as client:
        seen = client.get(f"/api/v1{page}").text
    assert "Line card 7" not in seen
    assert "Assigned" not in seen
    assert "Line card 7" in csr.http.get(page).text


def test_a_wrong_token_sees_nothing(desk: RunningDesk) -> None:
    mine, other = desk.opened(samples.bundle()), desk.opened(samples.bundle())
    for headers in ({}, {"Authorization": f"Bearer {other.token}"}, {"Authorization": "Basic x"}):
        with desk.client(**headers) as client:
            assert client.get(f"/api/v1/tickets/{mine.ticket}").status_code == 401
            refused = client.post(
                f"/api/v1/tickets/{mine.ticket}/replies", json={"id": "12345678", "text": "x"}
            )
        assert refused.status_code == 401
    assert desk.view(mine).replies == ()


def test_a_bad_reply_is_refused(desk: RunningDesk) -> None:
    got = desk.opened(samples.bundle())
    assert desk.reply(got, "short", "x").status_code == 400
    assert desk.reply(got, "12345678", "  \n ").status_code == 400
    assert desk.reply(got, "12345678", "x" * 10_001).status_code == 400
    assert desk.reply(got, "12345678", "x" * 300_000).status_code == 413
    assert desk.view(got).replies == ()


def test_a_closed_ticket_takes_no_reply(desk: RunningDesk, csr: Csr) -> None:
    got = desk.opened(samples.bundle())
    page = f"/tickets/{got.ticket}"
    csr.post(f"{page}/state", page, to="closed")
    assert desk.view(got).state is TicketState.CLOSED
    refused = desk.reply(got, "after-the-end", "One more thing")
    assert refused.status_code == 409
    assert "closed" in refused.json()["sentence"]


def test_a_known_outage_is_told_until_it_is_over(desk: RunningDesk, csr: Csr) -> None:
    got = desk.opened(samples.bundle())
    page = f"/tickets/{got.ticket}"
    words = "A cable was cut; fixed by noon."
    listed = csr.post("/outages", "/outages", title="Cable cut, north", text=words)
    assert words in listed.text
    csr.post(f"{page}/outage", page, to="1")
    told = desk.view(got)
    assert told.outage == words
    csr.post("/outages/1/end", "/outages")
    over = desk.view(got)
    assert over.outage == ""
    assert over.changed_at > told.changed_at
