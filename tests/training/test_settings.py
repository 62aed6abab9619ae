"""What plain settings become; that bad ones are refused is shown with the command, in test_cli.py."""

import jax
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.game.penalties import R1
from gantheory.training import settings as training
from gantheory.training.settings import Settings

PLAIN = {
    "p_data": "Normal(3, 2)",
    "data": None,
    "column": (),
    "bandwidth": None,
    "latent": "Normal(0, 1)",
    "loss": "minimax",
    "r1": 0.25,
    "r2": 0.0,
    "gradient_penalty": 0.0,
    "clip": None,
    "spectral": False,
    "width": 6,
    "depth": 1,
    "activation": "tanh",
    "rates": (1e-2, 5e-3),
    "steps": 20,
    "k": 3,
    "generator_steps": 1,
    "simultaneous": False,
    "average": None,
    "noise": 0.0,
    "packing": 1,
    "oracle": 0.0,
    "population": False,
    "batch": 16,
    "seed": 0,
    "measure_every": 10,
}
FROM_ROWS = {"p_data": None, "data": "old_faithful", "column": ("waiting",)}


def settings(**changes):
    return Settings(**PLAIN | changes)


def test_a_named_density_is_p_data_and_its_unit_is_its_median_and_half_its_middle_68_percent():
    data = training._data(settings())
    assert float(data.density.prob(3.0)) == float(gt.Normal(3.0, 2.0).prob(3.0))
    # 4096 draws: the median's standard error is 1.25 · 2/64, and that of half the middle 68 % is less.
    assert data.unit == pytest.approx((3.0, 2.0), abs=5 * 1.25 * 2 / 64)
    assert data.held_out is None


def test_rows_are_modelled_without_those_held_out():
    data = training._data(settings(**FROM_ROWS))
    kernels = np.asarray(data.density.components.loc)
    assert len(kernels) == 204 and len(data.held_out) == 68
    assert data.unit == pytest.approx((kernels.mean(), kernels.std()))
    assert data.record["bandwidth_rule"].startswith("Silverman")


def test_a_given_bandwidth_is_the_one_used():
    data = training._data(settings(**FROM_ROWS, bandwidth=1.5))
    assert float(data.density.components.scale) == 1.5
    assert (data.record["bandwidth"], data.record["bandwidth_rule"]) == (1.5, "given")


def test_the_penalty_is_for_data_of_unit_scale():
    """R1 of D((x - loc)/s) is R1 of D in unit coordinates over s², so gamma goes with s²."""
    unit = training._data(settings()).unit
    assert training._game(settings(), unit)["penalty"] == R1(0.25 * unit.scale**2)
    assert training._game(settings(r1=0.0), unit)["penalty"] is None


def test_each_players_rate_falls_to_a_hundredth_over_its_own_steps():
    game = training._game(settings(), training._data(settings()).unit)
    for optimizer, rate, length in zip(game["optimizers"], (1e-2, 5e-3), (60, 20), strict=True):
        memory = optimizer.init(1.0)
        steps = []
        for _ in range(length + 1):
            update, memory = optimizer.update(1.0, memory)
            steps.append(-float(update))  # Adam of a constant gradient 1 moves by its rate
        assert steps[0] == pytest.approx(rate, rel=1e-3)
        assert steps[-1] == pytest.approx(rate / 100, rel=1e-3)
        assert steps[-2] > steps[-1]
        assert int(optax.tree_utils.tree_get(memory[0], "count")) == length + 1


def test_the_players_start_differently_and_by_the_seed(weights):
    unit = training._data(settings()).unit
    one, again, other = (training._game(settings(seed=seed), unit) for seed in (0, 0, 1))
    assert weights(one["generator"]) == weights(again["generator"]) != weights(other["generator"])
    assert not np.array_equal(one["generator"].mlp.layers[0].weight, one["discriminator"].mlp.layers[0].weight)
    assert jax.tree.structure(one["generator"]) == jax.tree.structure(other["generator"])
