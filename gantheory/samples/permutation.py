"""What a permutation test gives: whether a distance of two samples is larger than relabelled rows have it."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

PERMUTATIONS = 999
FEWER = 199  # permutations of what is slow to compute
TIE = 1e-10  # relative difference below which two distances count as equal


@dataclass(frozen=True)
class Distance:
    """A distance between two samples, and how rarely rows of one law are so far apart.

    Attributes:
      value: of the empirical laws, exact but for rounding.
      if_equal: its mean over permutations of the rows: what samples of one law, of these sizes, have on average.
      p_value: of the permutation test that both samples are of one law, valid at any n: (1 + permutations no nearer) / (1 + permutations).
        None where the test was not made; ``if_equal`` likewise.
      rows: rows of data and generated rows it is of: the first of each, in random order, where it is not of all.
    """

    value: float
    if_equal: float | None
    p_value: float | None
    rows: tuple[int, int]

    def __str__(self) -> str:
        tested = "" if self.p_value is None else f", p = {self.p_value:.3g} (rows of one law have {self.if_equal:.3g} on average)"
        return f"{self.value:.4g}{tested}, of {self.rows[0]} + {self.rows[1]} rows"


def tested(value: float, permuted: Float[np.ndarray, " b"], rows: tuple[int, int]) -> Distance:
    """A distance beside those of permuted rows. What is equal up to rounding counts as no nearer."""
    no_nearer = int((permuted >= value - TIE * abs(value)).sum())
    return Distance(value, float(permuted.mean()), (1 + no_nearer) / (1 + len(permuted)), rows)


def relabelled(labels: Bool[np.ndarray, " n"], times: int, rng: np.random.Generator) -> Bool[np.ndarray, "times n"]:
    """The labels in so many random orders."""
    return rng.permuted(np.tile(labels, (times, 1)), axis=1)


def scaled(distance: Distance, unit: float) -> Distance:
    """A distance of rows that were divided by ``unit``, in the rows' own unit."""
    if_equal = None if distance.if_equal is None else distance.if_equal * unit
    return replace(distance, value=distance.value * unit, if_equal=if_equal)
