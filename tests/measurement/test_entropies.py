"""Entropies and mutual information against closed forms, and against the divergences that they add up to."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf
from problems import few

import gantheory as gt

GAUSSIAN = mp.log(2 * mp.pi * mp.e) / 2
ROOT_3 = np.array([[2.0, 1.0], [1.0, 2.0]])


def of_student(n):
    n = mpf(n)
    return (n + 1) / 2 * (mp.digamma((n + 1) / 2) - mp.digamma(n / 2)) + mp.log(n) / 2 + mp.log(mp.beta(n / 2, mpf(1) / 2))


def of_beta(a, b):
    a, b = mpf(a), mpf(b)
    return mp.log(mp.beta(a, b)) - (a - 1) * mp.digamma(a) - (b - 1) * mp.digamma(b) + (a + b - 2) * mp.digamma(a + b)


# (law, its entropy, what the error is at most)
KNOWN = {
    "narrow and far": (gt.Normal(1e6, 2.0**-30), GAUSSIAN - 30 * mp.log(2), 1e-11),
    "uniform": (gt.Uniform(3, 5), mp.log(2), 1e-12),
    "cauchy": (gt.Cauchy(3, 5), mp.log(20 * mp.pi), 1e-12),
    "next to two spikes": (gt.Beta(0.01, 0.02), of_beta(0.01, 0.02), 1e-9),
    "a fold far from 0": (
        gt.Pushforward(lambda z: z**2 + 1000, gt.Normal(0, 1)),
        mpf(1) / 2 + mp.log(2) + mp.loggamma(0.5) + mp.digamma(0.5) / 2,
        1e-10,
    ),
    "the largest scale": (gt.Normal(0, 2.0**960), GAUSSIAN + 960 * mp.log(2), 1e-8),
    "the least scale": (gt.Laplace(0, 2.0**-960), 1 - 959 * mp.log(2), 1e-8),
    "student": (gt.StudentT(0.5), of_student(0.5), 1e-11),
    "mass beyond the doubles": (gt.StudentT(0.05), of_student(0.05), 1e-5),
    "most mass beyond the doubles": (gt.StudentT(0.01), of_student(0.01), 10),
    "exponential": (gt.Exponential(3), 1 - mp.log(3), 1e-12),
    "gumbel": (gt.Gumbel(2, 3), mp.log(3) + mp.euler + 1, 1e-12),
    "logistic": (gt.Logistic(2, 3), mp.log(3) + 2, 1e-12),
    "gamma": (gt.Gamma(0.01, 3), mpf(0.01) - mp.log(3) + mp.loggamma(0.01) + (1 - mpf(0.01)) * mp.digamma(0.01), 1e-9),
    "weibull": (gt.Weibull(0.5, 3), 1 - mp.euler + mp.log(6), 1e-11),
    "log-normal": (gt.LogNormal(2, 3), GAUSSIAN + 2 + mp.log(3), 1e-11),
    "pareto": (gt.Pareto(0.5, 3), mp.log(6) + 3, 1e-11),
    "on the plane": (gt.MultivariateNormal([0, 1], ROOT_3), 2 * GAUSSIAN + mp.log(3) / 2, 1e-9),
    "a product": (gt.Product(gt.Normal(0, 1), gt.Laplace(0, 1)), GAUSSIAN + 1 + mp.log(2), 1e-9),
}


@pytest.mark.parametrize("name", few(list(KNOWN), 3))
def test_the_entropy_is_the_closed_form(name):
    law, truth, widest = KNOWN[name]
    found = gt.entropy(law)
    assert abs(mpf(found.value) - truth) <= found.error <= widest


def test_jsd_is_the_entropy_of_the_mixture_less_the_mean_of_the_entropies():
    p, q = gt.Normal(0, 1), gt.Normal(2, 0.5)
    apart = gt.entropy(gt.Mixture([0.5, 0.5], [p, q])) - gt.entropy(p) / 2 - gt.entropy(q) / 2
    jsd = gt.jsd(p, q)
    assert abs(jsd.value - apart.value) <= jsd.error + apart.error < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "q"),
    [
        (gt.Cauchy(0, 1), gt.StudentT(0.7, 3, 2)),
        (gt.Beta(0.2, 3), gt.Uniform(-1, 2)),
        (gt.LogNormal(0, 2), gt.Gumbel(0, 1)),
        (gt.Pareto(0.5), gt.Gamma(0.1)),
        (gt.Normal(1e4, 1e-6), gt.Normal(-1e4, 1e3)),
    ],
)
def test_jsd_is_that_of_entropies_of_unlike_laws_too(p, q):
    apart, jsd = gt.entropy(gt.Mixture([0.5, 0.5], [p, q])) - gt.entropy(p) / 2 - gt.entropy(q) / 2, gt.jsd(p, q)
    assert abs(jsd.value - apart.value) <= jsd.error + apart.error < 1e-9


@pytest.mark.slow
def test_a_law_with_an_atom_has_the_entropy_of_minus_infinity():
    found = gt.entropy(gt.Pushforward(jax.nn.relu, gt.Normal(0, 1)))
    assert isinstance(found, gt.Divergent) and float(found) == -math.inf and "x = 0" in found.reason


@pytest.mark.slow
def test_a_batch_has_the_entropies_of_its_members():
    found = gt.entropy(gt.Normal([0.0, 1e3, -5.0], [1.0, 1e-5, 1e5]))
    assert np.all(np.abs(found.value - (float(GAUSSIAN) + np.log([1.0, 1e-5, 1e5]))) <= found.error) and found.error.max() < 1e-11


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.5, -0.999])
def test_the_mutual_information_of_gaussians_is_that_of_their_correlation(rho):
    found = gt.mutual_information(gt.MultivariateNormal([0, 1], [[4, 2 * rho], [2 * rho, 1]]))
    assert abs(mpf(found.value) + mp.log(1 - mpf(rho) ** 2) / 2) <= found.error + 1e-15 and found.error < 1e-9


@pytest.mark.slow
def test_the_mutual_information_of_a_mixture_is_that_of_the_entropies():
    grid = gt.grid(2, 3.0, 0.4)
    ring = gt.ring(3, 1.0, 0.3)
    for law in (grid, ring):
        x, y = law.marginals
        apart, found = gt.entropy(x) + gt.entropy(y) - gt.entropy(law), gt.mutual_information(law)
        assert abs(found.value - apart.value) <= found.error + apart.error < 1e-8
    assert gt.mutual_information(grid).value < 1e-9 < 0.1 < gt.mutual_information(ring).value
    assert gt.mutual_information(gt.Product(gt.Normal(), gt.Laplace())) == gt.Estimate(0.0, 0.0)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: gt.mutual_information(gt.Normal()), "`joint` of mutual_information must be a Product or a MultivariateNormal"),
        (lambda: gt.mutual_information(gt.pinwheel()), "`joint` of mutual_information must be a Product or a MultivariateNormal"),
        (
            lambda: gt.entropy(gt.PlanePushforward(jnp.sin, gt.Product(gt.Normal(), gt.Normal()))),
            "`p` of entropy must be a law on the line or a density on the plane",
        ),
        (lambda: jax.grad(lambda s: gt.entropy(gt.Normal(0.0, s)).value)(1.0), "`p` of entropy must have parameters that are known"),
    ],
)
def test_what_has_none_is_refused_in_one_sentence(ask, message):
    with pytest.raises(ValueError) as refusal:
        ask()
    assert str(refusal.value).startswith(message) and str(refusal.value).endswith(".")
