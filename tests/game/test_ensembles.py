"""A member of an ensemble plays the game that it would play alone."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.game import losses
from gantheory.game.algorithm1 import chunk
from gantheory.game.ensembles import Ensemble, _at_once
from gantheory.game.penalties import R1
from gantheory.game.players import Game, initial_state
from gantheory.training.optimizers import Tuned

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
    """Other seeds, data and penalties: on a CPU to the last bit."""
    ensemble, finite = Ensemble(members).played(3)
    assert len(ensemble) == 5 and finite.all()
    for index, one in enumerate(members):
        for a, b in zip(leaves(ensemble.member(index)), leaves(alone(one, 3)), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.slow
def test_vmapped_as_on_an_accelerator_members_play_alike(members):
    """Sums are taken in another order, so that single precision leaves the last digits open."""
    share = Ensemble(members[:2]).shares[0]
    states, finite = eqx.filter_jit(_at_once)(share.games, share.keys, share.states, jnp.int32(3))
    assert finite.all()
    for a, b in zip(
        leaves(jax.tree.map(lambda leaf: leaf[0] if eqx.is_array(leaf) else leaf, states)), leaves(alone(members[0], 3)), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=2e-3, atol=2e-5)


@pytest.mark.slow
def test_any_number_of_cores_gives_the_same_bytes(members):
    ends = []
    for cores in (1, 2, 3):
        ensemble = Ensemble(members, cores)
        assert len(ensemble.shares) == cores
        ends.append(leaves(ensemble.played(3, donate=True)[0].states))
    for other in ends[1:]:
        for a, b in zip(ends[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


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
    rates = [Tuned(np.asarray(rate, np.float32), "sgd", 100, "constant", None, None, None).transformation for rate in (0.01, np.nan, 0.01)]
    ensemble = Ensemble([member(seed, optimizers=(rate, OPTIMIZERS[1])) for seed, rate in enumerate(rates)])
    after, finite = ensemble.played(4)
    assert finite.tolist() == [True, False, True]
    assert after.states.iteration.tolist() == [4, 0, 4]
    for a, b in zip(leaves(after.member(1)), leaves(ensemble.member(1)), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("other", [{"width": 9}, {"loss": losses.minimax}, {"optimizers": (optax.adam(1e-3), OPTIMIZERS[1])}])
def test_members_that_differ_in_more_than_numbers_are_refused(other):
    with pytest.raises(ValueError, match="of an ensemble must be alike but for their arrays and numbers"):
        Ensemble([member(0), member(1, **other)])


def test_a_member_that_is_not_there_and_an_ensemble_of_none_are_refused():
    with pytest.raises(IndexError, match="must be from 0 to 0"):
        Ensemble([member(0)]).member(1)
    with pytest.raises(ValueError, match="must be one at least"):
        Ensemble([])
