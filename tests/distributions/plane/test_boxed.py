"""Laws on the plane given by a user's log-density on a box."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from problems import few

import gantheory as gt

SQUARE = ((-1, 1), (-1, 1))
UNIFORM = gt.Product(gt.Uniform(-1, 1), gt.Uniform(-1, 1))


def tilted(x):
    """(1 + x y)/4, in NumPy."""
    x = np.asarray(x)
    with np.errstate(divide="ignore"):  # the density is 0 at two corners
        return np.log1p(x[..., 0] * x[..., 1]) - np.log(4)


def tilted_in_jax(x):
    return jnp.log1p(x[..., 0] * x[..., 1]) - jnp.log(4.0)


@pytest.mark.parametrize("function", [tilted, tilted_in_jax])
def test_kl_and_chi2_of_a_tilted_density_are_their_closed_forms(function):
    """KL = ∫∫ (1 + xy) log(1 + xy)/4 = Σ_{n even >= 2} 1/(n (n-1) (n+1)²), by the series of (1+u) log(1+u); χ² = E[x²y²] = 1/9."""
    p, n = gt.on_box(function, SQUARE), np.arange(2.0, 200000.0, 2)
    known = np.sum(1 / (n * (n - 1) * (n + 1) ** 2))
    found = gt.kl(p, UNIFORM)
    assert abs(found.value - known) <= found.error + 1e-15 and found.error <= 1e-6
    found = gt.chi2(p, UNIFORM)
    assert abs(found.value - 1 / 9) <= found.error <= 1e-6
    assert p.log_prob([2.0, 0.0]) == -np.inf


def test_cell_masses_are_the_integrals_of_the_formula():
    p, edges = gt.on_box(tilted, SQUARE), np.array([-2.0, -0.5, 0.25, 1.5])
    inside = np.clip(edges, -1, 1)
    even, moment = np.diff(inside), np.diff(inside**2) / 2
    np.testing.assert_allclose(p.cell_masses(edges, edges), (np.outer(even, even) + np.outer(moment, moment)) / 4, atol=1e-14)


@pytest.mark.parametrize(("breaks", "digits"), few([(((0.1,), ()), 1e-9), (((), ()), 1e-3)], 1), ids=["given", "found"])
def test_given_breaks_keep_the_digits_that_a_search_for_them_costs(breaks, digits):
    """With 3/4 of the mass to the left of x = .1, the KL divergence to the uniform law is that of (3/4, 1/4) to (.55, .45)."""
    p = gt.on_box(lambda x: jnp.log(jnp.where(x[..., 0] < 0.1, 0.75 / 2.2, 0.25 / 1.8)), SQUARE, breaks=breaks)
    found = gt.kl(p, UNIFORM)
    assert abs(found.value - (0.75 * np.log(0.75 / 0.55) + 0.25 * np.log(0.25 / 0.45))) <= found.error <= digits


@pytest.mark.slow
def test_it_can_be_the_data_of_a_measurement():
    """Half of the mass of each lies where the other has none."""
    p = gt.on_box(lambda x: jnp.full(x.shape[:-1], -jnp.log(4.0)), SQUARE)
    p_g = gt.PlanePushforward(lambda z: z + jnp.array([1.0, 0.0]), UNIFORM)
    measured = gt.measure_plane(p, p_g)
    assert measured.jsd_bound.lower <= np.log(2) / 2
    assert abs(measured.two_jsd.value - np.log(2)) <= measured.two_jsd.error <= 0.05
    found = gt.jsd(p, p_g)
    assert abs(found.value - np.log(2) / 2) <= found.error <= 1e-3


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: gt.on_box(3, SQUARE), "`log_prob` of on_box must be a function"),
        (lambda: gt.on_box(tilted, (0, 1)), r"`box` of on_box must be \(\(x_low, x_high\)"),
        (lambda: gt.on_box(tilted, ((0, 1), (1, 1))), "each low below its high"),
        (lambda: gt.kl(gt.on_box(lambda x: x[..., 0], SQUARE), UNIFORM), "must integrate to 1. Got one that integrates to 4.70"),
        (lambda: gt.on_box(tilted, SQUARE).sample(jax.random.key(0), 3), "can be sampled"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
