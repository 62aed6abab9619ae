"""Proved intervals of generators: laws that have formulas, networks, and what is not monotone."""

import jax
import jax.numpy as jnp
import pytest

import gantheory as gt
from gantheory import rigorous
from gantheory.rigorous import monotone
from gantheory.rigorous.program import Program

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
def test_the_interval_over_z_meets_that_over_x_and_the_estimate(generator, latent, law):
    p_g = gt.Pushforward(generator, latent)
    found = rigorous.jsd(N, p_g, 9)
    assert gt.jsd(N, p_g) in found
    assert law is None or (rigorous.jsd(N, law, 9).lower <= found.upper and found.lower <= rigorous.jsd(N, law, 9).upper)


@pytest.mark.parametrize("seed", range(2))
def test_a_network_to_ten_digits(seed):
    p_g = gt.Pushforward(gt.Generator(width=8, key=jax.random.key(seed)), gt.Uniform(-1, 1))
    found, data = rigorous.jsd(p_g, gt.Normal(0.5, 0.5), 10), gt.Normal(0.5, 0.5)
    assert float(found.width) <= 1e-9 and gt.jsd(data, p_g) in found
    c = rigorous.criterion(data, p_g, 10)
    assert gt.criterion(data, p_g) in c


def test_a_wrong_slope_is_found_out(monkeypatch):
    true = rigorous.jsd(N, gt.Pushforward(lambda z: 2 * z, gt.Uniform(-1, 1)), 9)
    monkeypatch.setattr(monotone, "curve", lambda G: Program(lambda z: (G(z), jax.grad(G)(z) / 2), []))
    wrong = rigorous.jsd(N, gt.Pushforward(lambda z: 2 * z, gt.Uniform(-1, 1)), 9)
    assert wrong.upper < true.lower or true.upper < wrong.lower


@pytest.mark.parametrize(
    ("data", "p_g", "why"),
    [
        (N, gt.Pushforward(lambda z: z**2, gt.Uniform(-1, 1)), "folds"),
        (N, gt.Pushforward(lambda z: z**3, gt.Uniform(-1, 1)), "rest"),
        (gt.Laplace(0.5, 1), gt.Pushforward(lambda z: 2 * z, gt.Uniform(-1, 1)), "breaks at 0.5"),
        (gt.Pushforward(lambda z: z, gt.Uniform(0, 1)), gt.Pushforward(lambda z: 2 * z, gt.Uniform(-1, 1)), "two generators"),
    ],
)
def test_what_is_not_proved_says_why(data, p_g, why):
    found = rigorous.jsd(data, p_g, 9)
    assert isinstance(found, gt.Undecided) and why in found.why


def test_other_quantities_of_a_generator_are_undecided():
    p_g = gt.Pushforward(lambda z: 2 * z, gt.Normal(0, 1))
    assert isinstance(rigorous.kl(p_g, N), gt.Undecided)


def test_a_training_is_certified_or_says_why_not(command, tmp_path):
    words = ["train", "--p-data", "Normal(1, 2)", "--steps", "3", "--width", "4", "--depth", "1", "--certify", "--out", tmp_path / "run"]
    said = command(*words)
    assert said.code == 0
    low, high = (float(end) for end in said.out.split(" in [")[1].split("]")[0].split(", "))
    run = gt.load(tmp_path / "run")
    assert 0 < high - low <= 1e-5 and low <= gt.jsd(run.p_data, run.p_g).value <= high
    assert (
        "proved intervals are of densities on the line"
        in command(
            "train", "--p-data", "moons(.1)", "--steps", "2", "--width", "4", "--depth", "1", "--certify", "--out", tmp_path / "moons"
        ).out
    )
