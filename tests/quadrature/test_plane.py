"""Divergences of laws on the plane against closed forms, and against sums over fine grids with SciPy's densities."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from problems import few
from scipy.special import rel_entr

import gantheory as gt

LATENT = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))
A, B = np.array([[1.2, 0.5], [-0.3, 0.8]]), np.array([0.3, -0.2])
# JSD(N(0, 1), N(d, 1)), from Arb: that of any two Gaussians of one covariance, d apart when it is made I.
SHIFTED = {1.0: 0.111421482184736179717, 2.0: 0.336830820346831612}


def affine(matrix, shift, latent=LATENT):
    return gt.PlanePushforward(lambda z: jnp.asarray(matrix) @ z + jnp.asarray(shift), latent)


def kl_of_gaussians(mean_p, cov_p, mean_q, cov_q):
    inverse = np.linalg.inv(cov_q)
    apart = mean_q - mean_p
    return (np.trace(inverse @ cov_p) - 2 + apart @ inverse @ apart + np.log(np.linalg.det(cov_q) / np.linalg.det(cov_p))) / 2


def of_values(p, q, cell):
    """(JSD, KL) as sums over the cells, where the larger is more than next to nothing."""
    p, q = (a[np.maximum(p, q) > 1e-200] for a in (p, q))
    m = (p + q) / 2
    return (rel_entr(p, m) + rel_entr(q, m)).sum() / 2 * cell, rel_entr(p, q).sum() * cell


def on_a_grid(p, q, reach, n=3001):
    """By the trapezoidal rule, which is good to all digits for what is analytic and has died out at the ends."""
    x = np.linspace(-reach, reach, n)
    points = np.stack(np.meshgrid(x, x, indexing="ij"), -1)
    return of_values(p(points), q(points), (x[1] - x[0]) ** 2)


def holds(estimate, known, at_most):
    assert abs(estimate.value - known) <= estimate.error <= at_most, (estimate.value - known, estimate.error)


HARDER = [np.eye(2), np.array([[0.0, 30.0], [-0.01, 5.0]]), np.array([[1.0, 1.0], [1.0, 1.001]])]


@pytest.mark.parametrize("matrix", few([A, *HARDER], 1))
@pytest.mark.parametrize("apart", few([1.0, 2.0], 1))
def test_jsd_of_an_affine_image_and_the_same_one_shifted(matrix, apart):
    """N(b, A A^T) and N(b + d A e, A A^T), e of length 1: as N(0, 1) and N(d, 1)."""
    shift = B + apart * matrix @ np.array([0.6, 0.8])
    p_g, data = affine(matrix, B), gt.MultivariateNormal(shift, matrix @ matrix.T)
    holds(gt.jsd(data, p_g), SHIFTED[apart], 1e-6)
    holds(gt.jsd(affine(matrix, shift), p_g), SHIFTED[apart], 1e-6)  # of two pushforwards, both Gaussian
    holds(gt.kl(data, p_g), apart**2 / 2, 1e-6)
    holds(gt.criterion(data, p_g), 2 * SHIFTED[apart] - np.log(4), 2e-6)


@pytest.mark.parametrize("seed", few(range(4), 1))
def test_kl_and_jsd_of_gaussians(seed):
    rng = np.random.default_rng(seed)
    matrix, shift = rng.normal(size=(2, 2)), rng.normal(size=2)
    own = rng.normal(size=(2, 2))
    mean, cov = rng.normal(size=2), own @ own.T + 0.1 * np.eye(2)
    p_g, data = affine(matrix, shift), gt.MultivariateNormal(mean, cov)
    known = kl_of_gaussians(shift, matrix @ matrix.T, mean, cov)
    holds(gt.kl(p_g, data), known, 1e-6 * (1 + known))
    known = kl_of_gaussians(mean, cov, shift, matrix @ matrix.T)
    holds(gt.kl(data, p_g), known, 1e-6 * (1 + known))
    # JSD by an integral over the line of integrals over the other coordinate, in the coordinates in which data are N(0, I).
    root = np.linalg.cholesky(cov)
    whitened, at = np.linalg.solve(root, matrix), np.linalg.solve(root, shift - mean)
    q = scipy.stats.multivariate_normal(at.tolist(), (whitened @ whitened.T).tolist()).pdf  # pyright: ignore[reportArgumentType]
    widest = 9 * (1 + np.linalg.norm(whitened, 2)) + np.abs(at).max()
    narrowest = min(1.0, np.linalg.svd(whitened)[1][-1])
    n = int(min(6001, 2 * widest / (0.25 * narrowest)))
    if 2 * widest / n <= 0.4 * narrowest:
        holds_to(gt.jsd(data, p_g), on_a_grid(gaussian, q, widest, n)[0], 1e-9)


def holds_to(estimate, known, rounding):
    assert abs(estimate.value - known) <= estimate.error + rounding and estimate.error <= 1e-6


def mixture(centres, scale):
    return lambda points: np.mean([scipy.stats.norm.pdf(points, c, scale).prod(-1) for c in centres], axis=0)


def gaussian(points):
    return scipy.stats.norm.pdf(points).prod(-1)


ANGLES = 2 * np.pi * np.arange(8) / 8
ARC = np.linspace(0, np.pi, 17)  # less than .2 apart, as the formula has it
RING = gt.ring(8, 1.0, 0.1), np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1), 0.1
GRID = gt.grid(3, 1.0, 0.1), [(i, j) for i in (-1.0, 0.0, 1.0) for j in (-1.0, 0.0, 1.0)], 0.1
UPPER, LOWER = np.stack([np.cos(ARC), np.sin(ARC)], -1), np.stack([1 - np.cos(ARC), 0.5 - np.sin(ARC)], -1)
MOONS = gt.moons(0.2), np.concatenate([UPPER, LOWER]), 0.2


@pytest.mark.parametrize("name", few(["ring", "grid", "moons"], 1))
def test_mixtures_against_a_fine_grid(name):
    density, centres, scale = {"ring": RING, "grid": GRID, "moons": MOONS}[name]
    jsd, kl = on_a_grid(mixture(centres, scale), gaussian, 9.0, 1001)
    holds_to(gt.jsd(density, LATENT), jsd, 1e-12)
    holds_to(gt.jsd(LATENT, density), jsd, 1e-12)
    holds_to(gt.kl(density, LATENT), kl, 1e-11)


def of_terms(law, points):
    """The sum over a mixture's terms on a grid, in SciPy's densities."""
    of_x = scipy.stats.norm.pdf(points[:, :1, 0, None], law.x.loc, law.x.scale)[:, 0]
    of_y = scipy.stats.norm.pdf(points[:1, :, 1, None], law.y.loc, law.y.scale)[0]
    return np.einsum("ik,jk,k->ij", of_x, of_y, law.weights, optimize=True)


PLACES = np.random.default_rng(2).normal(0.2, 0.8, (300, 2))
KERNELS = gt.Product(gt.Normal(PLACES[:, 0], 0.25), gt.Normal(PLACES[:, 1], 0.2), np.full(300, 1 / 300))


@pytest.mark.parametrize("law", [KERNELS, pytest.param(gt.concentric_rings(), marks=pytest.mark.slow)], ids=["kernels", "rings"])
def test_hundreds_of_kernels_against_a_fine_grid(law):
    holds_to(gt.jsd(LATENT, law), on_a_grid(gaussian, lambda points: of_terms(law, points), 9.0, 1201)[0], 1e-12)


def arms(points, count, radial, tangential):
    """Gaussians at radius 1, as the pinwheel's before it is twisted."""
    angle = 2 * np.pi * np.arange(count) / count
    outward = [np.cos(a) * points[..., 0] + np.sin(a) * points[..., 1] for a in angle]
    across = [np.cos(a) * points[..., 1] - np.sin(a) * points[..., 0] for a in angle]
    return np.mean(
        [scipy.stats.norm.pdf(u, 1, radial) * scipy.stats.norm.pdf(v, 0, tangential) for u, v in zip(outward, across, strict=True)], 0
    )


def test_a_twist_does_not_count_beside_a_round_law():
    """It keeps areas and distances from 0, and so N(0, I): JSD is that of the arms as they were before it."""
    holds_to(gt.jsd(LATENT, gt.pinwheel()), on_a_grid(gaussian, lambda x: arms(x, 5, 0.3, 0.05), 9.0, 1201)[0], 1e-12)


@pytest.mark.slow
def test_two_shapes_against_a_fine_grid():
    """The pinwheel's formula is the library's own, tested in test_densities; the sum is not."""
    spiral, pinwheel = gt.spiral(1.5, 0.1), gt.pinwheel(3, 0.3, 0.1, 0.5)
    jsd, _ = on_a_grid(spiral.prob, pinwheel.prob, 5.0, 1501)
    holds_to(gt.jsd(spiral, pinwheel), jsd, 1e-8)  # the twist is not smooth at 0, where next to no mass is


@pytest.mark.slow
def test_a_checkerboard_of_even_squares():
    """Half of the square it lies in: JSD of (1/2, 1/2) and (1, 0), KL log 2, and infinite the other way."""
    board, square = gt.checkerboard(4, 0.5), gt.Product(gt.Uniform(-1, 1), gt.Uniform(-1, 1))
    holds(gt.kl(board, square), np.log(2), 1e-12)
    holds(gt.jsd(board, square), (np.log(4 / 3) + np.log(2 / 3) / 2 + np.log(2) / 2) / 2, 1e-12)
    holds(gt.total_variation(board, square), 0.5, 1e-12)
    infinite = gt.kl(square, board)
    assert isinstance(infinite, gt.Divergent) and "p has mass around x = (" in infinite.reason and "where q is 0" in infinite.reason


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "q"),
    [
        (gt.Cauchy(0, 1), gt.StudentT(2)),
        (gt.Uniform(-1, 1), gt.Normal(0, 1)),
        (gt.Laplace(0, 1), gt.Normal(0.5, 1)),
        (gt.StudentT(4), gt.Normal(0, 1)),
        (gt.Exponential(1.0), gt.Normal(1, 1)),
    ],
)
def test_what_one_coordinate_shares_does_not_count(p, q):
    """JSD and KL of products with one factor in common are those on the line, which 1,000 pairs vouch for."""
    other = gt.Normal(0.3, 0.7)
    for divergence in (gt.jsd, gt.kl):
        on_line, on_plane = divergence(p, q), divergence(gt.Product(other, p), gt.Product(other, q))
        assert abs(on_plane.value - on_line.value) <= on_plane.error + on_line.error <= 1e-6


@pytest.mark.parametrize(("p", "q"), few([(gt.Cauchy(0, 1), gt.Normal(0, 1)), (gt.StudentT(2), gt.Normal(0, 1))], 1))
def test_a_tail_that_is_too_heavy_is_named(p, q):
    other = gt.Normal(0, 1)
    infinite = gt.kl(gt.Product(p, other), gt.Product(q, other))
    assert isinstance(infinite, gt.Divergent) and "falls off too slowly" in infinite.reason
    assert gt.jsd(gt.Product(p, other), gt.Product(q, other)).error <= 1e-6


@pytest.mark.slow
def test_an_end_like_a_power_costs_digits_but_no_honesty():
    p, q = gt.Beta(0.5, 0.5), gt.Uniform(0, 1)
    on_plane = gt.jsd(gt.Product(p, q), gt.Product(q, q))
    assert abs(on_plane.value - gt.jsd(p, q).value) <= on_plane.error <= 0.05


def sheared(z):
    return jnp.stack([jnp.sinh(z[0]), z[1] + z[0] ** 2])


def test_a_generator_that_bends_but_does_not_fold():
    """In (t, y) with x = sinh t, where p_g is N(0, 1) in t and N(t², 1) in y: by the trapezoidal rule."""
    p_g = gt.PlanePushforward(sheared, LATENT)
    assert p_g.injective and p_g.affine is None
    t, y = np.linspace(-8.5, 8.5, 1201)[:, None], np.linspace(-10, 82, 1201)
    q = scipy.stats.norm.pdf(t) * scipy.stats.norm.pdf(y - t**2)
    p = scipy.stats.norm.pdf(np.sinh(t)) * np.cosh(t) * scipy.stats.norm.pdf(y)
    known, _ = of_values(p, q, (t[1, 0] - t[0, 0]) * (y[1] - y[0]))
    holds_to(gt.jsd(LATENT, p_g), known, 1e-12)


def test_kl_of_a_parabola():
    """(z1, z2 + z1²): KL to N(0, I) is E[(z2 + z1²)² - z2²]/2 = E[z1⁴]/2 = 3/2, and so it is the other way round."""
    p_g = gt.PlanePushforward(lambda z: jnp.stack([z[0], z[1] + z[0] ** 2]), LATENT)
    holds(gt.kl(p_g, LATENT), 1.5, 1e-6)
    with pytest.raises(ValueError, match="for which no z was found"):
        gt.kl(LATENT, p_g)


def test_a_net_that_does_not_fold():
    """KL in z by Gauss-Hermite, 80 × 80: E[log p_z(z) - log|det G'(z)| - log p(G(z))]."""
    net = gt.Generator(16, 2, skip=True, inputs=2, outputs=2, key=jax.random.key(0))
    p_g = gt.PlanePushforward(net, LATENT)
    assert p_g.injective
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    z = np.stack(np.meshgrid(nodes, nodes, indexing="ij"), -1).reshape(-1, 2)
    with jax.enable_x64(True):
        x, slopes = jax.vmap(p_g.generator)(z), jax.vmap(jax.jacfwd(p_g.generator))(z)
    excess = (np.sum(np.asarray(x) ** 2, -1) - np.sum(z**2, -1)) / 2 - np.log(np.abs(np.linalg.det(np.asarray(slopes))))
    known = np.sum(np.outer(weights, weights).ravel() * excess) / (2 * np.pi)
    holds_to(gt.kl(p_g, LATENT), known, 1e-7)


def test_an_affine_image_of_a_square():
    """Uniform on a parallelogram: KL to N(0, I) is -log(4 |det A|) + log 2π + E|x|²/2."""
    square = gt.Product(gt.Uniform(-1, 1), gt.Uniform(-1, 1))
    p_g = affine(A, B, square)
    known = -np.log(4 * np.linalg.det(A)) + np.log(2 * np.pi) + (np.sum(A**2) / 3 + B @ B) / 2
    holds(gt.kl(p_g, LATENT), known, 1e-6)
    infinite = gt.kl(LATENT, p_g)
    assert isinstance(infinite, gt.Divergent) and "outside of G's image" in infinite.reason
    holds(gt.jsd(gt.Product(gt.Uniform(-2, 2), gt.Uniform(-1, 1)), affine(np.diag([2.0, 1.0]), [2.0, 0.0], square)), np.log(2) / 2, 1e-6)


def test_a_slender_gaussian_beside_what_is_none():
    """Squeezed to 1e-5 of its length p_g is almost a line: near log 2, and KL to N(0, I) is known."""
    p_g = affine([[1.0, 1.0], [1.0, 1.00001]], [0.0, 0.0])
    assert np.log(2) - gt.jsd(p_g, gt.ring(8, 1.0, 0.2)).value == pytest.approx(1e-4, rel=0.9)
    known = kl_of_gaussians(np.zeros(2), np.array([[2.0, 2.00001], [2.00001, 2.0000200001]]), np.zeros(2), np.eye(2))
    assert gt.kl(p_g, LATENT).value == pytest.approx(known, abs=1e-4)


def test_where_g_folds_jsd_is_that_of_the_cells_and_no_other_is_given():
    p_g = gt.PlanePushforward(lambda z: jnp.stack([z[0] ** 2, z[1]]), LATENT)
    assert not p_g.injective
    known = gt.jsd(gt.Normal(0, 1), gt.Pushforward(lambda z: z**2, gt.Normal(0, 1)))
    holds(gt.jsd(LATENT, p_g), known.value, 0.05)
    with pytest.raises(ValueError, match="must take no two points to one"):
        gt.kl(LATENT, p_g)


def test_a_law_on_a_curve():
    p_g = gt.PlanePushforward(lambda z: jnp.stack([z[0], jnp.sin(z[0])]), LATENT)
    holds(gt.jsd(LATENT, p_g), np.log(2), 2e-16)
    assert gt.total_variation(p_g, LATENT).value == 1
    for one in (gt.kl(LATENT, p_g), gt.kl(p_g, LATENT)):
        assert isinstance(one, gt.Divergent) and "lies on a curve" in one.reason


@pytest.mark.slow
def test_others_of_a_shifted_gaussian():
    """Of N(0, I) and N((1, 0), I): TV 2 Φ(1/2) - 1, H² 1 - exp(-1/8), χ² e - 1, Jeffreys 1."""
    q = gt.MultivariateNormal([1, 0], np.eye(2))
    holds(gt.total_variation(LATENT, q), 2 * scipy.stats.norm.cdf(0.5) - 1, 1e-6)
    holds(gt.hellinger2(LATENT, q), 1 - np.exp(-1 / 8), 1e-9)
    holds(gt.chi2(LATENT, q), np.e - 1, 1e-9)
    holds(gt.jeffreys(LATENT, q), 1.0, 1e-9)
    holds(gt.skew_jsd(LATENT, q, 0.5), SHIFTED[1.0], 1e-9)


def test_a_law_is_at_no_distance_from_itself():
    assert gt.jsd(gt.moons(), gt.moons()) == gt.Estimate(0.0, 0.0)


def test_one_on_the_line_beside_one_on_the_plane_is_refused():
    with pytest.raises(ValueError, match="must both be laws on the plane, or both on the line"):
        gt.jsd(LATENT, gt.Normal(0, 1))
