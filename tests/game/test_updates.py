from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.game import losses
from gantheory.game.algorithm1 import _compiled, chunk
from gantheory.game.constraints import clipped
from gantheory.game.players import Game, initial_state
from gantheory.game.updates import with_known_optimizers
from gantheory.training.optimizers import optimizer


@pytest.fixture(scope="module")
def start(small_game):
    """A function from an optimiser of D to the game and its first state."""

    def start(own, **changes):
        s = small_game | changes
        shared = {name: s[name] for name in ("latent", "loss", "k", "batch")}
        game = Game(p_data=gt.Normal(1.0, 0.5), discriminator_optimizer=own, generator_optimizer=s["optimizers"][1], **shared)
        return game, initial_state(game, s["discriminator"], s["generator"])

    return start


def closure(numbers):
    """A user's own optimiser, whose rate is read from a list."""

    def update(updates, state, params=None):
        return jax.tree.map(lambda g: jnp.sin(-numbers[0] * g), updates), state

    return optax.GradientTransformation(optax.init_empty_state, update)


RATES = {0: 0.1}


def of_global():
    def update(updates, state, params=None):
        return jax.tree.map(lambda g: jnp.sin(-RATES[0] * g), updates), state

    return optax.GradientTransformation(optax.init_empty_state, update)


def by_host(function):
    def update(updates, state, params=None):
        called = lambda g: jax.pure_callback(function, jax.ShapeDtypeStruct(g.shape, g.dtype), g)  # noqa: E731
        return jax.tree.map(called, updates), state

    return optax.GradientTransformation(optax.init_empty_state, update)


def keeping(rate):
    """Plain descent whose state is its last step."""

    def update(updates, state, params=None):
        steps = jax.tree.map(lambda g: -rate * g, updates)
        return steps, steps

    return optax.GradientTransformation(lambda params: jax.tree.map(jnp.zeros_like, params), update)


def every(steps):
    return optax.MultiSteps(adam(), steps).gradient_transformation()


def adam(rate: Any = 1e-2, b1=0.5, **others):
    return optax.adam(rate, b1=b1, **others)


# (makes an optimiser, makes another, whether one program serves both, whether their rates are equal)
PAIRS = {
    "made twice": (adam, adam, True, True),
    "another rate": (adam, lambda: adam(1.0001e-2), True, False),
    "a rate of another sign": (adam, lambda: adam(-1e-2), True, False),
    "another b1": (adam, lambda: adam(b1=0.50001), False, True),
    "another eps": (adam, lambda: adam(eps=1e-7), False, True),
    "another kind": (adam, lambda: optax.sgd(1e-2), False, True),
    "a schedule": (adam, lambda: adam(optax.constant_schedule(1e-2)), False, True),
    "a schedule twice": (lambda: optimizer("adam", 1e-2, 100), lambda: optimizer("adam", 1e-2, 100), True, True),
    "another schedule": (lambda: optimizer("adam", 1e-2, 100), lambda: optimizer("adam", 1e-2, 100, "linear"), False, True),
    "a schedule of another rate": (lambda: optimizer("adam", 1e-2, 100), lambda: optimizer("adam", 2e-2, 100), False, True),
    "a schedule of other steps": (lambda: optimizer("adam", 1e-2, 100), lambda: optimizer("adam", 1e-2, 101), False, True),
    "clipped alike": (lambda: clipped(adam(), 0.5), lambda: clipped(adam(), 0.5), True, True),
    "clipped otherwise": (lambda: clipped(adam(), 0.5), lambda: clipped(adam(), 0.25), False, True),
    "clipped, of another rate": (lambda: clipped(adam(), 0.5), lambda: clipped(adam(2e-2), 0.5), False, True),
    "other lists of equal numbers": (lambda: closure([0.1]), lambda: closure([0.1]), True, True),
    "lists of other numbers": (lambda: closure([0.1]), lambda: closure([0.2]), False, True),
    "one function on the host": (lambda: by_host(np.sin), lambda: by_host(np.sin), True, True),
    "two functions on the host": (lambda: by_host(np.sin), lambda: by_host(np.cos), False, True),
    "steps that the state keeps": (lambda: keeping(0.1), lambda: keeping(0.2), False, True),
    "a wrapper with a state": (lambda: every(2), lambda: every(3), False, True),
}


def update_of(start, own) -> Any:
    game, state = start(own)
    return with_known_optimizers(game, state).discriminator_optimizer.update


def same_rate(one, other):
    return one is other if one is None or other is None else float(one) == float(other)


@pytest.mark.parametrize("case", PAIRS)
def test_optimisers_share_a_program_only_where_they_compute_the_same_but_for_the_rate(start, case):
    one, other, shared, same = PAIRS[case]
    first, second = update_of(start, one()), update_of(start, other())
    assert (first.program == second.program) is shared
    assert same_rate(first.rate, second.rate) is same


def test_what_a_new_function_reads_is_read_anew(start, monkeypatch):
    """A list that was changed, and a global that was, between two optimisers of one source."""
    numbers = [0.1]
    before = update_of(start, closure(numbers)), update_of(start, of_global())
    numbers[0] = 0.2
    monkeypatch.setitem(RATES, 0, 0.2)
    after = update_of(start, closure(numbers)), update_of(start, of_global())
    assert all(one.program != other.program for one, other in zip(before, after, strict=True))


def test_a_player_that_does_not_learn_need_not_fit_its_optimiser(start):
    """In the explorer a G given by hand plays with the memory of the network that it stands for."""
    game, state = start(optax.adam(1e-3))
    by_hand = replace(state, generator=gt.Generator(3, 1, key=jax.random.key(0)))
    game = replace(game, only="D")
    assert with_known_optimizers(game, by_hand).generator_optimizer is game.generator_optimizer
    new, finite = chunk(game, jax.random.key(0), by_hand, jnp.int32(1))
    assert finite and np.array_equal(new.generator.mlp.layers[0].weight, by_hand.generator.mlp.layers[0].weight)


def test_an_optimiser_is_traced_once_for_weights_of_one_shape(start, monkeypatch):
    """Not at each call, though JAX would find the program again: the explorer makes fifty a second."""
    own = adam()
    game, state = start(own)
    other = replace(state, discriminator=gt.Discriminator(3, 1, key=jax.random.key(0)))
    other = replace(other, discriminator_memory=own.init(eqx.filter(other.discriminator, eqx.is_inexact_array)))
    first = with_known_optimizers(game, state).discriminator_optimizer.update
    monkeypatch.setattr(jax, "jit", lambda function: pytest.fail("traced again"))
    assert with_known_optimizers(game, state).discriminator_optimizer.update is first
    monkeypatch.undo()
    assert with_known_optimizers(game, other).discriminator_optimizer.update.program != first.program


def counting(traced):
    return losses.non_saturating._replace(on_data=lambda logits: traced.append(1) or losses.minus_log_d(logits))


def moved(start, own, loss):
    """How far D's weights move at the first step, and how often JAX looked at the game."""
    game, state = start(own, loss=loss, k=1)
    new, _ = chunk(game, jax.random.key(0), state, jnp.int32(1))
    pairs = zip(*(jax.tree.leaves(eqx.filter(s.discriminator, eqx.is_inexact_array)) for s in (new, state)), strict=True)
    return np.concatenate([np.ravel(np.asarray(after, np.float64) - before) for after, before in pairs])


def test_a_sweep_of_rates_and_seeds_is_compiled_once_and_each_goes_at_its_own_rate(start):
    traced = []
    loss = counting(traced)
    steps = [moved(start, optax.sgd(0.125), loss)]
    once = len(traced)
    steps += [moved(start, optax.sgd(rate), loss) for rate in (0.25, -0.125)]
    assert np.abs(steps[0]).max() > 1e-3
    np.testing.assert_allclose(steps[1], 2 * steps[0], rtol=1e-3, atol=1e-6)  # the first step is the rate times one gradient
    np.testing.assert_allclose(steps[2], -steps[0], rtol=1e-3, atol=1e-6)
    assert np.array_equal(moved(start, optax.sgd(0.125), loss), steps[0])
    assert len(traced) == once > 0


@pytest.mark.slow
@pytest.mark.parametrize("own", [adam(3e-3), optax.sgd(0.0137, 0.9)])
def test_a_training_is_to_the_bit_that_of_the_optimisers_own_functions(start, own):
    game, state = start(own)
    known, plain = (play(game, jax.random.key(1), state, jnp.int32(100)) for play in (chunk, _compiled))
    for a, b in zip(*(jax.tree.leaves(eqx.filter(end, eqx.is_array)) for end in (known, plain)), strict=True):
        assert np.asarray(a).tobytes() == np.asarray(b).tobytes()
