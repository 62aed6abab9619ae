"""What plain settings become."""

import jax
import numpy as np
import optax
import pytest

from gantheory.game.losses import minimax
from gantheory.game.networks import Unit
from gantheory.game.penalties import R1, GradientPenalty, Sum
from gantheory.training.settings import Settings
from gantheory.training.setup import arguments_of, players_of

UNIT = Unit(3.0, 2.0)
PLAIN = {"loss": "minimax", "width_d": 6, "width_g": 6, "depth_d": 1, "depth_g": 1, "rate_d": 1e-2, "rate_g": 5e-3, "steps": 20, "k": 3}


def arguments(unit=UNIT, **changes):
    return arguments_of(Settings(**PLAIN | changes), unit)


def test_players_penalties_and_noise_are_those_of_data_of_unit_scale_beside_the_datas_unit():
    assert arguments()["unit"] == UNIT and arguments()["generator"].unit == arguments()["discriminator"].unit == Unit(0.0, 1.0)
    assert arguments(r1=0.25)["penalty"] == R1(0.25)
    assert arguments(r1=0.0)["penalty"] is None
    assert arguments(r1=0.25, gradient_penalty=3.0)["penalty"] == Sum((R1(0.25), GradientPenalty(3.0)))


def test_instance_noise_falls_to_0():
    noise = arguments(noise=0.5)["noise"]
    assert [float(noise(step)) for step in (0, 10, 20)] == [0.5, 0.25, 0.0]
    assert arguments()["noise"] is None


def test_each_players_rate_falls_to_a_hundredth_over_its_own_steps():
    for optimizer, rate, length in zip(arguments()["optimizers"], (1e-2, 5e-3), (60, 20), strict=True):
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
    one, again, other = (arguments(seed=seed) for seed in (0, 0, 1))
    assert weights(one["generator"]) == weights(again["generator"]) != weights(other["generator"])
    assert not np.array_equal(one["generator"].mlp.layers[0].weight, one["discriminator"].mlp.layers[0].weight)
    assert jax.tree.structure(one["generator"]) == jax.tree.structure(other["generator"])


def test_each_player_has_its_own_start_and_g_no_linear_part_if_so_asked():
    plain = players_of(Settings())
    generator, discriminator = players_of(Settings(skip=False, initialization_d="dcgan"))
    np.testing.assert_array_equal(generator.mlp.layers[1].weight, plain[0].mlp.layers[1].weight)
    assert float(generator(0.5)) == pytest.approx(float(generator.mlp(0.5)), abs=1e-6) and plain[0].skip
    assert np.std(discriminator.mlp.layers[1].weight) == pytest.approx(0.02, rel=0.1) and not np.any(discriminator.mlp.layers[1].bias)


def test_labels_are_smoothed_and_z_is_stratified_if_so_asked():
    made = arguments(label_smoothing=0.1, stratified=True)
    assert made["stratified"] is True and made["loss"].name == "minimax, data labelled 0.9"
    assert arguments()["stratified"] is False and arguments()["loss"] is minimax


def test_each_player_has_its_own_shape():
    generator, discriminator = players_of(Settings(width_d=5, width_g=7, depth_g=3, activation_d="relu", reach=True))
    assert (discriminator.width, discriminator.activation, discriminator.reach) == (5, "relu", 4.0)
    assert (generator.width, generator.depth, generator.activation) == (7, 3, "tanh")


@pytest.mark.parametrize(
    ("unit", "packing", "inputs", "outputs"),
    [(UNIT, 1, None, None), (UNIT, 3, 3, None), (Unit([0.0, 1.0], [1.0, 2.0]), 1, 2, 2), (Unit([0.0, 1.0], [1.0, 2.0]), 3, 6, 2)],
)
def test_networks_have_the_datas_coordinates_and_d_those_of_a_pack(unit, packing, inputs, outputs):
    generator, discriminator = players_of(Settings(packing=packing), unit)
    assert (discriminator.inputs, generator.outputs) == (inputs, outputs)
