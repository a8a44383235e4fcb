"""A cause's words reach the catalogue of texts to translate."""

from __future__ import annotations

from importlib import resources

from diagnostics.cause import all_causes
from diagnostics.cause_texts import extract_cause


def test_every_word_of_a_cause_is_gathered_with_its_line() -> None:
    file = resources.files("diagnostics").joinpath("causes", "line-loss.toml")
    with file.open("rb") as source:
        found = list(extract_cause(source, (), (), {}))
    cause = all_causes()["line-loss"]
    texts = [text for _, _, text, _ in found]
    assert texts[0] == cause.words.headline
    assert cause.words.technician in texts
    assert cause.visit.why in texts
    lines = file.read_text("utf-8").splitlines()
    assert all(text in lines[line - 1] for line, _, text, _ in found)
