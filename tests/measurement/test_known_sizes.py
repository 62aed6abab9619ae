"""Sizes that a formula or mpmath gives: of integrands, of sums over grids and modes, and of couplings."""

import math
from types import SimpleNamespace

import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from gantheory import Histogram, Mixture, MultivariateNormal, Normal, PlanePushforward, Pushforward, Uniform, measure, renyi, value
from gantheory.base.estimate import Estimate
from gantheory.base.precision import in_float64
from gantheory.distributions.pushforward.mesh import Mesh
from gantheory.measurement import integrands
from gantheory.measurement.cells import binned_jsd, jsd_bounds, value_by_mesh
from gantheory.measurement.coupled import coupled
from gantheory.measurement.discriminators import Logits
from gantheory.measurement.entropies import entropy
from gantheory.measurement.maps import maps_of
from gantheory.measurement.modes import Modes, coverage_of
from gantheory.measurement.noisy import noise_of_d, points_of
from gantheory.measurement.smoothing import nodes_of
from gantheory.measurement.state import PlaneMeasurement
from gantheory.quadrature.rules import WIDE


@in_float64
def test_kl_of_densities_of_which_both_are_nearly_0():
    for log_p, log_q in ((-690.0, -700.0), (-700.0, -690.0), (-680.0, -685.5)):
        p, q = mpmath.exp(log_p), mpmath.exp(log_q)
        truth = p * (mpmath.mpf(log_p) - log_q) - p + q
        assert float(integrands.kl(jnp.float64(log_p), jnp.float64(log_q))) == pytest.approx(float(truth), rel=1e-12, abs=0)


@in_float64
def test_the_gap_of_a_discriminator_nearly_optimal():
    """(p + q) KL of two coins with logits d* and d* + h, to nearly all digits, next to the largest h that is taken by the series."""
    with mpmath.workdps(40):
        for optimal in (-3.0, -2.0, 1.5, 3.0):
            for h in (-0.029, 0.0299):
                s, t = (1 / (1 + mpmath.exp(-mpmath.mpf(at))) for at in (optimal, optimal + h))
                kl = s * mpmath.log(s / t) + (1 - s) * mpmath.log((1 - s) / (1 - t))
                found = integrands.discriminator_gap(jnp.log(jnp.float64(0.5)) + optimal, jnp.log(jnp.float64(0.5)), optimal + h)
                truth = (mpmath.exp(mpmath.mpf(optimal)) + 1) / 2 * kl
                assert float(found) == pytest.approx(float(truth), rel=4e-13, abs=0)


def test_the_entropy_of_a_gaussian_on_the_plane():
    cov = np.array([[1.0, 0.6], [0.6, 2.0]])
    found = entropy(MultivariateNormal([3.0, -1.0], cov))
    truth = math.log(2 * math.pi * math.e) + math.log(np.linalg.det(cov)) / 2
    assert abs(found.value - truth) <= found.error <= 1e-6


def test_the_entropies_of_a_batch():
    scale = np.array([0.5, 1.0, 3.0])
    found = entropy(Normal(0.0, scale))
    truth = np.log(scale * math.sqrt(2 * math.pi * math.e))
    assert (np.abs(found.value - truth) <= found.error).all()
    assert (found.error < 1e-10).all()


def test_the_coupling_of_an_affine_generator_far_from_0():
    """G(z) = 2 z + 1 of z ~ N(1e9, 1e-3²), which is N(2e9 + 1, 2e-3²): so far out that no z near 0 is looked at."""
    p_g = Pushforward(lambda z: 2 * z + 1, Normal(1e9, 1e-3))
    for loc in (2e9 + 1, 2e9 + 2.5):
        found = coupled(p_g, Normal(loc, 2e-3))
        assert found is not None
        assert abs(found.value - abs(loc - (2e9 + 1))) <= found.error <= 1e-5


def test_of_a_coefficient_that_is_not_told_from_0_no_logarithm_is_given():
    """Of N(0, 1) and N(1e6, 1e-3²) no rule sees the narrow peak that both have in common: nothing is known, and no value made up."""
    found = renyi(Normal(0.0, 1.0), Normal(1e6, 1e-3), 0.5)
    assert isinstance(found, Estimate)
    assert (found.value, found.error) == (0.0, WIDE)


def test_the_coupling_of_a_mixture_of_one_family():
    """Uniforms on [0, 1] and [2, 4] of equal weight, against one uniform on [0, 4], and against their own halves as steps."""
    p = Mixture([0.5, 0.5], Uniform(np.array([0.0, 2.0]), np.array([1.0, 4.0])))
    found = coupled(p, Histogram([0.0, 1.0, 2.0, 4.0], [0.5, 0.0, 0.5]))
    assert found is not None
    assert abs(found.value) <= found.error <= 1e-12
    # F_p - F_q is x/4, then (2 - x)/4 + …: 1/4 at 1, 0 at 2, and 0 from there on.
    found = coupled(p, Uniform(0.0, 4.0))
    assert found is not None
    assert abs(found.value - 0.25) <= found.error <= 1e-12


class Plane:
    """D's logit, x - 2 y."""

    def logit(self, x):
        return x[..., 0] - 2 * x[..., 1]


def test_a_map_shows_the_discriminator_at_the_middles_of_its_cells():
    p = MultivariateNormal([5.0, -3.0], np.diag([1.0, 4.0]))
    found = maps_of(p, p, Plane(), cells=6)
    x, y = ((edge[1:] + edge[:-1]) / 2 for edge in found.edges)
    assert found.discriminator is not None
    np.testing.assert_allclose(found.discriminator, 1 / (1 + np.exp(2 * y - x[:, None])), rtol=1e-5)


@pytest.mark.parametrize(("mass", "modes"), [(1 / 2400, 2.0), (1 / 2600, 1.0), (1 / 4000, 1.0)])
def test_a_mode_is_found_by_one_sample_of_2500(mass, modes):
    """A mesh of 2 × 2 cells of which three lie on one mode, and the fourth, but for its part of a shared corner, on another."""
    x = np.zeros((5, 5, 2))
    x[3:, 3:] = 100.0
    masses = np.zeros((4, 4))
    masses[:2, :2], masses[3, 3] = (1 - mass) / 4, mass
    found = coverage_of(Modes(np.array([[0.0, 0.0], [100.0, 100.0]]), np.array([0.5, 0.5]), 1.0), Mesh(x, masses))
    assert found["modes"].value == modes
    assert found["share"].value == pytest.approx(1.0, abs=1e-12)


def test_the_nodes_of_a_smoothed_law_have_its_mass_and_moments():
    """Of cells of very unequal widths."""
    law = Histogram([0.0, 0.1, 3.0, 3.5], [0.2, 0.5, 0.3])
    x, mass = nodes_of(law, 4)
    assert mass.sum() == pytest.approx(1.0, abs=1e-12)
    assert mass @ x == pytest.approx(0.2 * 0.05 + 0.5 * 1.55 + 0.3 * 3.25, abs=1e-12)


def test_v_on_a_mesh_of_a_discriminator_that_is_constant():
    """Of float64 values from NumPy, whose noise is next to none: V = log D + log(1 - D), and no error to speak of."""
    p_g = PlanePushforward(lambda z: z + 1.0, MultivariateNormal([0.0, 0.0], np.eye(2)), lines=16)
    edges = (np.linspace(-4, 4, 9), np.linspace(-4, 4, 9))
    of_data = MultivariateNormal([0.0, 0.0], np.eye(2)).cell_masses(*edges)
    found = value_by_mesh(edges, of_data, p_g.mesh, SimpleNamespace(logit=lambda x: np.full(len(np.asarray(x)), 0.5)))
    truth = -math.log1p(math.exp(-0.5)) - math.log1p(math.exp(0.5))
    assert abs(found.value - truth) <= found.error + 1e-15 <= 1e-13


def test_the_noise_of_a_discriminator_is_in_the_error_of_v():
    """Of a logit cut off after so many bits: what the noise that is seen there moves V by, to first order, is in the error."""
    p, q = Normal(0.0, 1.0), Normal(1.0, 1.0)

    def logit(x):
        return 3 + 2 * np.tanh(x) - np.sin(3 * x) / 3

    def of_v(x, d):
        return -norm.pdf(x) * np.logaddexp(0, -d) - norm.pdf(x, 1) * np.logaddexp(0, d)

    def moved(x, d):
        return (1 + abs(d)) * (norm.pdf(x) * expit(-d) + norm.pdf(x, 1) * expit(d))

    truth, slope = (quad(lambda x, f=f: f(x, logit(x)), -12, 13, epsabs=1e-12, limit=400)[0] for f in (of_v, moved))
    for bits in (18, 22):
        cut_off = SimpleNamespace(logit=lambda x, unit=2.0**bits: np.floor(logit(np.asarray(x, np.float64)) * unit) / unit)
        noise = noise_of_d(Logits(cut_off, ()), points_of(p, q))
        found = value(p, q, cut_off)
        assert noise > 2.0**-bits / 4
        assert max(noise * slope, abs(found.value - truth)) <= found.error <= 10 * noise * slope


def test_meshes_that_converge_leave_an_error_of_second_order():
    """Masses that each doubling brings nearer to even ones, in a direction in which JSD is level: by δ, 4 δ, 16 δ."""
    delta, of_data = 1e-4, np.array([[0.1, 0.1], [0.4, 0.4]])
    grid = np.stack(np.meshgrid(*[np.linspace(0.0, 2.0, 9)] * 2, indexing="ij"), -1)
    even = np.full((2, 2), 0.25)
    p_g = SimpleNamespace(
        mesh=Mesh(grid, np.full((8, 8), 1 / 64)),
        cell_masses=lambda x, y, mesh: even + delta * (8 / len(mesh.mass)) ** 2 * np.array([[1.0, -1.0], [0.0, 0.0]]),
        rounding=lambda y: 0.0,
    )
    found = jsd_bounds((np.arange(3.0), np.arange(3.0)), of_data, p_g)[0]
    truth = binned_jsd((of_data, 0.0), (even, 0.0))
    assert 0 < abs(found.value - truth) <= found.error <= 100 * delta**2


def test_a_generator_on_a_curve_of_the_plane_is_measured_as_one():
    p = MultivariateNormal([0.0, 0.0], np.eye(2))
    found = measure(p, PlanePushforward(lambda z: jnp.stack([z[0], z[0]]), p, lines=16))
    assert isinstance(found, PlaneMeasurement)
    assert abs(found.two_jsd.value - 2 * math.log(2)) <= found.two_jsd.error <= 1e-15
