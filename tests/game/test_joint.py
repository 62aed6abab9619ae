"""Steps of both players together: on a game of four numbers they are those of ``gantheory.dynamics``."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.dynamics.differentiable import DifferentiableGame
from gantheory.dynamics.integrators import INTEGRATORS, RK4, Integrator, consensus, symplectic, trajectory
from gantheory.game import losses
from gantheory.game.algorithm1 import chunk
from gantheory.game.ensembles import Ensemble
from gantheory.game.joint import WAYS, require_flow
from gantheory.game.penalties import R1
from gantheory.game.players import TOGETHER, UPDATES, WEIGHTED, Game, initial_state
from gantheory.training.optimizers import optimizer

X, Z = (-0.5, 0.25, 1.0, 2.0), (-1.5, -0.5, 0.5, 1.0)  # all of p_data, and all of p_z
START = np.array([0.3, 0.8, -0.4, 0.25])  # w = (a, b, u, c)
H, GAMMA, WEIGHT = 0.25, 0.3, 0.7


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


def loss_g(theta, psi):
    fake = theta[0] + theta[1] * jnp.array(Z)
    return jnp.mean(jnp.logaddexp(0.0, -(psi[0] * fake + psi[1] * fake**2)))


def loss_d(theta, psi):
    x, fake = jnp.array(X), theta[0] + theta[1] * jnp.array(Z)
    played = jnp.mean(jnp.logaddexp(0.0, -(psi[0] * x + psi[1] * x**2))) + jnp.mean(jnp.logaddexp(0.0, psi[0] * fake + psi[1] * fake**2))
    return played + GAMMA / 2 * jnp.mean((psi[0] + 2 * psi[1] * x) ** 2)


# The non-saturating game with R1, written out.
KNOWN = DifferentiableGame("line against parabola", loss_g, loss_d, (2, 2))


def small(updates, own=None, **changes):
    """The same game of networks, before the first step."""
    own = own or optax.sgd(H)
    fixed = {"p_data": gt.Normal(0, 1), "latent": gt.Normal(0, 1), "loss": losses.non_saturating, "k": 1, "batch": len(X)}
    fixed |= {"penalty": R1(GAMMA), "population": (np.array(X), np.array(Z)), "discriminator_optimizer": own, "generator_optimizer": own}
    game = Game(**fixed | {"updates": updates, "updates_weight": WEIGHT} | changes)
    a, b, u, c = map(jnp.float32, START)
    return game, initial_state(game, Parabola(u, c), Line(a, b))


def weights_of(state):
    both = state.generator.a, state.generator.b, state.discriminator.u, state.discriminator.c
    return np.array([float(leaf) for leaf in both])


def after(game, state, *lengths):
    for length in lengths:
        state, finite = chunk(game, jax.random.key(0), state, jnp.int32(length))
        assert finite
    return state


def regularised(weight):
    """A Runge-Kutta step, and ψ less h λ times the gradient of ‖∂L_G/∂θ‖² before it."""

    def step(game, w, memory, h):
        theta, psi = w[:2], w[2:]
        slope = jax.grad(lambda own: jnp.sum(game.field(jnp.concatenate([theta, own]))[:2] ** 2))(psi)
        new, memory = RK4.step(game, w, memory, h)
        return new - h * weight * jnp.concatenate([jnp.zeros(2), slope]), memory

    return Integrator("rk4, regularised", step)


OF_WEIGHT = INTEGRATORS | {"consensus": consensus(WEIGHT), "sga": symplectic(WEIGHT), "rk4": regularised(WEIGHT)}


@pytest.mark.parametrize("updates", UPDATES)
def test_with_plain_steps_each_way_is_the_integrator_of_its_name(updates):
    expected = trajectory(KNOWN, START, OF_WEIGHT[updates], H, 4)
    game, state = small(updates)
    for steps in (1, 4):
        np.testing.assert_allclose(weights_of(after(game, state, steps)), expected[steps], rtol=2e-6, atol=2e-7)
    others = [trajectory(KNOWN, START, OF_WEIGHT[other], H, 4)[-1] for other in UPDATES if other != updates]
    assert min(np.abs(other - expected[-1]).max() for other in others) > 1e-4


def ahead(theta, psi):
    """How much more real D finds each data point than its generated one."""
    fake = theta[0] + theta[1] * jnp.array(Z)
    return psi[0] * (jnp.array(X) - fake) + psi[1] * (jnp.array(X) ** 2 - fake**2)


RELATIVISTIC = DifferentiableGame(
    "pairs",
    lambda theta, psi: jnp.mean(jnp.logaddexp(0.0, ahead(theta, psi))),
    lambda theta, psi: jnp.mean(jnp.logaddexp(0.0, -ahead(theta, psi))),
    (2, 2),
)


def test_players_that_move_together_compare_each_generated_point_with_a_data_point():
    """Jolicoeur-Martineau 2018: D descends softplus(-(D(x) - D(G(z)))), and G softplus(D(x) - D(G(z)))."""
    game, state = small("rk4", loss=losses.relativistic, penalty=None, updates_weight=0.0)
    expected = trajectory(RELATIVISTIC, START, RK4, H, 3)[-1]
    assert np.abs(expected - START).max() > 0.01
    np.testing.assert_allclose(weights_of(after(game, state, 3)), expected, rtol=2e-6, atol=2e-7)


@pytest.mark.parametrize("weight", [None, 0.0])
def test_runge_kutta_steps_are_regularised_only_where_a_weight_is_given(weight):
    game, state = small("rk4", updates_weight=weight)
    np.testing.assert_allclose(weights_of(after(game, state, 4)), trajectory(KNOWN, START, RK4, H, 4)[-1], rtol=2e-6, atol=2e-7)


def gradients_of(w):
    """g = -v, written out in the losses above."""
    return -KNOWN.field(w)


def test_extragradient_looks_ahead_by_the_optimisers_own_step_and_keeps_only_the_second():
    own = optax.adam(0.1, b1=0.5)
    game, state = small("extragradient", own)
    w, memory = jnp.asarray(START, jnp.float32), own.init(jnp.zeros(4))
    for _ in range(3):
        ahead, _ = own.update(gradients_of(w), memory)
        steps, memory = own.update(gradients_of(optax.apply_updates(w, ahead)), memory)
        w = jnp.asarray(optax.apply_updates(w, steps))
    np.testing.assert_allclose(weights_of(after(game, state, 3)), w, rtol=1e-5, atol=1e-6)


def test_optimistic_adam_is_optaxs():
    own = optax.adam(0.1, b1=0.5)
    known = optax.chain(optax.scale_by_optimistic_gradient(), own)
    game, state = small("optimistic", own)
    w, memory = jnp.asarray(START, jnp.float32), known.init(jnp.zeros(4))
    for _ in range(3):
        steps, memory = known.update(gradients_of(w), memory)
        w = jnp.asarray(optax.apply_updates(w, steps))
    np.testing.assert_allclose(weights_of(after(game, state, 1, 2)), w, rtol=1e-5, atol=1e-6)


def test_the_average_and_the_losses_are_of_a_step_together_too():
    game, state = small("optimistic", average=0.75)
    expected = trajectory(KNOWN, START, OF_WEIGHT["optimistic"], H, 2)
    state = after(game, state, 2)
    average = 0.75 * (0.75 * expected[0] + 0.25 * expected[1]) + 0.25 * expected[2]
    np.testing.assert_allclose([float(state.averaged.a), float(state.averaged.b)], average[:2], rtol=1e-5)
    before = [loss(expected[1][:2], expected[1][2:]) for loss in (loss_d, loss_g)]
    np.testing.assert_allclose(state.losses, before, rtol=1e-5)
    assert int(state.iteration) == 2


def test_chunks_of_any_length_are_one_program_and_change_nothing():
    traced = []
    loss = losses.non_saturating._replace(name="counted", on_data=lambda logits: traced.append(1) or losses.minus_log_d(logits))
    game, state = small("optimistic", optax.adam(0.1), loss=loss)
    whole = after(game, state, 5)
    once = len(traced)
    parts = after(*small("optimistic", optax.adam(0.1), loss=loss), 2, 1, 2)
    assert len(traced) == once > 0
    assert eqx.tree_equal(whole, parts)


@pytest.mark.parametrize("own", [optax.sgd(0.1), optimizer("sgd", 0.1, 100), optax.chain(optax.identity(), optax.sgd(-1.0))])
def test_plain_steps_follow_a_flow(own):
    game, state = small("rk4", own)
    require_flow(game, state.generator, state.discriminator)


NOT_PLAIN = [optax.adam(0.1), optax.sgd(0.1, 0.9), optax.rmsprop(0.1), optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.1))]


@pytest.mark.parametrize("own", [*NOT_PLAIN, optax.chain(optax.add_decayed_weights(0.1), optax.sgd(0.1))])
def test_a_runge_kutta_step_of_no_flow_is_refused(own):
    game, state = small("rk4", own)
    with pytest.raises(ValueError, match=r"`optimizers` must take plain gradient steps.* for rk4 updates: .* Got one for D"):
        require_flow(game, state.generator, state.discriminator)
    require_flow(replace(game, updates="extragradient"), state.generator, state.discriminator)
    with pytest.raises(ValueError, match="Got one for G"):
        require_flow(replace(game, discriminator_optimizer=optax.sgd(0.1)), state.generator, state.discriminator)


@pytest.mark.parametrize("updates", TOGETHER)
@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({"k": 2}, "`k` must be 1"),
        ({"generator_steps": 3}, "`generator_steps` must be 1"),
        ({"oracle": 0.5}, "`oracle` must be left alone"),
        ({"only": "D"}, "`only` must be left alone"),
    ],
)
def test_what_makes_no_sense_of_players_that_move_once_together_is_refused(updates, changes, must):
    ((_, value),) = changes.items()
    with pytest.raises(ValueError, match=rf"^{must} for {updates} updates, in which both players move once, together\. Got {value}\.$"):
        small(updates, **changes)
    small("simultaneous", **changes)


def test_all_ways_have_a_name():
    assert tuple(WAYS) == TOGETHER
    with pytest.raises(ValueError, match=r"^`updates` must be one of alternating, .*\. Got 'rk5': did you mean 'rk4'\?$"):
        small("rk5")


@pytest.mark.slow
@pytest.mark.parametrize("updates", WEIGHTED)
def test_members_of_an_ensemble_may_differ_in_the_weight(updates):
    own = optax.sgd(H)
    games = [small(updates, own, updates_weight=weight) for weight in (0.0, 0.9)]
    ensemble, finite = Ensemble([(game, state.discriminator, state.generator, 0) for game, state in games]).played(3)
    assert finite.all()
    for index, (game, state) in enumerate(games):
        np.testing.assert_allclose(weights_of(ensemble.member(index)), weights_of(after(game, state, 3)), rtol=1e-5, atol=1e-7)
