"""What every training that has ended can be asked: how it ended, its history by columns, its results as text and as a table."""

import html
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from gantheory.training.history import history_to_table

SHOWN = 70  # most characters of a law that a run shows
WIDEST = 23  # characters of the longest name of a quantity


class Ended:
    """A training that has ended: its measured states, and why it ended before its last step, if it did."""

    history: list[Any]
    stopped: str | None

    def finished(self) -> Any:
        """This run, if it reached its last step. Raises ``KeyboardInterrupt`` if it was interrupted, ``ValueError`` if it broke down."""
        if self.stopped is None:
            return self
        kind = KeyboardInterrupt if self.stopped.startswith("interrupted") else ValueError
        raise kind(f"The training ended early: {self.stopped}.")

    def column(self, name: str) -> list[float]:
        """One quantity along the history, a field of a row or of its measurement, as floats (±inf where it is infinite)."""
        return [float(getattr(row, name) if hasattr(row, name) else getattr(row.measured, name)) for row in self.history]

    def table(self) -> dict[str, np.ndarray]:
        """The history by columns, ready for ``pandas.DataFrame``: the step, each quantity and its error, the minibatch losses.

        An infinite quantity is ±inf, and its error 0.
        """
        return history_to_table(self.history)

    def _told(self, title: str, names: Mapping[str, str]) -> str:
        """The title and how the training ended, and its results a line each, by their names."""
        if not self.history:
            return title
        ended, last = f"ended early: {self.stopped}" if self.stopped else "ended", self.history[-1]
        lines = [f"  {names[name]:{WIDEST}s} {quantity}" for name, quantity in last.measured.items()]
        return "\n".join([f"{title}, {ended} at step {last.step}", *lines])

    def _repr_html_(self) -> str:
        title, *rows = repr(self).splitlines()
        cells = [(row[: len("  ") + WIDEST], row[len("  ") + WIDEST :]) for row in rows]
        table = "".join(f"<tr><td>{html.escape(name.strip())}</td><td>{html.escape(number.strip())}</td></tr>" for name, number in cells)
        return f"<p>{html.escape(title)}</p><table>{table}</table>"


def shortened(law: Any) -> str:
    """A law as a title shows it."""
    return textwrap.shorten(repr(law), SHOWN, placeholder=" …")
