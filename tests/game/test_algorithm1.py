import re
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from problems import few

import gantheory as gt
from gantheory.game import algorithm1, losses
from gantheory.game.algorithm1 import chunk, full_batch_descent, iterate
from gantheory.game.constraints import clipped
from gantheory.game.penalties import R1, R2, GradientPenalty, Sum
from gantheory.game.players import Game, initial_state

LOG4 = np.log(4)
discriminator_step, generator_step = map(eqx.filter_jit, (algorithm1.discriminator_step, algorithm1.generator_step))


@pytest.fixture(scope="module")
def game(small_game):
    """The Game and its first State."""

    def game(**changes):
        s = small_game | {"penalty": None} | changes
        fixed = Game(
            p_data=gt.Normal(1.0, 0.5),
            discriminator_optimizer=s["optimizers"][0],
            generator_optimizer=s["optimizers"][1],
            **{name: s[name] for name in ("latent", "loss", "penalty", "k", "batch")},
        )
        return fixed, initial_state(fixed, s["discriminator"], s["generator"])

    return game


def arrays(module):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(module, eqx.is_inexact_array))]


def test_the_trajectory_does_not_depend_on_how_it_is_chunked(play, run, weights):
    """``run`` was measured every 10 iterations; here it is every 7 and every 50, so that the last chunk is a shorter one."""
    for every, steps in ((7, [0, 7, 14, 21, 28, 35, 42, 49, 56, 60]), (50, [0, 50, 60])):
        other = play(60, every)
        assert weights(other.generator, other.discriminator) == weights(run.generator, run.discriminator)
        assert other.column("step") == steps
        assert other.history[-1] == run.history[-1]


def same_row(row, other):
    """Whether the steps and the losses are equal and the measurements agree: the last row of a training is measured more exactly."""
    trained = (row.step, row.discriminator_loss, row.generator_loss) == (other.step, other.discriminator_loss, other.generator_loss)
    quantities = [(a, b) for (_, a), (_, b) in zip(row.measured.items(), other.measured.items(), strict=True)]
    return trained and all(a == b if isinstance(a, gt.Divergent) else abs(a.value - b.value) <= a.error + b.error for a, b in quantities)


def test_a_shorter_training_is_the_start_of_a_longer_one(play, run):
    short = play(30, 10).history
    assert short[:3] == run.history[:3]
    assert len(short) == 4 and same_row(short[3], run.history[3]) and not same_row(short[3], run.history[4])


def test_no_steps_measure_the_start_alone(play, run, small_game, weights):
    still = play(0, 10)
    assert len(still.history) == 1 and same_row(still.history[0], run.history[0])
    assert weights(still.generator) == weights(small_game["generator"])


def test_the_seed_decides_everything(play, run, weights):
    again, other = play(60, 60), play(60, 60, seed=1)
    assert weights(again.generator, again.discriminator) == weights(run.generator, run.discriminator)
    assert weights(other.generator)[0] != weights(run.generator)[0]
    assert weights(other.discriminator)[0] != weights(run.discriminator)[0]


def test_chunks_of_any_length_are_one_compiled_program(play):
    traced = []

    def counted(logits):
        traced.append(logits.shape)
        return losses.minus_log_d(logits)

    loss = losses.non_saturating._replace(name="counted", on_data=counted)
    after = []
    play(20, 6, loss=loss, progress=lambda *_: after.append(len(traced)))
    play(5, 1, loss=loss)
    assert after[0] == 0 < after[1]
    assert len(traced) == after[1]
    assert set(traced) == {(64,)}


@pytest.mark.parametrize("k", [1, 3])
def test_k_steps_of_d_for_each_of_g(game, k):
    fixed, state = game(k=k)
    state, finite = chunk(fixed, jax.random.key(0), state, jnp.int32(4))
    assert bool(finite)
    assert int(state.iteration) == 4
    assert int(optax.tree_utils.tree_get(state.discriminator_memory, "count")) == 4 * k
    assert int(optax.tree_utils.tree_get(state.generator_memory, "count")) == 4


def test_g_is_updated_against_the_d_of_the_same_iteration(game):
    """With G frozen, iterate's D is some D'; then G's step against D' itself, on iterate's own z, is iterate's G."""
    plain = optax.sgd(0.1)
    (frozen, state), (moving, _) = game(optimizers=(plain, optax.sgd(0.0))), game(optimizers=(plain, plain))
    trained, both = (iterate(fixed, jax.random.key(7), state) for fixed in (frozen, moving))
    assert all((a == b).all() for a, b in zip(arrays(trained.discriminator), arrays(both.discriminator), strict=True))
    key = jax.random.split(jax.random.fold_in(jax.random.key(7), 0), 3)[2]
    z = moving.latent.sample(key, (moving.batch,), jnp.float32)
    for discriminator, agrees in ((trained.discriminator, True), (state.discriminator, False)):
        expected = generator_step(moving, state.generator, state.generator_memory, discriminator, z)[0]
        close = [np.allclose(a, b, rtol=1e-5, atol=1e-7) for a, b in zip(arrays(expected), arrays(both.generator), strict=True)]
        assert all(close) is agrees


def test_the_generators_steps_are_its_own(game):
    fixed, state = game(k=2)
    three = replace(fixed, generator_steps=3)
    state, _ = chunk(three, jax.random.key(0), state, jnp.int32(4))
    assert int(optax.tree_utils.tree_get(state.discriminator_memory, "count")) == 8
    assert int(optax.tree_utils.tree_get(state.generator_memory, "count")) == 12


def test_in_a_simultaneous_game_g_is_updated_against_the_d_of_before(game):
    plain = optax.sgd(0.1)
    fixed, state = game(optimizers=(plain, plain))
    new = iterate(replace(fixed, updates="simultaneous"), jax.random.key(7), state)
    key = jax.random.split(jax.random.fold_in(jax.random.key(7), 0), 3)[2]
    z = fixed.latent.sample(key, (fixed.batch,), jnp.float32)
    expected = generator_step(fixed, state.generator, state.generator_memory, state.discriminator, z)[0]
    for a, b in zip(arrays(expected), arrays(new.generator), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    assert any((a != b).any() for a, b in zip(arrays(new.discriminator), arrays(state.discriminator), strict=True))


@pytest.mark.slow
def test_the_average_is_of_gs_weights_along_the_way_and_is_what_is_reported(game, play):
    fixed, state = game()
    fixed = replace(fixed, average=0.75)
    state = initial_state(fixed, state.discriminator, state.generator)
    expected = [a.astype(np.float64) for a in arrays(state.generator)]
    for _ in range(5):
        state = iterate(fixed, jax.random.key(0), state)
        expected = [0.75 * a + 0.25 * b for a, b in zip(expected, arrays(state.generator), strict=True)]
    for a, b in zip(expected, arrays(state.measured_generator), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    run = play(5, 5, average=0.75)
    for a, b, last in zip(arrays(run.generator), arrays(state.measured_generator), arrays(state.generator), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
        assert not np.allclose(a, last, rtol=1e-4, atol=1e-6)
    assert run.settings["average"] == 0.75
    again = gt.measure(run.p_data, run.p_g, run.discriminator).two_jsd
    assert abs(run.history[-1].measured.two_jsd.value - again.value) <= 1e-8


@pytest.mark.parametrize("average", [-0.1, 1.0, float("nan")])
def test_an_average_that_makes_no_sense_is_refused(play, average):
    with pytest.raises(ValueError, match=r"`average` of train must be at least 0 and below 1\. Got"):
        play(1, 1, average=average)


@pytest.mark.slow
def test_instance_noise_widens_what_d_sees_by_its_scale(game):
    """D's output is its point itself, and what the loss is given is looked at."""
    seen = []

    def spying(logits):
        return jax.debug.callback(lambda values: seen.append(np.asarray(values)), logits) or losses.minus_log_d(logits)

    class Raw(eqx.Module):
        weight: jax.Array

        def logit(self, x):
            return x + 0 * self.weight

    fixed, state = game(batch=20_000, k=1, loss=losses.non_saturating._replace(name="spy", on_data=spying))
    fixed = replace(fixed, noise=optax.linear_schedule(3.0, 1.0, 10))
    state = initial_state(fixed, Raw(jnp.zeros(())), state.generator)
    for _ in range(11):
        state = iterate(fixed, jax.random.key(0), state)
    jax.effects_barrier()
    for values, scale in ((seen[0], 3.0), (seen[-1], 1.0)):
        assert np.std(values) == pytest.approx(np.hypot(0.5, scale), rel=0.03)


ALL_PENALTIES = Sum((R1(0.1), R2(0.1), GradientPenalty(1.0)))


@pytest.mark.parametrize(("name", "penalty"), few([("wasserstein", ALL_PENALTIES), *((name, None) for name in losses.LOSSES)], 3))
def test_every_game_can_be_played(play, name, penalty):
    run = play(20, 20, loss=losses.LOSSES[name], penalty=penalty, optimizers=(clipped(optax.adam(1e-3), 0.5), optax.adam(1e-3)))
    assert run.stopped is None and len(run.history) == 2
    assert 0 <= run.history[-1].measured.two_jsd.value <= 2 * np.log(2)
    assert max(np.abs(a).max() for a in arrays(run.discriminator)) <= 0.5 * (1 + 1e-6)


def perceptron(network, x, mlp):
    """A network of the small game in NumPy, float64, with the arrays ``mlp`` in place of its own."""
    weight1, bias1, weight2, bias2 = mlp[:4]
    hidden = np.tanh(np.outer(x, weight1[:, 0]) + bias1)
    out = hidden @ weight2[0] + bias2[0]
    return out if len(mlp) == 4 else mlp[4] * x + mlp[5] + out


def by_differences(f, parameters, h=1e-6):
    gradient = [np.zeros(p.shape) for p in parameters]
    for p, g in zip(parameters, gradient, strict=True):
        for index in np.ndindex(p.shape):
            kept = p[index]
            p[index] = kept + h
            above = f(parameters)
            p[index] = kept - h
            g[index] = (above - f(parameters)) / (2 * h)
            p[index] = kept
    return gradient


def softplus(u):
    return np.logaddexp(0, u)


def test_ds_step_ascends_the_value_and_descends_the_penalty_by_finite_differences(game):
    fixed, state = game(optimizers=(optax.sgd(1.0), optax.sgd(1.0)), penalty=R1(0.3))
    x, fake = (np.random.default_rng(i).normal(i, 1, 20) for i in (0, 1))

    def loss(p):
        w1, b1, w2, _ = p
        slope = (1 - np.tanh(np.outer(x, w1[:, 0]) + b1) ** 2) @ (w2[0] * w1[:, 0])
        value = np.mean(-softplus(-perceptron(None, x, p))) + np.mean(-softplus(perceptron(None, fake, p)))
        return -value + 0.15 * np.mean(slope**2)

    new, _, reported = discriminator_step(fixed, state.discriminator, state.discriminator_memory, jnp.float32(x), jnp.float32(fake))
    before = [a.astype(np.float64) for a in arrays(state.discriminator)]
    assert float(reported) == pytest.approx(loss(before), rel=1e-5)
    for was, now, slope in zip(before, arrays(new), by_differences(loss, before), strict=True):
        np.testing.assert_allclose(was - now, slope, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("name", ["minimax", "non_saturating"])
def test_gs_step_descends_its_loss_by_finite_differences(game, name):
    fixed, state = game(optimizers=(optax.sgd(1.0), optax.sgd(1.0)), loss=losses.LOSSES[name])
    z = np.random.default_rng(0).uniform(-1, 1, 20)
    opponent = [a.astype(np.float64) for a in arrays(state.discriminator)]

    def loss(p):
        logit = perceptron(None, perceptron(None, z, p), opponent)
        return np.mean(-softplus(logit)) if name == "minimax" else np.mean(softplus(-logit))

    new, _, reported = generator_step(fixed, state.generator, state.generator_memory, state.discriminator, jnp.float32(z))
    before = [a.astype(np.float64) for a in arrays(state.generator)]
    assert float(reported) == pytest.approx(loss(before), rel=1e-5)
    for was, now, slope in zip(before, arrays(new), by_differences(loss, before), strict=True):
        np.testing.assert_allclose(was - now, slope, rtol=1e-3, atol=1e-6)


def test_full_batch_descent_is_gs_step_repeated(game):
    fixed, state = game(optimizers=(optax.identity(), optax.sgd(0.05)))
    z = jnp.linspace(-1, 1, 50)
    generator, memory = state.generator, state.generator_memory
    for _ in range(3):
        generator, memory, _ = generator_step(fixed, generator, memory, state.discriminator, z)
    for a, b in zip(arrays(generator), arrays(full_batch_descent(fixed, state.generator, state.discriminator, z, 3)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_v_splits_into_the_two_gaps_on_every_row(run):
    for row in run.history:
        m = row.measured
        apart = m.value + LOG4 - (m.two_jsd - m.discriminator_gap)
        assert apart.lower <= 0 <= apart.upper
        assert apart.error < 1e-6
        assert m.discriminator_gap.value >= 0 and m.two_jsd.value >= 0


def test_history_is_what_measuring_the_networks_again_gives(run):
    again = gt.measure(run.p_data, run.p_g, run.discriminator)
    for (name, recorded), (_, now) in zip(run.history[-1].measured.items(), again.items(), strict=True):
        if isinstance(recorded, gt.Divergent):
            assert isinstance(now, gt.Divergent)
        else:
            assert abs(recorded.value - now.value) <= recorded.error + now.error, name


@pytest.mark.parametrize("name", ["minimax", "non_saturating"])
def test_training_brings_p_g_towards_p_data(play, name):
    two_jsd = play(300, 300, loss=losses.LOSSES[name]).column("two_jsd")
    assert two_jsd[-1] < two_jsd[0] / 4


@pytest.mark.parametrize(
    ("wrong", "least"),
    [
        ({"k": 0}, 1),
        ({"k": True}, 1),
        ({"batch": 0}, 1),
        ({"batch": -5}, 1),
        ({"steps": -1}, 0),
        ({"measure_every": 0}, 1),
        ({"generator_steps": 0}, 1),
        ({"measure_every": -10}, 1),
    ],
)
def test_lengths_that_make_no_sense_are_refused(small_game, wrong, least):
    ((name, number),) = wrong.items()
    with pytest.raises(ValueError, match=f"`{name}` of train must be a whole number of at least {least}. Got {number}"):
        gt.train(gt.Normal(1.0, 0.5), **small_game | {"steps": 1, "measure_every": 1} | wrong)


def finite(run):
    return all(np.isfinite(a).all() for a in arrays((run.generator, run.discriminator)))


def test_a_learning_rate_that_throws_the_weights_away_stops_the_run(play):
    run = play(50, 20, optimizers=(optax.sgd(1e38), optax.sgd(1e38)))
    assert re.fullmatch(r"a loss or weight was no longer finite at step \d+; the state before it was kept", run.stopped)
    assert finite(run)


@pytest.fixture(scope="module")
def stopped(play):
    """Plain descent whose rate is nan for G's sixth step: the state after five is the last finite one."""
    broken = optax.sgd(lambda count: jnp.where(count == 5, jnp.nan, 0.01))
    return play(50, 20, optimizers=(optax.sgd(0.01), broken))


def test_the_state_before_the_first_nan_is_kept(play, stopped, weights):
    five = play(5, 5, optimizers=(optax.sgd(0.01), optax.sgd(lambda count: jnp.where(count == -1, jnp.nan, 0.01))))
    assert "no longer finite at step 6" in stopped.stopped
    assert five.stopped is None
    assert weights(stopped.generator, stopped.discriminator) == weights(five.generator, five.discriminator)


def test_a_run_that_stopped_ends_its_history_with_the_state_it_kept(stopped):
    assert stopped.history[-1].step == 5


def test_a_loss_that_is_nan_stops_before_the_first_step(play, small_game, weights):
    run = play(50, 20, loss=losses.non_saturating._replace(name="nan", of_generator=lambda logits: logits * jnp.nan))
    assert "no longer finite at step 1" in run.stopped
    assert weights(run.generator, run.discriminator) == weights(small_game["generator"], small_game["discriminator"])


def test_an_interrupt_ends_early_with_what_was_reached(play, weights):
    told = []

    def progress(step, steps, row):
        told.append((step, steps, row.step))
        if step == 20:
            raise KeyboardInterrupt

    run, twenty = play(60, 10, progress=progress), play(20, 20)
    assert told == [(0, 60, 0), (10, 60, 10), (20, 60, 20)]
    assert run.stopped == "interrupted at step 20"
    assert run.column("step") == [0, 10, 20]
    assert weights(run.generator, run.discriminator) == weights(twenty.generator, twenty.discriminator)


X64 = """
import jax, optax, sys
import gantheory as gt
from gantheory import losses
key_g, key_d = jax.random.split(jax.random.key(5))
run = gt.train(gt.Normal(1.0, 0.5), latent=gt.Uniform(-1.0, 1.0), generator=gt.Generator(8, 1, key=key_g),
               discriminator=gt.Discriminator(8, 1, key=key_d), loss=losses.non_saturating,
               optimizers=(optax.adam(1e-2, b1=0.5), optax.adam(5e-3, b1=0.5)), k=2, batch=64, seed=0, steps=10, measure_every=10)
leaves = [leaf for leaf in jax.tree.leaves((run.generator, run.discriminator)) if hasattr(leaf, "dtype")]
print(jax.config.jax_enable_x64, *sorted({str(leaf.dtype) for leaf in leaves}))
print(run.column("two_jsd")[-1], run.p_g.prob(1.0).dtype)
"""


@pytest.mark.slow
def test_training_is_float32_and_measurement_float64_also_where_the_user_set_x64(new_process, run):
    dtypes, measured = new_process(X64, JAX_ENABLE_X64="1").splitlines()
    assert dtypes == "True float32"
    two_jsd, dtype = measured.split()
    assert dtype == "float64"
    assert float(two_jsd) == pytest.approx(run.column("two_jsd")[1], rel=1e-3)  # ten float32 steps apart by rounding
