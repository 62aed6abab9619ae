"""Rényi's divergence is never -∞: of a batch too, where log ∫ p^α q^(1-α) is."""

import math

import pytest

import gantheory as gt


@pytest.mark.parametrize("alpha", [0.5, 0.9])
def test_of_disjoint_supports_it_is_infinite_alone_and_in_a_batch(alpha):
    """∫ p^α q^(1-α) = 0, and 1/(α - 1) < 0."""
    assert float(gt.renyi(gt.Uniform(3.0, 4.0), gt.Uniform(0.0, 1.0), alpha)) == math.inf
    batch = gt.renyi(gt.Uniform([3.0, 0.0], [4.0, 2.0]), gt.Uniform(0.0, 1.0), alpha)
    assert isinstance(batch, gt.Estimates) and float(batch[0]) == math.inf
    assert float(batch[1]) == pytest.approx(math.log(2.0) * alpha / (1 - alpha), rel=1e-12)
