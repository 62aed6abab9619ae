"""A descent is Adam with a cosine rate on fresh minibatches, and its states do not depend on how it is cut into chunks."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.models.learning import Descent, State, chunk, initial_state, step
from gantheory.models.method import Method

P_DATA = gt.Normal(1.0, 0.5)
KEY = jax.random.key(3)


@dataclass(frozen=True)
class Location(Method):
    """N(w, 1) by maximum likelihood, whose memory counts the steps; from step ``bad`` on its loss is no number."""

    bad: int = 100
    name: ClassVar[str] = "location"

    def init(self, key: Any, p_data: Any) -> Any:
        return {"w": jax.random.normal(key, (2,), jnp.float32)}

    def memory(self, key: Any, p_data: Any, batch: int) -> Any:
        return jnp.zeros((), jnp.int32)

    def loss(self, weights: Any, x: Any, key: Any, memory: Any) -> Any:
        noise = jax.random.normal(key, x.shape, x.dtype)
        value = jnp.mean((x - weights["w"][0]) ** 2 + (noise - weights["w"][1]) ** 2)
        return jnp.where(memory >= self.bad, jnp.nan, value), memory + 1

    def law(self, weights: Any) -> Any:
        return gt.Normal(float(weights["w"][0]), 1.0)

    def split(self, p_data: Any, weights: Any) -> Any:
        raise NotImplementedError


def descended(descent: Descent, *lengths: int) -> State:
    state = initial_state(descent, KEY)
    for length in lengths:
        state, finite = chunk(descent, KEY, state, jnp.asarray(length, jnp.int32))
        assert finite
    return state


@pytest.fixture(scope="module")
def descent():
    return Descent(Location(), P_DATA, 16, 0.1, 30, 0.9)


def test_a_descent_is_the_same_bytes_however_it_is_cut(descent, weights):
    whole = descended(descent, 12)
    assert weights(descended(descent, 5, 0, 1, 6)) == weights(whole)
    assert int(whole.iteration) == int(whole.memory) == 12


def test_each_step_is_adams_by_optax_with_a_cosine_rate_on_the_iterations_own_draws(descent):
    """Beside optax's own Adam and schedule, and the average by its definition, in a plain loop."""
    adam = optax.adam(optax.cosine_decay_schedule(0.1, 30, alpha=0.01))
    weights = initial_state(descent, KEY).weights
    memory, average = adam.init(weights), weights
    for at in range(12):
        key_x, key_loss = jax.random.split(jax.random.fold_in(KEY, at))
        x = P_DATA.sample(key_x, (16,), jnp.float32)
        gradient = jax.grad(lambda w, x=x, key=key_loss: Location().loss(w, x, key, jnp.zeros((), jnp.int32))[0])(weights)
        updates, memory = adam.update(gradient, memory)
        weights = optax.apply_updates(weights, updates)
        average = jax.tree.map(lambda a, w: 0.9 * a + 0.1 * w, average, weights)
    state = descended(descent, 12)
    np.testing.assert_allclose(state.weights["w"], weights["w"], rtol=1e-5)
    np.testing.assert_allclose(state.measured_weights["w"], average["w"], rtol=1e-5)


def test_another_seed_is_another_descent_and_the_first_step_is_stepped_alone(descent, weights):
    start = initial_state(descent, KEY)
    once = step(descent, KEY, start)
    np.testing.assert_allclose(descended(descent, 1).weights["w"], once.weights["w"], rtol=1e-6)
    assert weights(initial_state(descent, jax.random.key(4)).weights) != weights(start.weights)


def test_a_descent_ends_before_the_first_loss_that_is_no_number(weights):
    descent = Descent(Location(bad=4), P_DATA, 16, 0.1, 30)
    state, finite = chunk(descent, KEY, initial_state(descent, KEY), jnp.asarray(9, jnp.int32))
    assert not finite and int(state.iteration) == 4 and np.isfinite(state.loss)
    assert weights(state.weights) == weights(descended(descent, 4).weights)
    assert state.average is None
