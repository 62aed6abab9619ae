"""The game's quantities: V, C, D*, and how far a discriminator falls short of it."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float
from mpmath import mp, mpf
from problems import FOLDED, NORMAL, RELU, SINE, SQUARED, TWO_BUMPS, TWO_OTHERS, few
from scipy.integrate import quad
from scipy.stats import norm

import gantheory as gt
from gantheory.measurement import integrands

LOG4 = math.log(4)
OTHER = gt.Normal(1, 1)


class Logit(eqx.Module):
    """A discriminator given by its logit, as a function of x."""

    f: object = eqx.field(static=True)

    def logit(self, x):
        return self.f(x)

    def __call__(self, x):
        return jax.nn.sigmoid(self.f(x))


class Optimal(eqx.Module):
    """D* of N(0,1) against N(1,1) by hand, and moved: logit ½ - x + step(x)."""

    step: object = eqx.field(static=True)

    def logit(self, x):
        return 0.5 - x + self.step(x)


class Constant(eqx.Module):
    """The same at every x. Its logit is an argument of what is compiled, so that one program serves all."""

    level: Float[np.ndarray, ""] = eqx.field(converter=np.asarray)

    def __call__(self, x):
        return jax.nn.sigmoid(self.level + 0 * x)


def half(x):
    return 0.5 + 0 * x


def quarter(x):
    return 0.25 + 0 * x


def wavy(x):
    return 0.5 + 0.4 * jnp.sin(x)


MLP = gt.Discriminator(width=8, depth=2, key=jax.random.key(1))
BARE_MLP = eqx.nn.MLP("scalar", "scalar", 8, 2, jnp.tanh, final_activation=jax.nn.sigmoid, key=jax.random.key(2))
DISCRIMINATORS = {"half": half, "quarter": quarter, "wavy": wavy, "logit": Logit(lambda x: 1 - 2 * x), "MLP": MLP, "bare MLP": BARE_MLP}
PAIRS = {
    "normals": (NORMAL, OTHER),
    "mixtures": (TWO_BUMPS, TWO_OTHERS),
    "uniforms": (gt.Uniform(0, 1), gt.Uniform(0.25, 1.25)),
    "apart": (gt.Uniform(0, 1), gt.Uniform(2, 3)),
    "z²": (NORMAL, SQUARED),
    "sin": (NORMAL, SINE),
    "atom": (NORMAL, RELU),
    "folds": (FOLDED, SQUARED),
}


@pytest.mark.parametrize("discriminator", few(DISCRIMINATORS, 3))
@pytest.mark.parametrize("pair", PAIRS)
def test_v_plus_log_4_is_2_jsd_minus_the_gap(pair, discriminator):
    p, q = PAIRS[pair]
    D = DISCRIMINATORS[discriminator]
    difference = gt.value(p, q, D) + LOG4 - (2 * gt.jsd(p, q) - gt.discriminator_gap(p, q, D))
    assert abs(difference.value) <= difference.error + 4 * np.spacing(LOG4)
    assert difference.error <= 1e-9


@pytest.mark.parametrize("pair", PAIRS)
def test_at_d_star_v_is_the_criterion_and_the_gap_is_0(pair):
    p, q = PAIRS[pair]
    D = gt.optimal_discriminator(p, q)
    value, criterion, gap = gt.value(p, q, D), gt.criterion(p, q), gt.discriminator_gap(p, q, D)
    assert abs(value.value - criterion.value) <= value.error + criterion.error
    assert 0 <= gap.value <= gap.error <= 1e-9


@pytest.mark.parametrize("pair", PAIRS)
def test_the_criterion_is_the_jsd_in_another_unit(pair):
    p, q = PAIRS[pair]
    assert gt.criterion(p, q).value == pytest.approx(2 * gt.jsd(p, q).value - LOG4, abs=1e-15)
    assert gt.criterion(p, q).lower <= 0


def test_at_p_g_equal_to_p_data_the_criterion_is_minus_log_4():
    assert gt.criterion(NORMAL, gt.Normal(0, 1)).value == -LOG4


@pytest.mark.parametrize("pair", PAIRS)
def test_half_gives_minus_log_4_whatever_the_densities(pair):
    value = gt.value(*PAIRS[pair], half)
    assert abs(value.value + LOG4) <= max(value.error, 2 * np.spacing(LOG4))
    assert value.error <= 1e-9


def test_half_gives_minus_log_4_to_rounding():
    assert abs(gt.value(NORMAL, OTHER, half).value + LOG4) <= 2 * np.spacing(LOG4)


@pytest.mark.parametrize("c", [1e-300, 1e-9, 0.1, 0.25, 0.9, 1 - 1e-9])
def test_a_constant_d_gives_log_c_plus_log_1_minus_c(c):
    value = gt.value(NORMAL, SINE, lambda x: c + 0 * x)
    exact = math.log(c) + math.log1p(-c)
    assert abs(value.value - exact) <= value.error + 1e-15 * abs(exact)


@pytest.mark.parametrize("D", [Logit(lambda x: x), jax.nn.sigmoid], ids=["as a logit", "as a probability"])
def test_v_of_the_sigmoid_is_mpmaths(D):
    # ∫ N(0,1) log σ(x) + N(1,1) log(1 - σ(x)) dx: mpmath.quad, 40 digits. The float σ(x) reaches 1 at x = 37, where e^-650 is left.
    value = gt.value(NORMAL, OTHER, D)
    assert abs(value.value - -2.212915466434970768739520031233654) <= value.error <= 1e-9


def test_v_of_a_network_is_scipys():
    layers = [(np.asarray(layer.weight, float), np.asarray(layer.bias, float)) for layer in MLP.mlp.layers]

    def logit(x):
        hidden = np.array([x])
        for weight, bias in layers[:-1]:
            hidden = np.tanh(weight @ hidden + bias)
        return (layers[-1][0] @ hidden + layers[-1][1])[0]

    exact = quad(
        lambda x: -norm.pdf(x) * np.logaddexp(0, -logit(x)) - norm.pdf(x - 1) * np.logaddexp(0, logit(x)), -12, 13, epsabs=1e-12, limit=200
    )[0]
    value = gt.value(NORMAL, OTHER, MLP)
    assert MLP.activation == "tanh"
    assert abs(value.value - exact) <= value.error + 1e-11


# ∫(p + q) KL(Bern D* ‖ Bern D) for N(0,1), N(1,1) and D's logit ½ - x + h, as A(a+h) - A(a) - A'(a)h: mpmath.quad at 60 digits.
MOVED = {
    "1e-6": (lambda x: 1e-6, "1.989864335916203487955200061614938e-13"),
    "1e-2": (lambda x: 1e-2, "0.00001989859780875365339499733724983127"),
    "1": (lambda x: 1.0, "0.1945661752760831050860936552306809"),
    "1e-4 x": (lambda x: 1e-4 * x, "2.139376606229923251750457860367045e-9"),
}


@pytest.mark.parametrize("name", MOVED)
def test_the_gap_near_d_star_keeps_its_digits(name):
    step, digits = MOVED[name]
    gap = gt.discriminator_gap(NORMAL, OTHER, Optimal(step))
    assert gap.value >= 0
    assert gap.value == pytest.approx(float(digits), rel=1e-8, abs=0)
    with mp.workdps(40):
        assert abs(mpf(gap.value) - mpf(digits)) <= gap.error


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.floats(-30, 30), st.floats(-5, 5), st.floats(0.2, 3))
def test_no_discriminator_beats_d_star(offset, loc, scale):
    p, q = NORMAL, gt.Normal(loc, scale)
    D = Constant(offset)
    gap = gt.discriminator_gap(p, q, D)
    assert gap.value >= 0
    assert (gt.value(p, q, D) - gt.criterion(p, q)).lower <= 0


def test_d_star_is_the_share_of_p_data():
    D, x = gt.optimal_discriminator(NORMAL, gt.Normal(1, 2)), np.linspace(-5, 5, 41)
    p, q = norm.pdf(x), norm.pdf(x, 1, 2)
    np.testing.assert_allclose(D(x), p / (p + q), rtol=1e-13)
    np.testing.assert_allclose(D.logit(x), np.log(p) - np.log(q), atol=1e-13)


def test_d_star_where_one_density_is_0_or_both_are():
    D = gt.optimal_discriminator(gt.Uniform(0, 1), gt.Uniform(0.5, 1.5))
    np.testing.assert_array_equal(D([0.25, 0.75, 1.25, 9]), [1, 0.5, 0, 0.5])
    np.testing.assert_array_equal(D.logit([0.25, 0.75, 1.25, 9]), [np.inf, 0, -np.inf, 0])


def test_d_star_beyond_a_generators_reach_is_1():
    np.testing.assert_array_equal(gt.optimal_discriminator(NORMAL, SINE)([-1.5, 1.5]), [1, 1])


def test_far_out_d_star_is_carried_as_its_logit():
    assert gt.optimal_discriminator(NORMAL, OTHER).logit(-1000.0) == pytest.approx(1000.5, rel=1e-12, abs=0)


def not_a_number(x):
    return jnp.sqrt(x)


def above_1(x):
    return 0.5 + 0.6 * jnp.tanh(x) ** 2


def below_0(x):
    return 0.5 - x


@pytest.mark.parametrize("D", [not_a_number, above_1, below_0, lambda x: 2 + 0 * x, lambda x: x * jnp.nan])
@pytest.mark.parametrize("quantity", [gt.value, gt.discriminator_gap, gt.measure])
def test_a_d_that_gives_no_probability_is_refused(quantity, D):
    with pytest.raises(ValueError, match=r"^`D` must give a probability in \[0, 1\] at every point\. Got one that does not at x = "):
        quantity(NORMAL, OTHER, D)


@pytest.mark.parametrize("D", [lambda x: 0 * x, lambda x: 1 + 0 * x, lambda x: (x > 0) * 1.0], ids=["0", "1", "a step"])
def test_a_d_sure_of_what_is_false_makes_v_minus_infinity(D):
    value, gap = gt.value(NORMAL, OTHER, D), gt.discriminator_gap(NORMAL, OTHER, D)
    assert isinstance(value, gt.Divergent) and float(value) == -math.inf
    assert isinstance(gap, gt.Divergent) and float(gap) == math.inf


def test_a_d_sure_of_what_is_true_is_d_star():
    p, q = gt.Uniform(0, 1), gt.Uniform(2, 3)
    value = gt.value(p, q, lambda x: (x < 1.5) * 1.0)
    assert abs(value.value) <= value.error + 1e-15
    assert gt.discriminator_gap(p, q, lambda x: (x < 1.5) * 1.0).value == 0


@pytest.mark.parametrize("a", [-700.0, -30.0, -2.0, 0.0, 0.7, 40.0])
@pytest.mark.parametrize("h", [0.0, 1e-9, -1e-5, 0.029999, -0.030001, 0.5, -3.0, 60.0])
def test_the_gaps_integrand_is_accurate_on_both_sides_of_its_switch(a, h):
    log_q = -1.0
    log_p = log_q + a
    with mp.workdps(400):
        optimal, logit = mpf(log_p) - mpf(log_q), mpf(log_p - log_q + h)
        move, share = logit - optimal, 1 / (1 + mp.exp(-optimal))
        exact = (mp.exp(mpf(log_p)) + mp.exp(mpf(log_q))) * (mp.log1p(mp.exp(logit)) - mp.log1p(mp.exp(optimal)) - share * move)
    with jax.enable_x64(True):
        integrand = float(integrands.discriminator_gap(jnp.asarray(log_p), jnp.asarray(log_q), jnp.asarray(log_p - log_q + h)))
    assert integrand >= 0
    # Of a direct difference, eps times the terms that cancel is lost; the switch is where that is 1e-12 of what is left.
    lost = (math.exp(log_p) + math.exp(log_q)) * 1e-15 * (abs(a) + 1) if abs(h) > 3e-2 else 0
    assert abs(mpf(integrand) - exact) <= 1e-9 * exact + lost + 1e-300  # beyond that a double has fewer digits


def test_integrands_where_a_density_or_d_is_at_its_end():
    with jax.enable_x64(True):
        nothing, something, sure = (jnp.asarray(v) for v in (-jnp.inf, -0.25, jnp.inf))
        assert integrands.value(nothing, nothing, sure) == 0
        assert integrands.value(something, nothing, sure) == 0
        assert integrands.value(nothing, something, sure) == -math.inf
        assert integrands.discriminator_gap(nothing, nothing, sure) == 0
        assert integrands.discriminator_gap(something, nothing, sure) == 0
        assert integrands.discriminator_gap(something, something, sure) == math.inf
        assert integrands.discriminator_gap(something, nothing, jnp.asarray(0.0)) == pytest.approx(math.exp(-0.25) * math.log(2))
