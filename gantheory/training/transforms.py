"""The logarithm of positive columns, such as prices, and how well a model with it or without it foretells rows that it has not seen."""

from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions import Law

TRANSFORMS = ("log",)
MOST_SCORED = 5_000  # most held-out rows that are scored, the first of them
BLOCK = 500  # rows at a time, for memory


class Score(NamedTuple):
    """The mean log-likelihood of a held-out row x under a model, in nats, with its standard error: of p(x), whatever was transformed."""

    mean: float
    standard_error: float

    def __str__(self) -> str:
        digits = max(0, 1 - int(np.floor(np.log10(max(self.standard_error, 1e-6)))))
        return f"{self.mean:.{digits}f} ± {self.standard_error:.{digits}f}"


def logarithms(values: Any, columns: tuple[str, ...]) -> np.ndarray:
    """The natural logarithms of columns, (n,) or (n, d). Raises ``ValueError`` for a number that is not positive."""
    for name, own in zip(columns, np.atleast_2d(np.transpose(values)), strict=True):
        if not np.all(own > 0):
            raise ValueError(f"Column {name!r} must be positive for its logarithm, `transform`. Got {own.min():g}.")
    return np.log(values)


def score_of(density: Law, held_out: np.ndarray, of_logarithms: bool) -> Score:
    """How a model foretells rows: with the logarithm y = log x, p(x) = p(y)/x in each coordinate.

    Args:
      density: of the rows, or of their logarithms.
      held_out: rows, or their logarithms, (n,) or (n, d), two at least.
      of_logarithms: whether they are.
    """
    scored = held_out[: min(len(held_out) // BLOCK * BLOCK, MOST_SCORED) or len(held_out)]
    each = np.concatenate([density.log_prob(scored[at : at + BLOCK]) for at in range(0, len(scored), BLOCK)])
    if of_logarithms:
        each = each - (scored if scored.ndim == 1 else scored.sum(axis=1))
    return Score(float(each.mean()), float(np.std(each, ddof=1) / np.sqrt(len(each))))
