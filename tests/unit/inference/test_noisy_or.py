"""The arithmetic of the noisy-OR, against a slow and plain computation of the same."""

from __future__ import annotations

import math
import time
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.cause import Cause, Needs, Visit, VisitNeed, Words, all_causes
from diagnostics.inference import NoisyOr, Posterior
from diagnostics.sign import Sign
from diagnostics.signbook import sign_specs, state_of
from diagnostics.verdict import Segment

WORDS = Words(headline="A.", means="B.", csr="C.", technician="D.")
VISIT = Visit(needed=VisitNeed.NO, why="E.")
NAMES = ("s1", "s2", "s3", "s4")
LEAKS = {"s1": 0.01, "s2": 0.002, "s3": 0.05, "s4": 0.2}


def cause(name: str, prior: float, produces: dict[str, float], needs: Needs | None = None) -> Cause:
    return Cause(
        id=name,
        segment=Segment.LAN,
        prior=prior,
        source="test",
        guide="",
        produces=produces,
        needs=needs or Needs(),
        words=WORDS,
        visit=VISIT,
    )


def sign(name: str, belief: float) -> Sign:
    return Sign(id=name, state=state_of(belief), belief=belief)


def posterior(causes: tuple[Cause, ...], signs: tuple[Sign, ...]) -> Posterior:
    return NoisyOr(causes, signs, LEAKS, {}).posterior()


def by_hand(causes: tuple[Cause, ...], signs: tuple[Sign, ...]) -> dict[tuple[str, ...], float]:
    """Every set that may be weighed, straight from the definition; without their sum."""
    weights: dict[tuple[str, ...], float] = {}
    for size in range(5):
        for members in combinations(causes, size):
            weight = math.prod(one.prior if one in members else 1 - one.prior for one in causes)
            for shown in signs:
                quiet = (1 - LEAKS[shown.id]) * math.prod(
                    1 - one.produces.get(shown.id, 0.0) for one in members
                )
                weight *= shown.belief * (1 - quiet) + (1 - shown.belief) * quiet
            weights[tuple(sorted(one.id for one in members))] = weight
    return weights


chances = st.floats(0.02, 0.98)
beliefs = st.floats(0.56, 0.999) | st.floats(0.001, 0.44)
produced = st.dictionaries(st.sampled_from(NAMES), chances, min_size=1, max_size=4)
#: every cause has at least one sign that speaks for it, so that all sets are weighed
cause_lists = st.lists(st.tuples(st.floats(0.001, 0.3), produced), min_size=1, max_size=5)


def built(rows: list[tuple[float, dict[str, float]]]) -> tuple[Cause, ...]:
    return tuple(
        cause(f"c{index}", prior, {**produces, "s1": produces.get("s1", 0.5)})
        for index, (prior, produces) in enumerate(rows)
    )


@given(rows=cause_lists, other=st.lists(beliefs, min_size=3, max_size=3))
def test_it_is_exact(rows: list[tuple[float, dict[str, float]]], other: list[float]) -> None:
    signs = (sign("s1", 0.97), *(sign(n, b) for n, b in zip(NAMES[1:], other, strict=True)))
    causes = built(rows)
    expected = by_hand(causes, signs)
    found = {one.causes: one.probability for one in posterior(causes, signs).sets}
    assert {one for one in expected if len(one) < 4} <= found.keys() <= expected.keys()
    total = sum(expected[members] for members in found)
    for members, probability in found.items():
        assert math.isclose(probability, expected[members] / total, rel_tol=1e-6, abs_tol=1e-12)


def test_three_faults_at_once_do_not_lose_to_two_of_them_with_a_bystander() -> None:
    """Each bystander fits as well beside all three as beside two of them."""
    true = [cause(f"t{n}", 0.02, {f"s{n}": 0.9}) for n in (1, 2, 3)]
    beside = [cause(f"b{n}", 0.02, {"s4": 0.5}) for n in range(12)]
    shown = tuple(sign(f"s{n}", 0.99) for n in (1, 2))
    shown = (*shown, sign("s3", 0.97), sign("s4", 0.9))
    alone = posterior(tuple(true), shown).of("t3")
    assert math.isclose(posterior((*true, *beside), shown).of("t3"), alone, abs_tol=0.05)


@given(
    rows=cause_lists,
    seed=st.randoms(use_true_random=False),
    other=st.lists(beliefs, min_size=3, max_size=3),
)
def test_order_of_evidence_and_causes_changes_nothing(
    rows: list[tuple[float, dict[str, float]]],
    seed: st.DataObject,
    other: list[float],
) -> None:
    signs = [sign("s1", 0.97), *(sign(n, b) for n, b in zip(NAMES[1:], other, strict=True))]
    causes = list(built(rows))
    before = posterior(tuple(causes), tuple(signs))
    seed.shuffle(signs)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    seed.shuffle(causes)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    assert posterior(tuple(causes), tuple(signs)) == before


@given(rows=cause_lists)
def test_an_unknown_sign_changes_nothing(rows: list[tuple[float, dict[str, float]]]) -> None:
    causes = built(rows)
    known = (sign("s1", 0.97), sign("s2", 0.1))
    unknown = (sign("s3", 0.5), sign("s4", 0.5))
    assert posterior(causes, known) == posterior(causes, (*known, *unknown))


@given(rows=cause_lists, belief=beliefs)
def test_probabilities_sum_to_one(
    rows: list[tuple[float, dict[str, float]]], belief: float
) -> None:
    found = posterior(built(rows), (sign("s1", belief), sign("s2", 0.9)))
    assert math.isclose(math.fsum(one.probability for one in found.sets), 1.0, rel_tol=1e-9)
    assert all(0 <= value <= 1 + 1e-9 for value in found.marginals.values())


@given(mine=st.floats(0.3, 0.95), others=st.floats(0.3, 0.95), prior=st.floats(0.005, 0.2))
def test_a_rival_that_accounts_for_the_sign_explains_the_cause_away(
    mine: float, others: float, prior: float
) -> None:
    """Evidence for the rival alone (s2) must lower the cause that shares only s1 with it."""
    causes = (cause("a", prior, {"s1": mine}), cause("b", prior, {"s1": others, "s2": 0.9}))
    without = posterior(causes, (sign("s1", 0.98),)).of("a")
    with_rival = posterior(causes, (sign("s1", 0.98), sign("s2", 0.98))).of("a")
    assert with_rival < without


@given(belief=st.floats(0.55, 0.99), more=st.floats(0.001, 0.009))
def test_a_surer_sign_makes_its_cause_likelier(belief: float, more: float) -> None:
    one = (cause("a", 0.02, {"s1": 0.9}),)
    weaker = posterior(one, (sign("s1", belief),)).of("a")
    stronger = posterior(one, (sign("s1", belief + more),)).of("a")
    assert stronger > weaker


def test_two_faults_with_signs_of_their_own_are_both_likely() -> None:
    causes = (cause("a", 0.02, {"s1": 0.9}), cause("b", 0.02, {"s2": 0.9}))
    found = posterior(causes, (sign("s1", 0.999), sign("s2", 0.999)))
    assert found.of("a") > 0.5
    assert found.of("b") > 0.8
    assert found.sets[0].causes == ("a", "b")


def test_a_cause_whose_needed_sign_is_absent_is_no_rival() -> None:
    needs = Needs(all=("s3",))
    causes = (cause("a", 0.02, {"s1": 0.9}), cause("b", 0.3, {"s1": 0.9}, needs))
    found = posterior(causes, (sign("s1", 0.99), sign("s3", 0.01)))
    assert found.of("b") == 0.0


def test_a_cause_whose_needed_sign_is_unknown_stays_a_rival() -> None:
    """Else the blame would fall on whoever happened to be measured."""
    needs = Needs(all=("s3",))
    causes = (cause("a", 0.02, {"s1": 0.9}), cause("b", 0.02, {"s1": 0.9}, needs))
    found = posterior(causes, (sign("s1", 0.99), sign("s3", 0.5)))
    assert math.isclose(found.of("a"), found.of("b"))


@settings(max_examples=5, deadline=None)
@given(shown=st.floats(0.9, 0.999))
def test_it_is_quick_even_when_every_sign_shows(shown: float) -> None:
    """The worst evidence there can be: everything is wrong at once."""
    specs = sign_specs()
    signs = tuple(sign(name, shown) for name in specs)
    leaks = {name: spec.leak for name, spec in specs.items()}
    causes = tuple(all_causes().values())
    begun = time.process_time()
    found = NoisyOr(causes, signs, leaks, {}).posterior()
    assert time.process_time() - begun < 0.5  # 50 ms on an idle core; the tests share theirs
    assert found.sets
