import itertools

import numpy as np
import pytest

from gantheory.samples.betting import mean_lower_bound, mean_p_value


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_at_six_rows_the_bound_holds_with_its_level_by_all_outcomes(level):
    """P(L > μ) summed over all 64 outcomes of six values that are 0 or 1: exact, and far from normal."""
    outcomes = np.array(list(itertools.product([0.0, 1.0], repeat=6)))
    bounds = np.array([mean_lower_bound(one, 0.0, 1.0, level) for one in outcomes])
    assert bounds.max() > 0.2
    for mean in (0.02, 0.1, 0.2, 0.3, 0.5, 0.9):
        chances = np.where(outcomes == 1, mean, 1 - mean).prod(1)
        assert chances[bounds > mean].sum() <= 1 - level


def test_the_bound_is_not_far_below_that_of_a_normal_mean():
    """Of 2,000 values that spread by .05: a normal bound is 1.645 standard errors below the mean, this one below 2.6 on average."""
    width, error = 0.05 * 3**0.5, 0.05 / 2000**0.5
    draws = np.random.default_rng(0).uniform(0.5 - width, 0.5 + width, (30, 2000))
    below = np.array([(x.mean() - mean_lower_bound(x, 0.0, 1.0, 0.95)) / error for x in draws])
    assert 1.645 < below.mean() < 2.6


def test_it_moves_with_the_interval_and_claims_little_from_few_values():
    x = np.random.default_rng(1).beta(2, 5, 50)
    bound = mean_lower_bound(x, 0.0, 1.0, 0.95)
    assert 0 < bound < x.mean()
    assert mean_lower_bound(3 * x - 2, -2.0, 1.0, 0.95) == pytest.approx(3 * bound - 2, abs=1e-12)
    for n in (1, 2, 10):  # with ones alone no bound of this level may be above .05^(1/n), the mean at which they have a chance of .05
        assert 0 <= mean_lower_bound(np.ones(n), 0.0, 1.0, 0.95) <= 0.05 ** (1 / n)
    assert mean_lower_bound(np.zeros(10), 0.0, 1.0, 0.95) == 0.0


@pytest.mark.parametrize("mean", [0.1, 0.3, 0.5, 0.9])
def test_the_p_value_is_valid_by_all_outcomes_and_agrees_with_the_bound(mean):
    """P(p <= a) <= a for every a, summed over all 64 outcomes of six values that are 0 or 1, of this mean."""
    outcomes = np.array(list(itertools.product([0.0, 1.0], repeat=6)))
    p_values = np.array([mean_p_value(one, 0.0, 1.0, 0.8, mean) for one in outcomes])
    chances = np.where(outcomes == 1, mean, 1 - mean).prod(1)
    assert all(chances[p_values <= one].sum() <= one + 1e-12 for one in p_values)
    bounds = np.array([mean_lower_bound(one, 0.0, 1.0, 0.8) for one in outcomes])
    assert ((p_values <= 0.2) == (bounds > mean)).all() and p_values.max() == 1
