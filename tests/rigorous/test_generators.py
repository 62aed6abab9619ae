"""Proved intervals for laws of generators: those with formulas, networks, and generators that fold."""

import math
from fractions import Fraction

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest
from problems import few

import gantheory as gt
from gantheory import rigorous
from gantheory.rigorous import monotone
from gantheory.rigorous.recording import recorded

N = gt.Normal(0, 1)


@pytest.mark.parametrize(
    ("generator", "latent", "law"),
    [
        (lambda z: 1 + 2 * z, gt.Normal(0, 1), gt.Normal(1, 2)),
        (lambda z: 0.5 - z, gt.Normal(0, 1), gt.Normal(0.5, 1)),
        (lambda z: 3 * z, gt.Uniform(-1, 1), gt.Uniform(-3, 3)),
        (lambda z: jnp.log(z), gt.Uniform(0.5, 1), None),
    ],
)
def test_the_intervals_over_z_and_over_x_and_the_estimate_meet(generator, latent, law):
    p_g = gt.Pushforward(generator, latent)
    found = rigorous.jsd(N, p_g, 9)
    assert gt.jsd(N, p_g) in found
    assert law is None or (rigorous.jsd(N, law, 9).lower <= found.upper and found.lower <= rigorous.jsd(N, law, 9).upper)


@pytest.mark.parametrize("seed", range(2))
def test_a_network_is_enclosed_to_ten_digits(seed):
    p_g = gt.Pushforward(gt.Generator(width=8, key=jax.random.key(seed)), gt.Uniform(-1, 1))
    found, data = rigorous.jsd(p_g, gt.Normal(0.5, 0.5), 10), gt.Normal(0.5, 0.5)
    assert float(found.width) <= 1e-9 and gt.jsd(data, p_g) in found
    c = rigorous.criterion(data, p_g, 10)
    assert gt.criterion(data, p_g) in c


def test_a_wrong_slope_is_noticed(monkeypatch):
    p_g = gt.Pushforward(lambda z: z + jnp.tanh(z), gt.Uniform(-1, 1))
    true = rigorous.jsd(N, p_g, 9)
    monkeypatch.setattr(monotone, "curve", lambda G: recorded(lambda z: (G(z), jax.grad(G)(z) / 2)))
    wrong = rigorous.jsd(N, p_g, 9)
    assert wrong.upper < true.lower or true.upper < wrong.lower


FOLDED = {
    "a parabola": lambda z: z**2,
    "an inflection": lambda z: z**3,
    "three branches": lambda z: jnp.tanh(3 * z) - z,
    "a kink": lambda z: jnp.where(z > 0, z**2, -z),
}


@pytest.mark.parametrize("latent", few([pytest.param(N, id="Gaussian z"), pytest.param(gt.Uniform(-1, 2), id="uniform z")], 1))
@pytest.mark.parametrize("name", FOLDED)
def test_a_generator_that_folds_is_enclosed_by_cells(name, latent):
    p_g = gt.Pushforward(FOLDED[name], latent)
    coarse, fine = rigorous.jsd(N, p_g, 3), rigorous.jsd(N, p_g, 5, seconds=300.0)
    assert fine.width <= Fraction(1, 10**4) and fine.lower <= coarse.upper and coarse.lower <= fine.upper
    assert gt.jsd(N, p_g) in fine


def test_the_law_of_a_folded_gaussian_has_its_closed_form():
    """|z| of a Gaussian z has the density 2φ on one side only, so that JSD has a closed form."""
    known = (math.log(2) / 2 + math.log(2 / 3) / 2 + math.log(4 / 3)) / 2
    for folded in (lambda z: abs(z), lambda z: jnp.sqrt(z**2 + 1e-12)):
        found = rigorous.jsd(N, gt.Pushforward(folded, N), 4)
        assert float(found.lower) - 1e-5 <= known <= float(found.upper) + 1e-5
    exact = rigorous.jsd(N, gt.Pushforward(lambda z: abs(z), N), 14)
    assert float(exact.width) <= 1e-13 and abs(float(exact) - known) < 1e-13


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_relu_network_is_enclosed_to_fourteen_digits(seed):
    p_g = gt.Pushforward(gt.Generator(width=12, activation="relu", key=jax.random.key(seed)), N)
    data = gt.Mixture([0.4, 0.6], [gt.Normal(-1, 0.5), gt.Laplace(1, 1)])
    found = rigorous.jsd(data, p_g, 14)
    assert float(found.width) <= 1e-13 and gt.jsd(data, p_g) in found


def test_a_flat_piece_is_an_atom():
    p_g = gt.Pushforward(lambda z: jax.nn.relu(z), N)  # half of its mass is at 0, the rest is half of N
    found = rigorous.jsd(N, p_g, 14)
    known = math.log(2) / 4 + math.log(2) / 4  # the atom, and N's lower half; p = q on the upper
    assert float(found.lower) - 1e-13 <= known <= float(found.upper) + 1e-13


def test_data_that_break_inside_the_range_are_enclosed():
    data, p_g = gt.Laplace(0.5, 1), gt.Pushforward(lambda z: z + jnp.tanh(z), gt.Uniform(-1, 1))
    found = rigorous.jsd(data, p_g, 4)
    assert float(found.width) <= 1e-3 and gt.jsd(data, p_g) in found


@pytest.mark.slow
@pytest.mark.parametrize("seed", (1, 2, 4, 9, 12))
def test_a_network_with_folds_is_enclosed_to_three_digits(seed):
    plain = gt.Generator(skip=False, key=jax.random.key(seed))
    steep = eqx.tree_at(lambda g: [layer.weight for layer in g.mlp.layers], plain, [layer.weight * 3 for layer in plain.mlp.layers])
    p_g = gt.Pushforward(steep, N)
    assert len(p_g.branches) > 1
    found = rigorous.jsd(N, p_g, 3, seconds=300.0)  # takes 20 to 40 on two idle cores
    assert float(found.width) <= 1e-2 and gt.jsd(N, p_g) in found


def test_time_that_is_not_enough_leaves_the_narrowest_interval():
    p_g = gt.Pushforward(FOLDED["three branches"], N)
    found = rigorous.jsd(N, p_g, 12, seconds=2.0)
    assert isinstance(found, gt.Undecided) and found.narrowest is not None and gt.jsd(N, p_g) in found.narrowest


def test_two_generators_are_undecided():
    found = rigorous.jsd(gt.Pushforward(lambda z: z, gt.Uniform(0, 1)), gt.Pushforward(lambda z: 2 * z, gt.Uniform(-1, 1)), 9)
    assert isinstance(found, gt.Undecided) and "two generators" in found.why


DISCRIMINATORS = {
    "tanh": {"activation": "tanh"},
    "relu": {"activation": "relu", "depth": 1},
    "held beyond its reach": {"activation": "gelu", "reach": 1.5},
}


# One of each kind is fast enough for the tests of every day.
FAST = {("tanh", "tanh"), ("relu", "relu"), ("held beyond its reach", "tanh")}
PAIRS = [(name, activation) for name in DISCRIMINATORS for activation in ("tanh", "relu")]


@pytest.mark.parametrize(("name", "activation"), [pytest.param(*pair, marks=[] if pair in FAST else pytest.mark.slow) for pair in PAIRS])
def test_v_of_networks_is_enclosed(name, activation):
    key_g, key_d = jax.random.split(jax.random.key(3))
    p_g = gt.Pushforward(gt.Generator(width=8, activation=activation, key=key_g), N)
    D = gt.Discriminator(width=8, key=key_d, **DISCRIMINATORS[name])
    found = rigorous.value(gt.Laplace(0.5, 1), p_g, D, 10)
    assert float(found.width) <= 1e-9 and gt.value(gt.Laplace(0.5, 1), p_g, D) in found


def test_a_discriminator_of_unknown_growth_is_undecided():
    class Cubic(eqx.Module):
        def logit(self, x):
            return x**3

    found = rigorous.value(N, gt.Normal(1, 1), Cubic(), 9)
    assert isinstance(found, gt.Undecided) and "faster than x²" in found.why


def test_kl_of_a_generator_with_a_bounded_z_is_enclosed_or_infinite():
    threefold = gt.Pushforward(lambda z: 3 * z, gt.Uniform(-1, 1))
    found, known = rigorous.kl(threefold, N, 12), rigorous.kl(gt.Uniform(-3, 3), N, 12)
    assert float(found.width) <= 1e-11 and found.lower <= known.upper and known.lower <= found.upper
    network = gt.Pushforward(gt.Generator(width=8, key=jax.random.key(0)), gt.Uniform(-1, 1))
    assert gt.kl(network, gt.Normal(0.5, 0.5)) in rigorous.kl(network, gt.Normal(0.5, 0.5), 10)
    # For data on the whole line KL(p_data‖p_g) is infinite for every network; for data on less than its range KL(p_g‖p_data) is.
    for pair in ((N, network), (network, gt.Uniform(0, 0.1))):
        assert isinstance(rigorous.kl(*pair), gt.Divergent) and isinstance(gt.kl(*pair), gt.Divergent)


def test_kl_of_a_generator_with_an_unbounded_z_is_undecided():
    p_g = gt.Pushforward(lambda z: 2 * z, gt.Normal(0, 1))
    assert isinstance(rigorous.kl(p_g, N), gt.Undecided)


@pytest.mark.parametrize(
    ("data", "generator", "latent", "law"),
    [
        (gt.Uniform(1, 3), lambda z: 2 * z + 1, gt.Beta(0.5, 2.0), (gt.Uniform(0, 1), gt.Beta(0.5, 2.0))),
        (gt.Beta(0.5, 2.0), lambda z: z**2, gt.Uniform(0, 1), (gt.Beta(0.5, 2.0), gt.Beta(0.5, 1.0))),
    ],
    ids=["a latent", "the data"],
)
def test_a_beta_beside_a_generator_is_enclosed(data, generator, latent, law):
    found, known = rigorous.jsd(data, gt.Pushforward(generator, latent), 4), rigorous.jsd(*law, 9)
    assert float(found.width) <= 1e-3 and found.lower <= known.upper and known.lower <= found.upper
    D = gt.Discriminator(width=8, key=jax.random.key(1))
    found = rigorous.value(data, gt.Pushforward(generator, latent), D, 10)
    assert float(found.width) <= 1e-9 and gt.value(data, gt.Pushforward(generator, latent), D) in found


def test_a_training_is_certified_or_says_why_not(command, tmp_path):
    words = ["train", "--p-data", "Normal(1, 2)", "--steps", "3", "--width", "4", "--depth", "1", "--certify", "--out", tmp_path / "run"]
    said = command(*words)
    assert said.code == 0
    low, high = (float(end) for end in said.out.split(" in [")[1].split("]")[0].split(", "))
    run = gt.load(tmp_path / "run")
    assert 0 < high - low <= 1e-5 and low <= gt.jsd(run.p_data, run.p_g).value <= high


@pytest.mark.slow
def test_a_training_on_the_plane_is_not_certified(command, tmp_path):
    words = ["train", "--p-data", "moons(.1)", "--steps", "2", "--width", "4", "--depth", "1", "--certify", "--out", tmp_path / "moons"]
    assert "proved intervals are of densities on the line" in command(*words).out
