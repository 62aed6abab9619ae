"""How p_g falls toward infinity: where G is a line far out, as the latent does; and where z is, at the ends of its branches."""

import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt

NORMAL, LAPLACE, CAUCHY = gt.Normal(0.0, 1.0), gt.Laplace(0.0, 1.0), gt.Cauchy(0.0, 1.0)


@pytest.mark.parametrize(("latent", "order"), [(NORMAL, 2.0), (LAPLACE, 1.0), (CAUCHY, 0.0)])
def test_a_line_falls_in_the_order_of_its_latent(latent, order):
    """log p goes like -|x|^k: k = 2 of a Gaussian, 1 of a Laplace law, and 0 of a power."""
    assert gt.Pushforward(lambda z: 1 - 3 * z, latent).tail_orders == (order, order)


def test_of_two_branches_that_go_on_to_one_infinity_both_are_counted_and_no_tail_has_an_infinite_order():
    """|z|: p_g is 0 below 0, and falls upward as z does on either side."""
    assert gt.Pushforward(jnp.abs, LAPLACE).tail_orders == (np.inf, 1.0)


def test_a_branch_that_ends_where_z_is_infinite_ends_at_that_z():
    """arctan rises to π/2 as z -> ∞, 1/(1 + z) falls to 0 there; neither takes these values at any z."""
    (rising,) = (p_g := gt.Pushforward(jnp.arctan, NORMAL)).branches
    assert (p_g.end_of(rising, 0), p_g.end_of(rising, 1)) == (-np.inf, np.inf)
    (falling,) = (p_g := gt.Pushforward(lambda z: 1 / (1 + z), gt.Exponential(1.0))).branches
    assert (p_g.end_of(falling, 0), p_g.end_of(falling, 1)) == (np.inf, 0.0)
