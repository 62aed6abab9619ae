"""What was measured along a training, and the files that hold it."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from gantheory.base.estimate import Divergent, Estimate
from gantheory.measurement.state import Measurement, PlaneMeasurement
from gantheory.models.measuring import ModelMeasurement


@dataclass(frozen=True)
class Row:
    """One measured state.

    Attributes:
      step: iterations played.
      measured: the exact numbers.
      discriminator_loss: D's loss on the last minibatch.
      generator_loss: G's loss on the last minibatch.
    """

    step: int
    measured: Measurement | PlaneMeasurement
    discriminator_loss: float
    generator_loss: float


@dataclass(frozen=True)
class ModelRow:
    """One measured state of a model that plays no game.

    Attributes:
      step: iterations done.
      measured: the exact numbers.
      loss: on the last minibatch.
    """

    step: int
    measured: ModelMeasurement
    loss: float


AnyRow = Row | ModelRow

# What a training reports to: a function of the iterations done, their total, and the state measured then, None if none was.
Progress = Callable[[int, int, AnyRow | None], None]


def quantities(history: Sequence[AnyRow]) -> list[str]:
    """The names of what was measured, the same in every row."""
    return [name for name, _ in history[0].measured.items()] if history else []


def _losses(kind: type[AnyRow]) -> list[str]:
    """The names of the minibatch losses in a kind of row."""
    return [one.name for one in fields(kind) if one.name not in ("step", "measured")]


def history_to_table(history: Sequence[AnyRow]) -> dict[str, np.ndarray]:
    """The history by columns: the step, each quantity and its error in nats, the minibatch losses.

    An infinite quantity is ±inf, and its error 0.
    """
    columns = {"step": np.array([row.step for row in history])}
    for name in quantities(history):
        measured = [getattr(row.measured, name) for row in history]
        columns[name] = np.array([float(m) for m in measured])
        columns[f"{name}_error"] = np.array([0.0 if isinstance(m, Divergent) else m.error for m in measured])
    return columns | {name: np.array([getattr(row, name) for row in history]) for name in _losses(type(history[0]) if history else Row)}


def history_to_csv(history: Sequence[AnyRow]) -> str:
    """The history as CSV, one line per row. Beside each quantity is its error or, if it is infinite, the reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names, losses = quantities(history), _losses(type(history[0]) if history else Row)
    writer.writerow(["step", *(cell for name in names for cell in (name, f"{name}_error")), *losses])
    for row in history:
        pairs = [(float(m), m.reason if isinstance(m, Divergent) else m.error) for _, m in row.measured.items()]
        writer.writerow([row.step, *(cell for pair in pairs for cell in pair), *(getattr(row, name) for name in losses)])
    return text.getvalue()


def history_from_csv(text: str) -> list[Any]:
    """The history that :func:`history_to_csv` wrote."""
    reader = csv.DictReader(io.StringIO(text))
    columns = reader.fieldnames or ()
    kind: Any = PlaneMeasurement if "jsd_bound" in columns else ModelMeasurement if "objective" in columns else Measurement
    row_of: Any = ModelRow if kind is ModelMeasurement else Row
    history = []
    for cells in reader:
        measured = {}
        for name in (one.name for one in fields(kind)):
            if name not in columns:
                measured[name] = None
                continue
            value, error = float(cells[name]), cells[f"{name}_error"]
            measured[name] = Divergent(error, int(math.copysign(1, value))) if math.isinf(value) else Estimate(value, float(error))
        losses = {name: float(cells[name]) for name in _losses(row_of)}
        history.append(row_of(int(cells["step"]), kind(**measured), **losses))
    return history


def history_to_netcdf(history: Sequence[AnyRow]) -> bytes:
    """The table of a history as NetCDF 3, with units, for ``xarray.open_dataset``."""
    from scipy.io import netcdf_file

    columns = history_to_table(history)
    content = io.BytesIO()
    with netcdf_file(content, "w") as file:
        file.createDimension("step", len(columns["step"]))
        for name, column in columns.items():
            variable = file.createVariable(name, "i4" if name == "step" else "f8", ("step",))
            variable[:] = column
            variable.units = "1" if name == "step" else "nat"
        file.flush()
        return content.getvalue()
