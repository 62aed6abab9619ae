"""G alone against the best D, where a part of the data's law lies beyond the ends of G."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy import integrate, stats

import gantheory as gt
from gantheory.stability.against_best import AgainstBest, against_best
from gantheory.stability.exact_game import ExactGame
from gantheory.training.run import Run


class Scaled(eqx.Module):
    """G(z) = az."""

    a: jax.Array

    def __call__(self, z):
        return self.a * z


class Line(eqx.Module):
    """D's logit wx."""

    w: jax.Array

    def logit(self, x):
        return self.w * x


def two_jsd(a):
    """2 JSD of N(0, 1) and the uniform law on [-a, a], by scipy."""
    q = 1 / (2 * a)

    def integrand(x):
        p = stats.norm.pdf(x)
        return p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))

    return 2 * integrate.quad(integrand, 0, a, epsabs=1e-13)[0] + 2 * stats.norm.sf(a) * np.log(2)


def test_what_no_g_reaches_counts_as_log_2_a_mass():
    a, h = 1.5, 1e-3
    run = Run(gt.Normal(0.0, 1.0), gt.Uniform(-1.0, 1.0), Scaled(jnp.float32(a)), Line(jnp.float32(0.0)), {"loss": "minimax"})
    with jax.enable_x64(True):
        found = against_best(ExactGame(run))
    assert isinstance(found, AgainstBest)
    below, here, above = (two_jsd(a + shift) for shift in (-h, 0.0, h))
    np.testing.assert_allclose(found.slope, abs(above - below) / (2 * h), atol=1e-6)
    np.testing.assert_allclose(found.eigenvalues, -(below - 2 * here + above) / h**2, atol=1e-5)
