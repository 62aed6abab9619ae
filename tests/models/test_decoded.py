"""The law of a decoder, against 30-digit quadrature of its defining integral, closed forms and its own draws."""

import jax
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest
import scipy.stats

import gantheory as gt
from gantheory.models.decoded import DecodedByNodes, PiecewiseDecoded, law_of_decoder
from gantheory.models.segments import cut


def two_pieces(z):
    return 0.2 + jnp.maximum(-0.3 * z, 1.5 * z)


def bent(z):
    return z + 2 * jnp.tanh(3 * z)


# f in JAX and in mpmath, and the points at which the latter bends.
DECODERS = {
    "two pieces": (two_pieces, lambda z: mp.mpf(0.2) + max(-mp.mpf(0.3) * z, mp.mpf(1.5) * z)),
    "tanh": (bent, lambda z: z + 2 * mp.tanh(3 * z)),
}


def by_quadrature(integrand, f, x, s):
    """∫ φ(z) integrand((x - f(z))/s) dz at 30 digits, on panels narrower than the posterior."""
    with mp.workdps(30):
        edges = [mp.mpf(k) / 8 for k in range(-72, 73)]
        return mp.quad(lambda z: mp.npdf(z) * integrand((mp.mpf(x) - f(z)) / mp.mpf(s)), edges, method="gauss-legendre", maxdegree=3)


@pytest.mark.parametrize(("name", "s"), [("two pieces", 0.1), ("tanh", 0.5)])
def test_density_and_distribution_function_are_the_defining_integrals(name, s):
    f, exact = DECODERS[name]
    law = law_of_decoder(f, s)
    x = np.array([0.1, 1.5])
    log_p = [float(mp.log(by_quadrature(lambda u: mp.npdf(u) / mp.mpf(s), exact, one, s))) for one in x]
    np.testing.assert_allclose(law.log_prob(x), log_p, rtol=1e-14, atol=1e-14)
    below = by_quadrature(mp.ncdf, exact, x[0], s)
    assert law.cdf(x[0]) == pytest.approx(float(below), rel=1e-13, abs=0) and law.sf(x[0]) == pytest.approx(
        float(1 - below), rel=1e-13, abs=0
    )


@pytest.mark.slow
def test_a_line_gives_a_gaussian_and_a_step_gives_two():
    line = law_of_decoder(lambda z: 0.3 - 1.7 * z, 0.4)
    assert float(gt.kl(line, gt.Normal(0.3, np.hypot(1.7, 0.4)))) < 1e-14
    x = np.linspace(-80.0, 80.0, 41)
    np.testing.assert_allclose(line.log_prob(x), scipy.stats.norm(0.3, np.hypot(1.7, 0.4)).logpdf(x), rtol=1e-13)
    step = law_of_decoder(lambda z: jnp.where(z > 0, 2.0, -1.0), 0.4)
    assert float(gt.kl(step, gt.Mixture([0.5, 0.5], gt.Normal(np.array([2.0, -1.0]), 0.4)))) < 1e-14
    assert step.mean == pytest.approx(0.5, abs=1e-14) and step.variance == pytest.approx(0.16 + 2.25, abs=1e-13)


@pytest.mark.parametrize("s", [pytest.param(1.0, marks=pytest.mark.slow), 0.02])
def test_the_closed_form_of_a_relu_network_is_what_its_nodes_say(s):
    network = gt.Generator(8, 2, "relu", key=jax.random.key(3))
    law = law_of_decoder(network, s)
    assert isinstance(law, PiecewiseDecoded) and law.inner_error == 0
    nodes = DecodedByNodes(cut(network, s)[0], s)
    x = np.linspace(-25, 25, 101)
    np.testing.assert_allclose(law.log_prob(x), nodes.log_prob(x), rtol=1e-12, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("f", [two_pieces, bent])
def test_draws_follow_the_distribution_function(f):
    law = law_of_decoder(f, 0.2)
    for dtype in (np.float32, np.float64):
        drawn = np.asarray(law.sample(jax.random.key(1), (20_000,), dtype), np.float64)
        assert scipy.stats.kstest(drawn, law.cdf).pvalue > 1e-3
    assert law.quantile(law.cdf(1.3)) == pytest.approx(1.3, abs=1e-12)


@pytest.mark.slow
def test_a_smooth_decoder_is_the_smoothed_pushforward():
    law = law_of_decoder(bent, 0.5)
    smoothed = gt.smoothed(gt.Pushforward(bent, gt.Normal(0.0, 1.0)), 0.5)
    x = np.linspace(-6, 6, 49)
    np.testing.assert_allclose(law.log_prob(x), smoothed.log_prob(x), atol=1e-11)


@pytest.mark.parametrize(
    ("decoder", "scale", "said"),
    [
        (two_pieces, -1.0, "`scale` of law_of_decoder must be positive and finite. Got -1.0."),
        (two_pieces, [1.0, 2.0], "`scale` of law_of_decoder must be one number"),
        (two_pieces, 1e-5, "`scale` must be larger for this decoder"),
        (lambda z: jnp.stack([z, z]), 1.0, "`decoder` must take one number to one number. Got values of shape (2,)."),
        (lambda z: np.sin(np.asarray(z)), 1.0, "`decoder` must be a function of one number that JAX can trace"),
        (lambda z: jnp.exp(z * z), 1.0, "`decoder` must be finite for z from -39 to 39"),
    ],
)
def test_what_is_no_decoder_is_refused(decoder, scale, said):
    with pytest.raises(ValueError) as refused:
        law_of_decoder(decoder, scale)
    assert said in str(refused.value)
