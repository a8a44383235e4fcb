"""Figures, plurals, names from outside and translations."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.result import Reason, Unmeasured
from diagnostics.verdict import Segment, SegmentState
from diagnostics.words import ISOLATE, LONGEST_NAME, POP, UNSAFE, Words

EN = Words("en", isolates=False, zone=UTC)
GAP = "\u00a0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EN.rate(94_230_000), f"94.2{GAP}Mbit/s"),
        (EN.rate(18_900_000), f"18.9{GAP}Mbit/s"),
        (EN.rate(940_200_000), f"940{GAP}Mbit/s"),
        (EN.rate(1_250_000_000), f"1.2{GAP}Gbit/s"),
        (EN.rate(640_000), f"640{GAP}kbit/s"),
        (EN.rate(0), f"0{GAP}kbit/s"),
        (EN.ms(4.23), f"4.2{GAP}ms"),
        (EN.ms(0.83), f"0.8{GAP}ms"),
        (EN.ms(640.4), f"640{GAP}ms"),
        (EN.percent(0.04), f"0.04{GAP}%"),
        (EN.percent(100), f"100{GAP}%"),
        (EN.duration(0.4), f"400{GAP}ms"),
        (EN.duration(95), f"1{GAP}min 35{GAP}s"),
        (EN.duration(3600), f"1{GAP}h"),
        (EN.amount(38_400_000), f"38{GAP}MB"),
        (EN.minutes(1), "about 1 minute"),
        (EN.minutes(5), "about 5 minutes"),
        (EN.number(1234567), "1,234,567"),
        (EN.join(["a", "b"]), "a and b"),
        (EN.join([]), ""),
        (Words("de", isolates=False).figure(1234.5, "ms", 1), f"1.234,5{GAP}ms"),
        (Words("zz-unknown", isolates=False).ms(4), f"4{GAP}ms"),
        (EN.moment("no time"), "no time"),
    ],
)
def test_figures(text: str, expected: str) -> None:
    assert text == expected


def test_a_moment_names_its_zone() -> None:
    assert "2026" in EN.moment("2026-03-04T18:22:10Z")
    assert "UTC+00:00" in EN.moment("2026-03-04T18:22:10Z")


def test_figures_are_kept_in_order_inside_right_to_left_text() -> None:
    arabic = Words("ar")
    assert arabic.right_to_left
    assert arabic.ms(4.2) == f"{ISOLATE}4.2{GAP}ms{POP}"


def test_unmeasured_is_said_and_never_a_zero() -> None:
    for reason in Reason:
        said = EN.by_unit(Unmeasured(reason), "ms")
        assert said
        assert not any(sign.isdigit() for sign in said)


def test_every_closed_list_has_words() -> None:
    assert all(EN.segment(segment) for segment in Segment)
    assert all(EN.segment_state(state) for state in SegmentState)
    assert EN.probe("gateway") == "Way to the router"
    assert EN.probe("probe-of-tomorrow") == "probe-of-tomorrow"


@given(st.text())
def test_a_foreign_name_cannot_turn_or_break_the_line(text: str) -> None:
    shown = Words("en").name(text)
    inner = shown.removeprefix(ISOLATE).removesuffix(POP)
    assert not UNSAFE.search(inner)
    assert len(inner) <= max(LONGEST_NAME, len("(without a name)"))
    assert inner.strip()


def test_braces_in_a_part_are_left_alone() -> None:
    assert EN.say("{name} is here", name="{other}") == "{other} is here"


CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);\\n"

msgid "ms"
msgstr "мс"

msgid "{count} step"
msgid_plural "{count} steps"
msgstr[0] "{count} krok"
msgstr[1] "{count} kroky"
msgstr[2] "{count} kroků"
"""


def test_a_catalogue_brings_units_and_plural_rules(tmp_path: Path) -> None:
    (tmp_path / "cs.po").write_text(CATALOGUE, encoding="utf-8")
    czech = Words("cs-CZ", isolates=False, catalogues=tmp_path)
    assert czech.ms(4) == f"4{GAP}мс"
    said = [czech.say_many("{count} step", "{count} steps", count) for count in (1, 3, 5)]
    assert said == ["1 krok", "3 kroky", "5 kroků"]
    assert czech.say("not in the catalogue") == "not in the catalogue"


def test_importing_words_loads_no_babel() -> None:
    code = (
        "import sys, diagnostics.words\n"
        "raise SystemExit('babel' in sys.modules or 'gettext' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
