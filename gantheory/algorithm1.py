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
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from gantheory.checkpoints import Checkpoints
from gantheory.distributions import Density
from gantheory.losses import Loss
from gantheory.measurement import measure
from gantheory.plane import PlaneDensity, PlanePushforward
from gantheory.plane.measurement import measure_plane
from gantheory.pushforward import Pushforward
from gantheory.run import Row, Run

MEASURED_TO = 1e-9  # the quadrature's aim along a history
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


def iterate(game: Game, key, state: State) -> State:
    """One training iteration: the body of Algorithm 1."""
    key = jax.random.fold_in(key, state.iteration)
    key_x, key_z, key_g = jax.random.split(key, 3)
    x = game.p_data.sample(key_x, (game.k, *game.minibatch), jnp.float32)
    z = game.latent.sample(key_z, (game.k, *game.minibatch), jnp.float32)
    fake = game.generated(state.generator, z)
    noise = _noise(game, jax.random.fold_in(key, NOISE), state.iteration)
    penalty_keys = jax.random.split(jax.random.fold_in(key, PENALTY), game.k)
    x, fake = x + noise(0, x), fake + noise(1, fake)
    discriminator, memory_d, loss_d = _repeated(
        lambda *some: discriminator_step(game, *some), state.discriminator, state.discriminator_memory, (x, fake, penalty_keys)
    )
    opponent = state.discriminator if game.simultaneous else discriminator
    steps = game.generator_steps
    z = game.latent.sample(key_g, (steps, *game.minibatch) if steps > 1 else game.minibatch, jnp.float32)
    z = z if steps > 1 else z[None]
    compared = jnp.resize(x, (steps, *x.shape[1:])) if game.loss.relativistic else None
    generator, memory_g, loss_g = _repeated(
        lambda g, memory, z, x, noise: generator_step(game, g, memory, opponent, z, x, noise),
        state.generator,
        state.generator_memory,
        (z, compared, noise(2, jnp.zeros((steps, *x.shape[1:]), x.dtype))),
    )
    losses, averaged = jnp.stack([loss_d, loss_g]), state.averaged
    if game.average is not None:
        weights = eqx.filter(generator, eqx.is_inexact_array)
        averaged = optax.incremental_update(weights, averaged, 1 - game.average)
    return State(discriminator, generator, memory_d, memory_g, averaged, state.iteration + 1, losses)


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


def check_counts(**counts) -> None:
    """Raise ``ValueError`` unless steps is a whole number of at least 0, and every other count one of at least 1."""
    for name, number in counts.items():
        least = 0 if name == "steps" else 1
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
            raise ValueError(f"`{name}` of train must be a whole number of at least {least}. Got {number!r}.")


def train(
    p_data: Any,
    *,
    latent: Any,
    generator,
    discriminator,
    loss: Loss,
    penalty: Callable | None = None,
    optimizers: tuple[optax.GradientTransformation, optax.GradientTransformation],
    steps: int,
    k: int = 1,
    batch: int,
    seed: int,
    measure_every: int,
    generator_steps: int = 1,
    simultaneous: bool = False,
    average: float | None = None,
    noise: Callable | None = None,
    packing: int = 1,
    progress: Callable[[int, int, Row], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Run:
    """Play Algorithm 1 for ``steps`` iterations and measure the state exactly, at the start, every ``measure_every`` and at the end.

    ``generator`` maps one latent point () to one data point (), or (2,) to (2,) where both densities are on the plane; ``discriminator``
    has ``logit`` of one data point, or of a pack of ``packing`` > 1, which are of one kind (Lin et al. 2018). ``optimizers`` are
    (D's, G's). D takes ``k`` steps an iteration, G ``generator_steps``; ``simultaneous``: G's are against D as it was before its own.
    ``average``, if given, is the β of an exponential moving average of G's weights, β · average + (1 - β) · G after every iteration:
    the averaged G is then the one that is measured and returned. ``noise``, if given, is the standard deviation, as a function of the
    iteration, of Gaussian noise that is added to every point, data or generated, that D sees (Arjovsky & Bottou 2017); what is measured
    are p_data and p_g without it (``gt.smoothed`` has them with it). V and the discriminator's gap are measured where D's output is a logit
    of one point, and are None elsewhere. ``progress(step, steps, row)`` is called at every measurement.

    The run ends early, with what was reached and ``Run.stopped`` saying why, at the first loss or weight that is not finite, and on
    KeyboardInterrupt. With ``checkpoints`` its state is kept in a folder at every measurement, and an earlier one is gone on from, to
    the very bytes that an uninterrupted run ends with. Raises ``ValueError`` if ``k``, ``generator_steps``, ``batch``, ``packing``
    or ``measure_every`` is below 1, ``steps`` below 0, or ``average`` not in [0, 1).
    """
    check_counts(k=k, batch=batch, measure_every=measure_every, steps=steps, generator_steps=generator_steps, packing=packing)
    if average is not None and not 0 <= average < 1:
        raise ValueError(f"`average` of train must be at least 0 and below 1. Got {average!r}.")
    game = Game(p_data, latent, loss, penalty, *optimizers, k, batch, generator_steps, simultaneous, average, noise, packing)
    key = jax.random.key(seed)
    state = initial_state(game, discriminator, generator)
    history: list[Row] = []
    stopped = None
    if checkpoints and (last := checkpoints.last(state)):
        state, history = last

    def record():
        judge = state.discriminator if loss.logit and packing == 1 else None
        if isinstance(p_data, PlaneDensity):
            measured = measure_plane(p_data, PlanePushforward(state.measured_generator, latent), judge)
        else:
            measured = measure(p_data, Pushforward(state.measured_generator, latent), judge, MEASURED_TO)
        history.append(Row(int(state.iteration), measured, *(float(value) for value in state.losses)))

    def show():
        if checkpoints:
            checkpoints.keep(state, history)
        if progress:
            progress(history[-1].step, steps, history[-1])

    try:
        if not history:
            record()
        show()
        while (done := int(state.iteration)) < steps:
            new, finite = chunk(game, key, state, jnp.asarray(min(measure_every - done % measure_every, steps - done), jnp.int32))
            state = jax.block_until_ready(new)
            if not finite:
                stopped = f"a loss or weight was no longer finite at step {int(state.iteration) + 1}; the state before it was kept"
                break
            record()
            show()
    except KeyboardInterrupt:
        stopped = f"interrupted at step {int(state.iteration)}"
    if not history or history[-1].step != int(state.iteration):
        record()  # the state that is kept is the one whose numbers come last
    settings = {"steps": steps, "k": k, "batch": batch, "seed": seed, "measure_every": measure_every, "loss": loss.name}
    settings["penalty"] = f"{type(penalty).__name__}{tuple(penalty)}" if isinstance(penalty, tuple) else getattr(penalty, "__name__", None)
    if generator_steps > 1:
        settings["generator_steps"] = generator_steps
    if simultaneous:
        settings["simultaneous"] = True
    if packing > 1:
        settings["packing"] = packing
    if average is not None:
        settings["average"] = average
    return Run(p_data, latent, state.measured_generator, state.discriminator, settings, history, stopped)
