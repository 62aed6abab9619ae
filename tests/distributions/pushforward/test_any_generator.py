"""Generators that are piecewise linear or opaque, have infinitely many folds or heavy-tailed z, against closed forms and samples."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

import gantheory as gt

LINE, UNIT = gt.Normal(0, 1), gt.Uniform(-1, 1)


def opaque(z):
    """sin πz, as a function of NumPy arrays that JAX cannot trace."""
    return np.sin(np.pi * np.asarray(z, float))


def test_an_opaque_generator_is_measured_through_its_proxy():
    p_g = gt.Pushforward(opaque, UNIT)
    x = np.linspace(-0.99, 0.99, 41)
    np.testing.assert_allclose(p_g.prob(x), scipy.stats.arcsine(-1, 2).pdf(x), rtol=1e-8)
    estimate = gt.jsd(p_g, LINE)
    assert abs(estimate.value - 0.1706804179961186546528520673511812) <= estimate.error <= 1e-10  # mpmath, in the angle


def test_the_error_includes_the_rounding_noise_of_a_float32_network():
    def single(z):
        return np.tanh(np.float32(3) * np.asarray(z, np.float32)) + np.float32(0.1) * np.asarray(z, np.float32)

    truth = gt.jsd(gt.Pushforward(lambda z: jnp.tanh(3 * z) + 0.1 * z, UNIT), LINE)
    estimate = gt.jsd(gt.Pushforward(single, UNIT), LINE)
    assert abs(estimate.value - truth.value) <= estimate.error + truth.error
    assert 1e-8 <= estimate.error <= 1e-3


def test_a_relu_network_has_the_density_of_its_linear_pieces_and_atoms():
    """Two hidden layers. The known density is a sum over linear pieces, between knots found where the slope changes on a fine grid."""
    rng = np.random.default_rng(4)
    w, b, v, c, a = rng.normal(0, 1, 5), rng.normal(0, 1, 5), rng.normal(0, 0.6, (4, 5)), rng.normal(0, 0.5, 4), rng.normal(0, 1, 4)

    def generator(z):
        return a @ jax.nn.relu(v @ jax.nn.relu(w * z + b) + c)

    def by_hand(z):
        return np.maximum(np.maximum(z[:, None] * w + b, 0) @ v.T + c, 0) @ a

    z = np.linspace(-1, 1, 2_000_001)
    slopes = np.diff(by_hand(z)) / np.diff(z)
    cells = np.flatnonzero(np.abs(np.diff(slopes)) > 1e-6)
    starts = np.concatenate([[-1.0], z[cells[np.diff(cells, prepend=-9) > 2] + 1], [1.0]])  # knots, accurate to 1e-6
    p_g = gt.Pushforward(generator, UNIT)
    knots = np.array([branch.z[0] for branch in p_g.branches])
    assert np.abs(knots[:, None] - starts).min(axis=1).max() < 2e-6
    for x in np.quantile(by_hand(np.linspace(-0.999, 0.999, 999)), [0.35, 0.6, 0.85]):
        ends = by_hand(starts)
        through = (np.minimum(ends[1:], ends[:-1]) < x) & (x < np.maximum(ends[1:], ends[:-1]))
        by_pieces = np.sum(0.5 * np.diff(starts)[through] / np.abs(np.diff(ends)[through]))
        assert p_g.prob(x) == pytest.approx(by_pieces, rel=1e-4)
    assert gt.jsd(p_g, p_g.latent).error < 1e-12
    atoms = gt.Pushforward(lambda z: jnp.maximum(z, 0.5) + 0 * z, UNIT).atoms
    assert atoms == [(0.5, 0.75)]


def test_a_spike_of_a_piecewise_linear_generator_is_found_however_narrow():
    narrow = 1e-9

    def generator(z):
        return z + 2 * jnp.maximum(narrow - jnp.abs(z - 0.3), 0)

    p_g = gt.Pushforward(generator, UNIT)
    assert len(p_g.branches) == 4
    # The spike rises by 3e-9 from z = .3 - 1e-9, with slope 3, and falls by 1e-9, with slope -1.
    assert p_g.prob(0.3 + 1.5 * narrow) == pytest.approx(0.5 / 3 + 0.5 + 0.5, rel=1e-6)


@pytest.mark.slow
def test_a_map_of_infinitely_many_branches_states_the_mass_it_leaves_out():
    p_g = gt.Pushforward(lambda z: jnp.sin(1 / z), gt.Uniform(0, 1))
    # The branches with the most mass are kept. They turn at 1/z = π(k - ½), k = 1 … n; what is left out is z below the last turn.
    # Counted, too, are turns that were not told to the last bits.
    left = 1 / (np.pi * (len(p_g.branches) - 0.5))
    assert len(p_g.branches) == 256 and left <= p_g.unresolved <= 1.001 * left
    assert p_g.cdf(1.0) == pytest.approx(1 - p_g.unresolved, abs=1e-6)


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_heavy_tailed_latents_lose_no_mass(scale):
    p_g = gt.Pushforward(lambda z: scale * z + 1, gt.Cauchy(0, 1))
    assert gt.jsd(p_g, gt.Cauchy(1, scale)).upper < 1e-20
    estimate = gt.kl(gt.Pushforward(lambda z: scale * z, gt.StudentT(3)), gt.Cauchy(0, 1))
    direct = gt.kl(gt.StudentT(3, 0, scale), gt.Cauchy(0, 1))
    assert abs(estimate.value - direct.value) <= estimate.error + direct.error <= 1e-11


def test_a_latent_with_a_singular_end_gives_the_known_law():
    """If z ~ Beta(½, 1), then x = z² ~ Beta(¼, 1)."""
    estimate = gt.jsd(gt.Pushforward(lambda z: z**2, gt.Beta(0.5, 1)), gt.Uniform(0, 1))
    direct = gt.jsd(gt.Beta(0.25, 1), gt.Uniform(0, 1))
    assert abs(estimate.value - direct.value) <= estimate.error + direct.error <= 1e-9


def test_chi2_is_infinite_at_a_fold_and_says_so():
    infinite = gt.chi2(gt.Pushforward(lambda z: -z * z, LINE), gt.Laplace(0, 3))
    assert isinstance(infinite, gt.Divergent) and "^-1" in infinite.reason


def net_64(seed: int):
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(0, 2, (64, 1)), rng.normal(0, 1, 64), rng.normal(0, 0.25, (64, 64))
    c, a = rng.normal(0, 0.5, 64), rng.normal(0, 0.125, 64)

    def generator(z):
        return a @ jnp.tanh(v @ jnp.tanh(w[:, 0] * z + b) + c)

    def many(z):
        return np.tanh(np.tanh(np.outer(z, w[:, 0]) + b) @ v.T + c) @ a

    return generator, many


def mass_in_x(p_g) -> float:
    """∫ prob dx by Gauss-Legendre in an angle on every cell, which removes the singularities (x - x_c)^(-1/2); not the library's rule."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    edges = np.linspace(0, np.pi, 9)
    theta = (edges[:-1, None] + np.diff(edges)[:, None] * (1 + nodes) / 2).ravel()
    d_theta = (np.diff(edges)[:, None] * weights / 2).ravel()
    cuts = p_g.landmarks
    middle, half = (cuts[1:] + cuts[:-1])[:, None] / 2, np.diff(cuts)[:, None] / 2
    return float(((p_g.prob(middle - half * np.cos(theta)) * half * np.sin(theta)) @ d_theta).sum())


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "latent"), [(0, UNIT), (2, UNIT), (0, LINE)])
def test_a_folded_64_64_network_has_mass_1(seed, latent):
    p_g = gt.Pushforward(net_64(seed)[0], latent)
    assert len(p_g.branches) >= 2
    assert mass_in_x(p_g) == pytest.approx(1, abs=1e-9)
    assert gt.jsd(LINE, p_g).error < (1e-12 if latent is UNIT else 1e-6)  # where tanh is saturated, rounding makes G turn


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 2])
def test_a_folded_64_64_network_agrees_with_ten_million_samples(seed):
    generator, many = net_64(seed)
    p_g = gt.Pushforward(generator, UNIT)
    rng, count, bins = np.random.default_rng(seed), 10_000_000, 400
    edges = np.linspace(*p_g.support, bins + 1)
    seen = np.zeros(bins)
    for _ in range(100):
        seen += np.histogram(many(rng.uniform(-1, 1, count // 100)), edges)[0]
    expected = np.diff(p_g.cdf(edges)) * count
    enough = expected >= 100
    assert enough.sum() > 50
    assert (np.abs(seen - expected)[enough] <= 5 * np.sqrt(expected[enough])).all()


def test_a_fold_may_lie_where_the_other_density_is_infinite():
    """z² of a uniform z is Beta(½, 1), which is infinite at 0, as the data's density is."""
    data, folded = gt.Beta(0.5, 2.0), gt.Pushforward(lambda z: z**2, gt.Uniform(0, 1))
    for divergence in (gt.jsd, gt.kl, gt.total_variation):
        found, known = divergence(data, folded), divergence(data, gt.Beta(0.5, 1.0))
        assert found.error < 1e-12 and abs(found.value - known.value) <= found.error + known.error


@pytest.mark.parametrize(
    ("called", "traced"),
    [
        (lambda z: 1 / (1 + np.exp(-z)), jax.nn.sigmoid),
        pytest.param(lambda z: 0.3 * np.tanh(2 * z + 1) - 0.8 * np.tanh(z - 0.5) + 2e-16 * np.sin(1e5 * z), None, marks=pytest.mark.slow),
    ],
)
def test_a_generator_that_saturates_ends_where_its_values_do(called, traced):
    """The last piece's slope is noise: carried on to infinity, it made an unbounded G, and turns of its own."""
    traced = traced or (lambda z: 0.3 * jnp.tanh(2 * z + 1) - 0.8 * jnp.tanh(z - 0.5))
    p_data, one, other = gt.Normal(0, 1), *(gt.Pushforward(g, gt.Normal(0, 1)) for g in (called, traced))
    assert one.support == pytest.approx(other.support, abs=1e-12)
    a, b = (gt.jsd(p_data, p_g) for p_g in (one, other))
    assert abs(a.value - b.value) <= a.error + b.error and a.error < 1e-8


def test_kl_is_infinite_beyond_the_end_of_a_network_whose_far_branches_are_left_out():
    """A branch of a mass of 1e-19 is left out, and no value of G is above .2415."""
    rng = np.random.default_rng(1)
    inner, bias, outer, shift = (
        rng.uniform(-1, 1, (1, 32)),
        rng.uniform(-1, 1, 32),
        rng.uniform(-0.18, 0.18, (32, 1)),
        rng.uniform(-0.18, 0.18),
    )
    p_g = gt.Pushforward(lambda z: (jnp.tanh(jnp.asarray(z)[..., None] @ inner + bias) @ outer + shift)[..., 0], gt.Normal(0, 1))
    assert p_g.unresolved > 0 and (p_g.goes_on(upward=True) or p_g.goes_on(upward=False))
    assert isinstance(gt.kl(gt.Normal(0, 1), p_g), gt.Divergent)


@pytest.mark.slow
def test_a_generator_that_grows_for_ever_has_no_end_beyond_which_p_g_is_0():
    """p_g is positive everywhere, by folds of which most are left out, beyond 38 standard deviations."""
    p_g = gt.Pushforward(lambda z: jnp.arcsinh(z) + jnp.sin(3 * z) * 0.3, gt.Normal(0, 1))
    assert isinstance(gt.kl(gt.Normal(0, 1), p_g), gt.Estimate)


@pytest.mark.slow
@pytest.mark.parametrize("generator", [lambda z: 1 + 0.5 * z + 0.3 * jnp.sin(3 * z), lambda z: z + 0.5 * jnp.sin(4 * z)])
def test_where_p_g_is_left_out_far_out_nothing_is_called_infinite(generator):
    """G takes every value; of its folds beyond 38 standard deviations none is known, and p_g is not 0 there."""
    p_data, p_g = gt.Normal(0, 1), gt.Pushforward(generator, gt.Normal(0, 1))
    assert p_g.unresolved > 0 and p_g.goes_on(upward=False) and p_g.goes_on(upward=True)
    assert isinstance(gt.kl(p_data, p_g), gt.Estimate)
    assert gt.jsd(p_data, p_g).error < 1e-10
