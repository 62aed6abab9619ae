"""What networks of one shape reach: measured afterwards, not by the fixed nodes they were fitted on."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from problems import NORMAL, TWO_BUMPS

import gantheory as gt
from gantheory.game.capacity import best_discriminator, least_criterion, least_criterion_by_danskin

UNIT = gt.Uniform(-1, 1)


@pytest.mark.parametrize(
    "q",
    [gt.Normal(1, 1), TWO_BUMPS, pytest.param(gt.Pushforward(lambda z: z + 0.4 * jnp.sin(6 * z), UNIT), marks=pytest.mark.slow)],
    ids=["shift", "mixture", "folds"],
)
def test_the_best_discriminator_has_a_smaller_gap_but_none_below_0(q):
    start = gt.Discriminator(width=8, depth=1, key=jax.random.key(0))
    before = gt.discriminator_gap(NORMAL, q, start)
    after = gt.discriminator_gap(NORMAL, q, best_discriminator(NORMAL, q, start, 25))
    assert 0 <= after.value and after.upper < before.lower / 2
    assert (gt.value(NORMAL, q, best_discriminator(NORMAL, q, start, 25)) - gt.criterion(NORMAL, q)).lower <= 0


def test_the_best_logistic_discriminator_of_two_normals_is_d_star():
    # D* of N(0,1) and N(1,1) has logit ½ - x, which is in this family: the gap can reach 0.
    class Line(eqx.Module):
        slope: jax.Array
        offset: jax.Array

        def logit(self, x):
            return self.slope * x + self.offset

    found = best_discriminator(NORMAL, gt.Normal(1, 1), Line(jnp.float32(0), jnp.float32(0)), 30)
    assert found.slope == pytest.approx(-1, abs=1e-5) and found.offset == pytest.approx(0.5, abs=1e-5)
    assert found.slope.dtype == jnp.float32
    assert 0 <= gt.discriminator_gap(NORMAL, gt.Normal(1, 1), found).value < 1e-9


def test_the_least_criterion_is_lower_as_measured():
    p_data, start = gt.Normal(1, 0.5), gt.Generator(width=8, depth=1, key=jax.random.key(1))
    before = gt.jsd(p_data, gt.Pushforward(start, UNIT))
    after = gt.jsd(p_data, gt.Pushforward(least_criterion(p_data, UNIT, start, 30), UNIT))
    assert 0 <= after.lower and after.upper < before.lower / 2


def test_the_least_criterion_within_reach_is_0():
    class Line(eqx.Module):
        slope: jax.Array
        offset: jax.Array

        def __call__(self, z):
            return self.slope * z + self.offset

    found = least_criterion(gt.Normal(3.5, 1), UNIT, Line(jnp.float32(1), jnp.float32(3)), 30)
    assert found.offset == pytest.approx(3.5, abs=1e-4)
    # The slope of the best uniform for a normal, from the measured criterion itself on a grid of slopes.
    slopes = np.linspace(0.9, 1.1, 5) * float(found.slope)
    measured = [gt.jsd(gt.Normal(3.5, 1), gt.Uniform(3.5 - s, 3.5 + s)).value for s in slopes]
    assert np.argmin(measured) == 2


def test_an_unbounded_latent_is_refused():
    with pytest.raises(ValueError, match=r"^`latent` of least_criterion must have bounded support\. Got "):
        least_criterion(NORMAL, NORMAL, gt.Generator(width=4, depth=1, key=jax.random.key(0)), 1)


def test_weights_keep_their_dtype_and_shapes():
    start = gt.Discriminator(width=4, depth=1, key=jax.random.key(0))
    found = best_discriminator(NORMAL, gt.Normal(1, 1), start, 2)
    assert jax.tree.structure(found) == jax.tree.structure(start)
    for leaf, original in zip(
        jax.tree.leaves(eqx.filter(found, eqx.is_array)), jax.tree.leaves(eqx.filter(start, eqx.is_array)), strict=True
    ):
        assert leaf.dtype == original.dtype and leaf.shape == original.shape


class Line(eqx.Module):
    """G(z) = a + b z."""

    a: jax.Array
    b: jax.Array

    def __call__(self, z):
        return self.a + self.b * z


def test_the_best_affine_generator_of_a_gaussian_has_its_mean_and_scale():
    found = least_criterion_by_danskin(gt.Normal(2.0, 0.5), gt.Normal(0, 1), Line(jnp.float32(1.5), jnp.float32(0.7)), 12)
    assert (float(found.a), abs(float(found.b))) == pytest.approx((2.0, 0.5), abs=1e-3)
