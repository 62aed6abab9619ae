"""What a density is beyond the doubles, and next to its ends, against its formula."""

import math

import jax
import numpy as np
import pytest
from scipy import special, stats

import gantheory as gt
from gantheory.distributions.line.density import DIGIT, LOWEST
from gantheory.distributions.line.edges import COARSE, Edge, _best_fit
from gantheory.distributions.line.known import near
from gantheory.distributions.line.scipy_frozen import Frozen
from gantheory.distributions.line.values import Values


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


FAR = [(0.0, 1e200), (0.0, -1e250), (1e190, 0.0), (-1e300, 1e299)]


@pytest.mark.parametrize(("anchor", "offset"), FAR)
def test_where_a_log_density_overflows_its_logarithm_is_held(anchor, offset):
    """log(-log p) at x, of which all but the leading term is nothing: 2 log|x/σ| - log 2 of a Gaussian, log|x/b| of Laplace's law."""
    away = math.log(abs(anchor + offset) / 3)
    for law, known in ((gt.Normal(1.0, 3.0), 2 * away - math.log(2)), (gt.Laplace(1.0, 3.0), away)):
        held = law.known.lost(law, np.float64(anchor), np.float64(offset))
        assert (LOWEST - float(held)) / DIGIT == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize("law", [gt.Normal(1.0, 3.0), gt.Laplace(1.0, 3.0)])
def test_a_tail_that_is_no_power_falls_faster_than_any(law):
    """P(|X| > x) x^α goes to 0 for every α, which is told as an α of +∞, beside the length of the tail."""
    for upward in (False, True):
        power, length = law.known.tail(law, upward)
        assert power == math.inf and length == 3


def test_the_doubt_far_beyond_an_edge_is_a_number():
    """log p falls like -e^s; at s = 690 the doubt of it is beyond the doubles, and times a density of 0 it must be 0."""
    edge = Edge(0.0, 1, 0.0, last=1.0, start=1.0, log_prob=-1.0, slope=-1e3, growth=1.0, doubt=1.0, span=1e-3, grain=0.0)
    beyond, log_prob, doubt, rounded = edge.beyond(np.array([1e-300, 1e-3]), 0.0)
    assert np.all(beyond) and np.all(np.isfinite(log_prob)) and np.all(np.isfinite(doubt)) and np.all(rounded == 0)
    assert np.all(doubt * np.exp(log_prob) == 0)


@pytest.mark.parametrize("lost", [0.0, 1.0, 5.0])
def test_a_power_is_fitted_before_the_values_that_are_lost_in_rounding(lost):
    """log p = 2 - 3s, and noise from s = 200 - lost on."""

    def at(s):
        return s, 2 - 3 * s + np.where(s > 200 - lost, 40 * np.sin(1e3 * s), 0.0)

    edge = _best_fit(at, math.inf, 1, 0.0, 200.0, 2 * COARSE)
    assert edge is not None and edge.slope == pytest.approx(-3, rel=1e-9)
    assert edge.tail == pytest.approx(2, rel=1e-9)


@pytest.mark.parametrize("side", [-1, 1])
def test_beside_an_end_nothing_is_looked_at_beyond_half_of_the_way_to_the_next_mark(side):
    """√t next to 0, and something else on the other side of a mark at distance 1."""
    seen = []

    def function(x, offset):
        seen.extend(np.ravel(x))
        return np.where(np.abs(x) < 1, np.log(np.maximum(np.abs(x), 1e-320)) / 2, 7.0)

    edge = Values(function, (-2.0, 2.0))._edge(0.0, side, np.array([-2.0, -1.0, 0.0, 1.0, 2.0]))
    assert edge is None or edge.power == pytest.approx(1.5)
    assert 0 < np.min(side * np.array(seen)) and np.max(side * np.array(seen)) <= 0.5


def test_a_tail_goes_on_where_scipy_has_lost_the_density():
    """The normal inverse Gaussian law: e^(√(a² - b²) + bx) a K₁(a √(1 + x²))/(π √(1 + x²)), which scipy takes the logarithm of as it is."""
    law = Frozen(stats.norminvgauss(1.0, 0.5))
    edges = {edge.side: edge for edge in law.edges(law.cuts())}
    for side in (-1, 1):
        x = side * np.array([2e3, 1e4, 1e6])
        root = np.hypot(1, x)
        known = math.sqrt(0.75) + 0.5 * x - root + np.log(special.k1e(root) / (np.pi * root))
        beyond, log_prob, doubt, _ = (np.asarray(one) for one in edges[side].beyond(x, 0.0))
        assert np.all(beyond) and np.all(np.maximum(np.abs(log_prob - known), doubt) < 0.03 * np.abs(known))


@pytest.mark.parametrize("power", [0.5, 2.5])
def test_a_power_below_an_end_is_told_though_there_is_none_above_another(power):
    """Weibull's law turned around: c |x|^(c - 1) exp(-|x|^c) for x < 0, and nothing above 0."""
    law = gt.from_scipy(stats.weibull_max(power))
    for upward, known in ((False, power), (True, math.inf)):
        found, doubt = near(law, np.float64(0.0), np.asarray(upward))
        assert float(found) == pytest.approx(known, abs=1e-9) and float(doubt) < 1e-9
