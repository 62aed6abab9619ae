"""Facts of rows, far ends, rules and rectangles that are written down: each is of one function of the room."""

import math

import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import gantheory as gt
from gantheory import Cauchy, Divergent, Exponential, Laplace, Mixture, Normal, Pareto, PlanePushforward, Product, Pushforward, Uniform
from gantheory.base.precision import in_float64
from gantheory.distributions.line.density import BREAK, SCALE
from gantheory.measurement import integrands
from gantheory.quadrature.chart_ends import _orders
from gantheory.quadrature.cubature import Rectangles, integrate_on_plane
from gantheory.quadrature.ends import close
from gantheory.quadrature.noise import evaluate
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.plane import integrals_on_plane
from gantheory.quadrature.plane_pair import Through, pair_of
from gantheory.quadrature.rows import TAIL, rows_between, thinned
from gantheory.quadrature.rules import POINTS, WIDE, Panels, apply_rules, integrate


@pytest.mark.parametrize("slope", [3.0, 0.25])
def test_the_tails_of_a_density_are_measured_in_the_latent_of_a_line(slope):
    """x = slope z: a tail exp(-x/s) is exp(-z slope/s)."""
    pair = Pair(Pushforward(lambda z: slope * z, Laplace(0.0, 1.0)), Mixture([0.5, 0.5], [Exponential(0.2), Laplace(0.0, 2.0)]))
    assert pair.far.ends is not None
    of_p, of_q = pair.far.ends
    tails = (pair.far.rows.kind == TAIL) & (pair.far.rows.chart >= 0)
    assert tails.any()
    for end in (0, 1):
        sign = (end == 1) == (pair.far.rows.reach > 0)
        np.testing.assert_allclose((of_p.low, of_p.high)[end][1][tails & sign], 1.0, rtol=1e-12)
        np.testing.assert_allclose((of_q.low, of_q.high)[end][1][tails & sign], (2.0, 5.0)[end] / slope, rtol=1e-12)


def test_the_order_of_a_turn_is_told_from_next_to_it():
    """G = z² + z³ goes like z² beside 0, and not so a reach away."""
    p_g = Pushforward(lambda z: z**2 + z**3, Uniform(0.0, 1.0))
    assert _orders(p_g, np.array([np.nan]), np.array([0.0]), np.array([1.0])) == pytest.approx(2.0, abs=0)


def test_what_is_not_told_of_two_generators_is_what_either_does_not_tell():
    """Toward a finite z where x goes to infinity: rows of both charts end at the last x that both tell."""
    p = Pushforward(lambda z: jnp.tan(jnp.pi * (z - 0.5)), Uniform(0.0, 1.0))
    q = Pushforward(lambda z: z / jnp.sqrt(1 - z**2), Uniform(-1.0, 1.0))
    charts = Pair(p, q).charts
    near, _ = charts._not_told(charts.rows)
    ended = np.flatnonzero((near > 0) & (charts.rows.anchor > 0.9))
    assert ended.size
    for row in ended:
        density = charts.branches[charts.rows.chart[row]][0]
        x = density.values(charts.rows.anchor[[row]] - near[row])
        assert x <= min(p.told_range[1], q.told_range[1]) * (1 + 1e-6)


def constant_errors(error):
    """Rules of f = 1, whose error on any rectangle is the same."""

    def rules(some):
        area = np.prod(some.high - some.low, axis=1)[None]
        return np.stack([area, np.full(area.shape, error), np.zeros(area.shape), np.zeros(area.shape), area])

    return rules


def test_an_error_that_halving_does_not_reduce_is_left_alone():
    whole = Rectangles(np.zeros((1, 2)), np.ones((1, 2)))
    found = integrate_on_plane(constant_errors(1e-13), whole, 0.0)
    assert len(found.rectangles) <= 4
    assert found.value == pytest.approx(1.0, rel=1e-15)


def test_rectangles_of_a_few_doubles_are_not_halved():
    small = Rectangles(np.ones((1, 2)), np.full((1, 2), 1 + 1e-9))
    assert len(integrate_on_plane(constant_errors(1.0), small, 0.0).rectangles) == 1


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_chi2_of_pareto_laws_is_infinite_by_their_tails(scale):
    """∫ p²/q of tails x^-(a+1) and x^-(b+1) is finite for 2 a > b; then it is a²/(b (2 a - b)), of one least value."""
    p, heavy, light = Pareto(1.5, scale), Pareto(2.0, scale), Pareto(3.5, scale)
    found = gt.chi2(p, heavy)
    assert abs(found.value - (1.5**2 / (2 * (3 - 2)) - 1)) <= found.error <= 1e-6
    assert isinstance(gt.chi2(p, light), Divergent)


@in_float64
def test_beyond_a_far_end_of_unknown_growth_a_fall_is_fitted():
    """∫_u^∞ F of F = e^-κu + c e^-2κu, from four points a stride apart."""
    stride, kappa, u = 2.0, 0.7, 10.0

    def closed(known):
        with np.errstate(all="ignore"):
            return (float(part.item()) for part in close(values[None, None], np.array([stride]), np.array([[known]]), np.zeros((1, 1))))

    for extra in (0.0, 1e-2, 1.0):
        at = u - stride * np.arange(4.0)
        values = np.exp(-kappa * at) + extra * np.exp(-2 * kappa * at)
        truth = np.exp(-kappa * u) / kappa + extra * np.exp(-2 * kappa * u) / (2 * kappa)
        rest, error, used = closed(np.nan)
        assert abs(rest - truth) <= error
        assert error <= max(1e-8, extra) * truth
        assert used == pytest.approx(kappa, rel=0.1)
        # Of a known fall the error holds that F has not yet come to fall so.
        rest, error, _ = closed(kappa)
        assert abs(rest - truth) <= error


def test_rounding_of_either_density_weighs_the_same():
    """JSD is symmetric, and so is what rounding does to it."""
    log_p, log_q = np.array([-1.0, -30.0, -2.0]), np.array([-3.0, -1.0, -2.5])
    for one, other in zip(evaluate(integrands.jsd, log_p, log_q), evaluate(integrands.jsd, log_q, log_p), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_the_most_that_two_laws_have_on_a_row_is_by_their_distribution_functions():
    pair = Pair(Normal(np.array([0.0, 1.0]), 1.0), Normal(0.5, np.array([1.0, 2.0])))
    rows, most = pair.rows, pair.most_mass()
    ends = np.sort(np.stack([rows.anchor, rows.anchor + rows.reach]), axis=0)
    for i, (p, q) in enumerate(((Normal(0.0, 1.0), Normal(0.5, 1.0)), (Normal(1.0, 1.0), Normal(0.5, 2.0)))):
        low, high = ends[:, rows.owner == i]
        truth = sum(law.cdf(high) - law.cdf(low) for law in (p, q))
        assert ((truth <= most[rows.owner == i]) & (most[rows.owner == i] <= truth + 1e-12)).all()


def test_a_loose_tolerance_asks_a_discriminator_at_fewer_points():
    asked = []

    def logit(x, log_p, log_q):
        asked.append(x.size)
        return np.tanh(20 * x[..., 0]) + x[..., 1]

    p, q = (Product(Normal(loc, 1.0), Normal(0.0, 1.0)) for loc in (0.0, 1.0))
    counts = []
    for tolerance in (1e-2, 1e-10):
        asked.clear()
        integrals_on_plane(p, q, {"value": integrands.value}, logit, tolerance)
        counts.append(sum(asked))
    assert counts[0] < counts[1]


@pytest.mark.parametrize(("x", "y", "endless"), [(Normal, Uniform, True), (Uniform, Uniform, False)])
def test_an_image_goes_on_where_any_coordinate_of_z_does(x, y, endless):
    p_g = PlanePushforward(lambda z: jnp.stack([jnp.sinh(z[0]), z[1] + z[0] / 4]), Product(x(0.0, 1.0), y(0.0, 1.0)))
    assert pair_of(p_g, Product(Cauchy(0.0, 1.0), Cauchy(0.0, 1.0))).endless == endless


def test_the_scales_of_a_slender_generator_are_off_by_no_more_than_its_doubt():
    """Of a matrix A, to 50 digits, the product of both singular values is |det A|: what the doubles lack enters log p."""
    both = Normal(np.zeros(2), np.ones(2))
    other, latent = Product(both, both, weights=[0.5, 0.5]), Product(Normal(0.0, 1.0), Normal(0.0, 1.0))
    for condition in (1e5, 1e7, 1e9):
        for angle in (0.3, 1.1, 2.1):
            turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
            matrix = turn @ np.diag([1.0, 1 / condition]) @ turn @ turn
            pair = pair_of(PlanePushforward(lambda z, matrix=matrix: jnp.asarray(matrix) @ z, latent), other)
            assert isinstance(pair.chart, Through)
            with mpmath.workdps(50):
                a, b, c, d = (mpmath.mpf(float(entry)) for entry in matrix.ravel())
                one, two = (mpmath.mpf(float(part.scale[0])) for part in (pair.chart.factors.x, pair.chart.factors.y))
                assert abs(mpmath.log(one * two / abs(a * d - b * c))) <= pair.doubt <= 1e-14 * condition


def test_rows_go_on_to_both_infinities():
    rows = rows_between(np.array([[3.0, -1.0, 0.0]]), np.array([SCALE, SCALE, SCALE]), True, True)
    tails = rows.take(rows.kind == TAIL)
    assert sorted(zip(tails.anchor.tolist(), tails.reach.tolist(), strict=True)) == [(0.0, -1.0), (0.0, 3.0)]
    rows = rows_between(np.array([[3.0, -1.0, 0.0]]), np.array([SCALE, SCALE, SCALE]), False, True)
    assert rows.take(rows.kind == TAIL).reach.tolist() == [3.0]


def test_few_cuts_are_all_kept():
    cuts, flags = np.linspace(0.0, 1.0, 50)[None], np.full(50, SCALE)
    flags[10] = BREAK
    assert all(a is b for a, b in zip(thinned(cuts, flags, 0.5), (cuts, flags), strict=True))
    many = np.linspace(0.0, 1.0, 1001)[None]
    assert thinned(many, np.full(1001, SCALE), 0.125)[0].size <= 11


def test_a_function_that_is_no_number_at_an_end_is_halved_until_it_is():
    """f = 3 x² on [0, 1], and nan at the outermost point of [0, 1] alone, which is no point of any smaller panel."""
    outermost = 0.5 + 0.5 * POINTS.max()

    def rules(panels):
        middle, half = (panels.low + panels.high) / 2, (panels.high - panels.low) / 2
        x = middle[:, None] + half[:, None] * POINTS
        values = np.where(x == outermost, np.nan, 3 * x**2)[None]
        return apply_rules(values, np.zeros((1, len(panels), 7)), half)

    found = integrate(rules, Panels(np.zeros(1, int), np.zeros(1), np.ones(1)), np.zeros(1, int))
    assert found.value == pytest.approx(1.0, rel=1e-14)
    assert found.error < 1e-12 < WIDE


def test_a_function_whose_mass_is_1_within_its_own_error_is_a_density():
    """log p = 1e-4 on [0, 1], known to a thousandth."""

    def log_p(x):
        return jnp.full(jnp.shape(x), 1e-4)

    found = gt.kl(gt.as_density(log_p, (0.0, 1.0), resolution=1.0, log_prob_error=1e-3), Uniform(0.0, 1.0))
    assert abs(found.value) <= found.error <= 0.05
