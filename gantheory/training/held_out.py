"""What rows held out from the model of the data say of p_g, with no density model in between."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from gantheory.base.estimate import finite
from gantheory.distributions import Law
from gantheory.distributions.pushforward.mesh import vertex_masses
from gantheory.measurement import integrands
from gantheory.measurement.discriminators import logit_at_nodes, logit_of, logits_at
from gantheory.quadrature.dimensions import integrals
from gantheory.samples.on_line import distances_on_line

MOST_TESTED = 20_000  # most rows in the permutation test, which are the first of rows in random order


class HeldOut(NamedTuple):
    """How held-out rows judge p_g.

    Attributes:
      rows: their number.
      jsd_lower_bound: (V + log 4)/2 in nats, whose expectation is at most JSD(rows' law, p_g).
      standard_error: of this bound.
      wasserstein1: W1 between the rows, at most 20,000 of them, and a sample of p_g, in the data's unit; None on the plane.
      p_value: of the permutation test of W1; None on the plane.
    """

    rows: int
    jsd_lower_bound: float
    standard_error: float
    wasserstein1: float | None
    p_value: float | None


def against_held_out(held_out: Float[np.ndarray, "rows *point"], p_data: Law, p_g: Law, discriminator: Any, seed: int) -> HeldOut:
    """Judge p_g by rows that neither it nor the model of the data has seen.

    For the rows' own law r and any D,

    .. math:: V(r, p_g, D) \\le -\\log 4 + 2\\,\\mathrm{JSD}(r, p_g)

    E_r[log D] is the mean over the rows, with its standard error; E_{p_g}[log(1 - D)] is an integral over the exact p_g, whose error is
    negligible beside it.

    Args:
      held_out: the rows, of shape (n,) on the line and (n, 2) on the plane.
      p_data: the model of the other rows.
      p_g: the law of the generator's output.
      discriminator: D, with ``logit`` of one point.
      seed: of the sample and the permutations for W1.
    """
    logit = logit_of(discriminator) if p_g.dimension == 1 else lambda x: logits_at(discriminator, x, (2,))
    log_d = -np.logaddexp(0.0, -logit(held_out))
    generated = _by_quadrature(p_data, p_g, discriminator) if p_g.dimension == 1 else _by_mesh(p_g, logit)
    bound = (log_d.mean() + generated + math.log(4)) / 2
    standard_error = np.std(log_d, ddof=1) / math.sqrt(len(log_d)) / 2
    distance = p_value = None
    if p_g.dimension == 1:
        tested = held_out[:MOST_TESTED]
        sample = p_g.sample(jax.random.key(seed), (min(10 * len(tested), MOST_TESTED),))
        between = distances_on_line(tested, np.asarray(sample), np.random.default_rng(seed))[0]
        distance, p_value = between.value, between.p_value
    return HeldOut(len(held_out), float(bound), float(standard_error), distance, p_value)


def _by_quadrature(p_data: Law, p_g: Law, discriminator: Any) -> float:
    """E_{p_g}[log(1 - D)] on the line."""
    logit = logit_at_nodes(discriminator, p_data, p_g)
    return float(finite(integrals(p_data, p_g, {"log_one_minus_d": integrands.log_one_minus_d}, logit)["log_one_minus_d"]))


def _by_mesh(p_g: Any, logit: Callable) -> float:
    """E_{p_g}[log(1 - D)] on the plane."""
    return np.sum(vertex_masses(p_g.mesh) * -np.logaddexp(0.0, logit(p_g.mesh.x)))
