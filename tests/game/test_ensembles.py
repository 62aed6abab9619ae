"""A member of an ensemble plays the game that it would play alone."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.game import losses
from gantheory.game.algorithm1 import chunk
from gantheory.game.ensembles import Ensemble
from gantheory.game.penalties import R1
from gantheory.game.players import Game, initial_state

LATENT = gt.Uniform(-1.0, 1.0)
OPTIMIZERS = optax.adam(1e-2, b1=0.5), optax.adam(5e-3, b1=0.5)


def member(seed, loc=1.0, gamma=0.1, width=8, optimizers=OPTIMIZERS, loss=losses.non_saturating):
    key_g, key_d = jax.random.split(jax.random.key(seed))
    game = Game(
        p_data=gt.Normal(loc, 0.5),
        latent=LATENT,
        loss=loss,
        penalty=R1(gamma),
        discriminator_optimizer=optimizers[0],
        generator_optimizer=optimizers[1],
        k=2,
        batch=32,
    )
    return game, gt.Discriminator(width, 1, key=key_d), gt.Generator(width, 1, key=key_g), seed


def alone(member, iterations):
    game, d, g, seed = member
    return chunk(game, jax.random.key(seed), initial_state(game, d, g), jnp.int32(iterations))[0]


def leaves(state):
    return [np.asarray(leaf) for leaf in jax.tree.leaves((state.discriminator, state.generator)) if hasattr(leaf, "dtype")]


@pytest.fixture(scope="module")
def members():
    return [member(0), member(1, loc=-2.0), member(2, gamma=0.0), member(0, loc=3.0, gamma=1.0), member(4)]


@pytest.mark.slow
def test_every_member_plays_as_it_would_alone(members):
    """Other seeds, data and penalties. Sums are taken in another order, so that single precision leaves the last digits open."""
    ensemble, finite = Ensemble(members).played(3)
    assert len(ensemble) == 5 and finite.all()
    for index, one in enumerate(members):
        for a, b in zip(leaves(ensemble.member(index)), leaves(alone(one, 3)), strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-3, atol=2e-5)


@pytest.mark.slow
def test_it_goes_on_where_it_stopped(members):
    whole, parts = Ensemble(members).played(6)[0], Ensemble(members)
    for _ in range(3):
        parts = parts.played(2)[0]
    for a, b in zip(leaves(whole.states), leaves(parts.states), strict=True):
        np.testing.assert_array_equal(a, b)
    assert parts.states.iteration.tolist() == [6] * 5


@pytest.mark.slow
def test_a_member_that_breaks_down_stays_as_it_was_and_spoils_no_other():
    rates = optax.inject_hyperparams(optax.sgd)(learning_rate=0.01), OPTIMIZERS[1]
    ensemble = Ensemble([member(seed, optimizers=rates) for seed in range(3)])
    memory = ensemble.states.discriminator_memory
    memory.hyperparams["learning_rate"] = jnp.asarray([0.01, jnp.nan, 0.01])
    after, finite = ensemble.played(4)
    assert finite.tolist() == [True, False, True]
    assert after.states.iteration.tolist() == [4, 0, 4]
    for a, b in zip(leaves(after.member(1)), leaves(ensemble.member(1)), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("other", [{"width": 9}, {"loss": losses.minimax}, {"optimizers": (optax.adam(1e-3), OPTIMIZERS[1])}])
def test_members_that_differ_in_more_than_numbers_are_refused(other):
    with pytest.raises(ValueError, match="of an ensemble must be alike but for their arrays and numbers"):
        Ensemble([member(0), member(1, **other)])
