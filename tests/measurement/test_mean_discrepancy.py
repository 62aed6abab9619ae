"""MMD² against quadrature of its definition, and against rows."""

import mpmath
import numpy as np
import pytest

import gantheory as gt

MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2, 0.5), gt.Normal(1, 1)])


def by_characteristic_functions(p, q, bandwidth):
    """∫ |φ_p - φ_q|² dΛ with Λ = N(0, 1/h²), the law whose characteristic function the kernel is; p and q are (weight, loc, scale)s."""
    with mpmath.workdps(30):

        def characteristic(law, t):
            return sum(w * mpmath.exp(1j * t * m - (t * s) ** 2 / 2) for w, m, s in law)

        def integrand(t):
            weight = bandwidth / mpmath.sqrt(2 * mpmath.pi) * mpmath.exp(-((bandwidth * t) ** 2) / 2)
            return abs(characteristic(p, t) - characteristic(q, t)) ** 2 * weight

        return float(mpmath.quad(integrand, mpmath.linspace(-12 / bandwidth, 12 / bandwidth, 25)))


@pytest.mark.parametrize("bandwidth", [0.3, 1.0])
def test_it_is_the_distance_of_characteristic_functions(bandwidth):
    parts = [(0.3, -2, 0.5), (0.7, 1, 1)]
    for law, own in ((gt.Normal(0, 1), [(1, 0, 1)]), (gt.Normal(-2, 0.5), [(1, -2, 0.5)])):
        found = gt.mmd2(MIXTURE, law, bandwidth)
        assert abs(found.value - by_characteristic_functions(parts, own, bandwidth)) <= found.error + 1e-14


def test_it_is_a_distance_and_moves_with_the_laws():
    found = gt.mmd2(gt.Normal(0, 1), gt.Normal(1, 1), 1.0)
    assert abs(found.value - 2 / 3**0.5 * (1 - np.exp(-1 / 6))) <= found.error < 1e-12
    assert gt.mmd2(MIXTURE, MIXTURE, 0.5).value <= 1e-13
    far = gt.mmd2(gt.Normal(2.0**40, 1), gt.Normal(2.0**40 + 1, 1), 1.0)
    assert abs(far.value - found.value) <= found.error
    assert gt.mmd2(gt.Normal(-1e290, 1e280), gt.Normal(1e290, 1e280), 1e285).value == pytest.approx(2.0)
    many = gt.Mixture(np.full(3000, 1 / 3000), gt.Normal(np.full(3000, 1.0), 1.0))
    assert abs(gt.mmd2(gt.Normal(0, 1), many, 1.0).value - found.value) <= found.error


def test_other_laws_are_refused_in_a_sentence():
    for law in (gt.Uniform(0, 1), gt.Normal([0.0, 1.0], 1.0)):
        with pytest.raises(ValueError, match="`p` and `q` of mmd2 must be single Gaussians, or mixtures of Gaussians, on the line"):
            gt.mmd2(law, gt.Normal(0, 1), 1.0)
    with pytest.raises(ValueError, match="`bandwidth` of mmd2 must be positive and finite"):
        gt.mmd2(gt.Normal(0, 1), gt.Normal(1, 1), 0.0)
