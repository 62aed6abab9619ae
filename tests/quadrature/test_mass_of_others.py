"""A user's density may be off 1 by a millionth in mass: what is measured of it is that of the normalised one, within the error."""

import jax.numpy as jnp
import pytest

import gantheory as gt

UNIFORM = gt.Product(gt.Uniform(-1, 1), gt.Uniform(-1, 1))


@pytest.mark.parametrize("off", [5e-7, -5e-7])
@pytest.mark.parametrize("divergence", [gt.kl, gt.jsd, gt.total_variation, gt.hellinger2])
def test_of_two_uniforms_on_a_square_it_is_0(divergence, off):
    p = gt.on_box(lambda x: jnp.full(x.shape[:-1], off - jnp.log(4.0)), ((-1, 1), (-1, 1)))
    found = divergence(p, UNIFORM)
    assert found.lower <= 0 <= found.upper and found.error < 1e-5
