"""A user's sample on the line: one explicit density model of it, and what can be said against the raw rows themselves.

Rows alone are an empirical measure, which has no density: JSD(any density, empirical measure) = log 2, whatever G does. So the data
are modelled by one named density, which is then p_data in full, sampled from *and* measured against. What the model leaves out is
judged on rows that were held out from it.
"""

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from gantheory.base.estimate import finite
from gantheory.distributions import Density, Mixture, Normal, Pushforward
from gantheory.measurement.minimax import logit_of, value_integrand
from gantheory.quadrature.line import integrals
from gantheory.quadrature.pair import Pair

FEWEST_ROWS = 10
HELD_OUT = 0.25
PERMUTATIONS = 999


class HeldOut(NamedTuple):
    """What held-out rows say of p_g, with no density model between."""

    rows: int
    jsd_lower_bound: float  # (V + log 4)/2, nats
    standard_error: float
    wasserstein1: float | None  # in the data's unit; on the line only
    p_value: float | None  # of the permutation test of W1


def read_column(path, column: str) -> np.ndarray:
    """A column of a CSV file with a header line, as float64. Raises ``ValueError`` if it is not a sample that can be learnt from."""
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return parse_column(file, column, str(path))
    except OSError as error:
        raise ValueError(f"The data must be a CSV file that can be read. Got {path}: {error.strerror}.") from None


def column_names(lines: Iterable[str], source: str) -> list[str]:
    """The header of a CSV file, given as its lines. ``source`` is what to call it."""
    try:
        names = next(csv.reader(lines), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"The data must be a CSV file in UTF-8. Got {source}: {error}.") from None
    if not names:
        raise ValueError(f"The data must be a CSV file with a header line. Got {source}, which is empty.")
    return names


def parse_column(lines: Iterable[str], column: str, source: str) -> np.ndarray:
    """A column of a CSV file, given as its lines."""
    lines = iter(lines)
    names = column_names(lines, source)
    if column not in names:
        raise ValueError(f"The column must be one of {', '.join(names)}. Got {column!r}.")
    reader = csv.DictReader(lines, names)
    try:
        values = np.array([_number(row.get(column), reader.line_num + 1, column) for row in reader])
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"The data must be a CSV file in UTF-8. Got {source}: {error}.") from None
    if len(values) < FEWEST_ROWS:
        raise ValueError(f"Column {column!r} must have at least {FEWEST_ROWS} rows. Got {len(values)}.")
    if values.min() == values.max():
        raise ValueError(f"Column {column!r} must vary. Got {values[0]:g} in all {len(values)} rows.")
    return values


def _number(cell: str | None, line: int, column: str) -> float:
    try:
        value = float(cell or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"Column {column!r} must hold finite numbers only. Got {cell!r} on line {line}.")
    return value


def split(sample: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows to model, rows held out), by a seeded shuffle."""
    shuffled = np.random.default_rng(seed).permutation(sample)
    held = max(2, round(HELD_OUT * len(sample)))
    return shuffled[held:], shuffled[:held]


def silverman(sample: np.ndarray) -> float:
    """Silverman's bandwidth, 0.9 min(s, IQR/1.34) n^(-1/5) (Silverman 1986, Eq. 3.31); s alone where the middle half is one value."""
    low, high = np.quantile(sample, [0.25, 0.75])
    spread = np.std(sample, ddof=1)
    return 0.9 * min(spread, (high - low) / 1.34 or spread) * len(sample) ** -0.2


def kde(sample: np.ndarray, bandwidth: float) -> Mixture:
    """The Gaussian kernel density estimate, (1/n) Σ N(x_i, h²): a model of a user's data, never of a generator."""
    return Mixture(np.full(len(sample), 1 / len(sample)), Normal(np.asarray(sample, dtype=np.float64), bandwidth))


def against_held_out(held_out: np.ndarray, p_data: Density, p_g: Pushforward, discriminator, seed: int) -> HeldOut:
    """Judge p_g by rows that neither it nor the model of the data has seen.

    For the rows' own law r and any D, V(r, p_g, D) <= -log 4 + 2 JSD(r, p_g). E_r[log D] is the rows' mean, with its standard error;
    E_{p_g}[log(1 - D)] is an integral over the exact p_g, with none to speak of.
    """
    logit = logit_of(discriminator)
    log_d = -np.logaddexp(0.0, -logit(held_out))
    generated = integrals(Pair(p_data, p_g), {"log_one_minus_d": _log_one_minus_d}, logit)["log_one_minus_d"]
    bound = (log_d.mean() + float(finite(generated)) + math.log(4)) / 2
    standard_error = np.std(log_d, ddof=1) / math.sqrt(len(log_d)) / 2
    sample = p_g.sample(jax.random.key(seed), (10 * len(held_out),))
    distance, p_value = wasserstein_test(held_out, np.asarray(sample), seed)
    return HeldOut(len(held_out), float(bound), float(standard_error), distance, p_value)


def _log_one_minus_d(log_p, log_q, logit):
    return value_integrand(-jax.numpy.inf, log_q, logit)


def wasserstein_test(x: np.ndarray, y: np.ndarray, seed: int) -> tuple[float, float]:
    """(W1 between two samples, p-value of its permutation test that both come from one law)."""
    from scipy import stats  # heavy, and needed for a user's data only

    result = stats.permutation_test(
        (x, y), stats.wasserstein_distance, n_resamples=PERMUTATIONS, alternative="greater", rng=np.random.default_rng(seed)
    )
    return float(result.statistic), float(result.pvalue)
