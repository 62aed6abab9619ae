"""W₁ against closed forms."""

import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt


@pytest.mark.parametrize(
    ("p", "q", "truth"),
    [
        (gt.Normal(0, 1), gt.Normal(0, 2), np.sqrt(2 / np.pi)),
        (gt.Normal(0, 1), gt.Normal(3, 1), 3),
        (gt.Uniform(0, 1), gt.Uniform(5, 6), 5),
        (gt.Uniform(0, 1), gt.Uniform(0, 3), 1),
        (gt.Cauchy(0, 1), gt.Cauchy(1, 1), 1),
        (gt.Exponential(0.5), gt.Exponential(2), 1.5),
        (gt.Laplace(0, 1), gt.Laplace(0, 3), 2),
        (gt.Pushforward(lambda z: 2 * z + 1, gt.Normal(0, 1)), gt.Normal(1, 1), np.sqrt(2 / np.pi)),
        (gt.Pushforward(jnp.abs, gt.Normal(0, 1)), gt.Normal(0, 1), np.sqrt(2 / np.pi)),  # ordered: the difference of the means
    ],
)
def test_closed_forms(p, q, truth):
    estimate = gt.wasserstein1(p, q)
    assert abs(estimate.value - truth) <= estimate.error + 1e-15 <= 1e-9
    assert gt.wasserstein1(p, p) == gt.Estimate(0.0, 0.0)


def test_tails_that_differ_too_much_are_infinitely_far_apart():
    infinite = gt.wasserstein1(gt.Cauchy(0, 1), gt.Cauchy(0, 2))
    assert isinstance(infinite, gt.Divergent) and "|x|^-1 as x" in infinite.reason


def test_one_pair_at_a_time():
    with pytest.raises(ValueError, match="one density each"):
        gt.wasserstein1(gt.Normal([0.0, 1.0], 1.0), gt.Normal(0, 1))
