"""The bounds that enclosures are added up from, each against the number that it must hold."""

import math
import time

import mpmath
import numpy as np
import pytest
from flint import arb, fmpq
from scipy import integrate, stats

import gantheory as gt
from gantheory.rigorous import divergences
from gantheory.rigorous.balls import exact
from gantheory.rigorous.branches import branches_of
from gantheory.rigorous.cells import _Laws
from gantheory.rigorous.integration import log_density
from gantheory.rigorous.kinks import Line
from gantheory.rigorous.masses import has_mass
from gantheory.rigorous.tilted import Tilted, _mass


def test_a_histogram_has_no_mass_in_an_empty_bin():
    law = gt.Histogram([0.0, 1.0, 2.0, 3.0], [0.5, 0.0, 0.5])
    assert not has_mass(law, 1.25, 1.75) and not has_mass(law, 1.0, 2.0)
    assert has_mass(law, 0.25, 0.75) and has_mass(law, 1.5, 2.5)


@pytest.mark.parametrize(("low", "high"), [(-2.0, -1.0), (1.0, 2.0), (-3.0, 1.0), (-40.0, -39.0), (-math.inf, 0.5), (-1.0, math.inf)])
def test_the_mass_of_an_interval_is_a_difference_of_two_tails(low, high):
    with mpmath.workdps(40):
        known = mpmath.quad(mpmath.npdf, [low, high]) if abs(low) < 30 and math.isfinite(high) else mpmath.ncdf(high) - mpmath.ncdf(low)
        found = _mass(arb(str(low)), arb(str(high)))
        assert found.is_finite() and abs(float(found) - float(known)) <= 1e-12 * float(known)


def test_beyond_a_steep_step_next_to_nothing_is_left():
    """f(z) = 30 z between ±1/30, and ±1 outside: as |f| <= 1, each of the lines adds at most two tails of N(0, s²) beyond 5."""
    end = fmpq(1, 30)
    lines = [Line(None, -end, fmpq(0), fmpq(-1)), Line(-end, end, fmpq(30), fmpq(0)), Line(end, None, fmpq(0), fmpq(1))]
    scale = 0.5
    found = Tilted(lines, arb(scale)).moments(arb(6))
    low, high = 2 * stats.norm.sf(7 / scale), 2 * stats.norm.sf(5 / scale)
    assert low <= float(found.mass) <= 3 * high
    assert float(found.second) <= 3 * 6.5**2 * high


def test_on_a_sliver_the_integrand_of_kl_may_have_either_sign(monkeypatch):
    """∫ p log(p/q) over a short interval, by scipy: negative where p < q, and positive where p > q."""
    taken = []
    monkeypatch.setattr(
        divergences, "_over_cells", lambda p, q, T, integrand, next_to_end, on_sliver, *_: taken.append(on_sliver) or arb(0)
    )
    wide, narrow = (gt.Normal(0.0, 10.0), stats.norm(0, 10)), (gt.Normal(0.0, 1.0), stats.norm(0, 1))
    for (p, of_p), (q, of_q) in ((wide, narrow), (narrow, wide)):
        divergences._kl_of_densities(p, q, arb("1e-6"), time.monotonic() + 10)
        found = taken.pop()(exact(0.0), exact(1 / 16), log_density(p), log_density(q))
        known, _ = integrate.quad(lambda x, of_p=of_p, of_q=of_q: of_p.pdf(x) * (of_p.logpdf(x) - of_q.logpdf(x)), 0, 1 / 16)
        assert found.lower() <= known <= found.upper() and float(found.rad()) < 1


@pytest.mark.parametrize("sign", [1, -1])
def test_a_cell_at_the_end_of_a_branch_holds_the_integral_of_jsd_over_it(sign):
    """p is ½ on [-1, 1], q is 1 on [0, 1]: on [-w, w] the integrand is ½ p log 2 below 0, and that of p = ½ and q = 1 above."""
    p, q = 0.5, 1.0
    p_data = gt.Uniform(-1.0, 1.0)
    p_g = gt.Pushforward((lambda z: z) if sign > 0 else (lambda z: 1 - z), gt.Uniform(0.0, 1.0))
    branches, _, _ = branches_of(p_g, arb("1e-9"), time.monotonic() + 10)
    laws = _Laws(p_data, p_g.latent, branches, arb("1e-9"), time.monotonic() + 10)
    for width in (0.25, 2.0**-6):
        low, high = exact(-width), exact(width)
        cell = laws.cell(low, laws.preimages(low, laws.near(low)), high, laws.preimages(high, laws.near(high)))
        both = (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))) / 2
        known = width * (p * np.log(2) / 2 + both)
        assert float(cell.lower) <= known * (1 + 1e-9) and known <= float(cell.upper) * (1 + 1e-9)
