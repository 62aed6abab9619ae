"""The floors of TV and KL for a G of bounded slope: against mpmath, laws that obey the bound, and the G that reaches it."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import gantheory as gt
from gantheory.experiments import salmona as experiment
from gantheory.experiments.salmona import P_DATA, Training
from gantheory.reproductions.salmona import Salmona


def test_an_exact_g_exists_from_the_steepest_slope_of_the_increasing_one():
    x = np.linspace(-6, 6, 2_001)
    slopes = norm.pdf(norm.ppf(P_DATA.cdf(x))) / P_DATA.prob(x)
    assert np.isclose(slopes.max(), experiment.EXACT, rtol=1e-12) and x[slopes.argmax()] == 0
    assert experiment.tv_floor(experiment.EXACT * 1.001) == 0 and experiment.tv_floor(experiment.EXACT * 0.9) > 0
    np.testing.assert_allclose(experiment.cdf(x), P_DATA.cdf(x), rtol=1e-12)
    np.testing.assert_allclose(experiment.pdf(x), P_DATA.prob(x), rtol=1e-12)


@pytest.mark.parametrize("slope", [2.0, 5.0])
def test_the_floor_of_tv_is_its_formula_at_the_best_gap(slope):
    def at(b):
        upper = (mpmath.ncdf(b + 2.5) + mpmath.ncdf(b - 2.5)) / 2
        quantile = mpmath.sqrt(2) * mpmath.erfinv(2 * upper - 1)
        return 1 - upper - mpmath.ncdf(quantile - 2 * b / slope)

    found = experiment.tv_floor(slope)
    tried = [at(mpmath.mpf(b) / 100) for b in range(1, 400, 2)]
    assert max(tried) <= found <= max(tried) + 1e-4


def of_slope_at_most(slope, seed):
    """(x, Q, q) of G(z) for an increasing piecewise linear G of slopes up to ``slope``, on a fine grid."""
    rng = np.random.default_rng(seed)
    z = np.linspace(-8, 8, 33)
    slopes = slope * rng.uniform(0.1, 1.0, 32) ** rng.uniform(0.0, 2.0)
    g = np.concatenate([[0.0], np.cumsum(slopes * np.diff(z))])
    g -= np.interp(rng.normal(0, 0.5), z, g)
    fine = np.linspace(-8, 8, 64_001)
    middle = (fine[1:] + fine[:-1]) / 2
    return np.interp(fine, z, g), norm.cdf(fine), norm.pdf(middle)


@pytest.mark.parametrize("seed", range(8))
def test_no_g_of_this_slope_is_below_the_floors(seed):
    x, cumulative, _ = of_slope_at_most(3.0, seed)
    mass, of_data = np.diff(cumulative), np.diff(experiment.cdf(x))
    held = (mass > 0) & (of_data > 0)
    tv = (np.abs(mass - of_data).sum() + 1 - of_data.sum()) / 2
    of_kl = (of_data[held] * np.log(of_data[held] / mass[held])).sum()
    # Cells lose a little of both; of all these G, none comes near.
    assert tv > experiment.tv_floor(3.0) and of_kl > experiment.kl_floor(3.0) - 1e-6


@pytest.mark.parametrize("slope", [2.0, 3.0, 8.0])
def test_the_best_g_in_tv_has_its_slope_its_mass_and_its_distance(slope):
    best = experiment.best_in_tv(slope)
    cuts = [-12.0, best.c, best.a, best.b, 12.0]
    pieces = list(pairwise(cuts))
    assert np.isclose(sum(quad(best.q, *piece, epsabs=1e-12)[0] for piece in pieces), 1, atol=1e-9)
    tv = sum(quad(lambda x: abs(best.q(x) - float(P_DATA.prob(x))), *piece, epsabs=1e-12)[0] for piece in pieces) / 2
    assert np.isclose(tv, best.total_variation, atol=1e-9)
    x = np.linspace(-7, 7, 281)
    below = np.array([sum(quad(best.q, low, min(high, at))[0] for low, high in pieces if low < at) for at in x])
    slopes = norm.pdf(norm.ppf(below)) / best.q(x)
    assert slopes.max() <= slope * (1 + 1e-6)
    assert 1 <= best.total_variation / experiment.tv_floor(slope) <= 1.05


def test_the_least_kl_of_small_slopes_is_that_of_a_linear_g():
    """Every slope is then at its bound."""
    np.testing.assert_allclose(experiment.best_in_kl(0.5), float(gt.kl(P_DATA, gt.Normal(0.0, 0.5))), rtol=1e-6)


@pytest.mark.slow
def test_the_least_kl_of_large_slopes_is_0_and_between_it_is_near_the_floor():
    assert abs(experiment.best_in_kl(2 * experiment.EXACT)) < 1e-4
    assert 1 <= experiment.best_in_kl(3.0) / experiment.kl_floor(3.0) <= 1.3


@pytest.mark.slow
def test_the_figure_at_a_tenth_of_its_length(tmp_path):
    made = Salmona((Training(200), Training(500, 3.0))).made(0, tmp_path)
    assert all(one.holds for one in made.properties), [one.sentence() for one in made.properties]
    assert [path.name for path in made.saved] == ["run.json", "run.json"]
    assert made.numbers["trained"][1]["slope"] <= 3.0 + 1e-6
