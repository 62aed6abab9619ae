"""A G that is a line on one part of z and infinite on another."""

import jax.numpy as jnp
import pytest

import gantheory as gt


def test_a_g_that_overflows_where_z_has_mass_is_refused():
    with pytest.raises(ValueError, match="`generator` must be finite, with finite derivatives, wherever z has mass"):
        gt.Pushforward(lambda z: jnp.where(z > 0.75, 1e308 * z * 1e3, z), gt.Uniform(0.0, 1.0)).cdf(0.5)


def test_one_that_does_so_where_z_has_none_is_as_without():
    p_g = gt.Pushforward(lambda z: jnp.where(z > 1.5, 1e308 * z * 1e3, 2 * z), gt.Uniform(0.0, 1.0))
    assert float(gt.jsd(p_g, gt.Uniform(0.0, 2.0))) == pytest.approx(0.0, abs=1e-14)
