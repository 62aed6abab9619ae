"""A finished training as a folder of files: the two players, the laws they played on, and what was measured along the way."""

import io
from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import equinox as eqx
import jax

from gantheory.base.files import output_folder, read_record, write, write_record
from gantheory.base.precision import shown
from gantheory.distributions import push_forward
from gantheory.distributions.record import from_record, to_record
from gantheory.game.networks import Discriminator, Generator
from gantheory.measurement.state import NAMES, Measurement, PlaneMeasurement, measure
from gantheory.training.ended import Ended, shortened
from gantheory.training.fitted import FIT, fit_from_record
from gantheory.training.history import Progress as Progress
from gantheory.training.history import Row as Row
from gantheory.training.history import history_from_csv, history_to_csv, history_to_netcdf
from gantheory.training.side_by_side import SideBySide, side_by_side

KIND = "gantheory run"
NETWORKS: dict[str, type[eqx.Module]] = {"Generator": Generator, "Discriminator": Discriminator}


@dataclass(repr=False)
class Run(Ended):
    """A training that has ended.

    Attributes:
      p_data: law of the data, on the line or on the plane.
      latent: law of z.
      generator: G at the end; its average, if the game keeps one.
      discriminator: D at the end.
      settings: what was set, as JSON can hold it.
      history: the measured states.
      stopped: why the training ended before its last step, if it did.
    """

    p_data: Any
    latent: Any
    generator: Any
    discriminator: Any
    settings: dict[str, Any]
    history: list[Row] = field(default_factory=list)
    stopped: str | None = None

    def __repr__(self) -> str:
        return self._told(f"Run of Algorithm 1 on {shortened(self.p_data)}, z from {shortened(self.latent)}", NAMES)

    @cached_property
    def p_g(self) -> Any:
        """The law of the generator's output: exact on the line, by a mesh on the plane."""
        return push_forward(self.generator, self.latent, self.p_data.dimension)

    @property
    def judge(self) -> Any:
        """D, if its output is the logit of one point, as V reads it; else None."""
        return self.discriminator if not self.history or self.history[0].measured.value is not None else None

    def measured(self) -> Measurement | PlaneMeasurement:
        """The final state in numbers: the last row of the history, measured as exactly as it can be where the training reached its end."""
        return self.history[-1].measured if self.history else self._measured

    @cached_property
    def _measured(self) -> Measurement | PlaneMeasurement:
        return measure(self.p_data, self.p_g, self.judge)

    def plot(self, ax: Any = None, *, arrows: bool = True) -> Any:
        """Draw the end of the run by your own rcParams: on the line as Figure 1 of Goodfellow et al. 2014, with D* beside D.

        On the plane p_g is a map of its mass, with lines of p_data's density and of D = 1/4 and 3/4.

        Args:
          ax: a matplotlib Axes; a new one of pyplot's if not given.
          arrows: draw G below the curves, as arrows from z to x; on the line.

        Returns:
          The Axes.
        """
        from gantheory.training.figure import draw_state

        ax = _axes("plot", ax)
        draw_state(ax, self, arrows)
        return ax

    def plot_history(self, ax: Any = None) -> Any:
        """Draw both gaps along the run, and |V + log 4|, by your own rcParams.

        Args:
          ax: a matplotlib Axes; a new one of pyplot's if not given.

        Returns:
          The Axes.

        Raises:
          ValueError: a run without a history.
        """
        from gantheory.training.figure import draw_history

        ax = _axes("plot_history", ax)
        draw_history(ax, self)
        return ax

    def compare(self, other: "Run | str | Path") -> SideBySide:
        """This run beside another on the same p_data: settings that differ, and results with errors, the Wasserstein distance among them.

        Args:
          other: the other run, or the folder that it was saved into.

        Returns:
          What prints as a table. ``.results["two_jsd"].difference`` is an ``Estimate``; ``.better`` names a run only where the intervals do
          not overlap.

        Raises:
          ValueError: runs on two p_data, or what is no run.
        """
        return side_by_side(self, run_of("`other` of compare", other))

    def described(self) -> dict[str, Any]:
        """All that decided the run but p_data: the settings, the law of z, the networks' shapes, and why it ended early, if it did."""
        networks = {name: _network_to_record(getattr(self, name)) for name in ("generator", "discriminator")}
        shapes = {f"{name}'s {part}": value for name, network in networks.items() for part, value in network.items()}
        law = {"law of z": repr(self.latent)}
        return {**self.settings, **law, **shapes, "stopped": self.stopped}

    def save(self, path: str | Path) -> Path:
        """Write the run into a folder.

        The networks, history.csv, history.nc (the same as NetCDF 3, with units) and, last, run.json with the hashes of the others.

        Args:
          path: the folder, made if there is none.

        Returns:
          The folder.

        Raises:
          ValueError: a folder that cannot be written to.
        """
        folder = output_folder(_folder("save", path))
        networks = {"generator": self.generator, "discriminator": self.discriminator}
        for name, network in networks.items():
            leaves = io.BytesIO()
            eqx.tree_serialise_leaves(leaves, network)
            write(folder / f"{name}.eqx", leaves.getvalue())
        write(folder / "history.csv", history_to_csv(self.history))
        write(folder / "history.nc", history_to_netcdf(self.history))
        record = {
            "kind": KIND,
            "gantheory": version("gantheory"),
            "settings": self.settings,
            "stopped": self.stopped,
            "p_data": to_record(self.p_data),
            "latent": to_record(self.latent),
            **{name: _network_to_record(network) for name, network in networks.items()},
        }
        others = [folder / name for name in ("generator.eqx", "discriminator.eqx", "history.csv", "history.nc")]
        write_record(folder / "run.json", record, others)
        return folder


def _axes(owner: str, ax: Any) -> Any:
    from matplotlib import axes, pyplot  # the user's own figures and windows

    if ax is not None and not isinstance(ax, axes.Axes):
        raise ValueError(f"`ax` of {owner} must be one matplotlib Axes, or None for a new one. Got {shown(ax)}.")
    return pyplot.subplots(layout="constrained")[1] if ax is None else ax


def _folder(owner: str, path: Any) -> Path:
    if not isinstance(path, str | Path):
        raise ValueError(f"`path` of {owner} must be a folder's path. Got {shown(path)}.")
    return Path(path)


def run_of(name: str, run: Any) -> Run:
    """A run as it is, or the one in a folder. Raises ``ValueError`` for anything else, which is called ``name``."""
    run = load(run) if isinstance(run, str | Path) else run
    if not isinstance(run, Run):
        raise ValueError(f"{name} must be a run, or the folder that it was saved into. Got {shown(run)}.")
    return run


def load(path: str | Path, like: Any = None) -> Any:
    """The run, or the fit of a model, that was saved into a folder.

    Args:
      path: the folder.
      like: (generator, discriminator) of the same structure, for networks of your own; the library's are made from their record. Of a fit
        the method, if that is none of the library's.

    Returns:
      The ``Run`` or the ``Fit``, with the weights, numbers and settings that were saved.

    Raises:
      ValueError: a file that is missing, was altered, or is not the one that run.json was written with.
    """
    folder = _folder("load", path)
    record = read_record(folder / "run.json")
    if record.get("kind") == FIT:
        return fit_from_record(record, folder, like)
    if record.get("kind") != KIND:
        raise ValueError(f"{folder / 'run.json'} must be the record of a run. Got one of kind {record.get('kind')!r}.")
    generator, discriminator = (
        _network_from_record(record[name], folder / f"{name}.eqx", own)
        for name, own in zip(("generator", "discriminator"), like or (None, None), strict=True)
    )
    history = history_from_csv((folder / "history.csv").read_text())
    p_data, latent = from_record(record["p_data"]), from_record(record["latent"])
    return Run(p_data, latent, generator, discriminator, record["settings"], history, record["stopped"])


def _network_to_record(network: Any) -> dict[str, Any]:
    """The shape of a shipped network; of any other, its kind alone."""
    kind = type(network).__name__
    if NETWORKS.get(kind) is not type(network):
        return {"kind": kind}
    static = [one.name for one in fields(network) if one.metadata.get("static")]
    return {"kind": kind, **{name: getattr(network, name) for name in static}}


def untrained_like(network: Any, key: Any) -> list[Any]:
    """An untrained network of the same shape, if it is one of the library's; else none."""
    kind, *_ = (record := _network_to_record(network)).values()
    shape = {name: value for name, value in record.items() if name != "kind"}
    make: Any = NETWORKS.get(kind)
    return [make(**shape, key=key)] if make is type(network) else []


def _network_from_record(record: dict[str, Any], leaves: Path, like: Any) -> Any:
    kind, shape = record["kind"], {name: value for name, value in record.items() if name != "kind"}
    if like is None:
        if kind not in NETWORKS:
            raise ValueError(f"`like` must be given to load a network of your own, here a {kind}: one of the same structure.")
        like = eqx.filter_eval_shape(NETWORKS[kind], **shape, key=jax.random.key(0))
    return eqx.tree_deserialise_leaves(io.BytesIO(leaves.read_bytes()), like)
