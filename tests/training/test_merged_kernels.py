"""The bound of what merging kernels costs is a sum over the coordinates."""

import numpy as np
import pytest

from gantheory.training.kernel_density import estimated


def test_on_the_plane_both_coordinates_count():
    """The same values in two orders have one scale in both coordinates, and so twice the bound of the line."""
    x = np.random.default_rng(0).integers(-20, 20, 1_200) / 8
    plane = np.stack([x, x[::-1]], -1)
    scale = 8.0
    line = estimated(x, scale)
    both = estimated(plane, scale / x.std(ddof=1))
    assert 0 < line.merged < 0.01
    assert both.merged == pytest.approx(2 * line.merged, rel=1e-12, abs=0)
