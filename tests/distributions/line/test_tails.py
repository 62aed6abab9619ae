"""What a family tells of its tails, against its own distribution function."""

import numpy as np
import pytest

import gantheory as gt


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_rayleighs_tail_is_that_of_a_gaussian_of_the_length_told(scale):
    """1 - F(x) = exp(-x²/2s²) for the Weibull law of shape 2."""
    law = gt.Weibull(2.0, scale)
    _, s = law._tail(True)
    x = np.array([1.0, 2.0, 4.0]) * scale
    np.testing.assert_allclose(np.log(law.sf(x)), -(x**2) / (2 * np.asarray(s) ** 2), rtol=1e-6)
