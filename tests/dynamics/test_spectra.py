"""Eigenvalues, multipliers and step bounds, against the closed forms of the papers."""

import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.dynamics import (
    DifferentiableGame,
    bilinear,
    dirac,
    largest_stable_step,
    linear_quadratic,
    multipliers,
    nagarajan_kolter,
    spectrum_at,
    with_time_scale,
)
from gantheory.dynamics.integrators import alternating, consensus


def roots(half_trace, determinant):
    """The eigenvalues of a 2 × 2 matrix."""
    root = np.sqrt(complex(half_trace**2 - determinant))
    return np.array([half_trace + root, half_trace - root])


# v' at rest: (half of its trace, its determinant), by Mescheder et al. 2018 and Nagarajan & Kolter 2017.
KNOWN = {
    "GAN": (dirac(), 0.0, 0.25),
    "non-saturating": (dirac("non_saturating"), 0.0, 0.25),
    "WGAN": (dirac("wasserstein"), 0.0, 1.0),
    "hinge": (dirac("hinge"), 0.0, 1.0),
    "least squares": (dirac("least_squares"), 0.0, 0.0),
    "relativistic": (dirac("relativistic"), 0.0, 0.25),
    **{f"R1 {gamma}": (dirac(r1=gamma), -gamma / 2, 0.25) for gamma in (0.3, 1.0, 1.4)},
    "R2": (dirac("non_saturating", r2=0.6), -0.3, 0.25),
    **{f"noise {s}": (dirac(noise=s), -(s**2) / 4, 0.25) for s in (0.7, 1.0, 2.5)},
    "bilinear": (bilinear(), 0.0, 1.0),
    "Nagarajan & Kolter": (nagarajan_kolter(), -0.05, 1 / 9),
    "Nagarajan & Kolter, WGAN": (nagarajan_kolter("wasserstein"), 0.0, 4 / 9),
}


@pytest.mark.parametrize("name", [name for name in KNOWN if name != "least squares"])
def test_the_eigenvalues_are_those_of_the_papers(name):
    game, half_trace, determinant = KNOWN[name]
    found, known = spectrum_at(game), roots(half_trace, determinant)
    assert found.residual < 1e-15
    assert np.all(np.abs(found.eigenvalues - known) <= found.errors) and found.errors.max() < 3e-7
    if not found.defective:
        np.testing.assert_allclose(found.eigenvalues, known, atol=1e-12)
    assert found.stable is (True if half_trace < 0 else None)
    assert found.rate == pytest.approx(np.real(known).max(), abs=1e-7)


def test_least_squares_is_at_rest_elsewhere():
    """Its targets are 1 and 0: at (0, 0) D pays no slope, and v is 0 to first order in ψ."""
    v, _ = dirac("least_squares").at([0.0, 0.0])
    assert np.all(v == 0)


def test_a_double_root_is_said_to_be_one():
    """At γ = 2|f'(0)| = 1 there is one eigenvector; of a multiple of the identity there are two."""
    assert spectrum_at(dirac(r1=1.0)).defective and "defective" in repr(spectrum_at(dirac(r1=1.0)))
    assert not spectrum_at(dirac(r1=0.99)).defective
    diagonal = DifferentiableGame("apart", lambda x, y: x**2, lambda x, y: y**2, (1, 1), (0.0, 0.0))
    found = spectrum_at(diagonal)
    assert not found.defective and found.eigenvalues.tolist() == [-2, -2] and found.errors.max() < 1e-12


def test_the_linear_quadratic_game_turns_by_its_singular_values():
    """v' = [[0, K], [-Kᵀ, 0]] at rest, K of rows a: (0, 2σ) and b: (1, 2μ)."""
    singular = np.linalg.svd([[0, 4.0], [1, 2.0]])[1]
    found = spectrum_at(linear_quadratic(1.0, 2.0))
    np.testing.assert_allclose(np.sort(np.imag(found.eigenvalues)), np.sort([*singular, *-singular]), atol=1e-12)
    np.testing.assert_allclose(np.real(found.eigenvalues), 0, atol=1e-12)


H = 0.3
RADII = {
    "simultaneous": np.sqrt(1 + H**2),
    "alternating": 1.0,
    "extragradient": np.sqrt(1 - H**2 + H**4),
    "optimistic": np.sqrt((1 + np.sqrt(1 - 4 * H**2)) / 2),
    "rk4": np.abs(1 + 1j * H - H**2 / 2 - 1j * H**3 / 6 + H**4 / 24),
    "proximal": 1 / np.sqrt(1 + H**2),
    "consensus": np.abs(1 + H * (-1 + 1j)),
    "sga": np.abs(1 + H * (-1 + 1j)),
}


@pytest.mark.parametrize("name", RADII)
def test_the_spectral_radii_on_the_bilinear_game_are_known(name):
    """Gidel et al. 2019 and Daskalakis et al. 2018; consensus and symplectic adjustment add -1 to both eigenvalues ±i."""
    assert np.abs(multipliers(bilinear(), name, H)[0]) == pytest.approx(RADII[name], abs=1e-12)


@pytest.mark.parametrize("gamma", [0.3, 1.0, 1.4])
def test_the_largest_stable_step_is_mescheders(gamma):
    known = (2 * np.abs(np.real(roots(-gamma / 2, 0.25))) / np.abs(roots(-gamma / 2, 0.25)) ** 2).min()
    assert largest_stable_step(dirac(r1=gamma), "simultaneous") == pytest.approx(known, rel=1e-7, abs=0)


def test_steps_that_never_or_always_contract():
    assert largest_stable_step(bilinear(), "simultaneous") == 0
    assert largest_stable_step(bilinear(), "alternating") == 0
    assert largest_stable_step(bilinear(), "proximal") == np.inf
    assert largest_stable_step(bilinear(), "extragradient") == pytest.approx(1.0, abs=1e-12)
    # Runge and Kutta's polynomial has size 1 at i·2√2; its contraction near 0, h⁶/144, is lost in rounding.
    assert largest_stable_step(bilinear(), "rk4") == pytest.approx(2 * np.sqrt(2), abs=1e-9)
    assert largest_stable_step(dirac(), "rk4") == pytest.approx(4 * np.sqrt(2), abs=1e-9)
    # Consensus: 1 + h(-γ + i) on xy has size 1 at h = 2γ/(1 + γ²).
    assert largest_stable_step(bilinear(), consensus(0.5)) == pytest.approx(2 * 0.5 / 1.25, abs=1e-9)


def test_alternation_is_stable_on_xy_up_to_2():
    game, way = bilinear(), alternating()
    assert np.abs(multipliers(game, way, 1.9)[0]) == pytest.approx(1, abs=1e-9)
    assert np.abs(multipliers(game, way, 2.1)[0]) > 1.1


def test_a_users_losses_are_a_game_like_any_other():
    game = DifferentiableGame("mine", lambda x, y: jnp.sum(x * y) + x[0] ** 2, lambda x, y: -jnp.sum(x * y) + y[1] ** 2, (2, 2))
    known = np.linalg.eigvals([[-2, 0, -1, 0], [0, 0, 0, -1], [1, 0, 0, 0], [0, 1, 0, -2.0]])
    found = spectrum_at(game, np.zeros(4)).eigenvalues
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(known), atol=1e-6)
    with pytest.raises(ValueError, match="`w` must be given for mine"):
        spectrum_at(game)
    with pytest.raises(ValueError, match="A point of mine must have 4 numbers"):
        spectrum_at(game, [0.0])


def linear(a, b, c, d):
    """The game of v = [[a, b], [c, d]] w."""
    return DifferentiableGame(
        "linear", lambda x, y: -(a * x**2 / 2 + b * x * y), lambda x, y: -(d * y**2 / 2 + c * x * y), (1, 1), (0.0, 0.0)
    )


# The largest stable step, where it is far from 1/‖v'‖: by |1 + hλ| = 1 and the like.
FAR = {
    (-0.01, 1.0, 0.0, -0.01): {"simultaneous": 200.0, "alternating": 200.0, "extragradient": 100.0, "optimistic": 200 / 3},
    (-1.0, 1e4, 0.0, -2.0): {"simultaneous": 1.0, "alternating": 1.0, "extragradient": 0.5, "optimistic": 1 / 3},
    (-1e-3, 1.0, -1.0, -1e-3): {"simultaneous": 2e-3 / (1 + 1e-6)},
}


@pytest.mark.parametrize("matrix", FAR)
def test_stable_steps_far_from_the_size_of_the_slope_are_found(matrix):
    for way, known in FAR[matrix].items():
        assert largest_stable_step(linear(*matrix), way) == pytest.approx(known, rel=1e-7, abs=0)


def test_a_triple_root_is_told_within_its_error():
    """v' = [[-1, 0, 1], [0, -1, .3], [.3, -1, -1]] has -1 three times, with one eigenvector."""

    def of_g(theta, psi):
        return (theta[0] ** 2 + theta[1] ** 2) / 2 - (theta[0] + 0.3 * theta[1]) * psi[0]

    def of_d(theta, psi):
        return psi[0] ** 2 / 2 - (0.3 * theta[0] - theta[1]) * psi[0]

    found = spectrum_at(DifferentiableGame("triple", of_g, of_d, (2, 1), (0.0, 0.0, 0.0)))
    assert np.all(np.abs(found.eigenvalues + 1) <= found.errors) and found.errors.max() < 1e-3
    assert found.defective


def test_a_point_that_is_not_at_rest_is_told():
    """The least-squares loss at (1, 0) of Nagarajan and Kolter's game; and steps need a point of rest."""
    assert nagarajan_kolter("least_squares").equilibrium is None
    assert "v is not 0 there" in repr(spectrum_at(nagarajan_kolter("least_squares"), (1.0, 0.0)))
    with pytest.raises(ValueError, match="`w` must be a point of rest of Nagarajan-Kolter"):
        multipliers(nagarajan_kolter(), "rk4", 0.1, (1.1, 0.2))


@pytest.mark.parametrize("tau", [0.25, 4.0])
def test_two_time_scales_scale_the_discriminators_rows(tau):
    """[[0, -1/2], [τ/2, -τγ]]; and a simultaneous step of h is one of h for G and τh for D."""
    game = with_time_scale(dirac(r1=0.3), tau)
    np.testing.assert_allclose(spectrum_at(game).eigenvalues, roots(-tau * 0.3 / 2, tau / 4), atol=1e-12)
    w = np.array([0.7, -0.4])
    np.testing.assert_allclose(game.at(w)[0], dirac(r1=0.3).at(w)[0] * [1, tau], atol=1e-15)
