"""The score counts what it promises to count."""

from __future__ import annotations

from tests.sim.matrix import report, shares
from tests.sim.score import Blamed, Case, Document, Verdict


def _case(name: str, truth: str, *said: str, status: str = "problem") -> Case:
    segments = {"line": "access", "wifi": "wifi", "isp": "isp", "router": "router"}
    causes = [Blamed(cause, segments[cause.split("-")[0]], 0.9) for cause in said]
    return Case(
        name=name,
        healthy=not truth,
        causes=(truth,) if truth else (),
        also=(),
        document=Document(Verdict(status, causes)),
    )


def test_right_cause_segment_and_side_are_told_apart() -> None:
    found = shares(
        [
            _case("right", "line-loss", "line-loss"),
            _case("near", "line-loss", "line-slow", "line-loss"),
            _case("wrong side", "line-loss", "wifi-unreliable"),
            _case("nothing said", "line-loss", status="cannot_tell"),
        ]
    )
    assert found.right_cause == 0.25
    assert found.right_segment == 0.5
    assert found.in_three == 0.5
    assert found.wrong_side == ("wrong side",)
    assert not found.promised


def test_a_blamed_healthy_home_is_a_false_alarm_and_cannot_tell_is_not() -> None:
    found = shares(
        [
            _case("peace", "", status="healthy"),
            _case("unsure", "", status="cannot_tell"),
            _case("blamed", "", "line-slow"),
        ]
    )
    assert found.false_alarms == ("blamed",)
    assert found.healthy_in_peace == 1 / 3


def test_a_case_without_a_document_is_wrong_and_says_why() -> None:
    failed = Case(
        name="x", healthy=False, causes=("line-loss",), also=(), document=None, failure="exit 4"
    )
    assert shares([failed]).right_segment == 0
    assert "exit 4" in report([failed])


def test_report_holds_matrix_and_unknown_figures_are_not_zero() -> None:
    text = report([_case("a", "line-loss", "wifi-unreliable"), _case("b", "", status="healthy")])
    assert "| access | 1 |" in text
    assert "line-loss | 1 | wifi-unreliable (1)" in text
    assert "not told" in text
