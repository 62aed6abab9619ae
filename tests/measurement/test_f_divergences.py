"""The f-GAN table against the named divergences and against its own theory; any other f."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
from problems import few
from scipy.integrate import quad

import gantheory as gt

P, Q = gt.Mixture([0.33, 0.67], [gt.Normal(-1, 0.255), gt.Normal(2, 1.415)]), gt.Normal(1, 1.83)
NAMED = {
    "kl": lambda p, q: gt.kl(p, q),
    "reverse_kl": lambda p, q: gt.kl(q, p),
    "pearson": lambda p, q: gt.chi2(p, q),
    "neyman": lambda p, q: gt.chi2(q, p),
    "squared_hellinger": lambda p, q: 2 * gt.hellinger2(p, q),
    "jeffreys": lambda p, q: gt.jeffreys(p, q),
    "jensen_shannon": lambda p, q: 2 * gt.jsd(p, q),
    "gan": lambda p, q: 2 * gt.jsd(p, q) - np.log(4),
}


def on(function, *points):
    with jax.enable_x64(True):
        return np.asarray(function(jnp.asarray(points, jnp.float64)))


@pytest.mark.parametrize("name", few(gt.F_GAN, 5))
def test_a_row_is_the_divergence_that_it_names(name):
    assert gt.F_GAN.keys() == NAMED.keys()
    by_f, named = gt.f_divergence(name, P, Q), NAMED[name](P, Q)
    assert abs(by_f.value - named.value) <= by_f.error + named.error <= 1e-11


@pytest.mark.parametrize("name", gt.F_GAN)
def test_fenchel_youngs_inequality_is_tight_at_the_derivative(name):
    row, u = gt.F_GAN[name], np.array([0.05, 0.4, 0.999, 1.0, 3.0, 20.0])
    t = on(row.derivative, *u)
    np.testing.assert_allclose(on(row.f, *u) + on(row.conjugate, *t), t * u, atol=1e-12, rtol=1e-12)


@pytest.mark.parametrize("name", gt.F_GAN)
def test_the_conjugate_is_the_supremum(name):
    row = gt.F_GAN[name]
    for t in on(row.activation, -1.0, 0.1, 0.6):

        def lack(s, t=t):
            return float(on(row.f, np.exp(s))[0] - t * np.exp(s))

        found = scipy.optimize.minimize_scalar(lack, bounds=(-25, 25), method="bounded")
        assert -found.fun == pytest.approx(float(on(row.conjugate, t)[0]), abs=1e-6)


@pytest.mark.parametrize("name", few(["kl", "gan", "pearson", "jensen_shannon"], 2))
def test_the_optimal_critic_attains_the_divergence(name):
    row = gt.F_GAN[name]
    critic = row.optimal_critic(P, Q)

    def integrand(x):
        return P.prob(x) * critic(x) - Q.prob(x) * on(row.conjugate, float(critic(x)))[0]

    bound = quad(integrand, -12, 15, points=[-1, 1, 2], limit=200)[0]
    assert bound == pytest.approx(gt.f_divergence(name, P, Q).value, abs=1e-6)


def test_any_convex_f_will_do():
    by_f, named = gt.f_divergence(lambda u: jnp.abs(u - 1) / 2, P, Q), gt.total_variation(P, Q)
    assert abs(by_f.value - named.value) <= by_f.error + named.error
    heavy = gt.f_divergence("kl", gt.StudentT(3), gt.Normal()), gt.kl(gt.StudentT(3), gt.Normal())  # p/q beyond all doubles
    assert abs(heavy[0].value - heavy[1].value) <= heavy[0].error + heavy[1].error
    assert isinstance(gt.f_divergence("kl", gt.Cauchy(), gt.Normal()), gt.Divergent)
    assert gt.f_divergence("gan", P, P).value == pytest.approx(-np.log(4), abs=1e-15)


# ∫ q (p/q)^a of N(0, 1) and N(m, 1) is exp(a (a - 1) m²/2); an f must be 0 at 1.
@pytest.mark.parametrize(("power", "m"), [(3.0, 3.0), (5.0, 3.0), (9.0, 1.0), (2.7, 3.0), (-2.0, 3.0)])
def test_a_power_of_the_ratio_is_finite_though_it_overflows_at_most_ratios(power, m):
    truth = np.expm1(power * (power - 1) * m**2 / 2)
    found = gt.f_divergence(lambda u: u**power - 1, gt.Normal(0, 1), gt.Normal(m, 1))
    assert abs(found.value - truth) <= found.error + 1e-14 * truth and found.error <= 1e-10 * truth


def test_an_exponential_of_the_ratio_is_infinite_where_the_ratio_is_unbounded():
    assert isinstance(gt.f_divergence(lambda u: jnp.exp(u) - np.e, gt.Normal(0, 1), gt.Normal(3, 1)), gt.Divergent)
    found = gt.f_divergence(lambda u: jnp.exp(u) - np.e, gt.Uniform(0, 1), gt.Uniform(0, 2))
    assert abs(found.value - ((np.exp(2) + 1) / 2 - np.e)) <= found.error


@pytest.mark.parametrize("rate", [1e-2, 1e-6])
def test_what_only_begins_like_a_power_is_not_continued_as_one(rate):
    assert isinstance(gt.f_divergence(lambda u: jnp.exp(rate * u) - np.exp(rate), gt.Normal(0, 1), gt.Normal(3, 1)), gt.Divergent)


@pytest.mark.usefixtures("unchecked")
def test_what_is_no_generator_of_a_divergence_is_refused():
    with pytest.raises(ValueError, match="must be a function or one of kl, reverse_kl"):
        gt.f_divergence("ipm", P, Q)
    with pytest.raises(ValueError, match="must be convex"):
        gt.f_divergence(lambda u: -((u - 1) ** 2), P, Q)
    with pytest.raises(ValueError, match="must be finite at 1"):
        gt.f_divergence(lambda u: 1 / (u - 1), P, Q)
    with pytest.raises(ValueError, match=r"must be 0 at 1, for a law to have no divergence from itself. Got f\(1\) = 1\."):
        gt.f_divergence(lambda u: u, P, P)
    with pytest.raises(ValueError, match=r"must be a function or one of kl, .* Got 5"):
        gt.f_divergence(5, P, Q)
