"""The quadrature rule alone, on integrals known in closed form."""

import jax
import numpy as np
import pytest
from problems import few
from scipy.special import erf

from gantheory.base.precision import in_float64
from gantheory.quadrature.line import misplaced_mass
from gantheory.quadrature.rules import (
    COARSE_WEIGHTS,
    COARSEST,
    FINE_NODES,
    FINE_WEIGHTS,
    POINTS,
    TO_ENDS,
    WIDE,
    Panels,
    apply_rules,
    fejer,
    in_blocks,
    integrate,
)

BLOCK = 8  # panels in one call
apply_jitted = jax.jit(apply_rules)


@in_float64
def integrals(f, cuts, owner=None, tolerance=0.0):
    """A vector of functions over the cells between cuts; in exact arithmetic, so no noise is foreseen."""
    cuts = np.asarray(cuts, float)
    count = len(cuts) - 1

    def rules(panels):
        low, width = cuts[panels.row], np.diff(cuts)[panels.row]
        half = width * (panels.high - panels.low) / 2
        t = low + width * (panels.high + panels.low) / 2
        values = f(t[:, None] + half[:, None] * POINTS)
        return apply_jitted(values, np.zeros_like(values[..., COARSEST]), half)

    panels = Panels(np.arange(count), np.zeros(count), np.ones(count))
    return integrate(
        lambda some: in_blocks(rules, some, BLOCK), panels, np.zeros(count, int) if owner is None else np.asarray(owner), tolerance
    )


def integral(f, *cuts, tolerance=0.0):
    result = integrals(lambda t: f(t)[None], cuts, tolerance=tolerance)
    return result.value[0, 0], result.error[0, 0]


def test_the_interpolant_at_the_ends_is_exact_on_polynomials():
    for degree in range(31):
        np.testing.assert_allclose(TO_ENDS @ FINE_NODES**degree, POINTS[31:] ** degree, atol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 15, 31])
def test_fejers_rule_is_exact_on_polynomials_of_degree_below_n(n):
    nodes, weights = fejer(n)
    assert (np.abs(nodes) < 1).all() and (weights > 0).all()
    assert weights.sum() == pytest.approx(2, abs=1e-14)
    for degree in range(n):
        exact = 0 if degree % 2 else 2 / (degree + 1)
        assert weights @ nodes**degree == pytest.approx(exact, abs=1e-14)


def test_31_nodes_are_exact_to_degree_31_and_no_further():
    assert FINE_WEIGHTS @ FINE_NODES**31 == pytest.approx(0, abs=1e-15)
    assert abs(FINE_WEIGHTS @ FINE_NODES**32 - 2 / 33) > 1e-12


def test_the_coarse_rule_is_every_other_node():
    np.testing.assert_allclose(FINE_NODES[1::2], fejer(15)[0], atol=1e-15)
    np.testing.assert_array_equal(COARSE_WEIGHTS, fejer(15)[1])


# (f, panel edges, ∫, what the absolute error must be below)
KNOWN = {
    "constant": (np.ones_like, (0, 3), 3, 1e-14),
    "degree 30": (lambda t: t**30, (-1, 1), 2 / 31, 1e-15),
    "cos": (np.cos, (0, np.pi / 2), 1, 1e-14),
    "200 waves": (lambda t: np.sin(200 * t) ** 2, (0, np.pi), np.pi / 2, 1e-12),
    "x^(-1/2)": (lambda t: t**-0.5, (0, 1), 2, 1e-11),
    "x^(-2/3)": (lambda t: t ** (-2 / 3), (0, 1), 3, 1e-7),
    "log x": (np.log, (0, 1), -1, 1e-12),
    "kink": (lambda t: np.abs(t - 0.3), (0, 1), 0.29, 1e-8),
    "step": (lambda t: (t > 0.3) * 1.0, (0, 1), 0.7, 1e-11),
    "spike": (lambda t: np.exp(-(((t - 0.3) / 1e-2) ** 2)), (0, 1), 1e-2 * np.sqrt(np.pi), 1e-13),
    "needle at a cut": (lambda t: np.exp(-((t / 1e-3) ** 2)), (-0.3, -0.01, 0, 0.01, 0.7), 1e-3 * np.sqrt(np.pi), 1e-13),
    "Lorentz needle": (lambda t: 1e-4 / ((t - 0.3) ** 2 + 1e-8), (0, 1), np.arctan(7e3) + np.arctan(3e3), 1e-11),
    "large": (lambda t: 1e12 * np.exp(t), (0, 1), 1e12 * np.expm1(1), 1e-1),
    "cancelling": (lambda t: 1e6 * np.sin(t), (-1, 1), 0, 1e-7),
}


@pytest.mark.parametrize("name", KNOWN)
def test_accuracy(name):
    f, cuts, exact, within = KNOWN[name]
    assert abs(integral(f, *cuts)[0] - exact) < within


@pytest.mark.parametrize("tolerance", [0.0, 1e-9, 1e-5])
@pytest.mark.parametrize("name", KNOWN)
def test_the_error_covers_the_truth(name, tolerance):
    f, cuts, exact, _ = KNOWN[name]
    value, error = integral(f, *cuts, tolerance=tolerance)
    assert abs(value - exact) <= error + 2 * np.spacing(abs(exact))


@pytest.mark.parametrize("tolerance", few([1e-6, 0.0], 1))
def test_the_error_covers_the_truth_wherever_the_kink_or_the_step_is(tolerance):
    """Also where it hides between the last node and the end of a panel; at loose tolerances it may fall anywhere in the last one."""
    places = np.concatenate([np.linspace(0.001, 0.999, 97), 1 - np.geomspace(1e-8, 1e-2, 23), np.geomspace(1e-8, 1e-2, 23)])
    for place in places:
        value, error = integral(lambda t, at=place: np.abs(t - at), 0, 1, tolerance=tolerance)
        assert abs(value - (place**2 + (1 - place) ** 2) / 2) <= error, place
        value, error = integral(lambda t, at=place: (t > at) * 1.0, 0, 1, tolerance=tolerance)
        assert abs(value - (1 - place)) <= error, place


# One panel: (t, c, w) -> f, with a place c and a width w that only some have; and an antiderivative.
ROUGH = {
    "kink": (lambda t, c, w: np.abs(t - c), lambda t, c, w: np.sign(t - c) * (t - c) ** 2 / 2),
    "root of a cube": (lambda t, c, w: np.abs(t - c) ** 1.5, lambda t, c, w: np.sign(t - c) * np.abs(t - c) ** 2.5 / 2.5),
    "jump of f''": (lambda t, c, w: np.abs(t - c) ** 3, lambda t, c, w: np.sign(t - c) * (t - c) ** 4 / 4),
    "root": (lambda t, c, w: np.abs(t - c) ** 0.5, lambda t, c, w: np.sign(t - c) * np.abs(t - c) ** 1.5 / 1.5),
    "logarithm": (lambda t, c, w: np.log(np.abs(t - c)), lambda t, c, w: (t - c) * (np.log(np.abs(t - c)) - 1)),
    "Runge": (lambda t, c, w: w**2 / ((t - c) ** 2 + w**2), lambda t, c, w: w * np.arctan((t - c) / w)),
    "Gaussian": (lambda t, c, w: np.exp(-(((t - c) / w) ** 2)), lambda t, c, w: w * np.sqrt(np.pi) / 2 * erf((t - c) / w)),
    "waves": (lambda t, c, w: np.sin((t - c) / w), lambda t, c, w: -w * np.cos((t - c) / w)),
}


@in_float64
@pytest.mark.parametrize("name", ROUGH)
def test_the_error_of_one_panel_covers_the_truth(name):
    """A hard feature anywhere, or just outside, of any width, on an exponential background of any size."""
    f, antiderivative = ROUGH[name]
    rng, count = np.random.default_rng(3), 100_000
    c, w = rng.uniform(-1.05, 1.05, (count, 1)), 10 ** rng.uniform(-1.5, 0.5, (count, 1))
    size, rate = 10 ** rng.uniform(-3, 1.5, (count, 1)), rng.uniform(0.1, 6, (count, 1))
    values = f(POINTS, c, w) + size * np.exp(rate * (POINTS - 1))
    exact = (antiderivative(1, c, w) - antiderivative(-1, c, w) - size / rate * np.expm1(-2 * rate))[:, 0]
    rounding = 1e-15 * np.abs(values).max(axis=-1) + 1e-15 * np.abs(antiderivative(1, c, w))[:, 0]
    value, error, *_ = np.asarray(apply_jitted(values[None], np.zeros((1, count, 7)), np.ones(count)))[:, 0]
    ratio = np.abs(value - exact) / (error + 4 * rounding)
    assert ratio.max() <= 10 and np.mean(ratio > 1) <= 1e-4


def test_a_looser_tolerance_takes_fewer_points():
    def points(tolerance):
        count = 0

        def f(t):
            nonlocal count
            count += t.size
            return np.sqrt(t)[None]

        integrals(f, (0, 1), tolerance=tolerance)
        return count

    assert points(1e-4) < points(1e-13)


def test_several_functions_and_owners_each_on_its_own():
    result = integrals(lambda t: np.stack([t, np.ones_like(t)]), (0, 2, 6.5, 8), owner=(0, 1, 0))
    np.testing.assert_allclose(result.value, [[2 + (64 - 6.5**2) / 2, (6.5**2 - 4) / 2], [3.5, 4.5]], rtol=1e-14)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_infinite_integrand_is_an_infinite_value_and_spoils_no_other(sign):
    result = integrals(lambda t: np.stack([np.where(t > 0.5, sign * np.inf, 1.0), t**-0.5]), (0, 1))
    assert result.value[0, 0] == sign * np.inf and result.infinite == {(0, 0): 0}
    assert abs(result.value[1, 0] - 2) <= result.error[1, 0] < 1e-10


@pytest.mark.parametrize("end", [np.nan, np.inf])
def test_nothing_is_known_of_an_integrand_that_is_no_number_next_to_the_end(end):
    value, error = integral(lambda t: np.where(t > 1 - 1e-8, end, 1.0), 0, 1)
    assert (value, error) == (1, WIDE)


def test_an_error_that_is_no_number_counts_as_wide():
    def rules(panels):
        half = (panels.high - panels.low) / 2
        values = np.ones((1, len(half), len(POINTS)))
        return np.asarray(apply_rules(values, np.where(np.arange(7) == 3, np.nan, 0.0) * values[..., COARSEST], half))

    result = integrate(in_float64(rules), Panels(np.zeros(1, int), np.zeros(1), np.ones(1)), np.zeros(1, int))
    assert (result.value[0, 0], result.error[0, 0]) == (pytest.approx(1, abs=1e-15), WIDE)


def test_more_misplaced_mass_is_never_a_smaller_error():
    """Also mass above 1, as a density has that is not normalised."""
    mass = np.concatenate([[0.0], np.logspace(-320, 3, 2000)])
    bound = misplaced_mass(mass)
    assert (np.diff(bound) >= 0).all() and (bound >= mass).all()
