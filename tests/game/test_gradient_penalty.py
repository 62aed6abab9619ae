"""Where the gradient penalty looks: on the segments between a data point and a generated one."""

import jax
import jax.numpy as jnp

from gantheory.game.penalties import GradientPenalty


def test_on_the_plane_both_coordinates_of_a_point_have_one_share():
    """D(x) = x₁ + 50 (x₁ - x₂)² has slope 1 on the diagonal only, where all segments from (-1, -1) to (2, 2) lie."""
    data, generated = jnp.full((64, 2), -1.0), jnp.full((64, 2), 2.0)
    penalty = GradientPenalty()(lambda x: x[0] + 50 * (x[0] - x[1]) ** 2, data, generated, jax.random.key(0))
    assert penalty < 1e-6
