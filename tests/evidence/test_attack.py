"""A claim about all pairs is tried on hard ones, and on what a search finds, before it is called consistent."""

import math
import re

import pytest

import gantheory as gt
from gantheory.base.estimate import Divergent
from gantheory.distributions import Cauchy, Normal, Uniform
from gantheory.distributions.text import parse
from gantheory.evidence import attack, pairs
from gantheory.evidence.attack import Identity, Inequality
from gantheory.evidence.claim import Verdict


def number(value):
    return lambda p, q: value


def normals(p, q):
    return isinstance(p, Normal) and isinstance(q, Normal)


def test_a_false_claim_that_holds_of_the_whole_zoo_is_refuted_and_the_pair_is_named():
    found = Inequality(gt.jsd, lambda p, q: 0.95 * gt.jeffreys(p, q) / 8, "JSD <= .95 J/8").judge()
    assert found.verdict == Verdict.REFUTED
    named = re.match(r"JSD <= .95 J/8 at p = (.*), q = (.*): .* fails", found.why)
    assert named is not None
    p, q = parse(named[1]), parse(named[2])
    assert gt.jsd(p, q).lower > 0.95 * gt.jeffreys(p, q).upper / 8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (Inequality(gt.jsd, lambda p, q: gt.jeffreys(p, q) / 8), Verdict.CONSISTENT),
        (Inequality(gt.jsd, lambda p, q: 0.999 * gt.hellinger2(p, q)), Verdict.REFUTED),
        (Inequality(lambda p, q: gt.total_variation(p, q) ** 2, lambda p, q: 2 * gt.hellinger2(p, q)), Verdict.CONSISTENT),
        (Inequality(lambda p, q: gt.total_variation(p, q) ** 2, lambda p, q: 1.99 * gt.hellinger2(p, q)), Verdict.REFUTED),
        (Inequality(lambda p, q: 2.02 * gt.total_variation(p, q) ** 2, gt.kl), Verdict.REFUTED),
        (Inequality(lambda p, q: 2 * gt.total_variation(p, q) ** 2, gt.kl), Verdict.CONSISTENT),
        (Inequality(gt.jsd, lambda p, q: 0.34 * gt.kl(p, q)), Verdict.REFUTED),
        (Identity(gt.jsd, lambda p, q: gt.jsd(q, p)), Verdict.CONSISTENT),
        (Identity(gt.kl, gt.reverse_kl), Verdict.REFUTED),
    ],
)
def test_sharp_claims_hold_and_sharper_ones_fail(claim, verdict):
    found = claim.judge()
    assert found.verdict == verdict, found.why


def test_a_search_finds_what_no_pair_of_the_list_shows(monkeypatch):
    """A bump that rises above 1 only near N(7.7, e^3.3), which is far from every pair tried before."""

    def bump(p, q):
        away = math.hypot(float(p.loc) - 7.7, math.log(float(p.scale)) - 3.3)
        return 1.05 / (1 + 0.1 * away**2)

    claim = Inequality(bump, number(1.0), "bump <= 1", when=normals)
    found = claim.judge()
    assert found.verdict == Verdict.REFUTED and "bump <= 1 at p = Normal(7" in found.why
    monkeypatch.setattr(attack, "SEARCHES", 0)
    assert claim.judge().verdict == Verdict.CONSISTENT


def test_pairs_that_do_not_meet_the_hypotheses_are_left_out_and_counted():
    found = Inequality(number(1.0), lambda p, q: 2.0 if normals(p, q) else 0.0, when=normals).judge()
    assert found.verdict == Verdict.CONSISTENT and "more do not meet the hypotheses" in found.why
    assert Inequality(number(1.0), number(2.0), when=number(False)).judge().verdict == Verdict.UNDECIDED


def test_a_pair_of_ones_own_is_tried_and_must_meet_the_hypotheses():
    own = (Normal(0.0, 1.0), Cauchy(17.0, 1.0))
    breaks = Inequality(lambda p, q: float(isinstance(q, Cauchy) and float(q.loc) == 17), number(0.5), own=(own,)).judge()
    assert breaks.verdict == Verdict.REFUTED and "q = Cauchy(17, 1)" in breaks.why
    outside = Inequality(number(0.0), number(0.5), when=normals, own=(own,)).judge()
    assert outside.verdict == Verdict.UNDECIDED and "own pair 1 does not meet the hypotheses" in outside.why


@pytest.mark.parametrize(
    ("left", "said"),
    [(number(float("nan")), "nan and 1.0 are not both numbers"), (lambda p, q: 1 / 0, "ZeroDivisionError: division by zero")],
)
def test_a_claim_that_cannot_be_compared_is_undecided_and_the_pair_is_named(left, said):
    found = Inequality(left, number(1.0)).judge()
    assert found.verdict == Verdict.UNDECIDED and said in found.why and "p = Normal(0.0, 1.0), q = Normal(0.1, 1.0)" in found.why


def test_a_pair_that_cannot_be_compared_does_not_hide_one_that_refutes():
    def left(p, q):
        return 2.0 if isinstance(p, Uniform) else float("nan")

    assert Inequality(left, number(1.0)).judge().verdict == Verdict.REFUTED


@pytest.mark.parametrize(
    ("left", "right", "relation", "verdict"),
    [
        (Divergent("tails"), 1.0, Inequality, Verdict.REFUTED),
        (1.0, Divergent("tails"), Inequality, Verdict.CONSISTENT),
        (1.0, Divergent("tails"), Identity, Verdict.REFUTED),
        (Divergent("tails"), Divergent("tails"), Identity, Verdict.CONSISTENT),
        (0.1 + 0.2, 0.3, Identity, Verdict.CONSISTENT),
    ],
)
def test_infinities_are_compared_too(left, right, relation, verdict):
    found = relation(number(left), number(right)).judge()
    assert found.verdict == verdict and math.isfinite(found.number)


def test_every_pair_is_what_its_text_says_and_random_ones_are_the_same_again():
    again = list(pairs.random(40)), list(pairs.random(40))
    assert again[0] == again[1] and again[0] != list(pairs.random(40, seed=1))
    starts = [*pairs.nearly_equal(), *pairs.extreme(), *again[0]]
    assert {pair.p for pair in starts} == set(pairs.FAMILIES)
    for pair in starts:
        assert [type(density).__name__ for density in pair.densities()] == [pair.p, pair.q]


@pytest.mark.parametrize("name", pairs.FAMILIES)
@pytest.mark.parametrize("coordinate", [-1e6, -30.0, 30.0, 1e6])
def test_a_search_may_go_anywhere(name, coordinate):
    size = pairs.FAMILIES[name][0]
    for pair in (pairs.Pair(name, name, (coordinate,) * 2 * size), pairs.Pair(name, name, (coordinate, -coordinate) * size)):
        assert len(pair.densities()) == 2
