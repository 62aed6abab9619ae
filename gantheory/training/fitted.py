"""A finished training of a model without a game, as a folder of files."""

import io
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import equinox as eqx
import jax

from gantheory.base.files import output_folder, write, write_record
from gantheory.base.precision import shown
from gantheory.distributions import Law
from gantheory.distributions.record import from_record, to_record
from gantheory.models.measuring import NAMES, ModelMeasurement, measure_model
from gantheory.models.method import Method
from gantheory.models.split import Split
from gantheory.models.text import METHODS, method_from_record, method_to_record, text_of
from gantheory.training.ended import Ended, shortened
from gantheory.training.history import ModelRow, history_from_csv, history_to_csv

FIT = "gantheory fit"
FILES = ("weights.eqx", "history.csv")


@dataclass(repr=False)
class Fit(Ended):
    """A training of a model that has ended.

    Attributes:
      p_data: law of the data, on the line or on the plane.
      method: what was trained, and how.
      weights: at the end; their average, if one was kept.
      settings: what was set, as JSON can hold it.
      history: the measured states.
      stopped: why the training ended before its last step, if it did.
    """

    p_data: Law
    method: Method
    weights: Any
    settings: dict[str, Any]
    history: list[ModelRow] = field(default_factory=list)
    stopped: str | None = None

    def __repr__(self) -> str:
        return self._told(f"Fit of {text_of(self.method)} to {shortened(self.p_data)}", NAMES)

    @cached_property
    def law(self) -> Law:
        """The model's exact law."""
        return self.method.law(self.weights)

    @property
    def parameters(self) -> int:
        """How many numbers were trained."""
        return self.method.parameters(self.weights)

    def split(self) -> Split:
        """The objective at the end, split exactly into the divergence that it pays for and the gap that it does not see."""
        return self.method.split(self.p_data, self.weights)

    def measured(self) -> ModelMeasurement:
        """The end in numbers: the last row of the history, measured as exactly as it can be where the training reached its last step."""
        return self.history[-1].measured if self.history else measure_model(self.method, self.p_data, self.weights)

    def save(self, path: str | Path) -> Path:
        """Write the fit into a folder: the weights, history.csv and, last, run.json with the hashes of the others.

        Args:
          path: the folder, made if there is none.

        Returns:
          The folder.

        Raises:
          ValueError: a folder that cannot be written to.
        """
        if not isinstance(path, str | Path):
            raise ValueError(f"`path` of save must be a folder's path. Got {shown(path)}.")
        folder, leaves = output_folder(Path(path)), io.BytesIO()
        eqx.tree_serialise_leaves(leaves, self.weights)
        for name, content in zip(FILES, (leaves.getvalue(), history_to_csv(self.history)), strict=True):
            write(folder / name, content)
        record = {
            "kind": FIT,
            "gantheory": version("gantheory"),
            "settings": self.settings,
            "stopped": self.stopped,
            "p_data": to_record(self.p_data),
            "method": method_to_record(self.method),
        }
        write_record(folder / "run.json", record, [folder / name for name in FILES])
        return folder


def fit_from_record(record: dict[str, Any], folder: Path, like: Method | None) -> Fit:
    """The fit whose run.json, in this folder, holds the record.

    Args:
      record: what run.json holds.
      folder: where it is.
      like: the method, if it is none of the library's.

    Raises:
      ValueError: a method that is not known.
    """
    method = like or method_from_record(record["method"])
    if method is None:
        (kind,) = record["method"]
        raise ValueError(f"`like` must be given to load a method that is none of {', '.join(METHODS)}, here a {kind}: the same one.")
    p_data = from_record(record["p_data"])
    weights = method.init(jax.random.key(0), p_data)
    weights = eqx.tree_deserialise_leaves(io.BytesIO((folder / FILES[0]).read_bytes()), weights)
    history = history_from_csv((folder / FILES[1]).read_text())
    return Fit(p_data, method, weights, record["settings"], history, record["stopped"])
