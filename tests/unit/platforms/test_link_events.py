"""What the kernel tells of the link, made into events: who was refused, and why."""

from __future__ import annotations

from diagnostics.platforms.linux_wifi_events import Story, Told, told
from diagnostics.platforms.nl80211 import Attribute, Command, Message
from diagnostics.readings.wifi import JoinRefusal, LinkEvent, LinkEventKind

ONE, TWO = "02:00:00:00:01:00", "02:00:00:00:02:00"


def heard(command: Command, code: int | None = 0, bssid: str = ONE, **more: bool) -> Told:
    return Told(command=command, bssid=bssid, code=code, timed_out=more.get("timed_out", False))


def play(story: Story, *messages: Told) -> list[LinkEvent]:
    return [event for at, m in enumerate(messages) for event in story.hear(m, float(at))]


def test_a_join_counts_when_we_are_let_in() -> None:
    story = Story("")
    assert play(story, heard(Command.AUTHENTICATE), heard(Command.CONNECT)) == []
    assert story.logging_in
    (event,) = story.let_in(ONE, 2.0)
    assert (event.kind, event.bssid) == (LinkEventKind.JOINED, ONE)
    assert not story.logging_in


def test_a_wrong_password_is_a_join_that_is_undone() -> None:
    story = Story("")
    (event,) = play(story, heard(Command.CONNECT), heard(Command.DEAUTHENTICATE, 15))
    assert event.kind is LinkEventKind.REFUSED
    assert event.refusal is JoinRefusal.WRONG_PASSWORD
    assert event.reason_code == 15


def test_the_same_refusal_is_told_once() -> None:
    story = Story("")
    events = play(
        story,
        heard(Command.CONNECT),
        heard(Command.DEAUTHENTICATE, 2),
        heard(Command.DISCONNECT, 2),
    )
    assert len(events) == 1


def test_sae_refuses_before_the_join() -> None:
    (event,) = play(Story(""), heard(Command.AUTHENTICATE, 15))
    assert event.refusal is JoinRefusal.WRONG_PASSWORD
    assert play(Story(""), heard(Command.AUTHENTICATE, 126)) == []  # hash to element: goes on


def test_full_and_silent_access_points() -> None:
    (full,) = play(Story(""), heard(Command.ASSOCIATE, 17))
    assert full.refusal is JoinRefusal.ACCESS_POINT_FULL
    (silent,) = play(Story(""), heard(Command.AUTHENTICATE, None, timed_out=True))
    assert silent.refusal is JoinRefusal.NOT_ANSWERED


def test_a_drop_and_a_roam() -> None:
    story = Story(ONE)
    (left,) = play(story, heard(Command.DISASSOCIATE, 8))
    assert (left.kind, left.bssid, left.reason_code) == (LinkEventKind.LEFT, ONE, 8)
    story = Story(ONE)
    assert play(story, heard(Command.ROAM, bssid=TWO)) == []
    (roamed,) = story.let_in(TWO, 1.0)
    assert (roamed.kind, roamed.bssid) == (LinkEventKind.ROAMED, TWO)


def test_being_let_in_again_is_no_event() -> None:
    assert Story(ONE).let_in(ONE, 0.0) == []


def test_codes_stand_in_frames_too() -> None:
    head = bytes(4) + bytes(6) + bytes(6) + bytes.fromhex("020000000100") + bytes(2)
    frame = head + (15).to_bytes(2, "little")
    found = told(Message(Command.DEAUTHENTICATE, {Attribute.FRAME: frame}))
    assert (found.bssid, found.code) == (ONE, 15)
    short = told(Message(Command.DEAUTHENTICATE, {Attribute.FRAME: head[:10]}))
    assert short.code is None


def _authentication(algorithm: int, transaction: int, status: int) -> Message:
    head = bytes(16) + bytes.fromhex("020000000100") + bytes(2)
    fields = b"".join(n.to_bytes(2, "little") for n in (algorithm, transaction, status))
    return Message(Command.AUTHENTICATE, {Attribute.FRAME: head + fields})


def test_sae_proves_the_password_with_its_second_message() -> None:
    (event,) = play(Story(""), told(_authentication(3, 1, 0)), told(_authentication(3, 2, 1)))
    assert event.refusal is JoinRefusal.WRONG_PASSWORD
    (unproven,) = play(Story(""), told(_authentication(3, 1, 1)))
    assert unproven.refusal is JoinRefusal.OTHER
    (shared_key,) = play(Story(""), told(_authentication(0, 2, 1)))
    assert shared_key.refusal is JoinRefusal.OTHER
