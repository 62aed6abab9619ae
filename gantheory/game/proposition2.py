"""Proposition 2 of Goodfellow et al. 2014 in its own setting: p_g itself is updated, as a function, against D*.

    p_{n+1} ∝ p_n (1 - D*_n)^(-η),   D*_n = p_data / (p_data + p_n)

a step of mirror descent on C, whose functional derivative in p_g is log(1 - D*). At η = 1 it is p_{n+1} = (p_n + p_data)/2 exactly.
The criterion is convex in p_g, and C(p_n) + log 4 <= KL(p_data ‖ p_0)/n at η = 1.
"""

import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions import Law
from gantheory.measurement import integrands
from gantheory.quadrature.noise import evaluate
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rules import ROUNDING


@in_float64
def functional_descent(p_data: Law, p_0: Law, steps: int, eta: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Descent in function space, with p_n carried in log space on the nodes of the pair.

    Args:
      p_data: the density of the data, on the line.
      p_0: the start, positive wherever p_data is.
      steps: number of updates.
      eta: η.

    Returns:
      (2 JSD(p_data, p_n) for n = 0 … steps, in nats; its error; n), each of shape (steps + 1,). The error is the difference of two
      quadrature rules of different fineness, and the rounding of log-densities, which adds up.

    Raises:
      ValueError: a p_0 that is 0 where p_data is not.

    Source:
      Goodfellow et al. 2014, Proposition 2.
    """
    low, high = p_data.support
    if not (p_0.support[0] <= low and high <= p_0.support[1]):
        raise ValueError(f"`p_0` must be positive wherever `p_data` is. Got one on {p_0.support} for data on {(low, high)}.")
    (coarse, _), (fine, rounding) = (_descend(*Pair(p_data, p_0).fixed_nodes(parts)[1:], steps, eta) for parts in (1, 2))
    n = np.arange(steps + 1)
    return fine, np.abs(fine - coarse) + (n + 1) * rounding, n


def _descend(log_p, log_q, steps, eta):
    two_jsd, rounding = [], []
    for _ in range(steps + 1):
        values, moved = evaluate(integrands.jsd, log_p, log_q)
        two_jsd.append(2 * values.sum())
        rounding.append(2 * moved.sum() + 2 * ROUNDING * values.sum())
        with np.errstate(invalid="ignore"):
            log_one_minus_d = np.where(log_p == -np.inf, 0.0, -np.logaddexp(0.0, log_p - log_q))
        log_q = log_q - eta * log_one_minus_d
        log_q = log_q - np.logaddexp.reduce(log_q)
    return np.array(two_jsd), np.array(rounding)
