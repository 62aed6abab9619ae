"""Line and plane are one door: each public call on laws of either dimension gives a value with its error, or refuses in one sentence."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.measurement.divergences import DIVERGENCES
from gantheory.measurement.state import Measurement, PlaneMeasurement

LOG2, LOG4 = np.log(2), np.log(4)
JSD_OF_SHIFT_1 = 0.111421482184736179717  # JSD(N(0, 1), N(1, 1)), from Arb

LATENT = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))
LINE = gt.Normal(0, 1), gt.Normal(1, 1)
# N(0, I) and N(e, I) with |e| = 1: every divergence is that of N(0, 1) and N(1, 1).
PLANE = gt.MultivariateNormal([0, 0], np.eye(2)), gt.MultivariateNormal([0.6, 0.8], np.eye(2))
PUSHED = PLANE[0], gt.PlanePushforward(lambda z: z + jnp.array([0.6, 0.8]), LATENT)
FOLDED = PLANE[0], gt.PlanePushforward(lambda z: jnp.abs(z), LATENT)
ON_A_CURVE = PLANE[0], gt.PlanePushforward(lambda z: jnp.stack([z, z**2]), gt.Normal(0, 1))
PAIRS = {"line": LINE, "plane": PLANE, "pushed": PUSHED, "folded": FOLDED, "on a curve": ON_A_CURVE}
MIXED = {"line and plane": (LINE[0], PLANE[0]), "plane and line": (PLANE[0], LINE[0]), "line and pushed": (LINE[0], PUSHED[1])}


class Linear:
    """A D whose logit is a · x + b, on the line or the plane."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    def logit(self, x):
        return jnp.sum(jnp.asarray(self.a) * x) + self.b


def d_for(pair):
    return Linear(1.0, 0.3) if pair[0].dimension == 1 else Linear([0.6, 0.8], 0.3)


CALLS = {
    **DIVERGENCES,
    "skew_jsd": lambda p, q: gt.skew_jsd(p, q, 0.3),
    "f_divergence": lambda p, q: gt.f_divergence("jensen_shannon", p, q),
    "wasserstein1": gt.wasserstein1,
    "energy_distance": gt.energy_distance,
    "mmd2": lambda p, q: gt.mmd2(p, q, 1.0),
    "criterion": gt.criterion,
    "value": lambda p, q: gt.value(p, q, d_for((p, q))),
    "discriminator_gap": lambda p, q: gt.discriminator_gap(p, q, d_for((p, q))),
    "measure": lambda p, q: gt.measure(p, q, d_for((p, q))),
    "gradient": lambda p, q: gt.gradient(gt.jsd, p, q),
    "smoothed": lambda p, q: gt.smoothed(p, 0.5),
    "optimal_discriminator": lambda p, q: gt.optimal_discriminator(p, q)(p.sample(jax.random.key(0), (3,))),
}


def is_an_answer(found) -> bool:
    """A value with its error, an infinity that says why, several of these, a law, or plain numbers."""
    if isinstance(found, gt.Estimate):
        return np.isfinite(found.value) and found.error >= 0
    if isinstance(found, Measurement | PlaneMeasurement):
        return all(is_an_answer(one) for _, one in found.items())
    if isinstance(found, tuple):
        return all(is_an_answer(one) for one in found)
    return isinstance(found, gt.Divergent | gt.Law) or bool(np.isfinite(found).all())


ONLY_ON_THE_LINE = {"wasserstein1", "energy_distance", "mmd2", "gradient"}
# Of a G that folds on the plane there is JSD, C, V and D's gap, by a mesh, and no density at a point.
WITHOUT_A_DENSITY = ONLY_ON_THE_LINE | {"optimal_discriminator"}
OF_DENSITIES = {"skew_jsd", "f_divergence"} | DIVERGENCES.keys() - {"jsd"}
REFUSED_ON = {
    "plane": ONLY_ON_THE_LINE,
    "pushed": WITHOUT_A_DENSITY,
    "folded": WITHOUT_A_DENSITY | OF_DENSITIES,
    "on a curve": WITHOUT_A_DENSITY,
}


# Every integrand is a program to be compiled: a few here, all of them among the slow tests.
FEW = {
    "line": {"jsd", "f_divergence", "measure"},
    "plane": {"jsd", "measure", "smoothed"},
    "pushed": {"value"},
    "folded": {"discriminator_gap"},
    "on a curve": {"jsd"},
}
CASES = [
    pytest.param(call, pair, marks=() if call in FEW[pair] or call in REFUSED_ON.get(pair, ()) else pytest.mark.slow)
    for pair in PAIRS
    for call in CALLS
]


@pytest.mark.parametrize(("call", "pair"), CASES)
def test_each_call_answers_or_refuses_in_a_sentence(call, pair):
    try:
        found = CALLS[call](*PAIRS[pair])
    except (ValueError, TypeError) as refusal:
        assert pair != "line" and call in REFUSED_ON[pair], refusal
        assert str(refusal).endswith(".") and str(refusal)[0] in "`GTO" and "\n" not in str(refusal)
    else:
        assert pair == "line" or call not in REFUSED_ON[pair]
        assert is_an_answer(found)


@pytest.mark.parametrize("pair", MIXED)
@pytest.mark.parametrize("call", [name for name in CALLS if name not in ("smoothed", "optimal_discriminator")])
def test_laws_of_different_dimensions_are_refused_in_a_sentence(call, pair):
    with pytest.raises(ValueError, match="must both be laws on the plane, or both on the line"):
        CALLS[call](*MIXED[pair])


def value_of_linear(p_mean: float, q_mean: float) -> float:
    """V of the D above between N(p_mean, 1) and N(q_mean, 1) along its direction, by the trapezoidal rule over the logit's law."""
    u, step = np.linspace(-12, 12, 48001, retstep=True)
    weight = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi) * step
    return float(-np.sum(weight * np.logaddexp(0, -(u + p_mean + 0.3))) - np.sum(weight * np.logaddexp(0, u + q_mean + 0.3)))


def holds(found: gt.Estimate, known: float, at_most: float):
    assert abs(found.value - known) <= found.error <= at_most


@pytest.mark.parametrize("pair", ["line", "plane", "pushed"])
def test_v_and_the_discriminators_gap_are_those_of_the_line(pair):
    p, q = PAIRS[pair]
    known = value_of_linear(0.0, 1.0)
    holds(gt.value(p, q, d_for((p, q))), known, 1e-8)
    holds(gt.discriminator_gap(p, q, d_for((p, q))), 2 * JSD_OF_SHIFT_1 - LOG4 - known, 1e-6)


def test_v_of_a_folded_generator_is_an_expectation_over_z():
    """|z| of N(0, I), a · |z| + b: by Gauss-Legendre over the quarter plane."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    u, weight = 6 * (1 + nodes), 6 * weights
    weight = weight * np.exp(-(u**2) / 2) * np.sqrt(2 / np.pi)
    logits = 0.6 * u[:, None] + 0.8 * u + 0.3
    generated = -np.sum(weight[:, None] * weight * np.logaddexp(0, logits))
    s, ds = np.linspace(-12, 12, 48001, retstep=True)
    data = -np.sum(np.exp(-(s**2) / 2) / np.sqrt(2 * np.pi) * ds * np.logaddexp(0, -(s + 0.3)))
    found = gt.value(*FOLDED, d_for(FOLDED))
    assert abs(found.value - (data + generated)) <= found.error + 1e-12  # the reference's own error
    assert found.error < 1e-9


def test_a_measurement_on_the_plane_is_that_of_the_line():
    on_line, on_plane = gt.measure(*LINE, d_for(LINE)), gt.measure(*PLANE, d_for(PLANE))
    for (name, one), (other_name, other) in zip(on_line.items(), on_plane.items(), strict=True):
        assert name == other_name and abs(one.value - other.value) <= one.error + other.error < 1e-6


def test_the_criterion_at_a_law_on_a_curve_is_0():
    found = gt.criterion(*ON_A_CURVE)
    assert abs(found.value) <= found.error <= 1e-15
    assert isinstance(gt.kl(*ON_A_CURVE), gt.Divergent)


def test_instance_noise_adds_its_variance_on_the_plane():
    x = np.array([0.3, -0.2])
    noisy = gt.smoothed(PLANE[1], 0.5)
    assert noisy.log_prob(x) == pytest.approx(gt.MultivariateNormal([0.6, 0.8], 1.25 * np.eye(2)).log_prob(x), abs=1e-14)
    ring = gt.smoothed(gt.ring(8, 1.0, 0.3), 0.4)
    assert ring.prob(x) == pytest.approx(gt.ring(8, 1.0, 0.5).prob(x), rel=1e-13, abs=0)
    with pytest.raises(ValueError, match="`p` of smoothed must be Gaussian"):
        gt.smoothed(gt.checkerboard(), 0.1)


def test_d_star_on_the_plane_is_p_data_over_both():
    x = np.array([[0.0, 0.0], [0.3, 0.4], [5.0, -3.0]])
    p, q = (law.prob(x) for law in PLANE)
    assert gt.optimal_discriminator(*PLANE)(x) == pytest.approx(p / (p + q), rel=1e-13, abs=0)
