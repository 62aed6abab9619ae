import numpy as np
import pytest

import gantheory as gt
from gantheory.samples.verdict import are_copies, in_a_sentence

RNG = np.random.default_rng(0)
X = RNG.normal(size=40)
ROWS = 40, 30
NONE = "No difference is shown by these 40 and 30 rows at level 0.95, which is no proof that there is none"


def said(level=0.95, copied=False, **p_values):
    return in_a_sentence(p_values, ROWS, level, copied)


def test_each_test_has_its_share_of_the_level():
    assert said(a=0.012, b=0.9, c=0.9, d=0.5) == "The samples differ at level 0.95: a shows it, with p ≤ 0.0125."
    assert said(a=0.001, b=0.3, c=0.002) == "The samples differ at level 0.95: a and c show it, each with p ≤ 0.0167."
    assert said(a=0.2, b=0.4) == f"{NONE}."
    assert said(a=0.2, b=0.04) == f"{NONE} (b has p = 0.04, but of 2 tests one needs p ≤ 0.025)."
    assert said(0.9995, a=0.001, b=0.7).endswith("(of 2 tests one needs p ≤ 0.00025, but permutations give none below 0.001).")


def test_copies_are_called_so():
    assert said(a=0.9, copied=True).startswith("The generated rows are the data's own, so the tests say nothing")
    assert said(a=0.01, copied=True).endswith("p ≤ 0.05. Yet each generated row is one of the data's own.")
    assert gt.compare_samples(X, X).verdict == gt.compare_samples(X, RNG.permutation(X)[:20]).verdict == said(a=1.0, copied=True)


def test_values_that_both_samples_have_by_chance_are_no_copies():
    points = X[:, None]
    assert are_copies(points, points[:12]) and not are_copies(points, np.append(points[:12], [[9.0]], 0))
    assert not are_copies(RNG.integers(0, 5, (40, 1)) / 2, RNG.integers(0, 5, (40, 1)) / 2)
    plane = RNG.normal(size=(40, 2))
    assert are_copies(plane, plane[::-1]) and not are_copies(plane, plane[:, ::-1])


@pytest.mark.slow
@pytest.mark.parametrize("rows", [(40, 40, 1), (60, 30, 2)])
def test_samples_of_one_law_are_said_to_differ_no_more_often_than_the_level_says(rows):
    """At level .8, of 300 comparisons: no more than 60, and 4 standard deviations."""
    n, m, d = rows
    pairs = ((RNG.normal(size=(n, d)), RNG.normal(size=(m, d))) for _ in range(300))
    wrong = sum(gt.compare_samples(*pair, level=0.8).verdict.startswith("The samples differ") for pair in pairs)
    assert wrong <= 60 + 4 * (300 * 0.2 * 0.8) ** 0.5
