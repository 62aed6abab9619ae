"""What is doubted of an integral, and what makes it infinite: each against its formula, or a bound that must hold."""

import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest

import gantheory as gt
from gantheory.measurement import integrands
from gantheory.quadrature import line, plane
from gantheory.quadrature.ends import exponents
from gantheory.quadrature.infinite import rounding_of
from gantheory.quadrature.integrand import MASSES
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.plane_pair import Through, pair_of
from gantheory.quadrature.rows import TAIL


def test_a_density_that_is_0_has_no_rounding():
    assert rounding_of(integrands.kl, np.array([-np.inf]), np.array([0.0])) == 0


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_p_squared_over_q_falls_like_the_power_of_the_tails_in_any_unit(scale):
    """x p²/q ~ x^(b - 2a) of tails x^-(a+1) and x^-(b+1)."""
    pair = Pair(gt.Pareto(1.5, scale), gt.Pareto(3.5, scale))
    kappa, _ = exponents((integrands.chi2,), pair.p, pair.q, pair.far)
    upward = (pair.far.rows.kind == TAIL) & (pair.far.rows.reach > 0)
    assert upward.any()
    np.testing.assert_allclose(kappa[0][upward], 2 * 1.5 - 3.5, rtol=1e-12)


def test_only_mass_in_a_tail_may_be_left_out(monkeypatch):
    """∫ p²/q of Exponential(1) and Gamma(3) is infinite at 0, where it goes like ∫ x^-2, whatever is not known far out."""
    monkeypatch.setattr(line, "may_be_left_out", lambda *_, **__: True)
    found = gt.chi2(gt.Exponential(1.0), gt.Gamma(3.0))
    assert isinstance(found, gt.Divergent) and "x = 0" in found.reason


def test_a_function_whose_mass_is_1_within_its_own_error_is_a_density():
    """log p = 1e-4 on [0, 1], known to a thousandth."""
    law = gt.as_density(lambda x: jnp.full(jnp.shape(x), 1e-4), (0.0, 1.0), resolution=1.0, log_prob_error=1e-3)
    found = gt.kl(law, gt.Uniform(0.0, 1.0))
    assert isinstance(found, gt.Estimate)
    assert abs(found.value) <= found.error <= 0.05


def test_a_square_that_reaches_beyond_another_is_infinitely_far_from_it():
    wide, narrow = (gt.Product(gt.Uniform(0.0, side), gt.Uniform(0.0, 2.0)) for side in (2.0, 1.0))
    found = gt.kl(wide, narrow)
    assert isinstance(found, gt.Divergent) and float(found) == np.inf and "p has mass around x = (" in found.reason


def test_rectangles_are_halved_for_a_tolerance_that_is_asked_for_but_for_none_below_1e_10(monkeypatch, unchecked):
    monkeypatch.setattr(plane, "integrate_on_plane", lambda rules, start, tolerance: tolerance)
    pair = pair_of(*(gt.Product(gt.Normal(loc, 1.0), gt.Normal(0.0, 1.0)) for loc in (0.0, 1.0)))
    assert [plane._integrated(pair, MASSES, None, 1, tolerance) for tolerance in (0.0, 1e-12, 1e-2)] == [1e-10, 1e-10, 1e-2]


@pytest.mark.parametrize("angle", [0.3, 0.7, 1.9, 2.5])
def test_along_its_own_axes_the_scales_of_a_slender_gaussian_are_off_by_no_more_than_the_doubt(angle):
    """The least eigenvalue of the covariance, of the doubles given, to 60 digits."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    cov = turn @ np.diag([1.0, 1e-10]) @ turn.T
    cov = (cov + cov.T) / 2
    twice = gt.Normal([0.0, 0.0], [1.0, 1.0])
    pair = pair_of(gt.MultivariateNormal([0.0, 0.0], cov), gt.Product(twice, twice, [0.5, 0.5]))
    assert isinstance(pair.chart, Through)
    with mp.workdps(60):
        (a, b), (_, c) = (map(mp.mpf, row) for row in cov.tolist())
        least = float(mp.sqrt((a + c) / 2 - mp.sqrt(((a - c) / 2) ** 2 + b * b)))
    assert isinstance(pair.chart.factors.y, gt.Normal)
    assert abs(float(pair.chart.factors.y.scale[0]) / least - 1) <= pair.doubt <= 1e-4
