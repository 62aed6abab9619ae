"""p_g on a grid, for use inside compiled programs, against the exact p_g, with folds."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.distributions.pushforward.on_grid import OnGrid, grid_of
from gantheory.game.networks import Generator

GENERATORS = {
    "line": lambda z: 2 * z + 1,
    "cube": lambda z: z**3 / 3 + z,
    "parabola": lambda z: z**2,
    "wave": lambda z: z + 1.5 * jnp.sin(2 * z),
    "net": Generator(16, 2, "gelu", key=jax.random.key(3)),
}


@pytest.fixture(scope="module", params=GENERATORS)
def both(request):
    """The exact law, and the same law on a grid."""
    with jax.enable_x64(True):
        exact = gt.Pushforward(GENERATORS[request.param], gt.Normal(0, 1))
        return exact, OnGrid(exact.generator, exact.latent, jnp.asarray(grid_of(exact.latent)))


def away_from_folds(exact, n=400):
    x = np.asarray(exact.sample(jax.random.key(0), (n,)))
    ends = exact.breakpoints[np.isfinite(exact.breakpoints)]
    return x[[bool(np.all(np.abs(at - ends) > 5e-3)) for at in x]]


def test_log_prob_is_the_exact_one(both):
    exact, quick = both
    x = away_from_folds(exact)
    with jax.enable_x64(True):
        found = np.asarray(jax.jit(jax.vmap(quick.log_prob))(jnp.asarray(x)))
    np.testing.assert_allclose(found, exact.log_prob(x), atol=2e-5)


def test_the_slope_of_log_prob_is_the_exact_one(both):
    exact, quick = both
    x, h = away_from_folds(exact), 1e-6
    with jax.enable_x64(True):
        found = np.asarray(jax.jit(jax.vmap(jax.grad(quick.log_prob)))(jnp.asarray(x)))
    expected = (exact.log_prob(x + h) - exact.log_prob(x - h)) / (2 * h)
    np.testing.assert_allclose(found, expected, atol=1e-2, rtol=1e-2)


def test_outside_the_range_of_g_there_is_no_mass():
    quick = OnGrid(lambda z: z**2, gt.Normal(0, 1), jnp.linspace(-4, 4, 101))
    assert jax.jit(jax.vmap(quick.log_prob))(jnp.asarray([-0.5])).tolist() == [-np.inf]
