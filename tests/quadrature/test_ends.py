"""Families over their whole domain: mass beyond the doubles, scales to their ends, and what is called infinite."""

import math

import jax
import numpy as np
import pytest
import scipy.stats as st

import gantheory as gt
from gantheory import Beta, Cauchy, Exponential, Histogram, Laplace, Mixture, Normal, StudentT, TruncatedNormal, Uniform

# Closed forms, or mpmath at 40 digits in the logarithm of the distance from an end.
FINITE = [
    (gt.kl, Beta(0.001, 1), Uniform(0, 1), 992.0922447210178630),
    (gt.kl, Beta(0.003, 1), Beta(0.006, 1), 0.30685281944005469),
    (gt.hellinger2, Beta(0.0003, 1), Beta(0.0006, 1), 1 - math.sqrt(8) / 3),
    (gt.jsd, Beta(0.0003, 1), Beta(0.0006, 1), 0.053781946088294),
    (gt.kl, StudentT(0.002), StudentT(0.004), 0.306243193861534),
    (gt.jsd, StudentT(0.002), StudentT(0.004), 0.053652797320477),
    (gt.kl, StudentT(0.005), StudentT(0.01), 0.305328249786631),
    (gt.kl, Normal(0, 1e150), Normal(0, 1e-3), 5e305),
    (gt.chi2, Normal(0, 1), Normal(26.6, 1), math.expm1(26.6**2)),
    (gt.kl, Normal(1e280, 1e270), Normal(1e280, 2e270), math.log(2) - 3 / 8),
    (gt.kl, Cauchy(0, 1e-200), Cauchy(0, 1e200), math.log(1 / 4) + 400 * math.log(10)),
    (gt.hellinger2, Laplace(0, 1e-290), Laplace(0, 4e-290), 1 - 4 / 5),
    (gt.kl, Exponential(1e-290), Exponential(2e-290), 1 - math.log(2)),
    (gt.kl, Mixture([1e-300, 1.0], [Normal(0, 1e150), Normal(0, 1)]), Normal(0, 1), 0.5),
    (gt.kl, TruncatedNormal(0, 1, -np.inf, np.inf), Normal(0, 2), math.log(2) - 3 / 8),
    (gt.kl, TruncatedNormal(0, 1, -np.inf, 2), Normal(0, 1), 0.023012909328963491),
    (gt.jsd, Uniform(-1e308, 1e308), Uniform(-1e308, 0), 0.75 * math.log(4 / 3)),
    (gt.kl, Histogram([0, 1e200, 2e200], [1e-300, 1.0]), Histogram([0, 1e200, 2e200], [0.5, 0.5]), math.log(2)),
]


@pytest.mark.parametrize(("divergence", "p", "q", "truth"), FINITE, ids=[f"{f.__name__} {i}" for i, (f, *_) in enumerate(FINITE)])
def test_a_finite_value_is_found_wherever_its_mass_lies(divergence, p, q, truth):
    found = divergence(p, q)
    assert abs(found.value - truth) <= found.error + 4e-15 * abs(truth)
    assert found.error <= 1e-8 * abs(truth)


@pytest.mark.slow  # the error is the rounding of logarithms of size 1e8: that of programs that are not optimised is ten times larger
def test_a_tail_that_is_hardly_integrable_is_known_to_eight_digits():
    test_a_finite_value_is_found_wherever_its_mass_lies(gt.chi2, StudentT(1), StudentT(2 - 5e-7), 405284.458107322)


INFINITE = [
    (gt.chi2, StudentT(1), StudentT(2), "x -> "),
    (gt.chi2, Normal(0, math.sqrt(2)), Normal(0, 1), "grows"),
    (gt.kl, StudentT(2), Normal(0, 1), "x -> "),
    (gt.chi2, Beta(0.001, 1), Beta(0.002, 1), "at x = 0"),
    (gt.kl, Normal(0, 1), Uniform(-200, 200), "where q is 0"),
    (gt.kl, Normal(292441, 0.3), Uniform(-1e257, 5e257), "where q is 0"),
    (gt.kl, gt.from_scipy(st.norm()), gt.from_scipy(st.uniform(-1e200, 2e200)), "where q is 0"),
    (gt.kl, Normal(0, 1), Mixture([0.5, 0.5], [Uniform(-1e200, 1e200), gt.from_scipy(st.uniform())]), "where q is 0"),
    (gt.kl, TruncatedNormal(0, 1e-200, -1, 2), Uniform(-1, 1), "where q is 0"),
    (gt.kl, TruncatedNormal(0, 1, -60, 60), TruncatedNormal(0, 1, -50, 50), "where q is 0"),
    (gt.kl, TruncatedNormal(0, 1, -np.inf, 2), Uniform(-50, 3), "where q is 0"),
    (gt.kl, Normal(0, 1e150), Normal(0, 1e-10), "exceeds the largest double"),
    (gt.chi2, Normal(0, 1), Normal(100, 1), "exceeds the largest double"),
    (gt.chi2, Cauchy(0, 1e200), Cauchy(0, 1e-200), "exceeds the largest double"),
    (gt.chi2, Normal(-1e75, 1.4e72), Normal(1.2e80, 6.5e72), "exceeds the largest double"),
]


@pytest.mark.parametrize(("divergence", "p", "q", "reason"), INFINITE, ids=[f"{f.__name__} {i}" for i, (f, *_) in enumerate(INFINITE)])
def test_what_is_infinite_or_no_double_is_called_so_with_the_reason(divergence, p, q, reason):
    found = divergence(p, q)
    assert isinstance(found, gt.Divergent) and reason in found.reason


def test_where_rounding_hides_whether_a_value_is_finite_the_error_says_that_nothing_is_known():
    found = gt.chi2(Normal(0, np.nextafter(math.sqrt(2), 0)), Normal(0, 1))
    assert isinstance(found, gt.Estimate) and found.error >= 1e300


def test_a_batch_finds_the_mass_beyond_the_doubles_too():
    found = gt.kl(Beta(np.array([0.003, 2.0]), 1), Beta(np.array([0.006, 1.0]), 1))
    assert np.all(np.abs(found.value - [math.log(1 / 2) + 1, math.log(2) - 1 / 2]) <= found.error)


@pytest.mark.slow
def test_under_jit_the_mass_beyond_the_doubles_is_found_and_the_rounding_to_float32_is_in_the_error():
    def measured(a):
        found = gt.kl(Beta(a, 1.0), Beta(0.006, 1.0))
        return found.value, found.error

    with jax.enable_x64(False):
        value, error = jax.jit(measured)(0.003)
    a = float(np.float32(0.003))
    assert value.dtype == np.float32
    assert abs(float(value) - (math.log(a / 0.006) + 0.006 / a - 1)) <= float(error)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Normal(0, 1e-291), "`scale` of Normal must be from 1e-290 to 1e"),
        (lambda: Cauchy(1e300, 1e290), "`loc` of Cauchy must be from -1e"),
        (lambda: Laplace(1.0, 1e-15), "`scale` of Laplace must span at least 8 doubles at `loc`"),
        (lambda: StudentT(1e-5), "`df` of StudentT must be from 0.0001 to 1e"),
        (lambda: Beta(1, 1e10), "`b` of Beta must be from 1e-06 to 1e"),
        (lambda: Exponential(1e300), "`rate` of Exponential must be from 1e-290 to 1e"),
        (lambda: Histogram([0, 1, 2], [1e-310, 1]), "`masses` of Histogram must be 0 or at least 2.3e-308"),
        (lambda: Mixture([1e-310, 1], [Normal(), Normal()]), "`weights` of Mixture must be 0 or at least 2.3e-308"),
        (lambda: Uniform(1e-310, 1), "`ends` of Uniform must be 0 or at least 2.3e-308"),
        (lambda: TruncatedNormal(0, 1, 0, 1e-305), "`ends` of TruncatedNormal must be at least 1e-300 apart"),
    ],
)
def test_what_is_beyond_the_domain_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError) as refusal:
        make()
    assert message in str(refusal.value)


def test_masses_that_do_not_sum_to_1_exactly_are_in_the_error():
    p, q = Histogram([0, 1, 2], [1 / 3, 2 / 3 + 1e-13]), Histogram([0, 1, 2], [0.5, 0.5])
    assert gt.kl(p, q).error >= 1e-13
