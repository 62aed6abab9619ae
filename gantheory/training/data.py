"""The data that settings name: a density, or rows of a CSV file with one explicit density as their model.

Rows alone are an empirical measure, which has no density: JSD(any density, empirical measure) = log 2, whatever G does. So one named
density models them, and is p_data in full: sampled from and measured against. What the model leaves out is judged by rows that were held
out from it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from gantheory import datasets
from gantheory.distributions import Law
from gantheory.distributions.text import parse
from gantheory.game.networks import Unit
from gantheory.game.units import in_unit, rounded_unit
from gantheory.training.kernel_density import estimated, standard_deviation
from gantheory.training.rows import Rows, read_rows, require_variation, split
from gantheory.training.settings import OF_ROWS, Settings
from gantheory.training.transforms import Score, logarithms, score_of

FEWEST_SIGMAS = 3.0  # standard errors by which a model must be ahead to be advised
DRAWS = 4096  # sample of a named density that gives its location and scale
SMALLEST, LARGEST = 1e-280, 1e280  # scales of rows whose kernels are within the doubles
LATENTS = {1: "Normal(0, 1)", 2: "Product(Normal(0, 1), Normal(0, 1))"}  # laws of z where none is given


@dataclass(frozen=True)
class Data:
    """What a training learns from.

    Attributes:
      density: p_data.
      unit: where the data lie and how wide they are, for the networks.
      held_out: rows that were held out, (n,) or (n, 2), if p_data models rows.
      record: how p_data was made, for report.json.
    """

    density: Law
    unit: Unit
    held_out: np.ndarray | None
    record: dict[str, Any]


def data_of(settings: Settings) -> Data:
    """The data that the settings name. Raises ``ValueError`` unless they name one density, or rows that can be learned from."""
    if (settings.p_data is None) == (settings.data is None):
        raise ValueError("The data must be given by one of --p-data and --data. Got " + ("neither." if settings.data is None else "both."))
    if settings.p_data is None:
        return _modelled(settings)
    if given := [name for name in OF_ROWS if getattr(settings, name) not in (None, (), False)]:
        raise ValueError(f"`{given[0]}` must go with --data: a density that is named has no rows. Got it beside --p-data.")
    return _named(settings.p_data)


def latent_of(settings: Settings, dimension: int) -> Law:
    """The law of z for data of this dimension. Raises ``ValueError`` for one of another dimension."""
    latent = parse(settings.latent or LATENTS[dimension])
    if latent.dimension != dimension:
        raise ValueError(
            f"`latent` must be on the line for data on the line, and on the plane for data on the plane. Got {settings.latent}."
        )
    return latent


def _named(text: str) -> Data:
    """A density by its expression."""
    density = parse(text)
    unit = unit_of_law(density)
    in_unit(density, unit)  # refuses what cannot be learned from
    return Data(density, unit, None, {"p_data": text})


def _modelled(settings: Settings) -> Data:
    """The kernel density estimate of the rows that are not held out, or of their logarithms. Its unit is their mean and deviation."""
    if len(settings.column) > 2:
        raise ValueError(f"The columns of --data must be one or two, each given by --column. Got {len(settings.column)}.")
    file = str(settings.data)
    path = str(datasets.path(file)) if file in datasets.names() else file
    read = read_rows(path, settings.column, settings.reading)
    require_variation(read)
    values = read.values if settings.transform is None else logarithms(read.values, read.columns)
    rows, held_out = split(values, settings.split_seed)
    unit = unit_of_rows(rows)
    estimate = estimated(rows, settings.bandwidth)
    in_unit(estimate.density, unit)  # refuses what cannot be learned from
    scores = {settings.transform: score_of(estimate.density, held_out, bool(settings.transform))} | _of_the_other(read, settings)
    record = {
        "file": Path(file).name,
        "column": read.columns[0] if len(read.columns) == 1 else list(read.columns),
        "read": read.said,
        "transform": settings.transform,
        "model": str(estimate).replace(" of ", " of the logarithms of ", 1) if settings.transform else str(estimate),
        "scores": {name or "none": score._asdict() for name, score in scores.items()},
        "said_of_scores": _said_of(scores),
        "advice": _advice_of(scores, settings.transform),
        "bandwidth": estimate.bandwidth,
        "bandwidth_rule": estimate.rule,
        "rows_modelled": len(rows),
        "rows_held_out": len(held_out),
    }
    return Data(estimate.density, unit, held_out, record)


def _of_the_other(read: Rows, settings: Settings) -> dict[str | None, Score]:
    """The score of a model with the logarithm where there is none, and without where there is one, by its own bandwidth; if it can be."""
    other = None if settings.transform else "log"
    if not np.all(read.values > 0):
        return {}
    rows, held_out = split(np.log(read.values) if other else read.values, settings.split_seed)
    try:
        return {other: score_of(estimated(rows).density, held_out, bool(other))}
    except ValueError:  # a bandwidth that spans no doubles
        return {}


def _said_of(scores: dict[str | None, Score]) -> str:
    chosen, *others = (
        f"{score} nats {'without a transform' if name is None else f'by --transform {name}'}" for name, score in scores.items()
    )
    return f"Mean log-likelihood of a held-out row under p_data: {chosen}{''.join(f'; it would be {one}' for one in others)}."


def _advice_of(scores: dict[str | None, Score], chosen: str | None) -> str | None:
    """What to do where the model that was not chosen foretells the held-out rows clearly better.

    The measure is the better one's standard error: that of a model which misses a heavy tail is large for that very reason.
    """
    best = max(scores, key=lambda name: scores[name].mean)
    ahead = scores[best].mean - scores[chosen].mean
    if ahead <= FEWEST_SIGMAS * scores[best].standard_error:
        return None
    how = f"with --transform {best}" if best else f"without --transform {chosen}"
    return f"The rows are modelled better {how}: a held-out row's mean log-likelihood is {ahead:.2g} nats higher."


def unit_of_law(p_data: Law) -> Unit:
    """The median of draws and half the width of their middle 68 %, in each coordinate, to eight bits of it."""
    low, middle, high = np.quantile(p_data.sample(jax.random.key(0), (DRAWS,)), [0.16, 0.5, 0.84], axis=0)
    return rounded_unit(middle, (high - low) / 2)


def unit_of_rows(rows: Float[np.ndarray, "rows *point"]) -> Unit:
    """Their mean and standard deviation, to eight bits of it. Raises ``ValueError`` for rows whose kernels are beyond the doubles."""
    scale = standard_deviation(rows)
    if not np.all((scale >= SMALLEST) & (scale <= LARGEST)):
        raise ValueError(f"The data must have a scale from {SMALLEST:g} to {LARGEST:g}: multiply them first. Got {np.min(scale):.3g}.")
    return rounded_unit(rows[0] + np.mean(rows - rows[0], axis=0), scale)  # offsets are exact, far from 0 too
