"""Single facts of samples that no other test's numbers hang on."""

import numpy as np
import pytest

from gantheory.samples import lower_bound, permutation
from gantheory.samples.lower_bound import jsd_lower_bound
from gantheory.samples.separation import _robust_scale


class Slope:
    """A D whose logit is x."""

    def logit(self, rows):
        return rows[:, 0]


def test_the_standard_error_of_the_bounds_value_is_that_of_two_means(monkeypatch):
    """Var J = ¼ (Var log D / n + Var log(1 - D) / m), of the rows that D is judged on."""
    monkeypatch.setattr(lower_bound, "trained_separation", lambda *_: Slope())
    rng = np.random.default_rng(0)
    data, generated = rng.normal(1, 0.2, (60, 1)), rng.normal(-1, 0.1, (200, 1))
    found = jsd_lower_bound(data, generated, 0.95, rng)
    log_d, log_not_d = -np.log1p(np.exp(-data[:30, 0])), -np.log1p(np.exp(generated[:100, 0]))
    known = np.hypot(log_d.std(ddof=1) / np.sqrt(30), log_not_d.std(ddof=1) / np.sqrt(100)) / 2
    assert found.standard_error == pytest.approx(known, rel=1e-12, abs=0)
    assert found.value == pytest.approx(np.log(2) + (log_d.mean() + log_not_d.mean()) / 2, rel=1e-12)


def test_permutations_that_are_as_far_apart_up_to_rounding_count():
    found = permutation.tested(0.3, np.array([0.1, 0.3, 0.1 + 0.2, np.nextafter(0.3, 0), 0.29]), (7, 8))
    assert found.p_value == (1 + 3) / (1 + 5) and found.if_equal == pytest.approx(0.258, rel=1e-12)


def test_the_scale_of_points_is_told_by_their_middle_half():
    """A quarter of a normal law lies below -0.674; of points of which half are equal, the standard deviation tells it; of equal ones, 1."""
    normal = np.random.default_rng(0).normal(size=20_001)
    wild, equal, half = normal.copy(), np.full(20_001, 3.0), np.where(np.arange(20_001) < 2000, 10.0, 0.0)
    wild[:100] = 1e6
    scale = _robust_scale(np.stack([wild, equal, half], axis=1))
    np.testing.assert_allclose(scale, [1.0, 1.0, half.std()], rtol=0.05)
