"""Cases in which an enclosure was once wrong: an interval that missed the truth, or a finite value called infinite."""

import math

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from flint import arb

import gantheory as gt
from gantheory import rigorous
from gantheory.evidence.zoo import Logistic
from gantheory.rigorous.jensen import moved_by

N = gt.Normal(0, 1)
HALVES = [gt.Mixture([0.5, 0.5], [gt.TruncatedNormal(0, s, 0, np.inf), gt.TruncatedNormal(0, s, -np.inf, 0)]) for s in (1, 2)]
KNOWN = {
    "far from 0": (lambda: rigorous.kl(gt.Uniform(0, 10), gt.Uniform(0, 20)), math.log(2)),
    "an empty bin of p": (lambda: rigorous.kl(gt.Histogram([0, 1, 2], [1, 0]), gt.Uniform(0, 1)), 0.0),
    "parts without a term": (
        lambda: rigorous.jsd(gt.Mixture([0.5, 0.5], [gt.Uniform(0, 1), gt.Uniform(2, 3)]), gt.Uniform(0, 4)),
        (math.log(4 / 3) + math.log(2 / 3) / 2 + math.log(2) / 2) / 2,
    ),
    "one part": (lambda: rigorous.jsd(gt.Mixture([1.0], [gt.Uniform(0, 1)]), gt.Uniform(2, 3)), math.log(2)),
    "ends that are next to nothing": (lambda: rigorous.jsd(gt.TruncatedNormal(0, 1, -100, 100), N), 0.0),
    "a constant D, and a law without a mean": (
        lambda: rigorous.value(gt.Cauchy(0, 1), N, Logistic(0.0, 1.0), 7),
        -math.log1p(math.exp(-1)) - math.log1p(math.e),
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_answers_lie_inside(name):
    enclose, known = KNOWN[name]
    found = enclose()
    assert float(found.width) <= 2e-6 and float(found.lower) - 1e-15 <= known <= float(found.upper) + 1e-15


BENT = gt.Uniform(-0.1, 1.2)


@pytest.mark.parametrize(
    ("enclose", "estimate"),
    [
        (rigorous.kl, lambda: (gt.TruncatedNormal(0, 1, -5, 5), gt.Uniform(-6, 6))),
        (rigorous.kl, lambda: (gt.Pushforward(lambda z: z + z**2 / 8, gt.Histogram([0, 1, 2], [1, 0])), BENT)),
        (rigorous.jsd, lambda: (gt.Uniform(-1, 2), gt.Pushforward(lambda z: z + z**2 / 8, gt.Histogram([0, 1e-13, 1], [0.5, 0.5])))),
        (rigorous.jsd, lambda: (gt.Uniform(0, 1e-300), N)),
        (rigorous.jsd, lambda: (gt.Mixture([0.5, 0.5], gt.Mixture([[0.2, 0.8], [0.5, 0.5]], gt.Normal([[0.0, 1], [2, -1]], 1.0))), N)),
    ],
    ids=["a bounded density", "a bin without z", "a break of z next to an end", "a very high density", "mixtures in an array"],
)
def test_the_estimate_meets_the_interval(enclose, estimate):
    pair = estimate()
    found = enclose(*pair, 4)
    assert float(found.width) <= 1e-3
    assert (gt.kl if enclose is rigorous.kl else gt.jsd)(*pair) in found


@pytest.mark.parametrize(
    "latent", [gt.Laplace(0, 1), gt.Exponential(1.0), pytest.param(gt.TruncatedNormal(0, 1, 0, np.inf), marks=pytest.mark.slow)]
)
def test_a_latent_whose_density_breaks_is_enclosed(latent):
    p_g = gt.Pushforward(lambda z: z + jnp.tanh(z), latent)
    found = rigorous.jsd(N, p_g, 3)
    assert float(found.width) <= 1e-2 and gt.jsd(N, p_g) in found


class Steep(eqx.Module):
    """A logit with the attributes of a line that is none."""

    slope: float
    offset: float

    def logit(self, x):
        return self.slope * x**8 + self.offset


def of_wholes():
    """A density of ¼ below 1 and ¾ above, by a conversion to integers, which rounds."""
    return rigorous.jsd(gt.as_density(lambda x: jnp.log(0.25 + 0.5 * jnp.int32(x)), (0, 2), [1.0]), gt.Uniform(0, 2), 6)


UNDECIDED = {
    "whole numbers": (of_wholes, "conversion of float64 to int32"),
    "a D that only looks like a line": (lambda: rigorous.value(N, gt.Normal(1, 1), Steep(1e-3, 0.0), 6), "faster than x²"),
    "two halves": (lambda: rigorous.kl(*HALVES), "reaches as far as all do"),
    "no program": (lambda: rigorous.jsd(N, gt.Pushforward(lambda z: np.tanh(3 * np.asarray(z)), N), 4), "cannot trace"),
    "a break of z inside": (
        lambda: rigorous.kl(gt.Pushforward(lambda z: z + z**2 / 8, gt.Histogram([0, 1e-13, 1], [0.5, 0.5])), gt.Uniform(-1, 2), 4),
        "density of z breaks",
    ),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_cannot_be_proved_is_undecided(name):
    enclose, why = UNDECIDED[name]
    found = enclose()
    assert isinstance(found, gt.Undecided) and why in found.why


def test_an_unbounded_mass_gives_no_bound():
    assert moved_by(arb(0)) == 0
    assert not moved_by(arb("nan")).is_finite() and not moved_by(arb("inf")).is_finite()


def test_a_histogram_has_the_mass_that_its_bins_add_up_to():
    """The masses of a histogram sum to 1 within 1e-12 only. The integrals over x and over z both take their sum as it is."""
    law = gt.Histogram([0.0, 1.0], [1 - 5e-13])
    by_z = rigorous.jsd(law, gt.Pushforward(lambda z: z + 0 * jnp.tanh(z), gt.Uniform(0, 1)), 15, seconds=20.0)
    by_x = rigorous.jsd(law, gt.Uniform(0, 1), 15)
    assert by_z.lower <= by_x.upper and by_x.lower <= by_z.upper
