"""Gradients are those of closed forms, at special points too; where there is none, one sentence says why."""

import jax
import numpy as np
import pytest
import scipy.special as sp
from problems import few

import gantheory as gt


def crossing_of_scales(s):
    """∂TV/∂s of N(0, s²) and N(0, 1): p and q cross at ±c, and TV is 2 (Φ(c) - Φ(c/s))."""
    c = np.sqrt(2 * np.log(s) / (1 - 1 / s**2))
    return 2 * c / s**2 * np.exp(-((c / s) ** 2) / 2) / np.sqrt(2 * np.pi)


# (divergence, p, q, whether in a parameter of q, which, the derivative). Of the Betas by mpmath.
KNOWN = {
    "a power whose exponent is 0": (gt.kl, gt.Beta(1, 1), gt.Beta(2, 2), 0, "a", -0.355065933151773645),
    "the other density's": (gt.kl, gt.Beta(1, 1), gt.Beta(2, 2), 1, "a", 1 / 6),
    "a kink at two crossings": (gt.total_variation, gt.Normal(0, 4), gt.Normal(0, 1), 0, "scale", crossing_of_scales(4.0)),
    "a kink at the median": (gt.total_variation, gt.Normal(0.5, 1), gt.Normal(0, 1), 0, "loc", np.exp(-1 / 32) / np.sqrt(2 * np.pi)),
    "equal densities": (gt.jsd, gt.Normal(0, 1), gt.Normal(0, 1), 0, "scale", 0.0),
    "an end that moves": (gt.kl, gt.Uniform(0.25, 1), gt.Uniform(0, 2), 0, "low", 1 / 0.75),
    "an end that can move only inward": (gt.kl, gt.Uniform(0, 1), gt.Uniform(0, 2), 0, "low", 1.0),
    "an end that can move only outward": (gt.kl, gt.Uniform(0, 1), gt.Uniform(0, 2), 1, "low", -0.5),
    "a tail beyond the doubles": (gt.kl, gt.StudentT(0.002), gt.StudentT(0.004), 1, "df", 249.464749777935478),
}


@pytest.mark.parametrize("name", few(list(KNOWN), 4))
def test_a_derivative_is_that_of_the_closed_form(name):
    divergence, p, q, of_q, parameter, truth = KNOWN[name]
    slope = getattr(gt.gradient(divergence, p, q)[of_q], parameter)
    assert float(slope) == pytest.approx(truth, rel=1e-8, abs=1e-12)


def test_a_gradient_in_the_masses_of_a_histogram():
    masses, others = np.array([0.2, 0.5, 0.3]), np.array([0.4, 0.4, 0.2])
    edges, wider = np.array([0.0, 1.0, 3.0, 3.5]), np.array([-0.5, 1.5, 3.25, 4.5])
    by_p, by_q = gt.gradient(gt.kl, gt.Histogram(edges, masses), gt.Histogram(wider, others))
    step = np.array([1e-5, -1e-5, 0])

    def value(sign):
        return gt.kl(gt.Histogram(edges, masses + sign * step), gt.Histogram(wider, others)).value

    assert by_p.masses @ step == pytest.approx((value(1) - value(-1)) / 2, rel=1e-6)
    assert np.isfinite(by_q.edges).all()


def jsd_by_weights(*components):
    """∂JSD(Σ w_i p_i, N(0, 1))/∂w, of three components by their parameters, where the first weight is 0."""
    parts = [gt.Normal(*own) for own in components]
    with jax.enable_x64(True):
        return jax.grad(lambda weights: gt.jsd(gt.Mixture(weights, parts), gt.Normal(0.0, 1.0)).value)(np.array([0.0, 0.5, 0.5]))


def test_a_gradient_in_a_weight_that_is_0():
    """½ ∫ p_i log(p/m) dx, by mpmath."""
    found = jsd_by_weights((-2.0, 0.5), (0.0, 0.5), (1.0, 0.5))
    np.testing.assert_allclose(found, [-2.852012750955595709, -0.019319668821894876, 0.102352581766274953], rtol=1e-9)


def test_a_gradient_beyond_the_doubles_is_refused():
    """Where the component of weight 0 lies, all others are 0 as doubles: ½ ∫ p_0 log(p/m) dx cannot be computed."""
    with pytest.raises(
        ValueError, match=r"A divergence must have a derivative in its parameters\. Got one that is no double, for Mixture\("
    ):
        jsd_by_weights((-200.0, 0.5), (0.0, 0.5), (1.0, 0.5))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gt.gradient(gt.kl, gt.Cauchy(), gt.Normal()), ValueError, "must be finite. Got inf (the integrand"),
        (lambda: gt.gradient(gt.kl, gt.Uniform(0, 2), gt.Uniform(0, 1)), ValueError, "must be finite. Got inf (p has a mass of 0.5"),
        (lambda: gt.gradient(gt.chi2, gt.Laplace(), gt.Normal()), ValueError, "must be finite. Got inf ("),
        (lambda: gt.gradient(gt.kl, gt.Uniform(0, [0.5, 2]), gt.Uniform(0, 1)), ValueError, "must be finite. Got inf (p has a mass of 0.5"),
        (
            lambda: gt.gradient(gt.kl, gt.Histogram([0, 1, 2], [0, 1]), gt.Histogram([0, 1, 2], [0.5, 0.5])),
            ValueError,
            "`masses` of Histogram must be positive in a gradient",
        ),
        (lambda: gt.gradient(gt.total_variation, gt.Normal(), gt.Normal()), ValueError, "with a kink at p = q"),
        (lambda: gt.gradient(gt.jsd, gt.Uniform(0, 1), gt.Uniform(0, 2)), ValueError, "to the left and 0.1308 to the right"),
        (lambda: gt.gradient(gt.wasserstein1, gt.Normal(), gt.Normal(1)), TypeError, "must be a sum of integrals of densities"),
    ],
)
def test_what_has_no_gradient_is_refused_in_one_sentence(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)


def test_a_batch_has_the_gradients_of_its_pairs():
    by_p, by_q = gt.gradient(gt.kl, gt.Normal([0.0, 1.0], [1.0, 2.0]), gt.Normal(0.5, [1.0, 3.0]))
    np.testing.assert_allclose(by_p.loc, [-0.5, 0.5 / 9], rtol=1e-12)
    np.testing.assert_allclose(by_q.scale, [1 - 1.25, 1 / 3 - (4 + 0.25) / 27], rtol=1e-12)


@pytest.mark.slow
def test_gradients_of_betas_are_polygammas():
    rng = np.random.default_rng(0)
    for a, b, c, d in [(1, 1, 3, 0.5), (1, 2, 1, 2), (2, 1, 1, 1), *np.exp(rng.uniform(-1.5, 2, (20, 4)))]:
        by_p, by_q = gt.gradient(gt.kl, gt.Beta(a, b), gt.Beta(c, d))
        common = (c - a + d - b) * sp.polygamma(1, a + b)
        assert by_p.a == pytest.approx((a - c) * sp.polygamma(1, a) + common, rel=1e-9, abs=1e-10)
        assert by_q.b == pytest.approx(sp.digamma(d) - sp.digamma(c + d) - sp.digamma(b) + sp.digamma(a + b), rel=1e-9, abs=1e-10)


def test_a_divergence_may_be_named_and_laws_be_text():
    named, own = gt.gradient("jsd", "Normal(0, 1)", "Normal(1, 1)"), gt.gradient(gt.jsd, gt.Normal(0, 1), gt.Normal(1, 1))
    assert named[0].loc == own[0].loc
    with pytest.raises(ValueError, match=r"must be a function such as gt.jsd, or one of jsd, .* Got 'jsdd': did you mean 'jsd'"):
        gt.gradient("jsdd", gt.Normal(), gt.Normal(1))
