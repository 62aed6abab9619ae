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

from gantheory import datasets
from gantheory.distributions import Law
from gantheory.distributions.text import parse
from gantheory.game.networks import Unit
from gantheory.training.kernel_density import estimated
from gantheory.training.rows import read_rows, split
from gantheory.training.settings import Settings

# Settings of rows, which a named density does not have.
OF_ROWS = ("column", "bandwidth", "encoding", "no_header", "delimiter", "decimal", "thousands", "drop_missing")
DRAWS = 4096  # sample of a named density that gives its location and scale
SMALLEST, LARGEST = 1e-30, 1e30  # scales of data that are well within float32
FARTHEST = 1e4  # location, in scales, beyond which data are rounded by more than a thousandth of their scale in float32
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
    """A density by its expression. Its unit is its median and half the width of its middle 68 %, in each coordinate."""
    density = parse(text)
    sample = density.sample(jax.random.key(0), (DRAWS,))
    low, middle, high = np.quantile(sample, [0.16, 0.5, 0.84], axis=0)
    return Data(density, _unit(middle, (high - low) / 2), None, {"p_data": text})


def _modelled(settings: Settings) -> Data:
    """The kernel density estimate of the rows that are not held out. Its unit is their mean and standard deviation."""
    if len(settings.column) > 2:
        raise ValueError(f"The columns of --data must be one or two, each given by --column. Got {len(settings.column)}.")
    file = str(settings.data)
    path = str(datasets.path(file)) if file in datasets.names() else file
    read = read_rows(path, settings.column, settings.reading)
    rows, held_out = split(read.values, settings.seed)
    with np.errstate(over="ignore"):
        unit = _unit(rows.mean(0), rows.std(0))
    estimate = estimated(rows, settings.bandwidth)
    record = {
        "file": Path(file).name,
        "column": read.columns[0] if len(read.columns) == 1 else list(read.columns),
        "read": read.said,
        "model": str(estimate),
        "bandwidth": estimate.bandwidth,
        "bandwidth_rule": estimate.rule,
        "rows_modelled": len(rows),
        "rows_held_out": len(held_out),
    }
    return Data(estimate.density, unit, held_out, record)


def _unit(loc: Any, scale: Any) -> Unit:
    """The unit of the networks. Raises ``ValueError`` for data that float32, in which networks are trained, cannot tell apart."""
    if not np.all((scale >= SMALLEST) & (scale <= LARGEST)):
        raise ValueError(
            f"The data must have a scale from {SMALLEST:g} to {LARGEST:g}, as float32 networks need: divide them first. "
            f"Got {np.min(scale):g}."
        )
    if np.any(np.abs(loc) > FARTHEST * scale):
        raise ValueError(
            f"The data must lie within {FARTHEST:g} of their scale from 0, or float32 networks cannot tell them apart: subtract their "
            f"location first. Got a location of {np.max(np.abs(loc)):g} with a scale of {np.min(scale):.3g}."
        )
    return Unit(loc.tolist(), scale.tolist())
