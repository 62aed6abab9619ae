"""Algorithm 1 of Goodfellow et al. 2014: k minibatch steps of the discriminator, then one of the generator.

for number of training iterations:
    for k steps:
        sample m noise samples z from p_z and m examples x from p_data
        update D by ascending its stochastic gradient of log D(x) + log(1 - D(G(z)))
    sample m noise samples z from p_z
    update G by descending its stochastic gradient of log(1 - D(G(z)))

(The paper's listing draws z from "p_g(z)"; the noise prior p_z is meant.) Here both gradient steps go through any optax optimiser, the
losses may be others of losses.py, and G may take several steps. A chunk of iterations is one compiled program whose length is an
argument, so that chunks of any length never compile again. Every random number is a function of the seed and the iteration alone.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax

from gantheory.distributions import Density
from gantheory.game.losses import Loss
from gantheory.game.oracle import Blend, Optimal

# Folded into an iteration's key for draws that not every game needs, so that those that all games need stay as they are.
PENALTY, NOISE = 1, 2


class Game(NamedTuple):
    """What stays fixed while the players learn. The fields from ``k`` on are as in ``train``."""

    p_data: Any  # a density on the line or on the plane
    latent: Any
    loss: Loss
    penalty: Callable | None
    discriminator_optimizer: optax.GradientTransformation
    generator_optimizer: optax.GradientTransformation
    k: int
    batch: int
    generator_steps: int = 1
    simultaneous: bool = False
    average: float | None = None
    noise: Callable | None = None
    packing: int = 1
    oracle: float | None = None
    grid: Any = None  # of z, for D*
    population: tuple[Any, Any] | None = None  # points of x and of z that stand for the whole densities
    only: str | None = None  # "D" or "G", if the other player is to stay as it is

    @property
    def minibatch(self) -> tuple[int, ...]:
        """The shape of the points that one step is taken on: m, or m packs."""
        return (self.batch,) if self.packing == 1 else (self.batch, self.packing)

    def generated(self, generator, z):
        """G at each latent point of minibatches, whatever the axes before the points'."""
        event = 0 if isinstance(self.latent, Density) else 1
        each = generator
        for _ in range(z.ndim - event):
            each = jax.vmap(each)
        return each(z)


class State(eqx.Module):
    """The players, their optimisers' memories, and how many iterations they have played."""

    discriminator: Any
    generator: Any
    discriminator_memory: Any
    generator_memory: Any
    averaged: Any  # G's weights averaged along the way, if the game asks for it
    iteration: jax.Array
    losses: jax.Array  # (D's, G's) on the last minibatch

    @property
    def measured_generator(self):
        """The G whose law is reported: fixed beforehand to be the last one, or the average."""
        return self.generator if self.averaged is None else eqx.combine(self.averaged, self.generator)


def initial_state(game: Game, discriminator, generator) -> State:
    weights_d, weights_g = (eqx.filter(network, eqx.is_inexact_array) for network in (discriminator, generator))
    memories = game.discriminator_optimizer.init(weights_d), game.generator_optimizer.init(weights_g)
    averaged = None if game.average is None else weights_g
    return State(discriminator, generator, *memories, averaged, jnp.zeros((), jnp.int32), jnp.zeros(2, jnp.float32))


def discriminator_step(game: Game, discriminator, memory, x, fake, key=None):
    """One ascent of V in D, on m examples x and m generated points. Returns (D, memory, loss)."""

    def loss(d):
        logits = jax.vmap(d.logit)
        return game.loss.discriminator(logits(x), logits(fake)) + (game.penalty(d.logit, x, fake, key) if game.penalty else 0.0)

    return _descend(loss, game.discriminator_optimizer, discriminator, memory)


def generator_step(game: Game, generator, memory, discriminator, z, x=None, noise: Any = 0.0):
    """One descent of G's loss, on m noise samples, and m examples x if the game compares. Returns (G, memory, loss)."""

    def loss(g):
        logits = jax.vmap(discriminator.logit)
        return game.loss.generator(None if x is None else logits(x), logits(game.generated(g, z) + noise))

    return _descend(loss, game.generator_optimizer, generator, memory)


def _descend(loss, optimizer, network, memory):
    value, gradient = eqx.filter_value_and_grad(loss)(network)
    updates, memory = optimizer.update(gradient, memory, eqx.filter(network, eqx.is_inexact_array))
    return eqx.apply_updates(network, updates), memory, value


def _repeated(step, network, memory, samples):
    """A player's steps on its minibatches, one after the other: (network, memory, the last loss)."""
    weights, static = eqx.partition(network, eqx.is_array)

    def one(carry, sample):
        new, memory, loss = step(eqx.combine(carry[0], static), carry[1], *sample)
        return (eqx.filter(new, eqx.is_array), memory), loss

    (weights, memory), losses = jax.lax.scan(one, (weights, memory), samples)
    return eqx.combine(weights, static), memory, losses[-1]


class Minibatches(NamedTuple):
    """All that one iteration draws, for every step of either player along the first axis."""

    x: Any  # examples of the data, for D
    fake: Any  # G's points, for D
    penalty_keys: Any
    z: Any  # noise samples, for G
    compared: Any  # examples of the data, for G, if the game compares
    noise: Any  # that is added to G's points before D judges them


def minibatches(game: Game, key, state: State) -> Minibatches:
    """The draws of the iteration that ``state`` is at; a function of ``key`` and the iteration, and of G, whose points some of them are."""
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


def iterate(game: Game, key, state: State) -> State:
    """One training iteration: the body of Algorithm 1."""
    x, fake, penalty_keys, z, compared, noise = minibatches(game, key, state)
    discriminator, memory_d, loss_d = _repeated(
        lambda *some: discriminator_step(game, *some), state.discriminator, state.discriminator_memory, (x, fake, penalty_keys)
    )
    if game.only == "D":
        losses = jnp.stack([loss_d, state.losses[1]])
        return replace(state, discriminator=discriminator, discriminator_memory=memory_d, iteration=state.iteration + 1, losses=losses)
    against = opponent(game, state.discriminator, discriminator)
    generator, memory_g, loss_g = _repeated(
        lambda g, memory, z, x, noise: generator_step(game, g, memory, judge(game, against, g), z, x, noise),
        state.generator,
        state.generator_memory,
        (z, compared, noise),
    )
    averaged = state.averaged
    if game.average is not None:
        weights = eqx.filter(generator, eqx.is_inexact_array)
        averaged = optax.incremental_update(weights, averaged, 1 - game.average)
    if game.only == "G":
        discriminator, memory_d, loss_d = state.discriminator, state.discriminator_memory, state.losses[0]
    return State(discriminator, generator, memory_d, memory_g, averaged, state.iteration + 1, jnp.stack([loss_d, loss_g]))


def opponent(game: Game, before, after):
    """Of D before and after its own steps, the one that G's steps are against."""
    return before if game.simultaneous or game.only == "G" else after


def _draws(game: Game, which: int, key, *steps: int):
    """Minibatches of data (``which`` = 0) or of z (1) for so many steps, or the points that stand for all of them."""
    shape = (*steps, *game.minibatch)
    if game.population is None:
        return (game.p_data, game.latent)[which].sample(key, shape, jnp.float32)
    return jnp.broadcast_to(jnp.asarray(game.population[which], jnp.float32), shape)


def judge(game: Game, discriminator, generator):
    """The D that G's step is against: the trained one, D*, or a blend."""
    if game.oracle is None:
        return discriminator
    optimal = Optimal(game.p_data, generator, game.latent, jnp.asarray(game.grid, jnp.float32))
    # An ensemble's members may differ in their share, which then is an array.
    return optimal if isinstance(game.oracle, float) and game.oracle == 1 else Blend(discriminator, optimal, game.oracle)


def _noise(game: Game, key, iteration):
    """A function (which draw, points) -> the instance noise that is added to them."""

    def draw(which, points):
        if game.noise is None:
            return jnp.zeros_like(points)
        scale = jnp.asarray(game.noise(iteration), points.dtype)
        return scale * jax.random.normal(jax.random.fold_in(key, which), points.shape, points.dtype)

    return draw


@eqx.filter_jit
def full_batch_descent(game: Game, generator, discriminator, z, steps: int):
    """The generator after ``steps`` of its steps on the same points z, with D frozen: Algorithm 1's last line, repeated."""
    weights, static = eqx.partition(generator, eqx.is_inexact_array)

    def one(_, carry):
        new, memory, _ = generator_step(game, eqx.combine(carry[0], static), carry[1], discriminator, z)
        return eqx.filter(new, eqx.is_inexact_array), memory

    return eqx.combine(jax.lax.fori_loop(0, steps, one, (weights, game.generator_optimizer.init(weights)))[0], static)


@eqx.filter_jit
def chunk(game: Game, key, state: State, iterations) -> tuple[State, jax.Array]:
    """Up to ``iterations`` iterations. At the first loss or weight that is not finite, the state before it is kept.

    Returns the state and whether all went well.
    """
    arrays, static = eqx.partition(state, eqx.is_array)

    def one(carry):
        done, arrays, _ = carry
        new = iterate(game, key, eqx.combine(arrays, static))
        leaves = jax.tree.leaves(eqx.filter((new.discriminator, new.generator, new.losses), eqx.is_inexact_array))
        finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in leaves]))
        kept = jax.tree.map(lambda a, b: jnp.where(finite, a, b), eqx.filter(new, eqx.is_array), arrays)
        return done + 1, kept, finite

    start = (jnp.zeros((), jnp.int32), arrays, jnp.array(True))
    _, arrays, finite = jax.lax.while_loop(lambda carry: (carry[0] < iterations) & carry[2], one, start)
    return eqx.combine(arrays, static), finite
