"""The rows of a CSV file: a column read as a sample, and the split into rows to model and rows held out."""

import csv
import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jaxtyping import Float

FEWEST_ROWS = 10
HELD_OUT = 0.25  # share of the rows that is held out


def read_column(path: str | Path, column: str) -> Float[np.ndarray, " rows"]:
    """A column of a CSV file with a header line.

    Args:
      path: of the file.
      column: its name in the header line.

    Returns:
      Its cells, as float64.

    Raises:
      ValueError: a file that cannot be read, no such column, fewer than ten rows, a cell that is no finite number, or a constant column.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return parse_column(file, column, str(path))
    except OSError as error:
        raise ValueError(f"The data must be a CSV file that can be read. Got {path}: {error.strerror}.") from None


def column_names(lines: Iterable[str], source: str) -> list[str]:
    """The names in the header line of a CSV file.

    Args:
      lines: of the file.
      source: what a message calls the file.

    Raises:
      ValueError: lines that are no CSV, or an empty file.
    """
    try:
        names = next(csv.reader(lines), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"The data must be a CSV file in UTF-8. Got {source}: {error}.") from None
    if not names:
        raise ValueError(f"The data must be a CSV file with a header line. Got {source}, which is empty.")
    return names


def parse_column(lines: Iterable[str], column: str, source: str) -> Float[np.ndarray, " rows"]:
    """A column of a CSV file that is given by its lines; otherwise as :func:`read_column`. ``source`` is what a message calls the file."""
    lines = iter(lines)
    names = column_names(lines, source)
    if column not in names:
        raise ValueError(f"The column must be one of {', '.join(names)}. Got {column!r}.")
    reader = csv.DictReader(lines, names)
    try:
        values = np.array([_number(row.get(column), reader.line_num + 1, column) for row in reader])
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"The data must be a CSV file in UTF-8. Got {source}: {error}.") from None
    if len(values) < FEWEST_ROWS:
        raise ValueError(f"Column {column!r} must have at least {FEWEST_ROWS} rows. Got {len(values)}.")
    if values.min() == values.max():
        raise ValueError(f"Column {column!r} must vary. Got {values[0]:g} in all {len(values)} rows.")
    return values


def _number(cell: str | None, line: int, column: str) -> float:
    try:
        value = float(cell or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"Column {column!r} must hold finite numbers only. Got {cell!r} on line {line}.")
    return value


def split(
    rows: Float[np.ndarray, "rows *point"], seed: int
) -> tuple[Float[np.ndarray, "modelled *point"], Float[np.ndarray, "held *point"]]:
    """(rows to model, rows held out), by a shuffle with this seed: a quarter of them, at least two, is held out."""
    shuffled = np.random.default_rng(seed).permutation(rows)
    held = max(2, round(HELD_OUT * len(rows)))
    return shuffled[held:], shuffled[:held]
