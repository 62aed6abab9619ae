"""Training without a game: Adam on fresh minibatches of the law of the data, for every ``Method``.

for number of training iterations:
    sample m examples x from p_data
    update the weights by descending the stochastic gradient of the method's loss

As in :mod:`gantheory.game.algorithm1`, all draws of an iteration follow from the seed and its number, and a chunk of iterations is one
compiled program whose length is an argument: however a training is cut into chunks, its states are the same to the last bit.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gantheory.distributions import Law
from gantheory.models.method import Method

LEAST = 0.01  # share of the rate that is left at the end
ADAM = optax.scale_by_adam()


class Descent(eqx.Module):
    """What stays fixed while a model learns. Numbers are arrays where a compiled program need not know them.

    Attributes:
      method: what is learned, and how.
      p_data: law of the data.
      batch: points per minibatch.
      rate: Adam's learning rate at the start.
      steps: length of the training, in which the rate falls to a hundredth as the cosine does from 0 to π.
      average: β of a moving average of the weights, in [0, 1); None keeps no average.
    """

    method: Method
    p_data: Law
    batch: int = eqx.field(static=True)
    rate: Float[Array, ""]
    steps: Float[Array, ""]
    average: Float[Array, ""] | None

    def __init__(self, method: Method, p_data: Law, batch: int, rate: float, steps: int, average: float | None = None):
        self.method, self.p_data, self.batch = method, p_data, batch
        self.rate, self.steps = jnp.asarray(rate, jnp.float32), jnp.asarray(max(1, steps), jnp.float32)
        self.average = None if average is None else jnp.asarray(average, jnp.float32)


class State(eqx.Module):
    """A model in the course of its training.

    Attributes:
      weights: the model's.
      average: their moving average; None if none is kept.
      optimizer_memory: Adam's state.
      memory: the method's own, such as the chains of persistent contrastive divergence.
      iteration: iterations done.
      loss: on the last minibatch.
    """

    weights: Any
    average: Any
    optimizer_memory: Any
    memory: Any
    iteration: Int[Array, ""]
    loss: Float[Array, ""]

    @property
    def measured_weights(self) -> Any:
        """The weights whose law is reported: averaged ones if an average is kept, otherwise the last."""
        return self.weights if self.average is None else eqx.combine(self.average, self.weights)


def initial_state(descent: Descent, key: PRNGKeyArray) -> State:
    """The state before the first iteration.

    Args:
      descent: the training.
      key: of the weights and of the method's memory.
    """
    key_weights, key_memory = jax.random.split(key)
    weights = descent.method.init(key_weights, descent.p_data)
    memory = descent.method.memory(key_memory, descent.p_data, descent.batch)
    trained = eqx.filter(weights, eqx.is_inexact_array)
    average = None if descent.average is None else trained
    return State(weights, average, ADAM.init(trained), memory, jnp.zeros((), jnp.int32), jnp.zeros((), jnp.float32))


def step(descent: Descent, key: PRNGKeyArray, state: State) -> State:
    """The state after one more iteration.

    Args:
      descent: the training.
      key: the training's key; the iteration's own is derived from it.
      state: the state so far.
    """
    key_x, key_loss = jax.random.split(jax.random.fold_in(key, state.iteration))
    x = descent.p_data.sample(key_x, (descent.batch,), jnp.float32)

    def loss(weights):
        return descent.method.loss(weights, x, key_loss, state.memory)

    (value, memory), gradient = eqx.filter_value_and_grad(loss, has_aux=True)(state.weights)
    direction, optimizer_memory = ADAM.update(gradient, state.optimizer_memory)
    rate = -rate_at(descent, state.iteration)
    weights = eqx.apply_updates(state.weights, jax.tree.map(lambda one: rate * one, direction))
    average = state.average
    if descent.average is not None:
        average = optax.incremental_update(eqx.filter(weights, eqx.is_inexact_array), average, 1 - descent.average)
    return State(weights, average, optimizer_memory, memory, state.iteration + 1, value.astype(jnp.float32))


def rate_at(descent: Descent, iteration: Int[Array, ""]) -> Float[Array, ""]:
    """The learning rate of an iteration: rate · (a + (1 - a) (1 + cos(π t/T))/2), a = ``LEAST`` (Loshchilov & Hutter 2017, Eq. 5)."""
    fallen = (1 + jnp.cos(jnp.pi * iteration.astype(jnp.float32) / descent.steps)) / 2
    return descent.rate * (LEAST + (1 - LEAST) * fallen)


@eqx.filter_jit
def chunk(descent: Descent, key: PRNGKeyArray, state: State, iterations: Int[Array, ""]) -> tuple[State, Bool[Array, ""]]:
    """Up to ``iterations`` iterations; they end at the first loss or weight that is not finite, with the state before it.

    Args:
      descent: the training.
      key: the training's key.
      state: where to start.
      iterations: how many to do; a traced number, so that no length is compiled anew.

    Returns:
      The state, and whether all iterations were finite.
    """
    arrays, static = eqx.partition(state, eqx.is_array)

    def one(carry):
        done, arrays, _ = carry
        new = step(descent, key, eqx.combine(arrays, static))
        finite = _is_finite((new.weights, new.loss))
        kept = jax.tree.map(lambda after, before: jnp.where(finite, after, before), eqx.filter(new, eqx.is_array), arrays)
        return done + 1, kept, finite

    start = (jnp.zeros((), jnp.int32), arrays, jnp.array(True))
    _, arrays, finite = jax.lax.while_loop(lambda carry: (carry[0] < iterations) & carry[2], one, start)
    return eqx.combine(arrays, static), finite


def _is_finite(tree: Any) -> Bool[Array, ""]:
    leaves = jax.tree.leaves(eqx.filter(tree, eqx.is_inexact_array))
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in leaves]))
