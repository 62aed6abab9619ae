"""The energy distance of laws against closed forms and mpmath."""

import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.base.estimate import Estimate

P, LINE, UNIT = gt.Pushforward, gt.Normal(0, 1), gt.Uniform(0, 1)


def of_normals(shift, one, other):
    """2 E|X - Y| - E|X - X'| - E|Y - Y'| by 40 digits, with E|N(m, s²)| = s √(2/π) exp(-m²/2s²) + m erf(m/s√2)."""
    with mpmath.workdps(40):

        def mean_modulus(m, s):
            return s * mpmath.sqrt(2 / mpmath.pi) * mpmath.exp(-(m**2) / (2 * s**2)) + m * mpmath.erf(m / (s * mpmath.sqrt(2)))

        shift, one, other = map(mpmath.mpf, (shift, one, other))
        root = mpmath.sqrt(2)
        return float(2 * mean_modulus(shift, mpmath.hypot(one, other)) - mean_modulus(0, one * root) - mean_modulus(0, other * root))


def of_cauchys(a, b):
    """(1/π) ∫ |φ - ψ|²/t² dt of φ = exp(-a|t|), ψ = exp(-b|t|), which is Székely & Rizzo's other form."""
    with mpmath.workdps(40):
        a, b = mpmath.mpf(a), mpmath.mpf(b)
        terms = 2 * a * mpmath.log(2 * a) + 2 * b * mpmath.log(2 * b) - 2 * (a + b) * mpmath.log(a + b)
        return float(2 * terms / mpmath.pi)


def of_paretos(a, b):
    """2 ∫(x^-a - x^-b)² from 1."""
    return 2 * (1 / (2 * a - 1) + 1 / (2 * b - 1) - 2 / (a + b - 1))


CASES = {
    "shift": (LINE, gt.Normal(1, 1), of_normals(1, 1, 1)),
    "shift and scale": (LINE, gt.Normal(3, 2), of_normals(3, 1, 2)),
    "nearly equal": (LINE, gt.Normal(1e-3, 1), of_normals(1e-3, 1, 1)),
    "far apart": (LINE, gt.Normal(1e8, 1), of_normals(1e8, 1, 1)),
    "mixture": (gt.Mixture([0.5, 0.5], [LINE, gt.Normal(1, 1)]), LINE, of_normals(1, 1, 1) / 4),  # F - G is half as large
    "uniforms apart": (UNIT, gt.Uniform(5, 6), 2 * (1 / 3 + 4 + 1 / 3)),
    "uniforms": (UNIT, gt.Uniform(0, 2), 1 / 3),
    "exponentials": (gt.Exponential(1), gt.Exponential(2), 1 / 6),  # 2 ∫(e^(-x) - e^(-2x))²
    "infinite means": (gt.Cauchy(0, 1), gt.Cauchy(0, 2), of_cauchys(1, 2)),
    "two powers": (gt.Pareto(0.501, 1), gt.Pareto(2, 1), of_paretos(0.501, 2)),  # a quarter of it lies where x is no double
    "two points": (P(jnp.round, UNIT), UNIT, 1 / 6),  # 2 ∫(½ - x)²
    "one point and another": (P(lambda z: 0 * z, LINE), P(lambda z: 0 * z + 3, LINE), 6.0),
    "a linear generator": (P(lambda z: 2 * z + 1, LINE), gt.Normal(1, 1), of_normals(0, 2, 1)),
}
QUICK = {"shift", "nearly equal", "uniforms", "infinite means", "two powers", "two points"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in CASES])
def test_the_error_covers_the_closed_form(name):
    p, q, known = CASES[name]
    found = gt.energy_distance(p, q)
    assert abs(found.value - known) <= found.error + 1e-15 * known  # the reference is rounded to a double
    assert found.error <= 1e-8 * max(known, 1e-6)
    assert gt.energy_distance(p, p) == Estimate(0.0, 0.0)


def test_it_is_the_limit_of_that_of_rows():
    """scipy's of 200,000 quantiles of each law; they stand for the laws up to their spacing."""
    u = (np.arange(200_000) + 0.5) / 200_000
    known = stats.energy_distance(stats.norm.ppf(u), stats.norm(1, 1).ppf(u)) ** 2
    assert float(gt.energy_distance(LINE, gt.Normal(1, 1))) == pytest.approx(known, abs=1e-4)


def test_tails_that_differ_too_much_are_infinitely_far_apart_and_others_are_refused():
    for p, q in ((gt.StudentT(0.5), LINE), (gt.StudentT(0.4), gt.StudentT(0.4, 0, 2))):
        infinite = gt.energy_distance(p, q)
        assert isinstance(infinite, gt.Divergent) and "falls off only like |x|^-0." in infinite.reason
    with pytest.raises(ValueError, match="one density each"):
        gt.energy_distance(gt.Normal([0.0, 1.0], 1.0), LINE)
    with pytest.raises(ValueError, match="`p` and `q` of energy_distance must be laws on the line"):
        gt.energy_distance(gt.moons(0.1), gt.moons(0.2))
