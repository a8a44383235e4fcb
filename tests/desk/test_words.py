"""What customer service reads speaks about the subscriber, never to them."""

from __future__ import annotations

import re

import pytest

from diagnostics.cause import all_causes

ADDRESSED = re.compile(r"\b(you|your|yours|this computer)\b", re.IGNORECASE)


@pytest.mark.parametrize("cause", sorted(all_causes()))
def test_every_cause_has_a_name_for_the_desk(cause: str) -> None:
    words = all_causes()[cause].words
    assert words.desk, f"{cause}: [words] lacks `desk`, what customer service calls it"
    for text in (words.desk, words.csr, words.action):
        assert not ADDRESSED.search(text), text
