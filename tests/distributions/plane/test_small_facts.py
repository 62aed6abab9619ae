"""Single facts of laws on the plane that no other test's numbers hang on."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.distributions.plane.product import _between


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_checkerboard_is_uniform_on_its_dark_squares(n):
    law, width = gt.checkerboard(n, 0.5), 0.5
    middles = width * (np.arange(n) + 0.5 - n / 2)
    x, y = np.meshgrid(middles, middles, indexing="ij")
    dark = np.add.outer(np.arange(n), np.arange(n)) % 2 == 0
    np.testing.assert_allclose(law.prob(np.stack([x, y], -1)), dark / (dark.sum() * width**2), rtol=1e-12)


def test_a_mass_far_out_is_told_from_the_side_on_which_it_is_small():
    edges = np.array([-40.0, -30.0, -10.0, 0.0, 10.0, 30.0, 40.0])
    known = [stats.norm.sf(30) - stats.norm.sf(40), stats.norm.sf(10) - stats.norm.sf(30), stats.norm.cdf(0) - stats.norm.cdf(-10)]
    np.testing.assert_allclose(np.ravel(_between(gt.Normal(0.0, 1.0), edges)), [*known, *known[::-1]], rtol=1e-12)


def test_a_function_on_a_box_is_called_within_it_alone():
    """Beyond the box the density is 0, and the function is given a point inside."""
    called = []

    def log_prob(x):
        called.append(np.array(x))
        return np.full(np.shape(x)[:-1], -np.log(6.0))

    law = gt.on_box(log_prob, ((1.0, 3.0), (2.0, 5.0)))
    assert law.log_prob(jnp.array([0.0, 0.0])) == -np.inf and float(law.prob(jnp.array([2.0, 4.0]))) == pytest.approx(1 / 6, rel=1e-12)
    points = np.concatenate([np.reshape(x, (-1, 2)) for x in called])
    assert (points >= [1.0, 2.0]).all() and (points <= [3.0, 5.0]).all()
