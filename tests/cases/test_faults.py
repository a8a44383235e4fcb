"""From written readings to the verdict: each cause alone, and pairs of them."""

from __future__ import annotations

import pytest

from diagnostics.cause import all_causes
from diagnostics.judge import Judgement, judge
from diagnostics.verdict import SegmentState, Status
from tests.cases.faults import FAULTS, PAIRS, Fault
from tests.cases.wifi import CASES


def judged(fault: Fault) -> Judgement:
    home = fault.home()
    return judge(home.evidence(), home.profile(), complaint=fault.complaint)


def named(fault: Fault) -> str:
    return fault.name


@pytest.mark.parametrize("fault", FAULTS, ids=named)
def test_the_cause_is_named_and_no_other(fault: Fault) -> None:
    verdict = judged(fault).verdict
    assert [finding.id for finding in verdict.causes] == [fault.cause]
    assert verdict.status is Status.PROBLEM
    assert verdict.id == fault.cause
    assert verdict.headline == all_causes()[fault.cause].words.headline


@pytest.mark.parametrize("fault", FAULTS, ids=named)
def test_its_evidence_and_place_are_told(fault: Fault) -> None:
    judgement = judged(fault)
    finding = judgement.verdict.causes[0]
    assert finding.evidence
    states = judgement.verdict.segments
    assert getattr(states, finding.segment.value) is SegmentState.BAD


@pytest.mark.parametrize("fault", PAIRS, ids=named)
def test_both_faults_of_a_pair_are_named(fault: Fault) -> None:
    verdict = judged(fault).verdict
    assert {finding.id for finding in verdict.causes} == {fault.cause, *fault.also}


def test_every_cause_has_a_case() -> None:
    written = {fault.cause for fault in FAULTS} | {case.cause for case in CASES}
    assert written == set(all_causes())
