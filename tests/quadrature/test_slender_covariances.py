"""A slender Gaussian given by its covariance: the root that is taken of it is off by more, the more slender it is."""

import math

import mpmath as mp
import numpy as np
import pytest

import gantheory as gt


def turned(condition, angle):
    """A covariance whose axes are as 1 to 1/condition, turned."""
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    cov = turn @ np.diag([1.0, condition**-2.0]) @ turn.T
    return (cov + cov.T) / 2


def kl_to_standard(cov):
    """½ (tr - 2 - log det), of the doubles given, to 60 digits."""
    with mp.workdps(60):
        (a, b), (_, c) = (map(mp.mpf, row) for row in cov.tolist())
        return (a + c - 2 - mp.log(a * c - b * b)) / 2


@pytest.mark.parametrize("condition", [1e1, 1e3, 1e4, 1e5])
@pytest.mark.parametrize("angle", [0.3, 0.7, 1.9])
def test_the_error_of_kl_holds(condition, angle):
    cov = turned(condition, angle)
    found = gt.kl(gt.MultivariateNormal([0.0, 0.0], cov), gt.MultivariateNormal([0.0, 0.0], np.eye(2)))
    assert abs(found.value - float(kl_to_standard(cov))) <= found.error


def test_of_a_mixture_too():
    """N(0, I) as a mixture of two halves of it: the integral is then taken in the slender law's own axes."""
    cov = turned(1e4, 0.7)
    twice = gt.Normal([0.0, 0.0], [1.0, 1.0])
    found = gt.kl(gt.MultivariateNormal([0.0, 0.0], cov), gt.Product(twice, twice, [0.5, 0.5]))
    assert abs(found.value - float(kl_to_standard(cov))) <= found.error


def test_a_scale_of_a_coordinate_costs_nothing():
    """Its root is exact: KL(N(0, diag(1, 1e-12)) ‖ N(0, I)) = ½ (1e-12 - 1 + 12 log 10)."""
    found = gt.kl(gt.MultivariateNormal([0.0, 0.0], np.diag([1.0, 1e-12])), gt.MultivariateNormal([0.0, 0.0], np.eye(2)))
    assert found.value == pytest.approx((1e-12 - 1 + 12 * math.log(10)) / 2, rel=1e-9, abs=0) and found.error < 1e-6
