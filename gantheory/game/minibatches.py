"""The random draws of one iteration of Algorithm 1, a function of the seed and the iteration alone."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray

from gantheory.game.players import Game, State
from gantheory.game.strata import one_from_each

# Folded into an iteration's key for draws that only some games need, so that the other draws are the same in every game.
PENALTY, NOISE = 1, 2


class Minibatches(NamedTuple):
    """The draws for all steps of one iteration, the steps along the first axis.

    Attributes:
      x: examples of the data, for D.
      fake: generated points, for D.
      penalty_keys: keys for what D's penalty draws.
      z: noise samples, for G.
      compared: examples of the data for G's loss, None unless the game compares.
      noise: instance noise added to G's points before D judges them.
    """

    x: Float[Array, "k m *point"]
    fake: Float[Array, "k m *point"]
    penalty_keys: Key[Array, " k"]
    z: Float[Array, "steps m *latent"]
    compared: Float[Array, "steps m *point"] | None
    noise: Float[Array, "steps m *point"]


def minibatches(game: Game, key: PRNGKeyArray, state: State) -> Minibatches:
    """The minibatches of the iteration that follows ``state``.

    Args:
      game: the game.
      key: the training's key; the iteration's own is derived from it.
      state: gives the iteration, and G for the generated points that D is trained on.
    """
    key = jax.random.fold_in(key, state.iteration)
    key_x, key_z, key_g = jax.random.split(key, 3)
    x = _draws(game, 0, key_x, game.k)
    z = _draws(game, 1, key_z, game.k)
    fake = game.generated(state.generator, z)
    noise = _noise(game, jax.random.fold_in(key, NOISE), state.iteration)
    penalty_keys = jax.random.split(jax.random.fold_in(key, PENALTY), game.k)
    x, fake = x + noise(0, x), fake + noise(1, fake)
    steps = game.generator_steps
    z = _draws(game, 1, key_g, steps) if steps > 1 else _draws(game, 1, key_g)[None]
    compared = jnp.resize(x, (steps, *x.shape[1:])) if game.loss.relativistic else None
    return Minibatches(x, fake, penalty_keys, z, compared, noise(2, jnp.zeros((steps, *x.shape[1:]), x.dtype)))


def _draws(game: Game, which: int, key: PRNGKeyArray, *steps: int) -> Float[Array, "..."]:
    """Minibatches of data (``which`` = 0) or of z (1) for so many steps, or copies of the points of ``game.population``."""
    shape = (*steps, *game.minibatch)
    if which and game.stratified:
        return one_from_each(game.latent, key, shape)
    if game.population is None:
        return (game.p_data, game.latent)[which].sample(key, shape, jnp.float32)
    return jnp.broadcast_to(jnp.asarray(game.population[which], jnp.float32), shape)


def _noise(game: Game, key: PRNGKeyArray, iteration: Int[Array, ""]) -> Callable:
    """A function (number of the draw, points) -> the instance noise for these points."""

    def draw(which, points):
        if game.noise is None:
            return jnp.zeros_like(points)
        scale = jnp.asarray(game.noise(iteration), points.dtype)
        return scale * jax.random.normal(jax.random.fold_in(key, which), points.shape, points.dtype)

    return draw
