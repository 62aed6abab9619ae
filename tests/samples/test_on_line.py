import numpy as np
import pytest
from scipy import stats

from gantheory.samples.on_line import distances_on_line
from gantheory.samples.permutation import PERMUTATIONS

RNG = np.random.default_rng(0)
PAIRS = {
    "two sizes": (RNG.normal(size=70), RNG.normal(0.4, 2, 45)),
    "ties": (RNG.integers(0, 5, 40) / 2, RNG.integers(1, 6, 60) / 2),
    "heavy tails": (RNG.standard_cauchy(50), RNG.standard_cauchy(50)),
    "the same rows": (np.arange(12.0), np.arange(12.0)[::-1]),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_distances_are_scipys(name):
    x, y = PAIRS[name]
    w1, energy = distances_on_line(x, y, np.random.default_rng(1))
    assert w1.value == pytest.approx(stats.wasserstein_distance(x, y), rel=1e-12, abs=1e-14)
    assert energy.value == pytest.approx(stats.energy_distance(x, y) ** 2, rel=1e-12, abs=1e-14)
    assert w1.rows == energy.rows == (len(x), len(y))


def test_p_values_are_scipys_within_the_chance_of_permutations():
    x, y = RNG.normal(size=30), RNG.normal(0.5, 1, 20)
    distances = distances_on_line(x, y, np.random.default_rng(1))
    for found, statistic in zip(distances, (stats.wasserstein_distance, stats.energy_distance), strict=True):
        other = stats.permutation_test((x, y), statistic, n_resamples=PERMUTATIONS, alternative="greater", rng=np.random.default_rng(2))
        assert found.p_value == pytest.approx(other.pvalue, abs=4 * np.sqrt(2 * other.pvalue / PERMUTATIONS))
        null = other.null_distribution if statistic is stats.wasserstein_distance else other.null_distribution**2
        assert found.if_equal == pytest.approx(null.mean(), abs=5 * null.std() * np.sqrt(2 / PERMUTATIONS))
    assert 0.001 < distances[0].p_value < 0.3


def test_p_values_of_one_law_are_uniform_and_those_of_the_same_rows_1():
    p_values = [distances_on_line(*RNG.exponential(size=(2, 15)), RNG)[1].p_value for _ in range(60)]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3
    assert all(one.p_value == 1 for one in distances_on_line(*PAIRS["the same rows"], RNG))
    assert all(one.p_value == 1 / (1 + PERMUTATIONS) for one in distances_on_line(np.arange(10.0), 100 + np.arange(10.0), RNG))
