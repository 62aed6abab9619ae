import itertools

import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.samples import pairwise
from gantheory.samples.on_line import distances_on_line
from gantheory.samples.pairwise import energy_of_pairs, median_distance, mmd2_of_pairs

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(9, 3)), RNG.normal(0.5, 2, (7, 3))


def mean(kernel, one, other, different):
    pairs = [(i, j) for i, j in itertools.product(range(len(one)), range(len(other))) if not (different and i == j)]
    return sum(kernel(np.linalg.norm(one[i] - other[j])) for i, j in pairs) / len(pairs)


def test_the_energy_distance_is_the_sum_over_all_pairs():
    known = 2 * mean(float, X, Y, False) - mean(float, X, X, False) - mean(float, Y, Y, False)
    assert energy_of_pairs(X, Y, RNG).value == pytest.approx(known, rel=1e-12, abs=0)


def test_mmd2_is_the_sum_over_pairs_of_different_rows():
    def kernel(distance):
        return np.exp(-(distance**2) / (2 * 1.3**2))

    known = mean(kernel, X, X, True) + mean(kernel, Y, Y, True) - 2 * mean(kernel, X, Y, False)
    assert mmd2_of_pairs(X, Y, 1.3, RNG).value == pytest.approx(known, rel=1e-12, abs=0)


def test_mmd2_is_unbiased_and_its_p_values_are_uniform_for_one_law(monkeypatch):
    monkeypatch.setattr(pairwise, "PERMUTATIONS", 99)
    truth = gt.mmd2(gt.Normal(0, 1), gt.Normal(0.5, 1.5), 0.8)
    draws = [mmd2_of_pairs(RNG.normal(size=(12, 1)), RNG.normal(0.5, 1.5, (8, 1)), 0.8, RNG).value for _ in range(150)]
    assert abs(np.mean(draws) - truth.value) < 4 * np.std(draws) / np.sqrt(len(draws))
    same = [mmd2_of_pairs(*RNG.normal(size=(2, 12, 1)), 0.8, RNG) for _ in range(60)]
    assert stats.kstest([one.p_value for one in same], "uniform").pvalue > 1e-3
    assert min(one.value for one in same) < 0 < mmd2_of_pairs(X, X + 3, 1.0, RNG).value


def test_on_the_line_the_energy_distance_by_pairs_is_that_by_one_sort():
    x, y = RNG.normal(size=300), RNG.standard_cauchy(211)
    by_pairs, by_sort = energy_of_pairs(x[:, None], y[:, None], RNG), distances_on_line(x, y, RNG)[1]
    assert by_pairs.value == pytest.approx(by_sort.value, rel=1e-10, abs=0)
    assert by_pairs.if_equal == pytest.approx(by_sort.if_equal, rel=0.2)


def test_the_bandwidth_is_the_median_distance_of_pooled_rows():
    rows = np.array([0.0, 1.0, 3.0])[:, None]  # distances 1, 3, 2; with 10: 10, 9, 7
    assert median_distance(rows[:2], rows[2:], RNG) == 2.0
    assert median_distance(rows, np.array([[10.0]]), RNG) == 5.0
    assert median_distance(np.ones((3, 1)), np.ones((2, 1)), RNG) == 1.0
