"""What players do in games so small that the answer is written down: a relativistic step, a generator that is a Gaussian."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.dynamics.differentiable import DifferentiableGame
from gantheory.dynamics.integrators import RK4, trajectory
from gantheory.game import losses
from gantheory.game.algorithm1 import chunk
from gantheory.game.capacity import least_criterion_by_danskin
from gantheory.game.networks import Unit
from gantheory.game.players import Game, initial_state
from gantheory.game.units import checked_unit

X, Z = np.array([-0.5, 0.25, 1.0, 2.0]), np.array([-1.5, -0.5, 0.5, 1.0])  # all of p_data, and all of p_z
START = np.array([0.3, 0.8, -0.4, 0.25])  # w = (a, b, u, c)


class Line(eqx.Module):
    """G(z) = a + b z."""

    a: jax.Array
    b: jax.Array

    def __call__(self, z):
        return self.a + self.b * z


class Parabola(eqx.Module):
    """D's logit, u x + c x²."""

    u: jax.Array
    c: jax.Array

    def logit(self, x):
        return self.u * x + self.c * x**2


def ahead(theta, psi):
    """How much more real D finds each data point than its generated one."""
    fake = theta[0] + theta[1] * jnp.asarray(Z)
    return psi[0] * (X - fake) + psi[1] * (X**2 - fake**2)


RELATIVISTIC = DifferentiableGame(
    "pairs",
    lambda theta, psi: jnp.mean(jnp.logaddexp(0.0, ahead(theta, psi))),
    lambda theta, psi: jnp.mean(jnp.logaddexp(0.0, -ahead(theta, psi))),
    (2, 2),
)


def test_players_that_move_together_compare_each_generated_point_with_a_data_point():
    """Jolicoeur-Martineau 2018: D descends softplus(-(D(x) - D(G(z)))), and G softplus(D(x) - D(G(z)))."""
    own = optax.sgd(0.25)
    game = Game(
        p_data=gt.Normal(0, 1),
        latent=gt.Normal(0, 1),
        loss=losses.relativistic,
        k=1,
        batch=len(X),
        population=(X, Z),
        discriminator_optimizer=own,
        generator_optimizer=own,
        updates="rk4",
        updates_weight=0.0,
    )
    a, b, u, c = map(jnp.float32, START)
    state, finite = chunk(game, jax.random.key(0), initial_state(game, Parabola(u, c), Line(a, b)), jnp.int32(3))
    found = [float(leaf) for leaf in (state.generator.a, state.generator.b, state.discriminator.u, state.discriminator.c)]
    expected = trajectory(RELATIVISTIC, START, RK4, 0.25, 3)[-1]
    assert finite and np.abs(expected - START).max() > 0.01
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=2e-7)


def test_the_best_affine_generator_of_a_gaussian_has_its_mean_and_scale():
    found = least_criterion_by_danskin(gt.Normal(2.0, 0.5), gt.Normal(0, 1), Line(jnp.float32(1.5), jnp.float32(0.7)), 12)
    assert (float(found.a), abs(float(found.b))) == pytest.approx((2.0, 0.5), abs=1e-3)


def test_a_network_has_the_numbers_of_coordinates_that_were_asked_for():
    assert gt.Generator(4, 1, skip=False, inputs=3, outputs=2, key=jax.random.key(0))(jnp.zeros(3)).shape == (2,)
    assert gt.Generator(4, 1, key=jax.random.key(0))(jnp.zeros(())).shape == ()


@pytest.mark.parametrize(("unit", "dimension"), [((0.0, 0.0), 1), (((0.0, 1.0), (1.0, 0.0)), 2), ((0.0, math.inf), 1), ((0.0, -1.0), 1)])
def test_a_unit_without_a_positive_scale_is_refused(unit, dimension):
    with pytest.raises(ValueError, match="the scale positive"):
        checked_unit(unit, dimension)
    assert checked_unit((3.0, 1e-300), 1) == Unit(3.0, 1e-300)
