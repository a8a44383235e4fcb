"""Reading guide files: good ones, translations, and one clear sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.guide import Guide, GuideError, Skill, StepKind, System
from diagnostics.guide_file import load_guide, load_guides, parse_guide, read_guides
from diagnostics.sign import State

GOOD = """+++
id = "tea"
causes = ["cold-cup"]

[[ask]]
id = "asked-kettle"
yes = "boil"

[[steps]]
id = "boil"
minutes = 3
chance = { cold-cup = 0.9 }
probes = ["gateway"]
signs = { loss-to-gateway = "absent" }
+++
# Make tea

The cup is cold.

## ask asked-kettle: Is the kettle full?
- yes: Yes, it is
- no: No
- unknown: I cannot see it

### why
Without water it does not boil.

## boil: Boil water
Press the switch.

### linux
Type `boil`.

### why
Heat.

### see
Steam.

### safety
It is hot.
"""


def parse(text: str = GOOD, name: str = "tea.en.md") -> Guide:
    return parse_guide(text, name)


def test_reads_facts_and_words() -> None:
    guide = parse()
    step = guide.steps[0]
    assert (guide.title, guide.intro, guide.language) == ("Make tea", "The cup is cold.", "en")
    assert (step.title, step.do, step.safety) == ("Boil water", "Press the switch.", "It is hot.")
    assert (step.kind, step.skill, step.minutes) == (StepKind.REPAIR, Skill.ANYONE, 3)
    assert step.chance("cold-cup") == 0.9
    assert step.chance("other") == 0
    assert step.judges[0].good is State.ABSENT
    assert step.action(System.LINUX) == "Type `boil`."
    assert step.action(System.WINDOWS) == "Press the switch."
    assert step.action(System.of("darwin")) == "Press the switch."
    assert [reply.then for reply in guide.questions[0].replies] == ["boil", "", ""]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("minutes = 3", "minutes = 3\nminuts = 4", "unknown field `minuts`"),
        ("minutes = 3", "minutes = 0", "> 0"),
        ("0.9 }", "1.5 }", "<= 1"),
        ('id = "tea"', 'id = "coffee"', "same as the file's name"),
        ("minutes = 3", "minutes = ", "not valid TOML"),
        ("+++\nid", "id", "+++"),
        ("# Make tea", "Make tea", "# Title"),
        ("## boil:", "## boil", "must be `step-id: Title`"),
        ("## boil:", "## bake:", "'bake' is in the text and not in the head"),
        ("### safety", "### danger", "'danger'"),
        ("### safety", "### why", "'why'"),
        ("cold-cup = 0.9", "warm-cup = 0.9", "'warm-cup'"),
        ('yes = "boil"', 'yes = "brew"', "no step 'brew'"),
        ('"absent" }', '"gone" }', "gone"),
    ],
)
def test_a_mistake_gets_one_sentence(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(GuideError) as caught:
        parse(GOOD.replace(old, new, 1))
    assert says in str(caught.value)
    assert "tea.en.md" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_translation_takes_its_facts_from_the_english_file(tmp_path: Path) -> None:
    words = GOOD.partition("\n+++\n")[2].replace("Make tea", "Tee kochen")
    (tmp_path / "tea.en.md").write_text(GOOD)
    (tmp_path / "tea.de.md").write_text(f'+++\nid = "tea"\n+++\n{words}')
    german = read_guides(tmp_path, "de-AT")["tea"]
    assert (german.title, german.language) == ("Tee kochen", "de")
    assert german.steps[0].chance("cold-cup") == 0.9
    assert read_guides(tmp_path, "fr")["tea"].title == "Make tea"


def test_a_translation_may_not_change_facts(tmp_path: Path) -> None:
    (tmp_path / "tea.en.md").write_text(GOOD)
    (tmp_path / "tea.de.md").write_text(GOOD)
    with pytest.raises(GuideError, match="is a translation"):
        read_guides(tmp_path, "de")


def test_two_guides_may_not_serve_one_cause(tmp_path: Path) -> None:
    (tmp_path / "tea.en.md").write_text(GOOD)
    (tmp_path / "tee.en.md").write_text(GOOD.replace('id = "tea"', 'id = "tee"'))
    with pytest.raises(GuideError, match="Both guides"):
        read_guides(tmp_path)


def test_a_cause_of_a_newer_version_has_no_guide(tmp_path: Path) -> None:
    (tmp_path / "tea.en.md").write_text(GOOD)
    guides = read_guides(tmp_path)
    assert guides.for_cause("line-haunted") is None
    assert guides.for_cause("line-haunted", "tea") is guides["tea"]


def test_one_guide_alone_is_the_same_as_among_all() -> None:
    everything = load_guides()
    asked = [(cause, "") for cause in (*everything.causes(), "cannot-tell", "no-such-cause")]
    asked += [("no-such-cause", each) for each in (*everything, "no-such-guide")]
    for cause, guide_id in asked:
        assert load_guide(cause, guide_id) == everything.for_cause(cause, guide_id)
