"""Everything that the subscriber reads is plain English: grade 8, no abbreviation left alone."""

from __future__ import annotations

import re

import pytest

from diagnostics.cause import Cause, all_causes
from diagnostics.explain.activities import TITLES
from diagnostics.guide import Guide
from diagnostics.guide_file import load_guides
from diagnostics.signbook import sign_specs
from tests.contract.readability import grade, longest_sentence, plain

GRADE = 8.0
#: capitals that are no abbreviation to a reader, or that every box and shop writes like this
KNOWN = {"WiFi", "I", "OK", "A", "TV", "USB", "HTTP", "VPN", "PC"}
ABBREVIATION = re.compile(r"\b(?:[A-Z]{2,}[0-9a-z]*|[A-Z][a-z]*[A-Z]\w*|IPv[46])\b")
CAUSES = tuple(all_causes().values())
GUIDES = tuple(load_guides("en").values())


@pytest.mark.parametrize("cause", CAUSES, ids=lambda one: one.id)
def test_what_is_wrong_is_told_in_grade_8(cause: Cause) -> None:
    text = f"{cause.words.headline} {cause.words.means}"
    assert grade(text) <= GRADE, text
    assert longest_sentence(text) <= 26, text


@pytest.mark.parametrize("cause", CAUSES, ids=lambda one: one.id)
def test_no_abbreviation_is_left_unexplained(cause: Cause) -> None:
    """One may stand beside its meaning in brackets, or be the words that are explained."""
    text = f"{cause.words.headline} {cause.words.means}"
    for found in ABBREVIATION.findall(text):
        explained = re.search(rf"\([^)]*\b{found}\b[^)]*\)|\b{found}\b[^(.]*\(", text)
        assert found in KNOWN or explained, f"{found} in {text!r}"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda one: one.id)
def test_each_step_of_a_guide_is_grade_8(guide: Guide) -> None:
    assert grade(f"{guide.title}. {plain(guide.intro)}") <= GRADE
    for step in guide.steps:
        for do in (step.do, *(variant.do for variant in step.variants)):
            parts = (f"{step.title}.", plain(do), plain(step.why), plain(step.see))
            text = "\n".join((*parts, plain(step.safety)))
            assert grade(text) <= GRADE, f"{step.id}: {text}"


def test_each_question_is_grade_8() -> None:
    for guide in GUIDES:
        for question in guide.questions:
            assert grade(f"{question.text} {plain(question.why)}") <= GRADE, question.text
    for spec in sign_specs().values():
        assert not spec.question or longest_sentence(spec.question) <= 16


def test_calls_films_games_and_work_are_told() -> None:
    assert set(TITLES) == {"calls", "video", "games", "work"}


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("The cat sat on the mat.", -3, 2),
        ("Pull the plug of the router. Wait half a minute. Put it back in.", -2, 3),
        (
            "Instantaneous unavailability of infrastructure necessitates reconfiguration.",
            20,
            60,
        ),
    ],
)
def test_the_formula_tells_easy_from_hard(text: str, least: float, most: float) -> None:
    assert least <= grade(text) <= most
