"""Runs of small games, against a second program in plain NumPy, and what they are known to keep or to do."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit

from gantheory.dynamics import INTEGRATORS, bilinear, dirac, linear_quadratic, trajectory, with_consensus
from gantheory.dynamics.integrators import alternating, consensus

H, STEPS, START = 0.2, 500, (1.0, 1.0)  # those of Mescheder, Geiger & Nowozin 2018


def gan(theta, psi, gamma=0.0):
    """The field of the Dirac-GAN with R1, by hand."""
    slope = expit(-psi * theta)
    return np.array([-psi * slope, theta * slope - gamma * psi])


def wgan(theta, psi):
    return np.array([-psi, theta])


def noisy(theta, psi, s=0.7):
    """With instance noise: an integral over 200,001 midpoints."""
    e = (np.arange(200_001) + 0.5) / 200_001 * 20 - 10
    mass = np.exp(-(e**2) / 2) / np.exp(-(e**2) / 2).sum()
    fake, real = theta + s * e, s * e
    v = -psi * expit(-psi * fake), fake * expit(-psi * fake) - real * expit(psi * real)
    return np.array([np.sum(mass * one) for one in v])


def simultaneous(field, steps=STEPS, after=lambda w: w):
    w = np.array(START)
    for _ in range(steps):
        w = after(w + H * field(*w))
    return w


def alternated(field, discriminator_steps):
    """G's step first, as in the authors' program."""
    theta, psi = START
    for _ in range(STEPS):
        theta = theta + H * field(theta, psi)[0]
        for _ in range(discriminator_steps):
            psi = psi + H * field(theta, psi)[1]
    return np.array([theta, psi])


def consensual(gamma=1.0):
    """The field less γ/2 ∇‖v‖² by hand, ‖v‖² = (θ² + ψ²) f'(ψθ)², f'' = -f'(1 - f')."""

    def field(theta, psi):
        slope = expit(-psi * theta)
        bend, square = -slope * (1 - slope), theta**2 + psi**2
        gradient = np.array([theta, psi]) * slope**2 + square * slope * bend * np.array([psi, theta])
        return gan(theta, psi) - gamma * gradient

    return field


def clipped(w):
    return np.array([w[0], np.clip(w[1], -1, 1)])


RUNS = {
    "GAN": (dirac(), "simultaneous", lambda: simultaneous(gan)),
    "GAN, alternating": (dirac(), alternating(1, generator_first=True), lambda: alternated(gan, 1)),
    "GAN, five steps of D": (dirac(), alternating(5, generator_first=True), lambda: alternated(gan, 5)),
    "R1": (dirac(r1=0.3), "simultaneous", lambda: simultaneous(lambda t, p: gan(t, p, 0.3))),
    "WGAN, clipped": (dirac("wasserstein", clip=1.0), "simultaneous", lambda: simultaneous(wgan, after=clipped)),
    "WGAN-GP": (
        dirac("wasserstein", penalty=0.7, target=1.0),
        "simultaneous",
        lambda: simultaneous(lambda t, p: wgan(t, p) - [0, 0.7 * (np.abs(p) - 1) * np.sign(p)]),
    ),
    "consensus": (dirac(), consensus(1.0), lambda: simultaneous(consensual())),
}


@pytest.mark.parametrize("name", RUNS)
def test_runs_of_500_steps_end_where_a_second_program_does(name):
    game, way, second = RUNS[name]
    known = second()
    found = trajectory(game, START, way, H, STEPS)
    assert found.shape == (STEPS + 1, 2) and found[0].tolist() == list(START)
    np.testing.assert_allclose(found[-1], known, atol=1e-10 * max(1, np.abs(known).max()))


def test_steep_discriminators_under_noise_are_integrated_too():
    """At |ψ|σ = 10."""
    v, _ = dirac(noise=1.0).at([0.3, 10.0])
    np.testing.assert_allclose(v, noisy(0.3, 10.0, 1.0), atol=1e-11)


def test_instance_noise_is_the_integral_it_stands_for():
    found = trajectory(dirac(noise=0.7), START, "simultaneous", H, 40)
    np.testing.assert_allclose(found[-1], simultaneous(noisy, 40), atol=1e-11)


def test_noise_of_a_relativistic_game_is_that_of_both_points():
    """A double sum over independent noises."""
    theta, psi, s = 0.4, 1.3, 0.7
    e = np.linspace(-8, 8, 321)
    mass = np.exp(-(e**2) / 2) / np.exp(-(e**2) / 2).sum()
    apart = theta + s * e[:, None] - s * e  # generated less data
    slope = expit(-psi * apart)  # of the loss softplus(-v), v = D at data less D at generated = psi · apart
    known = [-psi * np.sum(mass[:, None] * mass * expit(psi * apart)), np.sum(mass[:, None] * mass * slope * apart)]
    v, _ = dirac("relativistic", noise=s).at([theta, psi])
    np.testing.assert_allclose(v, known, atol=1e-12)


def test_the_consensus_field_is_a_gradients_to_its_last_digit():
    """At (1, .7), γ = 1; a well-known program has a factor ½ too many in it."""
    moved = trajectory(dirac(), (1.0, 0.7), consensus(1.0), 1.0, 1)
    np.testing.assert_allclose(moved[1] - moved[0], [-0.26563749, 0.36435757], atol=5e-9)


def test_what_each_way_keeps_on_xy():
    """x² + y² - ηxy if x moves first, + ηxy if y does; simultaneous steps multiply x² + y² by 1 + η²."""
    for first, sign in ((True, -1), (False, 1)):
        x, y = trajectory(bilinear(), (1.0, 0.4), alternating(generator_first=first), 0.3, 200).T
        kept = x**2 + y**2 + sign * 0.3 * x * y
        np.testing.assert_allclose(kept, kept[0], rtol=1e-12)
    x, y = trajectory(bilinear(), (1.0, 0.4), "simultaneous", 0.3, 50).T
    np.testing.assert_allclose(x**2 + y**2, 1.16 * 1.09 ** np.arange(51), rtol=1e-12)


def test_joint_runge_kutta_all_but_keeps_the_radius():
    """1,000 steps of .1 on xy from (1, 1): |1 + .1i - …|^1000."""
    w = trajectory(bilinear(), (1.0, 1.0), "rk4", 0.1, 1000)
    factor = np.abs(1 + 0.1j - 0.005 - 1j * 0.1**3 / 6 + 0.1**4 / 24) ** 1000
    assert np.linalg.norm(w[-1]) / np.sqrt(2) == pytest.approx(factor, rel=1e-11, abs=0) and factor == pytest.approx(0.999993, abs=1e-6)


@pytest.mark.parametrize("name", INTEGRATORS)
def test_a_point_of_rest_is_kept(name):
    w = trajectory(linear_quadratic(0.5, 2.0), (2.0, 0.5, 0.0, 0.0), name, 0.1, 20)
    np.testing.assert_allclose(w, w[:1].repeat(21, 0), atol=1e-13)


def test_a_game_is_played_in_either_precision():
    """JAX keeps what it traced of a constant: one of float64 must not reach a program of float32."""
    game = dirac(noise=0.5)
    exact = trajectory(game, START, "simultaneous", H, 1)[1] - np.array(START)
    single = np.asarray(jax.jit(game.field)(jnp.array(START)))
    assert single.dtype == np.float32
    np.testing.assert_allclose(H * single, exact, rtol=1e-5)


REFUSED = {
    "`h` of trajectory must be a positive": lambda: trajectory(bilinear(), START, "rk4", 0.0, 1),
    "`steps` of trajectory must be a whole number": lambda: trajectory(bilinear(), START, "rk4", 0.1, -1),
    "`integrator` must be one of simultaneous, .*Got 'rk5'": lambda: trajectory(bilinear(), START, "rk5", 0.1, 1),
    "A point of bilinear game must have 2 numbers": lambda: trajectory(bilinear(), (1.0,), "rk4", 0.1, 1),
    "`h` of trajectory must be smaller: step 1 of proximal has no solution": lambda: trajectory(dirac(), START, "proximal", 5.0, 1),
    "`gamma` of with_consensus must be a finite number": lambda: with_consensus(dirac(), float("nan")),
    "`target` of dirac must be a finite number": lambda: dirac(penalty=1.0, target=float("nan")),
    "`generator_steps` of alternating must be a whole number": lambda: alternating(1, -1),
    "`noise` of dirac must be a finite number of at least 0. Got -1": lambda: dirac(noise=-1.0),
    "`loss` must be one of minimax": lambda: dirac("mini"),
    "`scale` of linear_quadratic must be finite numbers, the scale positive": lambda: linear_quadratic(0.0, 0.0),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_no_run_is_refused_in_a_sentence(said):
    with pytest.raises(ValueError, match=said):
        REFUSED[said]()
