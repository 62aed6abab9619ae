"""What a method trains, split into the divergence that it pays for and the gap that it does not see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Measured, single
from gantheory.distributions import Density, Law
from gantheory.measurement.divergences import kl
from gantheory.measurement.entropies import entropy
from gantheory.quadrature.dimensions import expectation
from gantheory.quadrature.integrand import of_logit


@dataclass(frozen=True)
class Split:
    """An objective = divergence + sign × gap, in nats but for distances that have other units. Each part is an integral of its own.

    Attributes:
      objective: the expectation of what is trained, less what no model can change.
      divergence: from the law of the data to the model's.
      gap: at least 0, and 0 where the objective is the divergence.
      sign: 1 where the objective is a bound from above, and adds its gap; -1 where it is one from below, and hides it.
    """

    objective: Measured
    divergence: Measured
    gap: Measured
    sign: int

    @property
    def defect(self) -> Measured:
        """objective - divergence - sign × gap, which is 0. Its error says how exactly this was seen; a ``Divergent`` if a part is one."""
        parts: tuple[Any, ...] = self.objective, self.divergence, self.gap
        infinite = [part for part in parts if isinstance(part, Divergent)]
        if infinite:
            return infinite[0]
        objective, divergence, gap = parts
        return objective - divergence - self.sign * gap

    def __repr__(self) -> str:
        sign = "+" if self.sign > 0 else "-"
        return f"objective {self.objective} = divergence {self.divergence} {sign} gap {self.gap}"


@of_logit
def _mean(log_p, log_q, logit):
    """p g, where ``logit`` is g: of no matter where a double holds no p."""
    p = jnp.exp(log_p)
    return jnp.where(p > 0, p * jnp.where(p > 0, logit, 0.0), 0.0)


def mean_of(p_data: Law, function: Callable[[Any], Any]) -> Measured:
    """E[g(x)] over the law of the data.

    Args:
      p_data: a density on the line or the plane.
      function: g of points (n,) or (n, 2), on the host, that grows at most like a power.
    """
    return single(expectation(p_data, _mean, lambda x, log_p, log_q: function(x)))


def split_of_likelihood(p_data: Law, law: Law) -> Split:
    """The split of maximum likelihood: -E log p(x) - h(p_data) = KL(p_data‖p), each side its own integral, and no gap.

    Args:
      p_data: law of the data.
      law: the model's.

    Source:
      Cover & Thomas 2006, section 8.5.
    """
    objective = mean_of(p_data, lambda x: -law.log_prob(x))
    if isinstance(objective, Estimate):
        doubt = float(np.max(law._log_doubt())) if isinstance(law, Density) else 0.0
        objective = objective - single(entropy(p_data)) + Estimate(0.0, doubt)
    return Split(objective, single(kl(p_data, law)), Estimate(0.0, 0.0), 1)
