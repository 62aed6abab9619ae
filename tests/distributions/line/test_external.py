"""Densities of scipy and bare functions: ends that are infinite or not a number, tails, and what no point at which one looked can tell."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats as st
from problems import few

import gantheory as gt

# (p, q, KL): by closed forms and by mpmath at 30 digits.
KNOWN = {
    "lognorm, +inf at the last subnormals": (st.lognorm(0.167, scale=3000), gt.Normal(3000, 600), 0.0463056421132053931),
    "lognorm of a larger scale": (st.lognorm(0.167, scale=18000), gt.Normal(18000, 3600), 0.0463056421132053931),
    "arcsine, with poles at both ends": (st.arcsine(), gt.Normal(), 1.34800300847516319),
    "beta, with a pole at 1": (st.beta(2.31, 0.627), gt.Beta(1.0, 0.627), 0.201757321001578910),
    "rdist, with poles at -1 and 1": (st.rdist(1.6), gt.Normal(), 0.437810330247834647),
    "invweibull, nan at 0": (st.invweibull(10.58), gt.Normal(), 2.22219840363498228),
    "exponpow, nan far out": (st.exponpow(2.7), gt.Normal(), 1.26670899852679788),
    "genhyperbolic, nan far out": (st.genhyperbolic(0.5, 1.5, -0.5), gt.Normal(), 0.274253695302707853),
    "gamma, with a pole at 3": (st.gamma(0.5, loc=3), gt.Normal(), 7.20332860329068439),
    "weibull_min, with a pole at 3": (st.weibull_min(0.5, loc=3), gt.Normal(), 22.3030070175462603),
    "gamma beside gamma at 3": (st.gamma(0.5, loc=3), st.gamma(1.5, loc=3), 1.27036284546147817),
    "gamma, half of it below all doubles": (st.gamma(0.001), st.gamma(0.002), 0.306853640307316584),
    "gamma, the same beside an exponential": (st.gamma(0.001), gt.Exponential(1), 992.667817474494616),
    "pareto, a quarter of it above all doubles": (st.pareto(0.002), st.pareto(0.004), 1 - np.log(2)),
    "pareto, in the other's underflow": (st.pareto(60, scale=0.104), st.pareto(480, scale=0.013), 480 * np.log(8) + 7 - np.log(8)),
    "pareto, steep at its end": (st.pareto(61.4, scale=0.0269), st.pareto(60.8, scale=0.0135), 41.9177934099455980),
    "a density that scipy lets underflow": (gt.Normal(0, 30), st.laplace(), 19.8095480897790779),
}
FIRST = [
    "lognorm, +inf at the last subnormals",
    "gamma, with a pole at 3",
    "pareto, a quarter of it above all doubles",
    "pareto, in the other's underflow",
    "pareto, steep at its end",
]


def taken(thing):
    return thing if isinstance(thing, gt.distributions.Density) else gt.from_scipy(thing)


@pytest.mark.parametrize("name", [*FIRST, *few([name for name in KNOWN if name not in FIRST], 3)])
def test_a_density_of_scipy_is_what_it_is_on_paper(name):
    p, q, truth = KNOWN[name]
    estimate = gt.kl(taken(p), taken(q))
    assert abs(estimate.value - truth) <= estimate.error <= 1e-9 * (1 + truth)


def test_a_pole_at_0_where_scipy_gives_nan_is_no_pole_of_levy():
    estimate = gt.jsd(gt.from_scipy(st.levy()), gt.Normal())  # by mpmath
    assert abs(estimate.value - 0.348104698768487285) <= estimate.error <= 1e-13


@pytest.mark.parametrize(
    ("frozen", "message"),
    [
        (st.vonmises(3.99), "must be a density on the line. Got vonmises, a density on the circle."),
        (st.gamma([1.0, 2.0]), "must be one distribution. Got `a` = [1.0, 2.0]."),
        (st.gamma(-1.0), "must be allowed by it. Got gamma of (-1.0,) {}."),
        (st.poisson(2.0), "must be a frozen continuous distribution of scipy.stats."),
    ],
)
def test_what_is_no_density_of_scipy_is_refused_in_one_sentence(frozen, message):
    with pytest.raises(ValueError) as caught:
        gt.from_scipy(frozen)
    assert message in str(caught.value)


def test_the_log_density_of_an_integrable_pole_is_a_power_down_to_the_last_doubles():
    density = gt.from_scipy(st.gamma(0.5, loc=3))
    with jax.enable_x64(True):
        close = np.asarray(density._log_prob(3.0, np.array([1e-300, 1e-30])))
    np.testing.assert_allclose(close, -0.5 * np.log([1e-300, 1e-30]) - np.log(np.pi) / 2, rtol=1e-14)


def wiggled(x):
    """Mass is moved by 1e-6 near .3217: JSD from the uniform is 2.25679541735785e-8, by mpmath."""
    t = (x - 0.3217) / 1e-6
    return jnp.log1p(0.9 * jnp.tanh(t) * jnp.exp(-t * t))


WIGGLED = 2.25679541735784523e-8


def test_what_a_bare_function_may_hide_is_in_the_error():
    estimate = gt.jsd(gt.as_density(wiggled, (0, 1)), gt.Uniform())
    assert WIGGLED <= abs(estimate.value - WIGGLED) + estimate.error and estimate.error <= 1e-3


def test_a_function_that_states_its_finest_scale_is_seen_on_it():
    estimate = gt.jsd(gt.as_density(wiggled, (0, 1), resolution=1e-6), gt.Uniform())
    assert abs(estimate.value - WIGGLED) <= estimate.error <= 1e-15


def test_a_resolution_that_cannot_be_looked_for_is_refused():
    with pytest.raises(ValueError, match=r"`resolution` of a density on \[0, 1\] must be at least 1e-06. Got 1e-12."):
        gt.as_density(wiggled, (0, 1), resolution=1e-12)


def pole(x):
    return jnp.log(0.5 / (3**-0.5 + (2 / 3) ** 0.5)) - 0.5 * jnp.log(jnp.abs(x - 1 / 3))


def test_a_function_may_have_a_pole_at_a_breakpoint():
    density = gt.as_density(pole, (0, 1), [1 / 3], resolution=0.01)
    estimate = gt.kl(gt.Uniform(), density)  # by its primitive, in closed form
    a, b = 1 / 3, 2 / 3
    truth = -np.log(0.5 / (a**0.5 + b**0.5)) + 0.5 * (a * np.log(a) + b * np.log(b) - 1)
    assert abs(estimate.value - truth) <= estimate.error <= 1e-10
    infinite = gt.chi2(density, gt.Uniform())
    assert isinstance(infinite, gt.Divergent) or infinite.error > 1e100


@pytest.mark.parametrize(("bad", "word"), [(np.nan, "nan"), (np.inf, "inf")])
def test_a_function_that_is_no_number_somewhere_is_refused_with_the_point(bad, word):
    with pytest.raises(ValueError, match=rf"^A log-density must be a number or -inf. Got {word} at x = 0\.[5-9]\d*\.$"):
        gt.as_density(lambda x: jnp.where(x > 0.5, bad, np.log(2)), (0, 1))


def test_the_error_of_a_log_density_by_inner_nodes_is_in_the_error():
    exact = gt.jsd(gt.Normal(0, 1), gt.Normal(1, 1))

    def rough(x):  # off by up to 1e-6, as an inner quadrature is
        return -x * x / 2 - np.log(2 * np.pi) / 2 + 1e-6 * jnp.sin(x)

    estimate = gt.jsd(gt.as_density(rough, (-38, 38), resolution=1.0, log_prob_error=1e-6), gt.Normal(1, 1))
    assert 1e-9 < abs(estimate.value - exact.value) <= estimate.error <= 2e-6


@pytest.mark.parametrize("width", [2.0**-40, 2.0**-50])
def test_a_sliver_next_to_a_breakpoint_on_which_a_function_is_0_is_seen(width):
    density = gt.as_density(lambda x: jnp.where((x >= 0.5 - width) & (x < 0.5), -jnp.inf, 0.0), (0.0, 1.0), [0.5])
    found = gt.kl(gt.Uniform(0, 1), density)
    assert isinstance(found, gt.Divergent) and "around x = 0.5" in found.reason
    assert gt.kl(density, gt.Uniform(0, 1)).value < 1e-6


def test_a_sliver_next_to_an_end_at_0_is_seen_too():
    density = gt.as_density(lambda x: jnp.where(x < 2.0**-32, -jnp.inf, -jnp.log1p(-(2.0**-32))), (0.0, 1.0))
    assert isinstance(gt.kl(gt.Uniform(0, 1), density), gt.Divergent)
    assert isinstance(gt.kl(density, gt.Uniform(0, 1)), gt.Estimate)


def test_scipys_draws_are_those_of_its_own_sampler_in_a_compiled_program_too():
    law, key = gt.from_scipy(st.gamma(2.0)), jax.random.key(3)
    own = st.gamma(2.0).rvs(size=(4,), random_state=np.random.default_rng(np.asarray(jax.random.bits(key, (2,), jnp.uint32))))
    np.testing.assert_array_equal(law.sample(key, (4,)), own)
    np.testing.assert_array_equal(jax.jit(lambda key: law.sample(key, (4,), jnp.float32))(key), own.astype(np.float32))


def test_what_a_bare_density_does_not_know_is_refused_with_its_name():
    def log_flat(x):
        return jnp.log(0.5) + 0 * x

    with pytest.raises(ValueError, match=r"A law must have `cdf` to be asked for it\. Got as_density\(log_flat, \(-1, 1\)\), which knows"):
        gt.as_density(log_flat, (-1, 1)).cdf(0.0)
