"""A decoder as polynomials on segments, and what its error is worth in units of s."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

import gantheory as gt
from gantheory.models.elbo import HALF_LOG_TAU, Bound, _rounding
from gantheory.models.segments import segments_of


class Bent(eqx.Module):
    """f(z) = z + tanh z with noise of this s, and an encoder N(x/2, 1)."""

    scale: Any

    def decoder(self, z):
        return z + jnp.tanh(z)

    def encode(self, x):
        return x / 2, jnp.zeros_like(x)


def test_the_error_is_that_of_the_worst_segment():
    """No polynomial is near a jump of 1 on both of its sides; everywhere else tanh is met to rounding."""
    assert segments_of(jnp.tanh, 1.0).error == 0.0
    assert segments_of(lambda z: jnp.tanh(z) + (z > 0.3), 1.0).error > 0.3


def test_what_rounding_moves_counts_in_units_of_s():
    """√(E δ²/s²) √(E (x - f)²/s²): like 1/s, where the second root is held at 1."""
    moved = []
    for scale in (0.5, 0.05):
        bound = Bound(Bent(np.float64(scale)))
        moved.append(_rounding(gt.Normal(0.0, 1.0), bound, float(np.log(scale)) + HALF_LOG_TAU + 0.5))
    assert 9 < moved[1] / moved[0] < 11
