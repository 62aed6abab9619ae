"""The exact numbers of a bound, against closed forms of Gaussians and 30-digit quadrature in z."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest

import gantheory as gt
from gantheory.models.elbo import Bound, report_of_bound, split_of_bound

MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
X = np.array([0.1, 1.5])


class Model(eqx.Module):
    """f, s, and an encoder N(by + to · x, σ²)."""

    decoder: Any
    scale: Any
    by: Any
    to: Any
    sd: Any

    def encode(self, x):
        return self.by + self.to * x, jnp.log(self.sd)


def model(decoder, scale, by, to, sd):
    return Model(decoder, *(np.float64(one) for one in (scale, by, to, sd)))


def line(z):
    return 0.5 + 1.2 * z


def two_pieces(z):
    return 0.25 + jnp.maximum(-0.5 * z, 1.5 * z)


def bent(z):
    return z + 2 * jnp.tanh(3 * z)


def test_a_linear_decoder_has_gaussian_numbers():
    bound = Bound(model(line, 0.6, -0.2, 0.4, 0.5))
    m = -0.2 + 0.4 * X
    rate = (m**2 + 0.25 - 1) / 2 - np.log(0.5)
    rest = ((X - 0.5 - 1.2 * m) ** 2 + 1.44 * 0.25) / 0.72 + np.log(0.6 * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(bound.rate(X), rate, rtol=1e-14)
    np.testing.assert_allclose(bound.minus_elbo(X), rest + rate, rtol=1e-14)
    mean, variance = 1.2 * (X - 0.5) / 1.8, 0.36 / 1.8
    gap = (0.25 + (m - mean) ** 2) / (2 * variance) - 0.5 + np.log(variance / 0.25) / 2
    np.testing.assert_allclose(bound.gap(X), gap, rtol=1e-13)


@pytest.mark.parametrize(("f", "s"), [pytest.param(two_pieces, 0.2, marks=pytest.mark.slow), (bent, 0.5)])
def test_bound_and_gap_are_their_integrals_over_z(f, s):
    bound, sd = Bound(model(f, s, 0.1, 0.3, 0.4)), 0.4
    exact = {two_pieces: lambda z: 0.25 + max(-0.5 * z, 1.5 * z), bent: lambda z: z + 2 * mp.tanh(3 * z)}[f]
    with mp.workdps(30):
        edges = [mp.mpf(k) / 4 for k in range(-32, 33)]

        def integral(g):
            return mp.quad(g, edges, method="gauss-legendre", maxdegree=4)

        for x in X:
            m, u = mp.mpf(0.1) + mp.mpf(0.3) * mp.mpf(x), lambda z, x=x: (mp.mpf(x) - exact(z)) / mp.mpf(s)
            log_joint = lambda z, u=u: mp.log(mp.npdf(z)) - u(z) ** 2 / 2 - mp.log(mp.mpf(s) * mp.sqrt(2 * mp.pi))  # noqa: E731
            q = lambda z, m=m: mp.npdf(z, m, mp.mpf(sd))  # noqa: E731
            elbo = integral(lambda z, q=q, joint=log_joint: q(z) * (joint(z) - mp.log(q(z))))
            log_p = mp.log(integral(lambda z, joint=log_joint: mp.exp(joint(z))))
            assert bound.minus_elbo(x) == pytest.approx(float(-elbo), rel=1e-13, abs=0)
            assert bound.gap(x) == pytest.approx(float(log_p - elbo), rel=1e-12, abs=0)


@pytest.mark.parametrize("f", [two_pieces, pytest.param(bent, marks=pytest.mark.slow)])
def test_the_split_closes(f):
    split = split_of_bound(MIXTURE, model(f, 0.4, 0.0, 0.3, 0.5))
    assert split.sign == 1 and split.gap.value > 0.01
    assert abs(split.defect.value) <= split.defect.error < 1e-10


@pytest.mark.slow
def test_of_the_exact_posterior_the_gap_is_0_and_the_rate_is_mutual_information():
    """N(0, λ) and w² = λ - s²: probabilistic PCA, whose rate is ½ log(λ/s²) (Tipping & Bishop 1999; Lucas et al. 2019)."""
    w, s = np.sqrt(1.75), 0.5
    report = report_of_bound(gt.Normal(0.0, np.sqrt(2.0)), model(lambda z: np.sqrt(1.75) * z, s, 0.0, w / 2, s / np.sqrt(2.0)))
    assert report.split.gap.value < 1e-15 and report.split.objective.value == pytest.approx(0, abs=1e-13)
    assert report.rate.value == pytest.approx(np.log(8) / 2, abs=1e-13) and not report.collapsed


@pytest.mark.slow
def test_a_decoder_that_leaves_z_aside_is_reported_as_collapsed():
    report = report_of_bound(gt.Normal(0.0, 1.0), model(lambda z: 0.0 * z, 1.0, 0.0, 0.0, 1.0))
    assert report.collapsed and report.rate.value == 0 and report.split.gap.value < 1e-15


@pytest.mark.parametrize(
    ("p_data", "made", "said"),
    [
        (gt.StudentT(5.0, 0.0, 1.0), (line, 0.6, 0.0, 0.4, 0.5), "whose tails fall faster than any power"),
        (gt.moons(0.2), (line, 0.6, 0.0, 0.4, 0.5), "must be a density on the line"),
        (MIXTURE, (line, 0.6, 0.0, 40.0, 0.5), "must keep q(z|x) within |z| <= 39"),
    ],
)
def test_what_has_no_exact_numbers_is_refused(p_data, made, said):
    with pytest.raises(ValueError) as refused:
        split_of_bound(p_data, model(*made))
    assert said in str(refused.value)


def test_a_bound_at_a_point_that_z_cannot_code_is_refused():
    with pytest.raises(ValueError, match="within"):
        Bound(model(line, 0.6, 0.0, 0.4, 0.5)).minus_elbo(1e3)
