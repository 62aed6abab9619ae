"""A density written to a record and read back is the same to the last bit."""

import json

import jax
import numpy as np
import pytest

import gantheory as gt
from gantheory.distributions.record import from_record, to_record

AWKWARD = 0.1 + 2**-55, float(np.nextafter(1, 2)), 5e-324, -0.0, 1 / 3

DENSITIES = [
    *(gt.Normal(loc, 1 / 3) for loc in AWKWARD),
    gt.Normal(1e290, 1e290 / 3),
    gt.Uniform(-1e308, 1e308),
    gt.TruncatedNormal(1 / 3, 1.0, -np.inf, [0.1, np.inf]),
    gt.Uniform(-1 / 3, np.nextafter(1, 2)),
    gt.Normal([0, 1 / 3], [[1], [1 / 7]]),
    gt.Mixture([1 / 3, 2 / 3], [gt.Normal(-0.0, 1 / 3), gt.Uniform(0, 1 / 7)]),
    gt.Mixture([1 / 3, 2 / 3], gt.Normal([1 / 3, 1 / 7], 0.1)),
    gt.Mixture([1.0], [gt.Mixture([0.5, 0.5], [gt.Normal(0, 1), gt.Normal(1, 1)])]),
]


@pytest.mark.parametrize("density", DENSITIES)
def test_a_density_survives_json_bit_for_bit(density):
    back = from_record(json.loads(json.dumps(to_record(density))))
    assert jax.tree.structure(back) == jax.tree.structure(density)
    for leaf, original in zip(jax.tree.leaves(back), jax.tree.leaves(density), strict=True):
        assert leaf.dtype == original.dtype and leaf.shape == original.shape
        assert leaf.tobytes() == original.tobytes()


def test_a_record_is_plain_and_readable():
    assert to_record(gt.Normal(0, 1)) == {"Normal": {"loc": 0.0, "scale": 1.0}}


@pytest.mark.parametrize("record", [{"Normal": {"loc": 0.0, "scale": -1.0}}, {"Uniform": {"low": 1.0, "high": 0.0}}])
def test_a_record_is_checked_like_any_density(record):
    with pytest.raises(ValueError, match="must be"):
        from_record(record)
