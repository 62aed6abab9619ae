"""The results of a sweep as data: an xarray Dataset in zarr, one array a quantity, one dimension a setting, then seed and step.

Only the process that runs the sweep writes; ``done`` is written after all else of a shard, so that what is marked done is whole.
"""

import json
import platform
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
import zarr

from gantheory.measurement.state import NAMES
from gantheory.sweeps.shards import Result, Shard
from gantheory.sweeps.spec import Spec

FORMAT = 2  # of zarr: its third has no settled form for texts yet
CHUNK = 16_384  # numbers of a chunk at most
COUNTS = ("modes",)
PURE = (*COUNTS, "share")  # numbers without a unit
OPTIONS: dict[str, Any] = {"zarr_format": FORMAT, "consolidated": False}


class Store:
    """The zarr folder of a sweep that is being run."""

    path: Path
    spec: Spec
    dims: tuple[str, ...]
    group: zarr.Group
    reasons: list[str]

    def __init__(self, path: Path, spec: Spec):
        """Open the folder of this sweep, or make it. Raises ``ValueError`` for one of another sweep, or that cannot be written."""
        self.path, self.spec = path, spec
        self.dims = (*spec.axes, "seed")
        try:
            if not path.exists():
                self._make()
            self.group = zarr.open_group(path, mode="r+", zarr_format=FORMAT)
            self.reasons = list(_array(self.group, "failure").attrs["reasons"])  # pyright: ignore[reportArgumentType]
        except (OSError, KeyError, ValueError) as error:
            raise ValueError(
                f"`out` of sweep must be a folder of this sweep, or one that can be made. Got {path}: {_said(error)}"
            ) from None
        if self.group.attrs.get("spec") != spec.as_json():
            raise ValueError(f"`out` of sweep must hold results of the same sweep, unless it is to be overwritten. Got {path}, of another.")

    def _make(self) -> None:
        """The coordinates, and nothing done. Under another name first: a folder of this name is whole."""
        spec = self.spec
        coordinates = {name: _coordinate(values) for name, values in spec.axes.items()}
        data = xr.Dataset(coords={**coordinates, "seed": spec.seeds, "step": spec.steps})
        if spec.draws is not None:
            data = data.assign_coords({name: ("draw", np.asarray(values)) for name, values in spec.drawn.items()})
        data.attrs = {"spec": spec.as_json(), "versions": json.dumps(_versions()), "machine": platform.machine()}
        draft = self.path.with_name(self.path.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.parent.mkdir(parents=True, exist_ok=True)
        try:
            data.to_zarr(draft, mode="w", zarr_format=FORMAT, consolidated=False)
            self.group = zarr.open_group(draft, mode="r+", zarr_format=FORMAT)
            self._create("done", np.bool_, "whether the training's numbers are written", False, self.dims)
            self._create("reached", np.int64, "iterations with finite losses and weights", 0, self.dims)
            failure = self._create("failure", np.int32, "why the last step has no numbers, as an index into `reasons`", 0, self.dims)
            failure.attrs["reasons"] = [""]
            draft.rename(self.path)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def _create(self, name: str, dtype: Any, words: str, missing: Any, dims: tuple[str, ...], unit: str = "1") -> Any:
        sizes = dict(zip((*self.dims, "step"), (*self.spec.shape, len(self.spec.steps)), strict=True))
        attributes = {"_ARRAY_DIMENSIONS": list(dims), "long_name": words, "units": unit}
        shape = tuple(sizes[dim] for dim in dims)
        chunks = _chunks(shape)
        return self.group.create_array(name, shape=shape, chunks=chunks, dtype=dtype, fill_value=missing, attributes=attributes)

    def _unit(self, quantity: str) -> str:
        return "1" if quantity in PURE or quantity in self.spec.observed else "nat"

    def left(self, shards: list[Shard]) -> list[Shard]:
        """The shards that are not written yet."""
        done = np.asarray(_array(self.group, "done")[...]).reshape(-1)
        return [shard for shard in shards if not done[shard.members].all()]

    def write(self, results: Sequence[Result]) -> None:
        """Keep what some shards gave. Raises ``ValueError`` where the disk does not take it."""
        at = np.unravel_index([member for result in results for member in result.shard.members], self.spec.shape)
        failures = [failure for result in results for failure in result.failures]
        try:
            for name in dict.fromkeys(name for result in results for name in result.columns):
                values = np.concatenate([self._column(result, name) for result in results])
                if name not in self.group:
                    quantity = name.removesuffix("_error")
                    words = NAMES.get(quantity, quantity.replace("_", " ")) + (", a bound of its error" if name != quantity else "")
                    self._create(name, np.float64, words, np.nan, (*self.dims, "step"), self._unit(quantity))
                index = tuple(np.repeat(i[:, None], values.shape[1], axis=1) for i in at)
                steps = np.broadcast_to(np.arange(values.shape[1]), values.shape)
                _array(self.group, name).vindex[(*index, steps)] = values
            for reason in dict.fromkeys(failures):
                if reason not in self.reasons:
                    self.reasons.append(reason)
                    _array(self.group, "failure").attrs["reasons"] = self.reasons
            _array(self.group, "failure").vindex[at] = np.array([self.reasons.index(reason) for reason in failures], np.int32)
            _array(self.group, "reached").vindex[at] = np.concatenate([result.reached for result in results])
            _array(self.group, "done").vindex[at] = np.ones(len(failures), np.bool_)
        except OSError as error:
            raise ValueError(
                f"`out` of sweep must take what is written; the shards done before are kept. Got {self.path}: {_said(error)}"
            ) from None

    def _column(self, result: Result, name: str) -> np.ndarray:
        missing = np.full((len(result.failures), len(self.spec.steps)), np.nan)
        return result.columns.get(name, missing)


def _chunks(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Chunks of at most ``CHUNK`` numbers, unless the last axis has more: what a write rewrites does not grow with the sweep."""
    chunks, left = [shape[-1]], CHUNK // shape[-1]
    for size in reversed(shape[:-1]):
        chunks.append(max(1, min(size, left)))
        left //= chunks[-1]
    return tuple(reversed(chunks))


def open_sweep(path: str | Path) -> xr.Dataset:
    """The results of a sweep, read where they are needed.

    A missing number (nan) is one that a training did not reach; ``failure`` says why, by its number in ``failure.attrs["reasons"]``. An
    infinite quantity is ±inf.

    Args:
      path: the zarr folder that the sweep was written to.

    Raises:
      ValueError: what is no such folder.
    """
    try:
        data = xr.open_zarr(path, chunks=None, mask_and_scale=False, **OPTIONS)
        json.loads(data.attrs["spec"])
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"The results of a sweep must be a zarr folder that gantheory wrote. Got {path}: {_said(error)}") from None
    return data


def _array(group: zarr.Group, name: str) -> Any:
    return group[name]


def _coordinate(values: list[Any]) -> Any:
    """Values as an axis has them: pairs and mixed ones as texts."""
    plain = {type(value) for value in values}
    if plain <= {int, float} or (len(plain) == 1 and plain <= {str, bool}):
        return np.asarray(values)
    return np.asarray([json.dumps(value) for value in values])


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("gantheory", "jax", "jaxlib", "numpy", "optax", "equinox", "xarray", "zarr")}


def _said(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{' '.join(text.split()).rstrip('.')}."
