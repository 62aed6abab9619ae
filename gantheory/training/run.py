"""A training run: the two players, the densities they played on, and what was measured along the way. It knows nothing of drawing."""

import csv
import io
import math
from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np

from gantheory.base.estimate import Divergent, Estimate
from gantheory.base.files import output_folder, read_record, write, write_record
from gantheory.distributions import PlaneDensity, PlanePushforward, Pushforward
from gantheory.distributions.record import from_record, to_record
from gantheory.game.networks import Discriminator, Generator
from gantheory.measurement.cells import PlaneMeasurement, measure_plane
from gantheory.measurement.state import Measurement, measure

KIND = "gantheory run"
NETWORKS = {"Generator": Generator, "Discriminator": Discriminator}


@dataclass(frozen=True)
class Row:
    """One measured state: the number of generator steps taken, the exact numbers, and the last minibatch's losses."""

    step: int
    measured: Measurement | PlaneMeasurement
    discriminator_loss: float
    generator_loss: float


@dataclass
class Run:
    p_data: Any  # a density on the line or on the plane, and so is the latent's
    latent: Any
    generator: Any
    discriminator: Any
    settings: dict
    history: list[Row] = field(default_factory=list)
    stopped: str | None = None  # why it ended before its last step, if it did

    @cached_property
    def p_g(self) -> Any:
        """The law of the generator's output: exact on the line, by a mesh on the plane."""
        kind = PlanePushforward if isinstance(self.p_data, PlaneDensity) else Pushforward
        return kind(self.generator, self.latent)

    @property
    def judge(self) -> Any:
        """D, if its output is the logit of one point, as V reads it; else None."""
        return self.discriminator if not self.history or self.history[0].measured.value is not None else None

    def measured(self) -> Measurement | PlaneMeasurement:
        """The run's end, as exactly as it can be known."""
        if isinstance(self.p_data, PlaneDensity):
            return measure_plane(self.p_data, self.p_g, self.judge)
        return measure(self.p_data, self.p_g, self.judge)

    def finished(self) -> "Run":
        """This run, if it reached its last step. Raises ``KeyboardInterrupt`` if it was interrupted, ``ValueError`` if it broke down."""
        if self.stopped is None:
            return self
        kind = KeyboardInterrupt if self.stopped.startswith("interrupted") else ValueError
        raise kind(f"The training ended early: {self.stopped}.")

    def column(self, name: str) -> list[float]:
        """One quantity along the history: a field of Row or of Measurement, as floats (inf where it is infinite)."""
        return [float(getattr(row, name) if hasattr(row, name) else getattr(row.measured, name)) for row in self.history]

    def table(self) -> dict[str, np.ndarray]:
        """The history by columns, ready for ``pandas.DataFrame``: the step, each quantity and its error in nats, the minibatch losses.

        An infinite quantity is ±inf, and its error 0.
        """
        columns = {"step": np.array([row.step for row in self.history])}
        for name in _quantities(self.history):
            measured = [getattr(row.measured, name) for row in self.history]
            columns[name] = np.array([float(m) for m in measured])
            columns[f"{name}_error"] = np.array([0.0 if isinstance(m, Divergent) else m.error for m in measured])
        return columns | {name: np.array([getattr(row, name) for row in self.history]) for name in ("discriminator_loss", "generator_loss")}

    def save(self, path) -> Path:
        """Write the run into a folder: networks, history.csv and the same as history.nc (NetCDF 3, with units, for
        ``xarray.open_dataset``), and last run.json, which holds the hashes of the others."""
        folder = output_folder(Path(path))
        networks = {"generator": self.generator, "discriminator": self.discriminator}
        for name, network in networks.items():
            leaves = io.BytesIO()
            eqx.tree_serialise_leaves(leaves, network)
            write(folder / f"{name}.eqx", leaves.getvalue())
        write(folder / "history.csv", history_to_csv(self.history))
        write(folder / "history.nc", _netcdf(self.table()))
        record = {
            "kind": KIND,
            "gantheory": version("gantheory"),
            "settings": self.settings,
            "stopped": self.stopped,
            "p_data": to_record(self.p_data),
            "latent": to_record(self.latent),
            **{name: _network_to_record(network) for name, network in networks.items()},
        }
        write_record(
            folder / "run.json", record, [folder / name for name in ("generator.eqx", "discriminator.eqx", "history.csv", "history.nc")]
        )
        return folder


def load(path, like: tuple[Any, Any] | None = None) -> Run:
    """The Run that was saved into a folder. ``like`` is (generator, discriminator) of the same structure, for networks of your own.

    Raises ``ValueError`` if a file is missing, was altered, or is not of the set that run.json was written with.
    """
    folder = Path(path)
    record = read_record(folder / "run.json")
    if record.get("kind") != KIND:
        raise ValueError(f"{folder / 'run.json'} must be the record of a run. Got one of kind {record.get('kind')!r}.")
    generator, discriminator = (
        _network_from_record(record[name], folder / f"{name}.eqx", own)
        for name, own in zip(("generator", "discriminator"), like or (None, None), strict=True)
    )
    history = history_from_csv((folder / "history.csv").read_text())
    p_data, latent = from_record(record["p_data"]), from_record(record["latent"])
    return Run(p_data, latent, generator, discriminator, record["settings"], history, record["stopped"])


def _quantities(history: list[Row]) -> list[str]:
    """The names of what was measured, the same at every row."""
    return [name for name, _ in history[0].measured.items()] if history else []


def history_to_csv(history: list[Row]) -> str:
    """A row a measured state. Beside each quantity stands its error, or, where it is infinite, the reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = _quantities(history)
    writer.writerow(["step", *(cell for name in names for cell in (name, f"{name}_error")), "discriminator_loss", "generator_loss"])
    for row in history:
        pairs = [(float(m), m.reason if isinstance(m, Divergent) else m.error) for _, m in row.measured.items()]
        writer.writerow([row.step, *(cell for pair in pairs for cell in pair), row.discriminator_loss, row.generator_loss])
    return text.getvalue()


def history_from_csv(text: str) -> list[Row]:
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


def _netcdf(columns: dict[str, np.ndarray]) -> bytes:
    from scipy.io import netcdf_file

    content = io.BytesIO()
    with netcdf_file(content, "w") as file:
        file.createDimension("step", len(columns["step"]))
        for name, column in columns.items():
            variable = file.createVariable(name, "i4" if name == "step" else "f8", ("step",))
            variable[:] = column
            variable.units = "1" if name == "step" else "nat"
        file.flush()
        return content.getvalue()


def _network_to_record(network) -> dict:
    kind = type(network).__name__
    if NETWORKS.get(kind) is not type(network):
        return {"kind": kind}
    static = [field.name for field in fields(network) if field.metadata.get("static")]
    return {"kind": kind, **{name: getattr(network, name) for name in static}}


def _network_from_record(record: dict, leaves: Path, like):
    kind, shape = record["kind"], {name: value for name, value in record.items() if name != "kind"}
    if like is None:
        if kind not in NETWORKS:
            raise ValueError(f"`like` must be given to load a network of your own, here a {kind}: one of the same structure.")
        like = eqx.filter_eval_shape(NETWORKS[kind], **shape, key=jax.random.key(0))
    return eqx.tree_deserialise_leaves(io.BytesIO(leaves.read_bytes()), like)
