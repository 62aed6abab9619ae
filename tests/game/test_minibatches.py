"""The draws of one iteration: what must be independent is, and every point has the law that Algorithm 1 gives it."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy import stats

import gantheory as gt
from gantheory.game import losses
from gantheory.game.algorithm1 import chunk
from gantheory.game.minibatches import minibatches
from gantheory.game.players import Game, initial_state

KEY = jax.random.key(3)


def itself(z):
    return z


@pytest.fixture(scope="module")
def fixed():
    """Data and z of one law, and a G that hands z on: a draw that is used twice shows."""
    return Game(
        p_data=gt.Uniform(-1.0, 1.0),
        latent=gt.Uniform(-1.0, 1.0),
        loss=losses.non_saturating,
        discriminator_optimizer=optax.sgd(0.1),
        generator_optimizer=optax.sgd(0.1),
        penalty=None,
        k=3,
        batch=50,
    )


def drawn(game, iteration=0):
    state = initial_state(game, gt.Discriminator(2, 1, key=KEY), itself)
    return minibatches(game, KEY, replace(state, iteration=jnp.int32(iteration)))


def different(*draws):
    points = np.concatenate([np.ravel(draw) for draw in draws])
    return len(np.unique(points)) == points.size


def test_every_step_has_points_of_its_own(fixed):
    game = replace(fixed, generator_steps=2)
    now, then = drawn(game), drawn(game, iteration=1)
    assert now.x.shape == now.fake.shape == (3, 50) and now.z.shape == (2, 50)
    assert different(now.x, now.fake, now.z, then.x, then.fake, then.z)
    assert stats.kstest(np.ravel([now.x, now.fake, then.x, then.fake]), stats.uniform(-1, 2).cdf).pvalue > 1e-3


def test_every_penalty_has_a_key_of_its_own(fixed):
    keys = [jax.random.key_data(drawn(fixed, iteration).penalty_keys) for iteration in (0, 1)]
    assert len(np.unique(np.concatenate(keys), axis=0)) == 6


def test_instance_noise_is_drawn_for_every_point_that_d_sees(fixed):
    """Of scale σ(n) about the same points without it: another for the data, for D's fakes, and for the fakes of G's step."""
    game = replace(fixed, k=1, noise=lambda n: 0.5 * (1 + n), batch=2000)
    plain, noisy = drawn(replace(game, noise=None), 1), drawn(game, 1)
    noises = [np.ravel(each) for each in (noisy.x - plain.x, noisy.fake - plain.fake, noisy.noise)]
    assert not np.any(plain.noise)
    for noise in noises:
        assert stats.kstest(noise, stats.norm(0, 1).cdf).pvalue > 1e-3
    assert np.abs(np.corrcoef(noises) - np.eye(3)).max() < 0.1


def test_the_average_is_of_the_weights_after_each_step_and_no_step_is_from_it(small_game):
    """E <- β E + (1 - β) θ after each of G's steps; θ is what it is without an average."""
    names = ("latent", "loss", "k", "batch")
    first, second = small_game["optimizers"]
    plain = Game(
        p_data=gt.Normal(1.0, 0.5),
        discriminator_optimizer=first,
        generator_optimizer=second,
        penalty=None,
        **{name: small_game[name] for name in names},
    )
    game = replace(plain, average=0.75)
    start = small_game["discriminator"], small_game["generator"]
    state, alone = initial_state(game, *start), initial_state(plain, *start)
    weights = lambda module: [np.asarray(leaf, np.float64) for leaf in jax.tree.leaves(module) if hasattr(leaf, "dtype")]  # noqa: E731
    expected = weights(state.generator)
    for _ in range(2):
        state, _ = chunk(game, KEY, state, jnp.int32(1))
        alone, _ = chunk(plain, KEY, alone, jnp.int32(1))
        expected = [0.75 * a + 0.25 * b for a, b in zip(expected, weights(state.generator), strict=True)]
    for known, average, moved, same in zip(
        expected, *map(weights, (state.measured_generator, state.generator, alone.generator)), strict=True
    ):
        np.testing.assert_allclose(average, known, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(moved, same, rtol=1e-5, atol=1e-7)
        assert not np.allclose(moved, known, rtol=1e-5, atol=1e-7)
