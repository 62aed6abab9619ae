"""p_g against closed forms in scipy.stats, mass 1, and samples; many generators have folds."""

import gc
import weakref

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from problems import AFFINE, BUMP, CHEBYSHEV, CUBED, FOLDED, LOGNORMAL, RELU, SINE, SQUARED, TENT, bump, few
from scipy.stats import norm

import gantheory as gt

LINE, UNIT = gt.Normal(0, 1), gt.Uniform(-1, 1)


class Oracle:
    """A closed form derived by hand: pdf and cdf only."""

    def __init__(self, pdf, cdf):
        self.pdf, self.cdf = pdf, cdf


def chebyshev_pdf(x):
    angle = np.arccos(x)  # because T₃(cos φ) = cos 3φ
    return sum(np.sin(phi) for phi in (angle / 3, (2 * np.pi - angle) / 3, (2 * np.pi + angle) / 3)) / (6 * np.sin(angle))


def chebyshev_cdf(x):
    angle = np.arccos(x)
    right, middle, left = (np.cos(phi) for phi in (angle / 3, (2 * np.pi - angle) / 3, (2 * np.pi + angle) / 3))
    return ((left + 1) + (right - middle)) / 2


# (p_g, its known law, points away from the singularities of p_g)
LAWS = {
    "z²": (SQUARED, scipy.stats.chi2(1), np.geomspace(1e-3, 30, 60)),
    "|z|": (FOLDED, scipy.stats.halfnorm(), np.linspace(0.01, 8, 60)),
    "sin πz": (SINE, scipy.stats.arcsine(-1, 2), np.linspace(-0.99, 0.99, 61)),
    "exp z": (LOGNORMAL, scipy.stats.lognorm(1), np.geomspace(1e-3, 1e3, 61)),
    "2z + 1": (AFFINE, norm(1, 2), np.linspace(-9, 11, 61)),
    "z³": (
        CUBED,
        Oracle(lambda x: norm.pdf(np.cbrt(x)) / (3 * np.cbrt(x) ** 2), lambda x: norm.cdf(np.cbrt(x))),
        np.concatenate([-np.geomspace(1e-3, 60, 30), np.geomspace(1e-3, 60, 30)]),
    ),
    "tent": (TENT, scipy.stats.uniform(0, 1), np.linspace(0.01, 0.99, 61)),
    "T₃": (CHEBYSHEV, Oracle(chebyshev_pdf, chebyshev_cdf), np.linspace(-0.99, 0.99, 61)),
    "|z|, uniform on [-1, 2]": (
        gt.Pushforward(jnp.abs, gt.Uniform(-1, 2)),
        Oracle(lambda x: np.where(x < 1, 2, 1) / 3, lambda x: np.where(x < 1, 2 * x, 1 + x) / 3),
        np.linspace(0.005, 1.995, 60),
    ),
    "square of a mixture": (
        gt.Pushforward(lambda z: z * z, gt.Mixture([0.5, 0.5], [gt.Normal(-1, 0.5), gt.Normal(1, 0.5)])),
        scipy.stats.ncx2(1, 4, scale=0.25),  # both components give (1 + z/2)² = ¼ (2 + z)²
        np.geomspace(0.01, 12, 60),
    ),
    "arctan z": (
        gt.Pushforward(lambda z: jnp.arctan(z), gt.Normal(0, 1)),
        Oracle(lambda x: norm.pdf(np.tan(x)) / np.cos(x) ** 2, lambda x: norm.cdf(np.tan(x))),
        np.linspace(-1.4, 1.4, 61),
    ),
}


@pytest.mark.parametrize("name", LAWS)
def test_density_is_the_closed_form(name):
    p_g, law, x = LAWS[name]
    np.testing.assert_allclose(p_g.prob(x), law.pdf(x), rtol=1e-10)
    np.testing.assert_allclose(p_g.log_prob(x), np.log(law.pdf(x)), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", LAWS)
def test_cdf_is_the_closed_form(name):
    p_g, law, x = LAWS[name]
    np.testing.assert_allclose(p_g.cdf(x), law.cdf(x), atol=1e-12)


def test_a_relu_is_half_a_normal_and_an_atom():
    x = np.linspace(0.01, 8, 50)
    np.testing.assert_allclose(RELU.prob(x), norm.pdf(x), rtol=1e-12)
    np.testing.assert_allclose(RELU.cdf([-1e-9, 0, 1]), [0, 0.5, norm.cdf(1)], atol=1e-14)
    assert RELU.prob(-1.0) == 0


@pytest.mark.parametrize(
    ("p_g", "support"),
    [
        (SQUARED, (0, np.inf)),
        (CUBED, (-np.inf, np.inf)),
        (SINE, (-1, 1)),
        (AFFINE, (-np.inf, np.inf)),
        (TENT, (0, 1)),
        (RELU, (0, np.inf)),
        (gt.Pushforward(jnp.tanh, LINE), (-1, 1)),
        (gt.Pushforward(lambda z: 3 * z - 1, UNIT), (-4, 2)),
    ],
)
def test_the_support_is_the_range_of_g(p_g, support):
    np.testing.assert_allclose(p_g.support, support, atol=1e-15)


def test_outside_its_support_the_density_is_0():
    for p_g, x in ((SINE, [-1.001, 1.001, 5]), (SQUARED, [-1e-9, -3]), (TENT, [-0.1, 1.1])):
        assert (p_g.prob(x) == 0).all() and (p_g.log_prob(x) == -np.inf).all()


def test_values_keep_the_shape_and_are_float64():
    for x in (0.3, [0.1, 0.2], np.full((2, 3), 0.5), jnp.asarray([0.25])):
        for method in ("prob", "log_prob", "cdf"):
            value = getattr(SINE, method)(x)
            assert np.shape(value) == np.shape(x) and np.asarray(value).dtype == np.float64


def tanh_net(seed: int, width: int = 6):
    """A network with folds: two layers of tanh with large weights, written here and not taken from the library."""
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(0, 4, width), rng.normal(0, 2, width), rng.normal(0, 1, (width, width))
    c, a = rng.normal(0, 1, width), rng.normal(0, 1, width)

    def generator(z, tanh=jnp.tanh):
        return (a * tanh((v * tanh(w * z + b)).sum(-1) + c)).sum(-1)

    def many(z):
        return np.tanh(np.tanh(np.asarray(z)[:, None] * w + b) @ v.T + c) @ a

    return generator, many


NETS = [(0, UNIT), (1, UNIT), (2, LINE), (3, gt.Mixture([0.5, 0.5], [gt.Normal(-1, 0.3), gt.Uniform(0, 1)]))]


def masses(p_g, cuts, panels=6, order=30):
    """∫ p_g between neighbouring cuts, by Gauss-Legendre in θ, x = middle - half cos θ, which removes singularities (x - a)^(-1/2)."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    edges = np.linspace(0, np.pi, panels + 1)
    theta = (edges[:-1, None] + np.diff(edges)[:, None] * (1 + nodes) / 2).ravel()
    d_theta = (np.diff(edges)[:, None] * weights / 2).ravel()
    middle, half = (cuts[1:] + cuts[:-1])[:, None] / 2, np.diff(cuts)[:, None] / 2
    return (p_g.prob(middle - half * np.cos(theta)) * half * np.sin(theta)) @ d_theta


@pytest.mark.parametrize(("seed", "latent"), few(NETS, 2))
def test_a_folded_nets_mass_is_1_by_quadrature_of_its_density(seed, latent):
    p_g = gt.Pushforward(tanh_net(seed)[0], latent)
    assert sum(one.increasing != two.increasing for one, two in zip(p_g.branches[:-1], p_g.branches[1:], strict=True)) >= 1
    panels = 200 if isinstance(latent, gt.Mixture) else 6  # p_g is steep: the rule is off by 5e-6 with 60 panels, by 3e-13 with 200
    assert masses(p_g, p_g.landmarks, panels).sum() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("seed", "latent"), few(NETS, 2))
def test_a_folded_nets_bins_are_those_of_a_million_samples(seed, latent):
    generator, many = tanh_net(seed)
    p_g = gt.Pushforward(generator, latent)
    count = 1_000_000
    # The samples of z and the net are NumPy's: nothing here uses the change of variables.
    rng = np.random.default_rng(seed + 100)
    drawn = {
        gt.Uniform: lambda: rng.uniform(-1, 1, count),
        gt.Normal: lambda: rng.normal(0, 1, count),
        gt.Mixture: lambda: np.where(rng.random(count) < 0.5, rng.normal(-1, 0.3, count), rng.random(count)),
    }[type(latent)]()
    x = many(drawn)
    edges = np.unique(np.quantile(x, np.linspace(0, 1, 41))[1:-1])
    seen = np.histogram(x, np.concatenate([[-np.inf], edges, [np.inf]]))[0] / count
    expected = np.diff(np.concatenate([[0], p_g.cdf(edges), [1]]))
    assert (np.abs(seen - expected) < 5 * np.sqrt(expected * (1 - expected) / count)).all()
    by_density = masses(p_g, edges)  # accurate in bins without a singularity, those of `whole`
    whole = np.diff(np.searchsorted(p_g.breakpoints, edges)) == 0
    assert (np.abs(by_density - seen[1:-1])[whole] < 5 * np.sqrt(seen[1:-1][whole] / count)).all()


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_samples_are_images_of_latent_samples(dtype):
    count = 20_000
    draws = SQUARED.sample(jax.random.key(2), (count,), dtype)
    assert draws.shape == (count,) and draws.dtype == dtype
    z = np.asarray(LINE.sample(jax.random.key(2), (count,), dtype))
    np.testing.assert_allclose(draws, z * z, rtol=1e-6)
    assert SQUARED.sample(jax.random.key(2)).shape == ()
    assert SQUARED.sample(jax.random.key(2), (2, 3)).shape == (2, 3)
    assert scipy.stats.kstest(np.asarray(draws, float), scipy.stats.chi2(1).cdf).statistic < 3 / np.sqrt(count)


def test_a_float32_network_is_measured_as_the_float64_function_of_its_weights():
    network = gt.Generator(width=4, depth=1, key=jax.random.key(5))
    first, last = network.mlp.layers
    w, b, v, c, slope, offset = (
        np.asarray(leaf, np.float64) for leaf in (first.weight, first.bias, last.weight, last.bias, network.slope, network.offset)
    )
    p_g = gt.Pushforward(network, UNIT)

    def by_hand(z):
        return (slope * z + offset + v @ np.tanh(w[:, 0] * z + b) + c)[0]

    np.testing.assert_allclose([p_g.branches[0].x[0], p_g.branches[-1].x[-1]], [by_hand(-1.0), by_hand(1.0)], rtol=1e-14)


@pytest.mark.parametrize("width", few([1e-3, 1e-2, 3e-4], 1))  # narrower ones can hide inside a cell of the first grid
@pytest.mark.parametrize("centre", few([0.30001, 0.123456, -0.7], 1))
def test_a_narrow_fold_is_covered_by_the_error(width, centre):
    estimate = gt.jsd(gt.Pushforward(bump(width, centre), UNIT), UNIT)
    assert abs(estimate.value - BUMP * width) <= estimate.error


class Wave(eqx.Module):
    """A G whose number of folds is that of its weight."""

    turns: jax.Array

    def __call__(self, z):
        return jnp.sin(self.turns * z) + 0.1 * z


def test_a_generator_with_other_weights_and_other_folds_compiles_nothing_new():
    def branches_and_jsd(turns):
        p_g = gt.Pushforward(Wave(jnp.asarray(turns)), gt.Uniform(-1, 1))
        return len(p_g.branches), gt.jsd(gt.Normal(0, 1), p_g)

    compiled = []

    def listen(event, duration, **_):
        if event == "/jax/core/compile/backend_compile_duration":
            compiled.append(duration)

    first = [branches_and_jsd(turns)[0] for turns in (2.0, 9.0)]
    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        others = [branches_and_jsd(turns)[0] for turns in (6.1, 11.3)]
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)
    assert not {*first} & {*others} and not compiled


def test_what_a_measured_lambda_refers_to_is_not_kept():
    kept = np.full(3, 2.0)
    alive = weakref.ref(kept)
    p_g = gt.Pushforward(lambda z, kept=kept: kept[0] * z**2, gt.Normal(0, 1))
    gt.jsd(gt.Normal(0, 1), p_g), p_g.cdf(1.0), p_g.log_prob(1.0)
    del kept, p_g
    gc.collect()
    assert alive() is None
