"""V of a D that JAX cannot trace. A float32 network's values are noise from the seventh digit on, and V can be told no better."""

import functools
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Outcome
from gantheory.distributions import Law
from gantheory.measurement.discriminators import Logits, OptimalDiscriminator, logit_at_nodes, logits_on
from gantheory.quadrature.dimensions import expectation, integrals
from gantheory.quadrature.infinite import EXCEEDS
from gantheory.quadrature.integrand import Integrand
from gantheory.quadrature.rules import WIDE

ASKED = 64  # points of each law at which the noise of D is looked at
STEPS = {True: 2.0**-20, False: 2.0**-26}  # steps of these differences, in standard deviations, of values that float32 holds and others
ULPS = 4  # least step for a D of float32 points, in their last places
FINEST = 2.0**-52  # least noise of a value
REACHED = 100  # tolerance of an integral over such a D, as a multiple of its noise: no rule on noise gives more
SLOPE = "slope"  # name of the integral of what the noise moves


def is_noisy(discriminator: Any, law: Law) -> bool:
    """Whether D is one that JAX cannot trace."""
    return not isinstance(discriminator, OptimalDiscriminator) and logits_on(discriminator, law).opaque


def points_of(*laws: Law) -> np.ndarray:
    """Points of each law, at which the noise of D is looked at."""
    return np.concatenate([np.asarray(law.sample(jax.random.key(0), (ASKED,))) for law in laws])


def noise_of_d(logits: Logits, x: np.ndarray) -> float:
    """The noise of D's values at points x, relative to 1 + |logit|, and of a probability to that as well; 0 of a D that JAX can trace.

    It is seen in the second differences f(x - h) - 2 f(x) + f(x + h) over steps h in which no D bends.
    """
    if not logits.opaque:
        return 0.0
    values = logits.values(x)
    in_float32 = bool(np.array_equal(values, values.astype(np.float32), equal_nan=True))
    step = STEPS[in_float32] * np.std(x, axis=0)
    if in_float32:
        step = np.maximum(step, ULPS * np.spacing(np.abs(x).astype(np.float32)))
    with np.errstate(all="ignore"):
        size = (1 + np.abs(logits.of_values(values))) * (1 if logits.gives_logit else values)
        apart = np.abs(logits.values(x - step) - 2 * values + logits.values(x + step)) / size
    return max(FINEST, float(np.max(apart[np.isfinite(apart)], initial=0.0)))


@functools.cache
def slope_in_noise(integrand: Integrand, gives_logit: bool) -> Integrand:
    """How far a small noise of D's values may move F at a point, as a multiple of it.

    A noise of 1 moves a logit by 1 + |logit|, and a probability by that share of itself: its logit without bound as it comes near 1.
    """

    def slope(log_p, log_q, logit):
        logit = jnp.asarray(logit)
        moved = (1 + jnp.abs(logit)) * (1.0 if gives_logit else 1 + jnp.exp(logit))
        _, change = jax.jvp(lambda at: integrand(log_p, log_q, at), (logit,), (moved,))
        return jnp.where(jnp.isfinite(change), jnp.abs(change), 0.0)

    return Integrand(slope, needs_logit=True)


def integrals_of_d(
    p_data: Law, p_g: Law, discriminator: Any, integrands: Mapping[str, Integrand], tolerance: float = 0.0
) -> dict[str, Outcome]:
    """``integrals`` of F that need D's logit. What the noise of D may move them is in their errors."""
    logit = logit_at_nodes(discriminator, p_data, p_g)
    if not is_noisy(discriminator, p_data):
        return {name: _advised(one, discriminator) for name, one in integrals(p_data, p_g, integrands, logit, tolerance).items()}
    noise, slopes = _noise_and_slopes(discriminator, integrands, p_data, p_g)
    found = integrals(p_data, p_g, {**integrands, **slopes}, logit, max(tolerance, REACHED * noise))
    return {name: _advised(_widened(found[name], found[f"{name} {SLOPE}"], noise), discriminator) for name in integrands}


def expectation_of_d(law: Law, discriminator: Any, integrand: Integrand) -> Outcome:
    """``expectation`` of an F under one law, likewise."""
    logit = logit_at_nodes(discriminator, law, law)
    if not is_noisy(discriminator, law):
        return _advised(expectation(law, integrand, logit), discriminator)
    noise, slopes = _noise_and_slopes(discriminator, {"": integrand}, law)
    found, slope = (expectation(law, one, logit, REACHED * noise) for one in (integrand, *slopes.values()))
    return _advised(_widened(found, slope, noise), discriminator)


def _noise_and_slopes(discriminator: Any, integrands: Mapping[str, Integrand], *laws: Law) -> tuple[float, dict[str, Integrand]]:
    logits = logits_on(discriminator, laws[0])
    slopes = {f"{name} {SLOPE}": slope_in_noise(F, logits.gives_logit) for name, F in integrands.items()}
    return noise_of_d(logits, points_of(*laws)), slopes


def _widened(measured: Outcome, slope: Outcome, noise: float) -> Outcome:
    """A quantity with what the noise may move it; the square is for the gap of a D that is optimal, whose slope is 0."""
    if isinstance(measured, Divergent):
        return measured
    if isinstance(slope, Divergent):
        return measured + Estimate(0.0, WIDE)
    return measured + slope * Estimate(0.0, noise) + Estimate(0.0, noise**2)


def _advised(measured: Outcome, discriminator: Any) -> Outcome:
    """An infinity of a D that gives probabilities, with the remark that it may be one of rounding only."""
    if not isinstance(measured, Divergent) or not measured.reason.endswith(EXCEEDS) or hasattr(discriminator, "logit"):
        return measured
    return Divergent(f"{measured.reason}; a probability may round to 0 or 1 there, which a method `logit` of D does not", measured.sign)
