"""V and the gap of discriminators that JAX cannot trace, against SciPy's quad of the same function."""

from types import SimpleNamespace

import jax
import numpy as np
import pytest
from problems import few
from scipy.integrate import quad
from scipy.stats import norm

import gantheory as gt
from gantheory.measurement.discriminators import Logits, logit_of
from gantheory.measurement.noisy import noise_of_d, points_of

P, Q = gt.Normal(0, 1), gt.Normal(1, 1)
PLANE = gt.Product(P, P), gt.Product(Q, P)


def wavy(x, of=np.float64):
    """A logit, computed in a precision of which the result keeps the digits."""
    x = np.asarray(x, of)
    return 2 * np.tanh(x) - np.sin(3 * x) / 3


def as_probability(x, of=np.float64):
    return 1 / (1 + np.exp(-wavy(x, of)))


def exactly(gap=False):
    """V, or the criterion less V: D*'s logit is 1/2 - x."""

    def at(x, logit):
        return norm.pdf(x) * -np.logaddexp(0, -logit) + norm.pdf(x, 1) * -np.logaddexp(0, logit)

    return quad(lambda x: at(x, 0.5 - x) - at(x, wavy(x)) if gap else at(x, wavy(x)), -12, 13, epsabs=1e-13, limit=400)[0]


DISCRIMINATORS = {
    "float32 logit": (SimpleNamespace(logit=lambda x: wavy(x, np.float32)), 2e-5),
    "probability": (as_probability, 1e-12),
    "logit": (SimpleNamespace(logit=wavy), 1e-12),
    "float32 probability of a column": (lambda x: as_probability(x.reshape(-1, 1), np.float32) if np.ndim(x) else None, 2e-5),
}


@pytest.mark.parametrize("kind", few(DISCRIMINATORS, 2))
def test_v_and_the_gap_of_a_numpy_discriminator_are_quads(kind):
    D, largest = DISCRIMINATORS[kind]
    found, without = gt.measure(P, Q, D), gt.measure(P, Q)
    for quantity, known in ((found.value, exactly()), (found.discriminator_gap, exactly(gap=True))):
        assert abs(quantity.value - known) <= quantity.error + 1e-13
        assert quantity.error <= largest
    assert (found.two_jsd, found.kl_data_g) == (without.two_jsd, without.kl_data_g)  # of which no D takes digits


@pytest.mark.slow
def test_on_the_plane_a_d_of_one_coordinate_has_the_lines_value():
    D = SimpleNamespace(logit=lambda x: wavy(x[:, 0], np.float32))
    found = gt.value(*PLANE, D)
    assert abs(found.value - exactly()) <= found.error < 2e-5
    by_mesh = gt.measure_plane(PLANE[0], gt.PlanePushforward(lambda z: z + np.array([1.0, 0.0]), PLANE[0]), D)
    assert abs(by_mesh.value.value - exactly()) <= by_mesh.value.error < 1e-3


def test_noise_is_told_from_bends_and_steps():
    seen = {
        name: noise_of_d(Logits(SimpleNamespace(logit=logit), ()), points_of(P, Q))
        for name, logit in {
            "float64": wavy,
            "float32": lambda x: wavy(x, np.float32),
            "tree": lambda x: np.where(np.asarray(x) > 0.3, 1.0, -2.0),
            "traced": jax.numpy.tanh,
        }.items()
    }
    assert seen["tree"] == 2.0**-52 and seen["traced"] == 0
    assert seen["float64"] < 1e-14 and 2e-8 < seen["float32"] < 1e-5


def test_what_is_no_discriminator_is_refused():
    with pytest.raises(ValueError, match=r"^`D` must be a function of points, or have a method `logit`\. Got 0\.5\.$"):
        gt.value(P, Q, 0.5)
    with pytest.raises(ValueError, match=r"^`D` must give a probability in \[0, 1\] .*: if it gives logits, they must come from a method"):
        gt.value(P, Q, wavy)
    with pytest.raises(ValueError, match=r"^`logit` of D must be a number at every point\. Got nan at x = "):
        gt.value(P, Q, SimpleNamespace(logit=lambda x: np.sqrt(np.asarray(x))))


def test_an_infinity_by_rounding_says_what_tells_more():
    found = gt.measure(P, Q, lambda x: 1 / (1 + np.exp(-30 * np.asarray(x)))).value
    assert isinstance(found, gt.Divergent) and "a probability may round to 0 or 1 there, which a method `logit` of D does not" in repr(
        found
    )


def test_a_function_whose_globals_change_is_not_measured_by_an_older_program():
    weight = {"w": 1.0}
    G, D = (lambda z: weight["w"] * z), (lambda x: jax.nn.sigmoid(weight["w"] * x))
    for w in (1.0, 2.0):
        weight["w"] = w
        assert gt.Pushforward(G, P).prob(0.0) == pytest.approx(norm.pdf(0) / w, rel=1e-15, abs=0)
        assert logit_of(D)(0.5) == pytest.approx(0.5 * w, rel=1e-15, abs=0)
