"""A few points at which a function is tried, to see what shape of array it takes."""

import numpy as np
import pytest

from gantheory.base.arrays import PROBES, _probes


@pytest.mark.parametrize("point", [0.0, 1.0, -1e20, 1e300])
@pytest.mark.parametrize("shape", [(1,), (2, 2)])
def test_fewer_points_than_are_needed_are_repeated_a_little_apart(point, shape):
    """Also where 1/64 is nothing beside them."""
    found = _probes(np.full(shape, point))
    assert found.shape == (PROBES, *shape[1:])
    assert len(np.unique(found, axis=0)) == PROBES
    assert np.all(np.abs(found - point) <= PROBES / 64 * (1 + abs(point)))
