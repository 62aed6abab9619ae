"""What is doubted of a generator's values and slopes, and what is asked of it: each against its formula, or a bound that must hold."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.distributions.pushforward import inverse
from gantheory.distributions.pushforward.piecewise_linear import knots
from gantheory.distributions.pushforward.proxy import _fitted, chebyshev_proxy

EPS = np.finfo(float).eps


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


def test_where_g_is_steep_beside_an_end_the_next_double_of_z_is_within_the_doubt_of_x():
    """log(z - 1) moves by 2e-7 from one double to the next, 1e-9 above 1."""
    p_g = gt.Pushforward(lambda z: jnp.log(z - 1), gt.Uniform(1.0, 2.0))
    z = 1 + 2.0**-30 * np.array([1.0, 3.0, 1000.0])
    x, next_x = np.log(z - 1), np.log(np.nextafter(z, 2) - 1)
    moved, _ = p_g.doubt(x, -np.log(z - 1), z, np.zeros(3, int))
    assert (next_x - x <= moved).all() and (moved <= 10 * (next_x - x)).all()


def test_newtons_method_begins_on_the_chord(monkeypatch):
    monkeypatch.setattr(inverse, "_solve", lambda generator, x, z, below, above: z)
    (branch,) = gt.Pushforward(jnp.sinh, gt.Uniform(-1.0, 2.0)).branches
    x = np.linspace(branch.low, branch.high, 1001)[1:-1]
    found = inverse.BranchTable([branch]).inverse(jnp.sinh, np.zeros(len(x), int), x)
    np.testing.assert_allclose(found, np.interp(x, branch.x, branch.z), rtol=0, atol=1e-14)


def test_far_from_0_the_rounding_of_z_splits_no_piece_and_is_in_the_error():
    """3 (z - 1e6) moves by 3e6 eps from one z to the next."""
    low, high = 1e6, 1e6 + 2.0**-10
    piece = _fitted(lambda z: 3 * (z - 1e6), np.array([low]), np.array([high]))
    np.testing.assert_allclose(piece.rounding, 3e6 * EPS, rtol=1e-6)
    proxy = chebyshev_proxy(lambda z: 3 * (z - 1e6), np.array([low, high]))
    assert len(proxy.cuts) == 2 and 3e6 * EPS <= proxy.error <= 30e6 * EPS


def test_between_its_cuts_a_generator_is_asked_at_many_points_at_a_time():
    """So that one that drops every axis of length 1 keeps the shape of what it is given."""
    assert len(chebyshev_proxy(lambda z: np.squeeze(2 * z[:, None]), np.array([-1.0, 1.0])).cuts) == 2


def test_beyond_both_ends_the_slope_is_in_doubt_as_on_the_last_pieces():
    proxy = chebyshev_proxy(lambda z: (3 * z - 1).astype(np.float32), np.array([-1.0, 0.2, 1.0]))
    slopes = jax.vmap(jax.grad(proxy))(jnp.array([-2.0, 2.0]))
    doubt = proxy.slope_error_at(np.array([-2.0, 2.0]))
    assert (np.abs(slopes - 3.0) <= doubt).all()
    np.testing.assert_array_equal(doubt, proxy.slope_error_at(np.array([-0.99, 0.99])))


def test_of_2000_steps_every_one_is_followed_and_of_one_more_none():
    """round has a step at each k + 1/2."""
    np.testing.assert_array_equal(knots(jnp.round, 0.0, 2000.0), np.arange(2000) + 0.5)
    with pytest.raises(ValueError, match="must have no more than 2000 steps"):
        knots(jnp.round, 0.0, 2001.0)


def test_a_plane_that_is_torn_apart_is_no_affine_image_though_its_slopes_are_all_the_same():
    latent = gt.Product(gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0))
    assert gt.PlanePushforward(lambda z: z + jnp.where(z[0] > 0, 1.0, 0.0), latent).affine is None
