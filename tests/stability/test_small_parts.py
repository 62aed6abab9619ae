"""What spectra are made of, piece by piece, against the formula of each."""

import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.stability.exact_game import BLOCK, products_across, products_along
from gantheory.stability.one_iteration import _variance
from gantheory.stability.symmetries import _alike

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("rows", [1, BLOCK, 2 * BLOCK + 3])
def test_products_with_a_jacobian_are_those_of_its_matrix(rows):
    """f(w) = A sin w: f'(w) u = A (cos w · u), of rows that fill no whole number of blocks too."""
    matrix, at = RANDOM.normal(size=(5, 4)), RANDOM.normal(size=4)
    jacobian = matrix * np.cos(at)
    along, across = (make(lambda w: jnp.asarray(matrix) @ jnp.sin(w), at) for make in (products_along, products_across))
    u, v = RANDOM.normal(size=(rows, 4)), RANDOM.normal(size=(rows, 5))
    np.testing.assert_allclose(along(u), u @ jacobian.T, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(across(v), v @ jacobian, rtol=1e-5, atol=1e-6)


def test_the_variance_of_one_point_is_that_under_the_masses_of_the_nodes():
    mass, values = RANDOM.uniform(size=50), RANDOM.normal(3.0, 2.0, size=(50, 2))
    mass /= mass.sum()
    mean = np.average(values, axis=0, weights=mass)
    np.testing.assert_allclose(_variance(values, mass), np.average((values - mean) ** 2, axis=0, weights=mass), rtol=1e-12)


def test_two_weights_that_act_alike_are_moved_against_each_other():
    """Along what leaves the function as it is to first order, at a rate of 1 for the first of them."""
    one = RANDOM.normal(size=30)
    effects, own = np.stack([one, RANDOM.normal(size=30), -2 * one], axis=1), np.array([0.5, 3.0, 4.0])
    (found,) = _alike(effects, np.zeros(3, bool), own, np.eye(3))
    np.testing.assert_allclose(effects @ found, 0.0, atol=1e-14)
    np.testing.assert_allclose(found, [0.5, 0.0, 0.25], rtol=1e-12)
