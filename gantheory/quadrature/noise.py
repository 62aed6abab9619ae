"""How far rounding moves an integrand: measured by moving the log-densities a little, not guessed."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.quadrature.integrand import Integrand, values_of

LOG_ROUNDING = 4 * np.finfo(float).eps  # error of a log-density, relative to 1 + |log p|
LOGIT_ROUNDING = 1e-14  # error of a discriminator's logit, relative to 1 + |logit|
NUDGE = 1e-8  # relative step in a log-density or logit for a difference quotient


def noise_of(
    integrands: Sequence[Integrand], values: Any, log_p: Any, log_q: Any, logit: Any, doubt_p: Any = 0.0, doubt_q: Any = 0.0
) -> jax.Array:
    """How far the errors of log p, log q and the logit may move each F: shape (integrands, *points).

    ``doubt_p`` and ``doubt_q`` are errors of the log-densities beyond their rounding. F is homogeneous of degree 1, so its derivatives in
    log p and log q add up to F (Euler), and one difference quotient gives both. It is taken in the smaller density, whose log-density,
    and with it the rounding of the quotient, may be of any size.
    """
    size_p, size_q, size = (1 + jnp.where(jnp.isfinite(a), jnp.abs(a), 0.0) for a in (log_p, log_q, logit))

    def slopes(step, *moved):
        change = jax.lax.optimization_barrier(values_of(integrands, *moved)) - values
        return jnp.where(jnp.isfinite(change), change, 0.0) / step

    fainter = log_p < log_q
    step_p, step_q = jnp.where(fainter, NUDGE * size_p, 0.0), jnp.where(fainter, 0.0, NUDGE * size_q)
    in_fainter = slopes(step_p + step_q, log_p + step_p, log_q + step_q, logit)
    in_other = jnp.where(jnp.isfinite(values), values, 0.0) - in_fainter
    in_p, in_q = (jnp.where(fainter == own, in_fainter, in_other) for own in (True, False))
    noise = jnp.abs(in_p) * (LOG_ROUNDING * size_p + doubt_p) + jnp.abs(in_q) * (LOG_ROUNDING * size_q + doubt_q)
    if jnp.ndim(logit):
        noise = noise + jnp.abs(slopes(NUDGE * size, log_p, log_q, logit + NUDGE * size)) * LOGIT_ROUNDING * size
    return noise


@in_float64
def evaluate(integrand: Integrand, log_p: Any, log_q: Any) -> tuple[np.ndarray, np.ndarray]:
    """(F, how far rounding may move it) at every point, of an F that needs no discriminator."""
    values, noise = _values_and_noise((integrand,), jnp.asarray(log_p), jnp.asarray(log_q))
    return np.asarray(values)[0], np.asarray(noise)[0]


@eqx.filter_jit
def _values_and_noise(integrands, log_p, log_q):
    values = values_of(integrands, log_p, log_q)
    return values, noise_of(integrands, values, log_p, log_q, 0.0)
