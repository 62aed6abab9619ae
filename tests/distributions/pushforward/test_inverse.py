"""The inverse of a branch, by Newton's method inside a bracket, and the step across a fold."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.distributions.pushforward.inverse import BranchTable, across, within

INVERSES = {
    "affine": (lambda z: 2 * z + 1, lambda x: (x - 1) / 2),
    "falling": (lambda z: -3 * z, lambda x: -x / 3),
    "exp": (jnp.exp, np.log),
    "sinh": (lambda z: jnp.sinh(5 * z), lambda x: np.arcsinh(x) / 5),
    "saturating": (lambda z: jnp.tanh(8 * z), lambda x: np.arctanh(x) / 8),
}


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("name", INVERSES)
def test_the_inverse_undoes_the_generator(name):
    generator, exact = INVERSES[name]
    (branch,) = gt.Pushforward(generator, gt.Uniform(-1, 1)).branches
    x = np.linspace(branch.low, branch.high, 5001)[1:-1]
    z = BranchTable([branch]).inverse(generator, np.zeros(len(x), int), x)
    # x determines z to a few ulp of x divided by the slope, plus a few ulp of the latent's scale, 1.
    slope = np.abs(np.asarray(jax.vmap(jax.grad(generator))(jnp.asarray(z))))
    assert (np.abs(z - exact(x)) <= 8 * (np.spacing(np.abs(x)) / slope + np.spacing(1.0))).all()


def test_the_inverse_stays_on_its_branch():
    for branch in gt.Pushforward(lambda z: jnp.cos(9 * z), gt.Uniform(-1, 1)).branches:
        x = np.linspace(branch.low, branch.high, 101)
        z = BranchTable([branch]).inverse(lambda z: jnp.cos(9 * z), np.zeros(len(x), int), x)
        assert (z >= branch.z[0] - 1e-12).all() and (z <= branch.z[-1] + 1e-12).all()


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-8, 1e-12])
def test_across_a_fold_the_distance_keeps_its_digits(distance):
    # From x = (z - c)² + (z - c)³ alone, the preimage across the fold would be known to √eps only. Its distance from the fold is
    # -d - d² - 2d³ …, by Lagrange inversion.
    centre = 0.25

    def generator(z):
        return (z - centre) ** 2 + (z - centre) ** 3

    left, right = [b for b in gt.Pushforward(generator, gt.Uniform(0, 1)).branches if b.z[0] <= centre <= b.z[-1]]
    assert left.z[-1] == pytest.approx(centre, abs=1e-15)
    fold = float(left.z[-1])
    z = np.array([fold + distance])
    back = across(generator, np.array([fold]), np.array([float(left.z[0])]), z, np.array([fold]))
    roots = np.roots([1, 1, 0, -(distance**2 + distance**3)])  # the distance is the root of t³ + t² = x just below 0
    exact = -distance - distance**2 - 2 * distance**3 if distance < 1e-3 else max(t.real for t in roots if t.real < 0)
    assert back[0] - fold == pytest.approx(exact, rel=1e-7, abs=4e-16)
    assert right.z[0] == left.z[-1]


@pytest.mark.parametrize(("power", "known"), [(1, 0.264349750815), (2, 0.265720415504)])  # Gauss-Legendre in z, preimages by Brent's method
def test_beside_a_fold_a_steep_step_of_g_is_not_stepped_over(power, known):
    """Gauss's rule for ∫ G' over the step, which is far narrower than a cell of the first grid, would be off by up to 1e-3 of it."""
    found = gt.jsd(gt.Normal(0, 1), gt.Pushforward(lambda z: z**2 + 2e-3 * jnp.tanh((z - 0.1) / 0.01) ** power, gt.Normal(0, 1)))
    assert found.error < 1e-13 and abs(found.value - known) < 1e-12


def test_a_point_that_rounding_takes_beyond_a_fold_has_its_other_preimage():
    """z² - 1 with noise like that of rounding near 1e5, which takes it below its least value by many times what doubles are apart there."""

    def generator(z):
        return z**2 - 1 + jax.lax.stop_gradient(1e-11 * (jnp.mod(z * 2.0**40, 1.0) - 0.5))

    p_g = gt.Pushforward(generator, gt.Uniform(-1, 2))
    number = int(np.argmax(p_g.table.z_ends.max(axis=1)))
    z = np.geomspace(1e-6, 3e-6, 50)
    x = p_g.values(z)
    assert len(p_g.branches) == 2 and (x < p_g.support[0] - 1e-13).any()
    log_prob, _ = p_g.log_prob_but(x, np.full(z.shape, number), z)
    np.testing.assert_allclose(np.exp(log_prob), 1 / 3 / (2 * z), rtol=1e-4)  # p_z/|G'| at -z


@pytest.mark.parametrize("seed", range(3))
def test_the_intervals_that_hold_a_number_are_those_that_brute_force_finds(seed):
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.integers(0, 20, (2, 50)).astype(float), axis=0)
    low[0], high[0] = -np.inf, np.inf
    x = np.append(rng.integers(-3, 23, 300).astype(float), [np.nan, np.inf, -np.inf, 0.5])
    met = np.isfinite(x)[:, None] & (low <= x[:, None]) & (x[:, None] <= high)
    at, interval = np.nonzero(met)
    found = within(low, high, x)
    np.testing.assert_array_equal(found[0], at)
    np.testing.assert_array_equal(found[1], interval)
