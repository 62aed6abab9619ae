"""Draws of a mixture, and derivatives in its weights."""

import jax
import numpy as np
import pytest

import gantheory as gt


def test_which_components_are_drawn_tells_nothing_of_the_draws():
    """Far apart, so that a draw tells its component: no later draw may hang on it. Two numbers are drawn to choose one of two."""
    count = 20_000
    x = np.asarray(gt.Mixture([0.5, 0.5], gt.Normal([-100.0, 100.0], [1.0, 1.0])).sample(jax.random.key(0), (count,)))
    side = np.sign(x)
    noise = (x - 100 * side).reshape(-1, 2)
    for other in (noise[:, 0], noise[:, 1], noise[:, 1] - noise[:, 0]):
        assert abs(np.corrcoef(side[: count // 2], other)[0, 1]) < 5 / np.sqrt(count / 2)


@pytest.mark.parametrize("weights", [(0.0, 0.5, 0.5), (0.2, 0.0, 0.8), (0.2, 0.3, 0.5)])
def test_the_log_density_has_derivatives_in_weights_that_are_0(weights):
    """∂ log p/∂w_i = p_i/p and ∂² log p/∂w_i ∂w_j = -p_i p_j/p², by NumPy; numpyro#2224 is a report of nan."""
    x, means, scales = 0.3, np.array([-2.0, 0.0, 1.0]), np.array([0.5, 0.5, 0.25])
    parts = np.exp(-(((x - means) / scales) ** 2) / 2) / (scales * np.sqrt(2 * np.pi))
    shares = parts / (parts @ weights)

    def log_prob(weights):
        return gt.Mixture(weights, [gt.Normal(*own) for own in zip(means, scales, strict=True)]).log_prob(x)

    with jax.enable_x64(True):
        by_each = (
            jax.grad(log_prob)(np.array(weights)),
            jax.jacfwd(log_prob)(np.array(weights)),
            jax.jit(jax.grad(log_prob))(np.array(weights)),
        )
        for found in by_each:
            np.testing.assert_allclose(found, shares, rtol=1e-12)
        np.testing.assert_allclose(jax.hessian(log_prob)(np.array(weights)), -np.outer(shares, shares), rtol=1e-12)


def test_outside_of_all_components_no_derivative_is_nan():
    with jax.enable_x64(True):
        uniforms = [gt.Uniform(0.0, 1.0), gt.Uniform(2.0, 3.0)]
        found = jax.grad(lambda weights: gt.Mixture(weights, uniforms).log_prob(np.array([0.5, 1.5, 2.5]))[::2].sum())(
            np.array([0.25, 0.75])
        )
    np.testing.assert_allclose(found, [4.0, 4 / 3], rtol=1e-12)
