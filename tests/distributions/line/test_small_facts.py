"""Single facts of laws on the line that no other test's numbers hang on."""

import math

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from jax.scipy import stats as jstats
from scipy import stats

import gantheory as gt
from gantheory.distributions.line.edges import Edge
from gantheory.distributions.line.external import as_density
from gantheory.distributions.line.known import coded, decoded
from gantheory.distributions.line.mixture import numbers_of_components
from gantheory.distributions.line.truncated_normal import log_normal_mass


@pytest.mark.parametrize(("shape", "known"), [(0.5, math.inf), (1.0, math.log(2.5)), (2.0, -math.inf)])
def test_a_gamma_at_0(shape, known):
    """The limit of x^(k-1) there: a pole, the rate, or 0."""
    assert float(gt.Gamma(shape, 2.5).log_prob(0.0)) == pytest.approx(known, rel=1e-15)


def test_a_gamma_is_cut_about_its_mean():
    law = gt.Gamma(1e4, 2.0)
    share = stats.gamma(1e4, scale=0.5).cdf(law.landmarks)
    assert np.abs(law.landmarks - 5000).min() == 0 and ((share > 1e-3) & (share < 1 - 1e-3)).sum() >= 3


class Halves:
    """A normal law of which only the lower tail is given."""

    def log_prob(self, x):
        return jstats.norm.logpdf(x, 1.0, 2.0)

    def cdf(self, x):
        return jstats.norm.cdf(x, 1.0, 2.0)

    def sample(self, key, shape):
        return 1.0 + 2.0 * jax.random.normal(key, shape)


def test_the_upper_tail_of_a_law_without_one_is_the_rest():
    x = np.linspace(-3.0, 5.0, 9)
    np.testing.assert_allclose(as_density(Halves()).sf(x), stats.norm(1, 2).sf(x), rtol=1e-12)


def test_a_density_with_ends_is_0_beyond_them_and_nowhere_else():
    law = as_density(lambda x: jnp.log(jnp.full_like(x, 0.5)), (1.0, 3.0))
    anchor, offset = np.array([1.5, 1.5, 2.5, 2.5]), np.array([-0.25, -0.75, 0.25, 0.75])
    np.testing.assert_array_equal(law._own_zero(anchor, offset), [False, True, False, True])


def test_an_edge_that_falls_faster_than_any_power_has_an_infinite_one():
    edge = Edge(math.inf, 1, 0.0, 10.0, 10.0, -20.0, -2.5, 0.0, 1e-9, 4.0, 0.0)
    assert edge.power == 3.5 and edge.tail == 1.5
    assert edge._replace(growth=1.0).power == edge._replace(log_prob=-math.inf).power == math.inf
    assert math.isnan(edge._replace(growth=1.0).tail) and math.isnan(edge._replace(doubt=1e-3).tail)


def test_values_of_scipy_that_are_integrals_are_no_doubles():
    assert gt.from_scipy(stats.levy_stable(1.5, 0.0)).log_prob_error == 1e-7
    assert gt.from_scipy(stats.norm(0, 1)).log_prob_error == 0


def test_what_stands_for_a_lost_log_density_is_read_as_it_was_written():
    """log(-log p), up to the size at which it is held, 12 powers of e above 7000."""
    for log_size in (0.5, 700.0, 6999.0, 7001.0, 5e5, 7000 * math.exp(11.9)):
        with jax.enable_x64(True):
            assert float(decoded(-coded(log_size))) == pytest.approx(log_size, rel=1e-9)


@pytest.mark.parametrize(("anchor", "offset", "excess"), [(0.0, 1e-300, -50.0), (0.0, 1e200, 900.0), (2.0, 0.5, -3.0), (2.0, 1e200, 900.0)])
def test_a_log_normal_goes_on_in_the_logarithm_beyond_the_doubles(anchor, offset, excess):
    """log p at x e^excess, and excess more for dx: toward 0 and ∞, and not toward any other point. The doubt is of log x - loc."""
    loc, scale = 0.5, 2.0
    moved = excess if anchor == 0 or excess > 0 else 0.0
    with mpmath.workdps(40):
        log_x = mpmath.log(mpmath.mpf(anchor) + mpmath.mpf(offset)) + moved
        known = -(((log_x - loc) / scale) ** 2) / 2 - mpmath.log(scale * mpmath.sqrt(2 * mpmath.pi)) - log_x + moved
        close = abs(((log_x * (1 + mpmath.mpf(2) ** -53) - loc) / scale) ** 2 / 2 - ((log_x - loc) / scale) ** 2 / 2)
    with jax.enable_x64(True):
        found, doubt = gt.LogNormal(loc, scale)._own_log_prob_from(jnp.float64(anchor), jnp.float64(offset), jnp.float64(excess))
    assert float(found) == pytest.approx(float(known), rel=1e-13)
    assert float(close) <= float(doubt) < 1e-9


def test_a_draw_at_the_very_top_is_of_the_last_component(monkeypatch):
    """The sum of many weights is rounded, so that a share of it may reach it."""
    monkeypatch.setattr(jax.random, "uniform", lambda key, shape, dtype: jnp.ones(shape, dtype))
    assert numbers_of_components(jax.random.key(0), np.full(1000, 1e-3), (3,), jnp.float32).tolist() == [999] * 3


def test_a_pareto_of_shape_2_has_no_variance_and_one_of_shape_1_no_mean():
    assert isinstance(gt.Pareto(2.0, 1.0).variance, gt.Divergent) and isinstance(gt.Pareto(1.0, 1.0).mean, gt.Divergent)
    assert float(gt.Pareto(3.0, 2.0).mean) == 3 and float(gt.Pareto(3.0, 2.0).variance) == pytest.approx(3, rel=1e-15)


def test_a_sum_of_uniforms_is_smooth_between_whole_numbers():
    np.testing.assert_array_equal(gt.from_scipy(stats.irwinhall(3)).breakpoints, [0, 1, 2, 3])


@pytest.mark.parametrize(("low", "high"), [(-1.0, 2.0), (3.0, 5.0), (-40.0, -38.0), (30.0, math.inf), (-math.inf, math.inf)])
def test_the_mass_of_a_normal_between_two_points(low, high):
    with mpmath.workdps(400):
        known = mpmath.log(mpmath.ncdf(high) - mpmath.ncdf(low))
    with jax.enable_x64(True):
        assert float(log_normal_mass(jnp.float64(low), jnp.float64(high))) == pytest.approx(float(known), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(("shape", "known"), [(0.5, math.inf), (1.0, -math.log(2.5)), (2.0, -math.inf)])
def test_a_weibull_at_0(shape, known):
    law = gt.Weibull(shape, 2.5)
    assert float(law.log_prob(0.0)) == pytest.approx(known, rel=1e-15) and float(law.log_prob(-1.0)) == -math.inf
