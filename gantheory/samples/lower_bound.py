"""A lower bound of JSD from rows alone: every discriminator gives one, by the value that it reaches on rows it has not seen."""

import math
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext

import numpy as np
from jaxtyping import Float

from gantheory.samples.betting import mean_lower_bound, mean_p_value
from gantheory.samples.separation import MOST_TRAINED, trained_separation

LOG2, LOG4 = math.log(2), math.log(4)
SMALLEST_REACH = 1e-3  # a logit to which D may always go


@dataclass(frozen=True)
class LowerBound:
    """What one discriminator, trained on half of the rows, shows of JSD(p_data, p_g) on the other half; in nats.

    Attributes:
      value: J(D), the mean over the other half. Its expectation is at most JSD, and below 0 for a D that is worse than ½.
      standard_error: of value, for large n.
      bound: JSD is at least this, with a probability of at least ``level``, at any n and whatever the laws are; 0 says nothing.
      level: of the bound.
      rows: rows of data and generated rows that D was judged on.
      p_value: of the test that JSD is 0, valid at any n; it is at most 1 - level where the bound is above 0.
    """

    value: float
    standard_error: float
    bound: float
    level: float
    rows: tuple[int, int]
    p_value: float

    @property
    def criterion_bound(self) -> float:
        """C(G) = -log 4 + 2 JSD is at least this, with the same probability."""
        return 2 * self.bound - LOG4

    def __str__(self) -> str:
        """The bound, rounded down, in words."""
        confidence = f"with {100 * self.level:g} % confidence"
        if not self.bound > 0:
            return f"0: nothing above 0 is shown {confidence}"
        return f"{floored(self.bound)}, {confidence}; so C(G) is at least {floored(self.criterion_bound)}"


def floored(bound: float) -> str:
    """Four digits of a lower bound, rounded down, so that what is printed is one too."""
    with localcontext(prec=4, rounding=ROUND_FLOOR):
        return f"{float(+Decimal(bound)):g}"


def jsd_lower_bound(
    data: Float[np.ndarray, "n d"], generated: Float[np.ndarray, "m d"], level: float, rng: np.random.Generator
) -> LowerBound:
    """A lower bound of the JSD of the laws that two samples are from.

    For any D, J(D) <= JSD(p_data, p_g), with equality for D*:

    .. math:: J(D) = \\log 2 + \\tfrac12 E_{p_{data}}[\\log D] + \\tfrac12 E_{p_g}[\\log(1 - D)]

    D is trained on one half of the rows. Its logit is then clipped to the largest one on these rows, and to ±½ log n: that makes another D,
    whose terms are bounded. The other half is dealt out in n groups, of one row of the smaller sample and the like share of the larger.
    The expectation of each group is J(D), and the bound of their mean holds at every n.

    Args:
      data: rows in random order.
      generated: likewise.
      level: of the bound, between 0 and 1.
      rng: for the training of D.

    Source:
      Goodfellow et al. 2014, Theorem 1; Waudby-Smith & Ramdas 2024.
    """
    halves = [np.array_split(sample, 2) for sample in (data, generated)]
    separation = trained_separation(halves[0][1], halves[1][1], rng)
    judged = [half[0] for half in halves]
    groups = min(map(len, judged))
    seen = max(float(np.abs(separation.logit(half[1][:MOST_TRAINED])).max()) for half in halves)
    reach = max(min(math.log(groups) / 2, seen), SMALLEST_REACH)
    logits = [np.clip(separation.logit(rows), -reach, reach) for rows in judged]
    log_d, log_not_d = -np.logaddexp(0, -logits[0]), -np.logaddexp(0, logits[1])
    values = LOG2 + (_means(log_d, groups) + _means(log_not_d, groups)) / 2
    ends = LOG2 - float(np.logaddexp(0, reach)), LOG2 - float(np.logaddexp(0, -reach))
    bound, p_value = mean_lower_bound(values, *ends, level), mean_p_value(values, *ends, level, 0.0)
    value = LOG2 + (float(log_d.mean()) + float(log_not_d.mean())) / 2
    error = math.sqrt(float(log_d.var(ddof=1)) / len(log_d) + float(log_not_d.var(ddof=1)) / len(log_not_d)) / 2
    return LowerBound(value, error, max(bound, 0.0), level, (len(log_d), len(log_not_d)), p_value)


def _means(values: np.ndarray, groups: int) -> np.ndarray:
    """The means of so many groups of neighbours, whose sizes differ by one at most."""
    starts = np.arange(groups) * len(values) // groups
    return np.add.reduceat(values, starts) / np.diff(np.append(starts, len(values)))
