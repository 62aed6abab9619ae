"""What was measured along a training, and the files that hold it."""

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from gantheory.base.estimate import Divergent, Estimate
from gantheory.measurement.state import Measurement, PlaneMeasurement


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


# What a training reports to: a function of the iterations done, their total, and the state measured then, None if none was.
Progress = Callable[[int, int, Row | None], None]


def quantities(history: list[Row]) -> list[str]:
    """The names of what was measured, the same in every row."""
    return [name for name, _ in history[0].measured.items()] if history else []


def history_to_table(history: list[Row]) -> dict[str, np.ndarray]:
    """The history by columns: the step, each quantity and its error in nats, the minibatch losses.

    An infinite quantity is ±inf, and its error 0.
    """
    columns = {"step": np.array([row.step for row in history])}
    for name in quantities(history):
        measured = [getattr(row.measured, name) for row in history]
        columns[name] = np.array([float(m) for m in measured])
        columns[f"{name}_error"] = np.array([0.0 if isinstance(m, Divergent) else m.error for m in measured])
    return columns | {name: np.array([getattr(row, name) for row in history]) for name in ("discriminator_loss", "generator_loss")}


def history_to_csv(history: list[Row]) -> str:
    """The history as CSV, one line per row. Beside each quantity is its error or, if it is infinite, the reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = quantities(history)
    writer.writerow(["step", *(cell for name in names for cell in (name, f"{name}_error")), "discriminator_loss", "generator_loss"])
    for row in history:
        pairs = [(float(m), m.reason if isinstance(m, Divergent) else m.error) for _, m in row.measured.items()]
        writer.writerow([row.step, *(cell for pair in pairs for cell in pair), row.discriminator_loss, row.generator_loss])
    return text.getvalue()


def history_from_csv(text: str) -> list[Row]:
    """The history that :func:`history_to_csv` wrote."""
    reader = csv.DictReader(io.StringIO(text))
    columns = reader.fieldnames or ()
    kind = PlaneMeasurement if "jsd_bound" in columns else Measurement
    history = []
    for cells in reader:
        measured = {}
        for name in (one.name for one in fields(kind)):
            if name not in columns:
                measured[name] = None
                continue
            value, error = float(cells[name]), cells[f"{name}_error"]
            measured[name] = Divergent(error, int(math.copysign(1, value))) if math.isinf(value) else Estimate(value, float(error))
        losses = float(cells["discriminator_loss"]), float(cells["generator_loss"])
        history.append(Row(int(cells["step"]), kind(**measured), *losses))
    return history


def history_to_netcdf(history: list[Row]) -> bytes:
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
