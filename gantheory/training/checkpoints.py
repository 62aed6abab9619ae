"""The state of a training, kept on disk so that it can be gone on from as if it had never stopped.

A checkpoint is one file: a line of JSON, which says what follows and its hash, then the leaves as they lie in memory. It is written
beside and renamed, and the one before it is kept too, so that at any moment a whole one is there.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.files import output_folder, write
from gantheory.training.run import Row, history_from_csv, history_to_csv

KIND = "gantheory checkpoint"
KEPT = 2


class Checkpoints:
    """The checkpoints of one training, in a folder of their own.

    ``settings`` is all that decides the training, as JSON can hold it; to go on with others is refused with ``ValueError`` unless
    ``force``. Without ``resume`` whatever an earlier training left is deleted. ``warn(sentence)`` hears of files that were passed over.
    """

    def __init__(self, folder, settings: dict, resume: bool = False, force: bool = False, warn: Callable[[str], None] = print):
        self.folder, self.settings = output_folder(Path(folder)), json.loads(json.dumps(settings))
        self.resume, self.force, self.warn = resume, force, warn
        if not resume:
            for path in self._paths():
                path.unlink()

    def keep(self, state, history: list[Row]) -> None:
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

    def last(self, like) -> tuple[Any, list[Row]] | None:
        """The newest (state, history) that is whole, the state in the structure of ``like``; None if there is none."""
        for path in reversed(self._paths()):
            try:
                header, leaves = _read(path)
            except ValueError as error:
                self.warn(f"{error} The one before it is used.")
                continue
            changed = [
                name for name in sorted(header["settings"] | self.settings) if header["settings"].get(name) != self.settings.get(name)
            ]
            if changed and not self.force:
                was, now = ({name: settings.get(name) for name in changed} for settings in (header["settings"], self.settings))
                raise ValueError(f"A training must be resumed with the settings it was begun with. Got {now} where it had {was}.")
            arrays, static = eqx.partition(like, eqx.is_array)
            expected = jax.tree.leaves(arrays)
            if [(leaf.dtype, leaf.shape) for leaf in expected] != [(leaf.dtype, leaf.shape) for leaf in leaves]:
                raise ValueError(
                    f"A training must be resumed with networks and optimisers of the shapes it had. Got others than {path} has."
                )
            filled = jax.tree.unflatten(jax.tree.structure(arrays), [jnp.asarray(leaf) for leaf in leaves])
            return eqx.combine(filled, static), history_from_csv(header["history"])
        return None

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.checkpoint"))


def _digest(header: dict, content: bytes) -> str:
    return hashlib.sha256(json.dumps(header).encode() + content).hexdigest()


def _read(path: Path) -> tuple[dict, list[np.ndarray]]:
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
