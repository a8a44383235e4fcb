"""Calibration figures: known statements give known errors, and the pages hold them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.sim.accuracy import write
from tests.sim.calibration import Statement, calibration, statements
from tests.sim.campaign import Played
from tests.sim.complaint import LabError
from tests.sim.scenario import Scenario, Truth
from tests.sim.score import Blamed, Case, Document, Verdict


def test_honest_statements_have_no_error() -> None:
    made = [Statement(0.75, true=True)] * 75 + [Statement(0.75, true=False)] * 25
    found = calibration(made)
    assert found.error == pytest.approx(0.0)
    assert found.brier == pytest.approx(0.75 * 0.25)
    assert found.count == 100


def test_boasting_shows_as_error() -> None:
    made = [Statement(0.95, true=True), Statement(0.95, true=False)]
    assert calibration(made).error == pytest.approx(0.45)


def test_surely_true_falls_into_the_last_bin() -> None:
    assert calibration([Statement(1.0, true=True)]).bins[-1].count == 1
    assert calibration([]).error == 0


def _case(truth: str, told: str, considered: str) -> Case:
    verdict = Verdict(
        "problem",
        [Blamed(told, "access", 0.9)],
        considered=[Blamed(considered, "wifi", 0.2)],
    )
    return Case(
        name=f"{truth} <b>",
        healthy=False,
        causes=(truth,),
        also=(),
        document=Document(verdict, 9.0, 2.0, 10, 20),
    )


def test_told_and_considered_causes_are_statements() -> None:
    made = statements([_case("line-loss", "line-loss", "wifi-unreliable")])
    assert made == [Statement(0.9, true=True), Statement(0.2, true=False)]


def test_both_pages_are_written_and_hold_the_figures(tmp_path: Path) -> None:
    scenario = Scenario(title="x", truth=Truth(status="problem", causes=("line-loss",)))
    played = [
        Played(1, 0, "single", _case("line-loss", "line-loss", "line-slow"), scenario),
        Played(1, 1, "single", _case("line-slow", "line-loss", "line-slow"), scenario),
    ]
    kept = tmp_path / "kept.json"
    kept.write_bytes(msgspec.json.encode(played))
    scored = tmp_path / "score.json"
    radio = msgspec.structs.replace(played[0].case, name="wifi/one", causes=("wifi-dropouts",))
    scored.write_bytes(msgspec.json.encode([*(one.case for one in played), radio]))
    pages = tmp_path / "new" / "pages"
    write([kept], [scored], pages, "On seed <1>.")
    text = (pages / "accuracy.md").read_text()
    page = (pages / "accuracy.html").read_text()
    wired, _, aired = text.partition("## On homes with radios")
    assert "| wifi-dropouts | 1 | line-loss (1) |" in aired.partition("## The score")[0]
    assert "wifi" not in wired.partition("own scenarios")[2]
    assert "| right cause first | 95 % | 50.0% |" in text
    assert "Brier score" in text
    assert "| access | 2 |" in text.partition("own scenarios")[2].partition("## The score")[0]
    assert "On seed &lt;1&gt;." in page
    assert "<svg" in page
    assert "http" not in page
    assert "line-slow" in page


def test_a_file_that_is_no_campaign_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(LabError, match="holds no campaign"):
        write([tmp_path / "x.json"], [], tmp_path, "")
