"""Algorithm 1 of Goodfellow et al. 2014: k minibatch steps of the discriminator, then one of the generator.

for number of training iterations:
    for k steps:
        sample m noise samples z from p_z and m examples x from p_data
        update D by ascending its stochastic gradient of log D(x) + log(1 - D(G(z)))
    sample m noise samples z from p_z
    update G by descending its stochastic gradient of log(1 - D(G(z)))

(The paper's listing draws z from "p_g(z)"; the noise prior p_z is meant.) Here the gradient steps go through any optax optimiser, the
losses may be any of losses.py, and G may take several steps. A chunk of iterations is one compiled program whose length is an argument,
so chunks of all lengths share it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gantheory.distributions import Density
from gantheory.game.joint import moved_together
from gantheory.game.minibatches import minibatches
from gantheory.game.oracle import Blend, Optimal
from gantheory.game.players import TOGETHER, Game, HasLogit, State
from gantheory.game.updates import with_known_optimizers


def discriminator_step(
    game: Game,
    discriminator: HasLogit,
    memory: Any,
    x: Float[Array, "m *point"],
    fake: Float[Array, "m *point"],
    key: PRNGKeyArray | None = None,
) -> tuple[Any, Any, Float[Array, ""]]:
    """One ascent of V in D.

    Args:
      game: the game.
      discriminator: D.
      memory: state of D's optimiser.
      x: examples of the data.
      fake: generated points.
      key: for what the penalty draws, if it draws.

    Returns:
      The new D, the new state of its optimiser, and the loss before the step.
    """
    return _descend(lambda d: game.discriminator_loss(d, x, fake, key), game.discriminator_optimizer, discriminator, memory)


def generator_step(
    game: Game,
    generator: Callable,
    memory: Any,
    discriminator: HasLogit,
    z: Float[Array, "m *latent"],
    x: Float[Array, "m *point"] | None = None,
    noise: Float[Array, "m *point"] | float = 0.0,
) -> tuple[Any, Any, Float[Array, ""]]:
    """One descent of G's loss.

    Args:
      game: the game.
      generator: G.
      memory: state of G's optimiser.
      discriminator: the D that G's points are judged by.
      z: noise samples.
      x: examples of the data, if the game compares.
      noise: instance noise added to G's points.

    Returns:
      The new G, the new state of its optimiser, and the loss before the step.
    """
    return _descend(lambda g: game.generator_loss(g, discriminator, z, x, noise), game.generator_optimizer, generator, memory)


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


def iterate(game: Game, key: PRNGKeyArray, state: State) -> State:
    """The state after one more iteration, the body of Algorithm 1, or a step of both players together."""
    draws = minibatches(game, key, state)
    if game.updates in TOGETHER:
        new = moved_together(game, draws, state)
        return replace(new, averaged=_averaged(game, new.generator, state), iteration=state.iteration + 1)
    x, fake, penalty_keys, z, compared, noise = draws
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
    averaged = _averaged(game, generator, state)
    if game.only == "G":
        discriminator, memory_d, loss_d = state.discriminator, state.discriminator_memory, state.losses[0]
    return State(discriminator, generator, memory_d, memory_g, averaged, state.iteration + 1, jnp.stack([loss_d, loss_g]))


def _averaged(game: Game, generator: Callable, state: State) -> Any:
    """The moving average of G's weights, these ones included; None if the game keeps none."""
    if game.average is None:
        return state.averaged
    return optax.incremental_update(eqx.filter(generator, eqx.is_inexact_array), state.averaged, 1 - game.average)


def opponent(game: Game, before: Any, after: Any) -> Any:
    """The trained D that G's steps are against: D ``before`` or ``after`` its own steps of the iteration."""
    return before if game.updates == "simultaneous" or game.only == "G" else after


def judge(game: Game, discriminator: HasLogit, generator: Callable) -> HasLogit:
    """The D that G's step is against: the trained one, D* of this G, or a blend of both."""
    if game.oracle is None:
        return discriminator
    p_data, latent = cast(Density, game.p_data), cast(Density, game.latent)  # D* is computed on the line only
    optimal = Optimal(p_data, generator, latent, jnp.asarray(game.grid, jnp.float32))
    # In an ensemble the share is an array, since it may differ from member to member.
    return optimal if isinstance(game.oracle, float) and game.oracle == 1 else Blend(discriminator, optimal, game.oracle)


@eqx.filter_jit
def full_batch_descent(game: Game, generator: Callable, discriminator: HasLogit, z: Float[Array, "m *latent"], steps: int) -> Any:
    """The generator after ``steps`` of its steps on the same points z, with D frozen: the last line of Algorithm 1, repeated."""
    weights, static = eqx.partition(generator, eqx.is_inexact_array)

    def one(_, carry):
        new, memory, _ = generator_step(game, eqx.combine(carry[0], static), carry[1], discriminator, z)
        return eqx.filter(new, eqx.is_inexact_array), memory

    return eqx.combine(jax.lax.fori_loop(0, steps, one, (weights, game.generator_optimizer.init(weights)))[0], static)


def guarded(game: Game, key: PRNGKeyArray, state: State, finite: Bool[Array, ""]) -> tuple[State, Bool[Array, ""]]:
    """The state after one more iteration, or ``state`` itself from the first loss or weight on that is not finite.

    Args:
      game: the game.
      key: the training's key.
      state: the state so far.
      finite: whether all iterations so far were finite.

    Returns:
      The new state, and whether all iterations, this one included, were finite.
    """
    new = iterate(game, key, state)
    leaves = jax.tree.leaves(eqx.filter((new.discriminator, new.generator, new.losses), eqx.is_inexact_array))
    finite = finite & jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in leaves]))
    return jax.tree.map(lambda after, before: jnp.where(finite, after, before) if eqx.is_array(after) else after, new, state), finite


def chunk(game: Game, key: PRNGKeyArray, state: State, iterations: Int[Array, ""]) -> tuple[State, Bool[Array, ""]]:
    """Up to ``iterations`` iterations; they end at the first loss or weight that is not finite, with the state before it.

    It is compiled once for all optimisers that compute the same, but for a constant learning rate (:mod:`gantheory.game.updates`).

    Args:
      game: the game.
      key: the training's key.
      state: where to start.
      iterations: how many to play; a traced number, so that no length is compiled anew.

    Returns:
      The state, and whether all iterations were finite. If not, :func:`breakdown` says so in words.
    """
    return _compiled(with_known_optimizers(game, state), key, state, iterations)


def advanced(game: Game, key: PRNGKeyArray, state: State, iterations: Int[Array, ""]) -> tuple[State, Bool[Array, ""]]:
    """What :func:`chunk` compiles, for programs that hold it."""
    arrays, static = eqx.partition(state, eqx.is_array)

    def one(carry):
        done, arrays, finite = carry
        new, finite = guarded(game, key, eqx.combine(arrays, static), finite)
        return done + 1, eqx.filter(new, eqx.is_array), finite

    start = (jnp.zeros((), jnp.int32), arrays, jnp.array(True))
    _, arrays, finite = jax.lax.while_loop(lambda carry: (carry[0] < iterations) & carry[2], one, start)
    return eqx.combine(arrays, static), finite


_compiled = eqx.filter_jit(advanced)


def breakdown(state: State) -> str:
    """Why a game ended at ``state`` whose next iteration was not finite."""
    return f"a loss or weight was no longer finite at step {int(state.iteration) + 1}; the state before it was kept"
