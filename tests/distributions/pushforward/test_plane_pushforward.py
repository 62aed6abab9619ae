"""p_g on the plane, against laws that are known without a mesh."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from problems import few

import gantheory as gt
from gantheory.game.networks import Generator

LATENT = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))
A, B = np.array([[1.2, 0.5], [-0.3, 0.8]]), np.array([0.3, -0.2])


def missed(p_g, true, *edges):
    """Summed over cells: the error of the masses, and their change if only every other line of the mesh is used."""
    fine, coarse = p_g.cell_masses(*edges), p_g.cell_masses(*edges, p_g.mesh.coarser())
    return np.abs(fine - true).sum(), np.abs(coarse - fine).sum()


@pytest.mark.parametrize("latent", [LATENT, gt.MultivariateNormal([0, 0], np.eye(2)), gt.MultivariateNormal([1, -1], [[1, 0.6], [0.6, 2]])])
def test_an_affine_image_of_a_gaussian_is_gaussian(latent):
    mean, cov = (latent.mean, latent.cov) if isinstance(latent, gt.MultivariateNormal) else (np.zeros(2), np.eye(2))
    p_g = gt.PlanePushforward(lambda z: jnp.asarray(A) @ z + B, latent)
    x, y = np.linspace(-4, 5, 61), np.linspace(-4, 4, 49)
    off, apart = missed(p_g, gt.MultivariateNormal(A @ mean + B, A @ cov @ A.T).cell_masses(x, y), x, y)
    assert off <= apart <= 3e-3


def test_where_the_plane_is_folded_the_masses_add():
    """(z₁², z₂) is a χ² with one degree of freedom beside a Gaussian."""
    p_g = gt.PlanePushforward(lambda z: jnp.stack([z[0] ** 2, z[1]]), LATENT)
    x, y = np.linspace(0, 6, 49), np.linspace(-4, 4, 33)
    true = np.outer(np.diff(scipy.stats.chi2(1).cdf(x)), np.diff(scipy.stats.norm.cdf(y)))
    off, apart = missed(p_g, true, x, y)
    assert off <= apart <= 1e-2


def net(seed):
    return Generator(64, 2, skip=False, inputs=2, outputs=2, key=jax.random.key(seed))


def deviations(p_g, n, seed):
    """Differences between counts of samples and cell masses, in standard errors, in cells where at least 100 samples are expected."""
    corners = p_g.mesh.x.reshape(-1, 2)
    edges = [np.linspace(low - 0.01, high + 0.01, 33) for low, high in zip(corners.min(0), corners.max(0), strict=True)]
    masses = p_g.cell_masses(*edges)
    assert masses.sum() == pytest.approx(1, abs=1e-9)
    counts = np.zeros_like(masses)
    for i in range(0, n, 10**6):
        counts += np.histogram2d(*p_g.sample(jax.random.key(seed + i), (min(n, 10**6),)).T, edges)[0]
    enough = n * masses >= 100
    return np.abs(counts - n * masses)[enough] / np.sqrt(n * masses * (1 - masses))[enough]


@pytest.mark.parametrize("seed", few([0, 1], 1))
def test_a_nets_samples_agree_with_its_cell_masses(seed):
    assert deviations(gt.PlanePushforward(net(seed), LATENT), 10**6, seed).max() < 5


@pytest.mark.parametrize("seed", range(4))
def test_a_nets_cells_have_mass_1(seed):
    p_g = gt.PlanePushforward(net(seed), LATENT)
    low, high = p_g.mesh.x.min((0, 1)) - 0.01, p_g.mesh.x.max((0, 1)) + 0.01
    edges = np.linspace(low, high, 129).T
    masses = p_g.cell_masses(*edges)
    assert abs(masses.sum() - 1) <= p_g.rounding(edges[1]) + 4e-16 <= 1e-9 and masses.min() >= 0  # 4e-16 is the mass beyond the mesh


def test_the_mesh_has_256_lines_and_a_grid_of_128_its_cells():
    p_g, edges = gt.PlanePushforward(net(0), LATENT), np.linspace(-3, 3, 129)
    assert p_g.mesh.mass.shape == (256, 256) and p_g.cell_masses(edges, edges).shape == (128, 128)


@pytest.mark.slow
def test_ten_million_samples_agree_with_a_nets_cell_masses():
    assert deviations(gt.PlanePushforward(net(0), LATENT), 10**7, 5).max() < 5


def bottleneck(z):
    """A tanh net with layers 2-64-1-64-2. Its image is a bent curve, so images of triangles are thin but not segments."""
    keys = jax.random.split(jax.random.key(2))
    first, last = (
        Generator(64, 1, skip=False, inputs=inputs, outputs=outputs, key=key) for inputs, outputs, key in ((2, 1, keys[0]), (1, 2, keys[1]))
    )
    return last(jnp.tanh(first(z)))


def test_a_narrow_law_has_a_density_all_the_same():
    assert gt.PlanePushforward(lambda z: jnp.stack([z[0], z[0] ** 2 + 1e-6 * z[1]]), LATENT).singular is None
    # One small square of z in which G is not constant is enough.
    bump = gt.PlanePushforward(lambda z: jnp.where(jnp.max(jnp.abs(z - 0.3)) < 0.02, z, 0.0), LATENT)
    assert bump.singular is None


@pytest.mark.parametrize(
    ("generator", "latent", "why"),
    [
        (lambda z: jnp.stack([z[0] + z[1], 2 * (z[0] + z[1])]), LATENT, "Jacobian determinant is 0 at every z"),
        (bottleneck, LATENT, "Jacobian determinant is 0 at every z"),
        (lambda z: jnp.stack([jnp.cos(z[1]), jnp.sin(z[1])]), LATENT, "Jacobian determinant is 0 at every z"),
        (lambda z: jnp.zeros(2), LATENT, "Jacobian determinant is 0 at every z"),
        (lambda z: jnp.stack([jnp.sin(z), z]), gt.Normal(0, 1), "z has one coordinate"),
    ],
)
def test_a_law_on_a_curve_has_no_density_and_its_jsd_is_log_2(generator, latent, why):
    p_g = gt.PlanePushforward(generator, latent)
    assert why in p_g.singular
    assert gt.measure_plane(gt.ring(), p_g).two_jsd.value == 2 * np.log(2)


def test_a_generator_that_is_not_finite_and_a_latent_that_is_no_product_are_refused():
    with pytest.raises(ValueError, match="G must be finite"):
        gt.PlanePushforward(lambda z: jnp.log(z), LATENT).mesh  # noqa: B018
    with pytest.raises(ValueError, match="`latent` of PlanePushforward must be a product"):
        gt.PlanePushforward(lambda z: z, gt.ring())
    with pytest.raises(ValueError, match="must have light tails"):
        gt.PlanePushforward(lambda z: z, gt.Product(gt.Cauchy(0, 1), gt.Normal(0, 1)))


def sheared(xp):
    """A G that takes no two points to one, for batches in NumPy or for one point in JAX."""
    return lambda z: xp.stack([z[..., 0] + 0.3 * xp.sin(z[..., 1]), 0.8 * z[..., 1]], -1)


@pytest.mark.slow
def test_a_generator_that_jax_cannot_trace_has_the_same_mesh():
    p_data = gt.MultivariateNormal([0, 0], [[1, 0.3], [0.3, 1]])
    traced, called = (gt.PlanePushforward(sheared(xp), LATENT) for xp in (jnp, np))
    assert (traced.opaque, called.opaque) == (False, True)
    one, other = (gt.measure_plane(p_data, p_g) for p_g in (traced, called))
    assert other.two_jsd.value == pytest.approx(one.two_jsd.value, abs=1e-9)
    assert gt.jsd(p_data, traced).value == pytest.approx(gt.jsd(p_data, called).value, abs=gt.jsd(p_data, called).error)
    with pytest.raises(ValueError, match="one that JAX cannot trace"):
        gt.kl(p_data, called)


@pytest.mark.parametrize(("along", "on_a_curve"), [(lambda z: z[:, 0] + 2 * z[:, 1], True), (lambda z: z[:, 1], False)])
def test_whether_a_generator_that_jax_cannot_trace_has_a_density(along, on_a_curve):
    p_g = gt.PlanePushforward(lambda z: np.stack([np.sin(z[:, 0] + 2 * z[:, 1]), np.exp(along(z) / 2)], -1), LATENT)
    assert bool(p_g.singular) == on_a_curve


def test_a_generator_of_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"must take points .* to values of shape \(n, 2\), .* Got an array of shape"):
        _ = gt.PlanePushforward(lambda z: np.asarray(z)[:, 0], LATENT).mesh


def test_points_on_a_curve_are_drawn():
    p_g = gt.PlanePushforward(lambda z: jnp.stack([z, z**2]), gt.Normal(0, 1))
    x, y = p_g.sample(jax.random.key(0), 5).T
    np.testing.assert_allclose(y, x**2)
