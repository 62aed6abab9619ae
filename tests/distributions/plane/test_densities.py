"""Densities on the plane: formula, cell masses and samples must agree with each other, and with SciPy."""

import inspect

import jax
import numpy as np
import pytest
import scipy.special
import scipy.stats
from problems import few

import gantheory as gt
from gantheory.distributions.record import from_record, to_record

SHAPES = {
    "ring": (gt.ring(8, 1.0, 0.1), 1.6),
    "grid": (gt.grid(3, 1.0, 0.1), 1.8),
    "moons": (gt.moons(0.1), 3.0),
    "spiral": (gt.spiral(1.5, 0.05), 1.5),
    "pinwheel": (gt.pinwheel(), 3.2),
    "checkerboard": (gt.checkerboard(4, 0.5), 1.0),
    "swiss_roll": (gt.swiss_roll(), 3.6),
    "circles": (gt.circles(), 4.5),
    "concentric_rings": (gt.concentric_rings(2, 1.0, 0.1), 1.6),
    "cosine": (gt.cosine(), 3.2),
    "two_spirals": (gt.two_spirals(), 3.9),
    "line_segment": (gt.line_segment(), 3.2),
    "correlated": (gt.MultivariateNormal([0.2, -0.1], [[0.3, 0.2], [0.2, 0.4]]), 5.0),
    "product": (gt.Product(gt.Normal(0, 0.5), gt.Uniform(-1, 1)), 4.5),
}


@pytest.fixture(params=few(SHAPES, 3))
def shape(request):
    return SHAPES[request.param]


def test_the_cell_masses_sum_to_1(shape):
    density, reach = shape
    edges = np.linspace(-reach, reach, 81)
    assert density.cell_masses(edges, edges).sum() == pytest.approx(1, abs=2e-5)


def test_a_cells_mass_is_the_integral_of_the_density(shape):
    """Gauss-Legendre with 4 × 4 nodes on each of 24 × 24 parts of a cell that contains no jump and not the centre of a twist."""
    density, _ = shape
    nodes, weights = np.polynomial.legendre.leggauss(4)
    for low in ((0.05, 0.05), (0.3, -0.45), (-0.95, 0.05)):
        x, y = ((a + (np.arange(24)[:, None] + (1 + nodes) / 2) / 24 * 0.4).ravel() for a in low)
        weight = np.tile(weights, 24) * 0.4 / 48
        expected = weight @ density.prob(np.stack(np.meshgrid(x, y, indexing="ij"), -1)) @ weight
        edges = [np.array([a, a + 0.4]) for a in low]
        assert density.cell_masses(*edges)[0, 0] == pytest.approx(expected, abs=3e-7)


def test_samples_agree_with_the_cell_masses(shape):
    density, reach = shape
    n, edges = 200_000, np.linspace(-reach, reach, 21)
    points = np.asarray(density.sample(jax.random.key(3), (n,)))
    counts = np.histogram2d(*points.T, (edges, edges))[0]
    masses = density.cell_masses(edges, edges)
    enough = n * masses >= 100
    deviations = (counts - n * masses)[enough] / np.sqrt(n * masses * (1 - masses))[enough]
    assert np.abs(deviations).max() < 5
    assert counts[masses == 0].sum() == 0


def test_float32_samples_have_the_shape_that_training_needs(shape):
    assert shape[0].sample(jax.random.key(0), (2, 5), np.float32).shape == (2, 5, 2)


def test_a_record_restores_the_density(shape):
    points = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_array_equal(from_record(to_record(shape[0])).log_prob(points), shape[0].log_prob(points))


def test_a_gaussian_agrees_with_scipy():
    mean, cov = [0.2, -0.1], [[0.3, 0.2], [0.2, 0.4]]
    own, known = gt.MultivariateNormal(mean, cov), scipy.stats.multivariate_normal(mean, cov)
    points = np.random.default_rng(1).normal(size=(100, 2))
    np.testing.assert_allclose(own.log_prob(points), known.logpdf(points), rtol=1e-13, atol=1e-13)
    x, y = np.array([-0.5, 0.1, 3.0]), np.array([-2.0, 0.0, 0.2])
    corner = np.array([[known.cdf([a, b]) for b in y] for a in x])
    np.testing.assert_allclose(own.cell_masses(x, y), np.diff(np.diff(corner, axis=0), axis=1), atol=1e-8)


def test_a_twisted_density_is_the_straight_one_at_the_point_turned_back():
    """At radius 1, log r = 0 and nothing is turned; at radius e everything is turned by ``rate``."""
    twisted = gt.pinwheel(1, 0.3, 0.2, rate=0.5)
    at = np.array([np.cos(0.1), np.sin(0.1)])
    assert twisted.prob(at) == pytest.approx(twisted.straight.prob(at), rel=1e-12, abs=0)
    turned = np.e * np.array([np.cos(0.1 + 0.5), np.sin(0.1 + 0.5)])
    assert twisted.prob(turned) == pytest.approx(twisted.straight.prob(np.e * at), rel=1e-12, abs=0)


@pytest.mark.parametrize("arm", range(3))
def test_each_arm_of_a_pinwheel_is_a_gaussian_turned_back(arm):
    """Arms are so narrow here that at a point of one the others do not count: SciPy's product of normal densities, over 3."""
    pinwheel, outward, across = gt.pinwheel(3, 0.3, 0.01, rate=0.7), 1.2, 0.015
    radius, angle = np.hypot(outward, across), np.arctan2(across, outward)
    angle += 0.7 * np.log(radius) + 2 * np.pi / 3 * arm
    known = scipy.stats.norm.pdf(outward, 1, 0.3) * scipy.stats.norm.pdf(across, 0, 0.01) / 3
    assert pinwheel.prob(radius * np.array([np.cos(angle), np.sin(angle)])) == pytest.approx(known, rel=1e-11, abs=0)


RNG = np.random.default_rng(5)
KERNELS = gt.Product(gt.Normal(RNG.normal(size=200), 0.3), gt.Normal(RNG.normal(size=200), RNG.uniform(0.1, 0.4, 200)), np.full(200, 0.005))


@pytest.mark.parametrize(
    "density", [gt.ring(), gt.two_spirals(), gt.checkerboard(), KERNELS, gt.Product(gt.Normal(0, 0.5), gt.Uniform(-1, 1))]
)
def test_on_grids_a_mixtures_log_density_is_that_of_its_terms_one_by_one(density):
    """SciPy's log-sum-exp of SciPy's terms: on a grid on which almost all terms underflow, on one in the middle, on a short one far out."""
    x, y = np.stack([np.linspace(*ends, 33) for ends in ((-9, 9), (0.3, 0.9), (20, 20.1))]), np.linspace([-7, 0.1, -5], [8, 0.6, -4], 31).T

    def terms(part, at):
        if isinstance(part, gt.Normal):
            return scipy.stats.norm.logpdf(at, part.loc, part.scale)
        assert isinstance(part, gt.Uniform)
        return scipy.stats.uniform.logpdf(at, part.low, part.high - part.low)

    with np.errstate(divide="ignore"):
        each = terms(density.x, x[:, :, None, None]) + terms(density.y, y[:, None, :, None]) + np.log(density.weights)
        known = np.asarray(scipy.special.logsumexp(each, axis=-1))
    with jax.enable_x64(True):
        found = np.asarray(density._on_grids(x, y))
    np.testing.assert_allclose(found, known, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: gt.MultivariateNormal([0, 0], [[1, 2], [2, 1]]), "`cov` of MultivariateNormal must be symmetric and positive definite"),
        (lambda: gt.MultivariateNormal([0], [[1]]), "must have shapes"),
        (lambda: gt.Product(gt.Normal(0, 1), gt.Normal([0, 1, 2], 1), [0.5, 0.5]), "must be one density, or as many as `weights`"),
        (lambda: gt.Product(gt.Normal(0, 1), gt.Normal(0, 1), [0.5]), "must sum to 1"),
        (lambda: gt.Product(0, gt.Normal(0, 1)), "`x` of Product must be a density"),
        (lambda: gt.ring(0), "`n` of ring must be a whole number of at least 1. Got 0"),
        (lambda: gt.ring(2.5), "`n` of ring must be a whole number"),
        (lambda: gt.moons(-1), "must be positive"),
        (lambda: gt.ring().log_prob(np.zeros(3)), "must have two coordinates"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence.replace("(", r"\(")):
        make()


def on_circles(rng, radii, noise):
    angle = rng.uniform(0, 2 * np.pi, (len(radii), N // len(radii)))
    points = np.stack([np.cos(angle), np.sin(angle)], -1) * np.asarray(radii)[:, None, None]
    return points.reshape(-1, 2) + noise * rng.normal(size=(N, 2))


def on_curve(rng, t, curve, noise):
    return np.stack(curve(rng.uniform(*t, N)), -1) + noise * rng.normal(size=(N, 2))


def two_spirals(rng):
    t = 3 * np.pi * np.sqrt(rng.uniform(size=(N // 2, 1)))
    arm = np.hstack([-t * np.cos(t), t * np.sin(t)]) + rng.uniform(0, 0.5, (N // 2, 2))
    return np.concatenate([arm, -arm]) / 3 + 0.1 * rng.normal(size=(N, 2))


N = 120_000
PUBLISHED = {  # as FFJORD's toy_data.py draws them, and WGAN-GP's gan_toy.py the last
    "swiss_roll": (
        gt.swiss_roll(),
        lambda rng: on_curve(rng, (1.5 * np.pi, 4.5 * np.pi), lambda t: (t * np.cos(t) / 5, t * np.sin(t) / 5), 0.2),
    ),
    "circles": (gt.circles(), lambda rng: 3 * on_circles(rng, [1.0, 0.5], 0.08)),
    "concentric_rings": (gt.concentric_rings(), lambda rng: on_circles(rng, [3.0, 2.25, 1.5, 0.75], 0.08)),
    "cosine": (gt.cosine(0.3), lambda rng: on_curve(rng, (-2.5, 2.5), lambda t: (t, 2.5 * np.sin(t)), 0.3)),
    "line_segment": (gt.line_segment(0.3), lambda rng: on_curve(rng, (-2.5, 2.5), lambda t: (t, t), 0.3)),
    "two_spirals": (gt.two_spirals(), two_spirals),
    "gaussians_25": (gt.gaussians_25(), lambda rng: (2 * rng.integers(-2, 3, (N, 2)) + 0.05 * rng.normal(size=(N, 2))) / 2.828),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_toy_set_is_the_law_of_the_draws_that_were_published(name):
    density, draw = PUBLISHED[name]
    edges = np.linspace(-4.5, 4.5, 19)
    counts = np.histogram2d(*draw(np.random.default_rng(0)).T, (edges, edges))[0]
    masses = density.cell_masses(edges, edges)
    enough = N * masses >= 100
    deviations = (counts - N * masses)[enough] / np.sqrt(N * masses * (1 - masses))[enough]
    assert np.abs(deviations).max() < 5 and np.std(deviations) < 1.25  # 1 but for 5 standard errors, of some 200 cells


FUNCTIONS = (
    *(gt.ring, gt.grid, gt.moons, gt.spiral, gt.swiss_roll, gt.two_spirals, gt.line_segment, gt.cosine),
    *(gt.concentric_rings, gt.circles, gt.checkerboard, gt.pinwheel),
)


@pytest.mark.parametrize("shape", FUNCTIONS)
@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf, [0.1, 0.2], "a"])
def test_a_shape_refuses_what_is_no_shape_in_one_sentence(shape, bad):
    """Before anything is computed of it. 0 and negative numbers are distances and rates like others."""
    for name in inspect.signature(shape).parameters:
        if name in ("spacing", "turns", "rate") and isinstance(bad, int):
            continue
        with pytest.raises(ValueError, match=rf"`{name}` of {shape.__name__} must be .*\. Got ") as refusal:
            shape(**{name: bad})
        assert str(refusal.value).count(". Got") == 1


def test_a_curve_drawn_by_too_many_kernels_is_refused():
    with pytest.raises(ValueError, match=r"`scale` of a curve of length 3\.14 must be at least 3\.14e-06\. Got 1e-12\."):
        gt.moons(1e-12)
