"""The spoken code says what it should, and hears when it was misheard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.result import Unmeasured
from tests.unit.uploader.samples import run_of
from uploader.handover import (
    ALPHABET,
    CODES,
    Handover,
    HandoverError,
    decode,
    encode,
    handover_of,
    qr_svg,
    qr_text,
)

UNMEASURED = handover_of(run_of(), 0).down_bps
FIGURES = st.one_of(st.just(UNMEASURED), st.floats(1e5, 1e10))
HANDOVERS = st.builds(
    Handover,
    causes=st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True).map(tuple),
    complete=st.booleans(),
    down_bps=FIGURES,
    up_bps=FIGURES,
    delay_ms=st.one_of(st.just(UNMEASURED), st.floats(1, 3000)),
    loss_percent=st.one_of(st.just(UNMEASURED), st.floats(0, 100)),
    installation=st.integers(0, 0xFFFF),
)


def near(said: float | Unmeasured, heard: float | Unmeasured, factor: float) -> bool:
    if isinstance(said, Unmeasured) or isinstance(heard, Unmeasured):
        return isinstance(said, Unmeasured) and isinstance(heard, Unmeasured)
    return said / factor <= heard <= said * factor


@given(HANDOVERS)
def test_what_is_said_is_heard(said: Handover) -> None:
    code = encode(said)
    assert len(code) == 14
    heard = decode(code.lower().replace("0", "o").replace("1", "l").replace("-", " "))
    assert heard.causes == said.causes
    assert heard.complete is said.complete
    assert heard.installation == said.installation
    assert near(said.down_bps, heard.down_bps, 1.5)
    assert near(said.up_bps, heard.up_bps, 1.5)
    assert near(said.delay_ms, heard.delay_ms, 1.8)
    assert isinstance(said.loss_percent, Unmeasured) is isinstance(heard.loss_percent, Unmeasured)


@given(HANDOVERS, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_always_found(said: Handover, at: int, letter: str) -> None:
    text = list(encode(said).replace("-", ""))
    if text[at] == letter:
        return
    text[at] = letter
    with pytest.raises(HandoverError):
        decode("".join(text))


@pytest.mark.parametrize("text", ["", "ABC", "0000-0000-0000-0", "!!!!", "ÄÖÜÄ-ÖÜÄÖ-ÜÄÖÜ"])
def test_what_is_no_code_is_said_so(text: str) -> None:
    with pytest.raises(HandoverError, match="read it out again"):
        decode(text)


def test_ids_keep_their_numbers() -> None:
    """Codes are spoken by apps of any age: a number once given stays."""
    assert len(CODES) == len(set(CODES)) <= 127
    assert CODES.index("device-adapter-off") == 0
    assert CODES.index("line-down") == 53
    assert CODES.index("cannot-tell") == 90


def test_of_a_run() -> None:
    heard = decode(encode(handover_of(run_of(), 0x1ABCD)))
    assert heard.causes == ("device-upload-busy",)
    assert heard.installation == 0xABCD
    assert isinstance(heard.down_bps, Unmeasured)


def test_the_picture_holds_the_text() -> None:
    text = qr_text(run_of(), 7)
    assert encode(handover_of(run_of(), 7)) in text
    assert "a" * 32 in text
    assert qr_svg(text).startswith("<?xml")
