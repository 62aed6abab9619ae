"""Capacity: how near a family of models comes to the law of the data, whatever way of training it is for.

JSD itself is descended, on fixed quadrature nodes, by L-BFGS in float64. What is found is measured afterwards like any other model.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions import Density, Law
from gantheory.game.capacity import descend, least_criterion_by_danskin
from gantheory.game.networks import Generator
from gantheory.measurement import integrands
from gantheory.measurement.divergences import jsd
from gantheory.models.energy import LATENT
from gantheory.models.method import Method
from gantheory.quadrature.pair import Pair

PARTS = 4  # panels of every row


@in_float64
def least_jsd(method: Method, p_data: Law, weights: Any, iterations: int) -> Any:
    """The weights of least JSD(p_data, p) found: the given ones, or those that L-BFGS finds from there.

    Its JSD is an upper bound of the least that the family has: no descent shows that there is nothing below.

    Args:
      method: whose family it is; of a generator, or one that has ``log_prob``.
      p_data: a density on the line.
      weights: where to start.
      iterations: of L-BFGS.

    Raises:
      ValueError: a law of the data that is no density on the line, or another method.
    """
    if not isinstance(p_data, Density) or p_data.batch_shape:
        raise ValueError(f"`p_data` of least_jsd must be one density on the line. Got {p_data!r}.")
    if isinstance(weights, Generator):
        found = least_criterion_by_danskin(p_data, LATENT, weights, iterations)
    else:
        law = method.law(weights)
        x, log_p, log_q = Pair(p_data, law).fixed_nodes(parts=PARTS)
        log_dx = np.where(log_p > log_q, log_p - p_data.log_prob(x), log_q - law.log_prob(x))

        def objective(own):
            return jnp.sum(integrands.jsd(jnp.asarray(log_p), method.log_prob(own, jnp.asarray(x)) + log_dx))

        found = descend(objective, weights, iterations)
    before, after = (jsd(p_data, method.law(one)) for one in (weights, found))
    return found if float(after) < float(before) else weights
