"""Rows of a file as a sample: its columns read as numbers, and the split into rows to model and rows held out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gantheory.training.columns import FEWEST_ROWS, Columns, file_of_columns, numbers_in
from gantheory.training.containers import unpacked
from gantheory.training.numbers import Marks, numbers_of
from gantheory.training.text_table import DELIMITERS, TextTable, decoded, normalised, require_one_of, sole_of

HELD_OUT = 0.25  # share of the rows that is held out


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; what is not given is found.

    Attributes:
      encoding: of its text; UTF-8, or what its byte order mark says, if not given.
      header: whether its first line names the columns, None to find out; where it does not, they are numbered from 1.
      delimiter: what separates the cells.
      decimal: the mark of decimals, "." or ",".
      thousands: the mark between digits that is left out.
      drop_missing: leave out the rows in which a number is missing; they are refused otherwise.
    """

    encoding: str | None = None
    header: bool | None = True
    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    drop_missing: bool = False


class Rows(NamedTuple):
    """Rows that were read.

    Attributes:
      values: (n,) of one column, (n, d) of d.
      columns: their names.
      said: how the file was read, in words; empty where there is nothing to say.
    """

    values: Float[np.ndarray, "rows *point"]
    columns: tuple[str, ...]
    said: str


def read_rows(path: str | Path, columns: Sequence[str] = (), reading: Reading | None = None) -> Rows:
    """Columns of a text table, or of a NumPy or Parquet file.

    Args:
      path: of the file: .npy and .npz are arrays, .parquet and .pq Parquet files, all else is text.
      columns: their names; a sole column needs none.
      reading: how the text is to be read.

    Raises:
      ValueError: a file that cannot be read, no such column, fewer than ten rows, or a cell that is no finite number.
    """
    path, reading = Path(path), reading or Reading()
    try:
        if table := file_of_columns(path):
            return rows_of_columns(table, columns, reading.drop_missing)
        content = unpacked(path.read_bytes(), str(path))
    except OSError as error:
        raise ValueError(f"The data must be a file that can be read. Got {path}: {error.strerror or error}.") from None
    return rows_of_text(decoded(content, str(path), reading.encoding), str(path), columns, reading)


def read_csv(
    path: str | Path,
    *columns: str,
    encoding: str | None = None,
    header: bool = True,
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    drop_missing: bool = False,
) -> Float[np.ndarray, "rows *point"]:
    """Columns of a text table as float64, (n,) of one and (n, d) of d; what is not given of its dialect is found.

    Args:
      path: of the file.
      columns: their names; a sole column needs none.
      encoding: of the text; UTF-8, or what the byte order mark says, if not given.
      header: whether the first line names the columns; where it does not, they are numbered from 1.
      delimiter: what separates the cells.
      decimal: the mark of decimals, "." or ",".
      thousands: the mark between digits that is left out.
      drop_missing: leave out the rows in which a number is missing.

    Raises:
      ValueError: a file that cannot be read, no such column, fewer than ten rows, or a cell that is no finite number.
    """
    return read_rows(path, columns, Reading(encoding, header, delimiter, decimal, thousands, drop_missing)).values


def rows_of_text(text: str, source: str, columns: Sequence[str] = (), reading: Reading | None = None) -> Rows:
    """As :func:`read_rows`, from the text of a table. ``source`` is what a message calls it."""
    reading = reading or Reading()
    marks = Marks(reading.decimal, reading.thousands)
    table = TextTable.of(text, source, reading.header, reading.delimiter, reading.decimal, reading.thousands)
    values, said = {}, list(table.said)
    if table.delimiter in DELIMITERS and table.delimiter != ",":
        said.append(f"cells between {DELIMITERS[table.delimiter]}")
    for name in _distinct(columns) or sole_of(table.names):
        cells, lines = table.column(name)
        values[name], decimal = numbers_of(cells, lines, name, marks)
        if decimal == "," and "decimal commas" not in said:
            said.append("decimal commas")
        if not reading.drop_missing:
            _require_present(values[name], name, cells, lines)
    return _checked(values, said)


def rows_of_columns(table: Columns, columns: Sequence[str] = (), drop_missing: bool = False) -> Rows:
    """As :func:`read_rows`, from columns that are arrays."""
    names, values = [normalised(name) for name in table.names], {}
    for name in _distinct(columns) or sole_of(names):
        values[name] = numbers_in(table.fetch(table.names[require_one_of(names, name)]), name)
        if not drop_missing:
            _require_present(values[name], name)
    return _checked(values, [])


def _distinct(columns: Sequence[str]) -> Sequence[str]:
    """The names of columns. Raises ``ValueError`` for one that is given twice: its points would all lie on a line."""
    if len({normalised(name) for name in columns}) < len(columns):
        raise ValueError(f"The columns must be different ones. Got {', '.join(columns)}.")
    return columns


def _require_present(values: np.ndarray, column: str, cells: list[str] | None = None, lines: list[int] | None = None) -> None:
    """Raise ``ValueError`` if a number is missing, with the cell and its line where the column is one of text."""
    missing = np.flatnonzero(np.isnan(values))
    if missing.size:
        at = int(missing[0])
        more = f", and {missing.size - 1} more that are missing" if missing.size > 1 else ""
        got = f"{cells[at]!r} on line {lines[at]}{more}" if cells and lines else f"'nan' in row {at + 1}{more}"
        raise ValueError(f"Column {column!r} must hold finite numbers only. Got {got}: `drop_missing` leaves such rows out.")


def _checked(values: dict[str, np.ndarray], said: list[str]) -> Rows:
    """The rows in which no number is missing. Raises ``ValueError`` for too few of them."""
    if len({len(own) for own in values.values()}) > 1:
        raise ValueError(f"The columns must be of one length. Got {', '.join(f'{len(own)} of {name}' for name, own in values.items())}.")
    present = np.all([np.isfinite(own) for own in values.values()], axis=0)
    if dropped := int((~present).sum()):
        said = [*said, f"{dropped} {'row' if dropped == 1 else 'rows'} with missing numbers left out"]
    for name, own in values.items():
        kept = own[present]
        if len(kept) < FEWEST_ROWS:
            raise ValueError(f"Column {name!r} must have at least {FEWEST_ROWS} rows. Got {len(kept)}.")
    rows = np.stack([own[present] for own in values.values()], -1)
    return Rows(rows[:, 0] if len(values) == 1 else rows, tuple(values), ", ".join(said))


def require_variation(rows: Rows) -> None:
    """Raise ``ValueError`` if a column is constant: no density models it."""
    for name, own in zip(rows.columns, np.atleast_2d(rows.values.T), strict=True):
        if own.min() == own.max():
            raise ValueError(f"Column {name!r} must vary. Got {own[0]:g} in all {len(own)} rows.")


def split(
    rows: Float[np.ndarray, "rows *point"], seed: int
) -> tuple[Float[np.ndarray, "modelled *point"], Float[np.ndarray, "held *point"]]:
    """(rows to model, rows held out), by a shuffle with this seed: a quarter of them, at least two, is held out."""
    shuffled = np.random.default_rng(seed).permutation(rows)
    held = max(2, round(HELD_OUT * len(rows)))
    return shuffled[held:], shuffled[:held]
