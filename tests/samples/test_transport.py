import itertools

import numpy as np
import pytest
from scipy import stats

from gantheory.samples.transport import wasserstein1_of_rows

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 2)), RNG.normal(0.5, 2, (6, 2))


def test_samples_of_one_size_are_matched_as_all_matchings_say():
    known = min(np.linalg.norm(X - Y[list(order)], axis=1).mean() for order in itertools.permutations(range(6)))
    assert wasserstein1_of_rows(X, Y, RNG).value == pytest.approx(known, rel=1e-12, abs=0)


def test_samples_of_two_sizes_are_carried_as_scipy_says():
    found = wasserstein1_of_rows(X, Y[:4], RNG)
    assert found.value == pytest.approx(stats.wasserstein_distance_nd(X, Y[:4]), rel=1e-9, abs=0)
    assert found.p_value is None
    on_a_line = wasserstein1_of_rows(*(np.pad(one, ((0, 0), (0, 1))) for one in (X[:, :1], Y[:5, :1])), RNG)
    assert on_a_line.value == pytest.approx(stats.wasserstein_distance(X[:, 0], Y[:5, 0]), rel=1e-9, abs=0)


def test_the_test_tells_samples_apart_and_many_rows_are_left_out():
    x = RNG.normal(size=(30, 2))
    assert wasserstein1_of_rows(x, x + 2, RNG).p_value == 1 / 200
    same = wasserstein1_of_rows(x, RNG.normal(size=(30, 2)), RNG)
    assert same.p_value > 0.02 and same.value == pytest.approx(same.if_equal, rel=0.5)
    assert wasserstein1_of_rows(np.zeros((1001, 2)), np.ones((1001, 2)), RNG) is None
    assert wasserstein1_of_rows(np.zeros((400, 2)), np.ones((401, 2)), RNG) is None
