"""The state of a training, kept on disk, from which it continues as if it had never stopped.

A checkpoint is one file: a line of JSON, which describes the rest and holds its hash, then the leaves as they lie in memory. It is written
beside its final name and renamed, and its predecessor is kept, so that there is a whole one at any moment.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.files import output_folder, write
from gantheory.training.history import AnyRow, history_from_csv, history_to_csv

KIND = "gantheory checkpoint"
KEPT = 2  # the newest, and its predecessor


class Checkpoints:
    """The checkpoints of one training, in a folder of their own."""

    folder: Path
    settings: dict[str, Any]
    resume: bool
    force: bool
    warn: Callable[[str], None]
    others: list[Path]  # checkpoints of another training, which go when this one has begun

    def __init__(
        self,
        folder: str | Path,
        settings: dict[str, Any],
        resume: bool = False,
        force: bool = False,
        warn: Callable[[str], None] = print,
    ):
        """Open the folder.

        Args:
          folder: made if there is none.
          settings: all that decides the training, as JSON can hold it.
          resume: whether to continue from what the folder holds; otherwise the first state kept replaces that.
          force: whether to continue also from checkpoints with other settings.
          warn: called with a sentence for each file that is damaged.

        Raises:
          ValueError: a folder that cannot be written to.
        """
        self.folder, self.settings = output_folder(Path(folder)), json.loads(json.dumps(settings))
        self.resume, self.force, self.warn = resume, force, warn
        self.others = [] if resume else self._paths()

    def keep(self, state: Any, history: Sequence[AnyRow]) -> None:
        """Write a checkpoint of the state whose measurement is the last row."""
        while self.others:
            self.others.pop().unlink(missing_ok=True)
        leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(state, eqx.is_array))]
        content = b"".join(leaf.tobytes() for leaf in leaves)
        header = {
            "kind": KIND,
            "settings": self.settings,
            "leaves": [[leaf.dtype.name, leaf.shape] for leaf in leaves],
            "history": history_to_csv(history),
        }
        text = json.dumps({**header, "sha256": _digest(header, content)})
        write(self.folder / f"{history[-1].step:010d}.checkpoint", text.encode() + b"\n" + content)
        for path in self._paths()[:-KEPT]:
            path.unlink()

    def last(self, like: Any) -> tuple[Any, list[Any]] | None:
        """The newest (state, history) that is whole; None if there is none.

        Args:
          like: a state of the same structure.

        Raises:
          ValueError: a checkpoint with other settings, unless ``force``, or with networks or optimisers of other shapes.
        """
        for path in reversed(self._paths() if self.resume else []):
            try:
                header, leaves = _read(path)
            except ValueError as error:
                self.warn(f"{error} The one before it is used.")
                continue
            if not self.force:
                self._check_unchanged(header["settings"])
            return _filled(like, leaves, path), history_from_csv(header["history"])
        return None

    def _check_unchanged(self, settings: dict[str, Any]) -> None:
        changed = [name for name in sorted(settings | self.settings) if settings.get(name) != self.settings.get(name)]
        if changed:
            was, now = ({name: some.get(name) for name in changed} for some in (settings, self.settings))
            raise ValueError(f"A training must be resumed with the settings it was begun with. Got {now} where it had {was}.")

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.checkpoint"))


def _filled(like: Any, leaves: list[np.ndarray], path: Path) -> Any:
    """A state of the structure of ``like`` with these arrays. Raises ``ValueError`` for arrays of other shapes."""
    arrays, static = eqx.partition(like, eqx.is_array)
    expected, structure = jax.tree.flatten(arrays)
    if [(leaf.dtype, leaf.shape) for leaf in expected] != [(leaf.dtype, leaf.shape) for leaf in leaves]:
        raise ValueError(f"A training must be resumed with networks and optimisers of the shapes it had. Got others than {path} has.")
    return eqx.combine(jax.tree.unflatten(structure, [jnp.asarray(leaf) for leaf in leaves]), static)


def _digest(header: dict[str, Any], content: bytes) -> str:
    return hashlib.sha256(json.dumps(header).encode() + content).hexdigest()


def _read(path: Path) -> tuple[dict[str, Any], list[np.ndarray]]:
    """A checkpoint's header and leaves. Raises ``ValueError`` for a file that is not whole, or was altered."""
    line, _, content = path.read_bytes().partition(b"\n")
    try:
        header = json.loads(line)
        if header["kind"] != KIND or header.pop("sha256") != _digest(header, content):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} must be a checkpoint as gantheory wrote it. It was truncated or altered.") from None
    leaves, start = [], 0
    for name, shape in header["leaves"]:
        count = int(np.prod(shape, dtype=int))
        leaves.append(np.frombuffer(content, np.dtype(name), count, start).reshape(shape))
        start += leaves[-1].nbytes
    return header, leaves
