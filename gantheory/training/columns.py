"""Columns of numbers that need no reading of text: those of arrays, of data frames, of NumPy files and Parquet files."""

import importlib
import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

NUMPY, PARQUET = (".npy", ".npz"), (".parquet", ".pq")  # names of files end so
FEWEST_ROWS = 10
BROKEN = (
    ValueError,
    EOFError,
    MemoryError,
    RuntimeError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
)  # what NumPy raises for bytes of no array
MISSING = ("NoneType", "NAType", "NaTType")  # types of what stands for a missing number in a data frame


class Columns(NamedTuple):
    """Columns by their names, each fetched when it is asked for."""

    names: list[str]
    fetch: Callable[[str], Any]


def columns_of(table: Any) -> Columns:
    """The columns of a data frame, series, mapping or array, which are numbered from 1 where they have no names.

    A data frame is what has ``columns`` or ``column_names``, as those of pandas, polars and pyarrow do, a series what has ``to_numpy``:
    none of these packages is imported.

    Raises ``ValueError`` for an array of other than one or two dimensions.
    """
    if isinstance(table, Mapping):
        return Columns([str(name) for name in table], _keyed(table, table))
    names = getattr(table, "column_names", None)
    names = getattr(table, "columns", None) if names is None else names
    if names is not None and hasattr(table, "__getitem__"):
        return Columns([str(name) for name in names], _keyed(table, names))
    if hasattr(table, "to_numpy"):
        return Columns(["1" if getattr(table, "name", None) is None else str(table.name)], lambda _: table)
    array = np.ma.asanyarray(table) if isinstance(table, np.ma.MaskedArray) else np.asarray(table)  # a mask stays
    if array.dtype.names:
        return Columns(list(array.dtype.names), array.__getitem__)
    if array.ndim not in (1, 2):
        raise ValueError(f"An array of rows must be of shape (n,) or (n, d). Got {array.shape}.")
    each = np.atleast_2d(array.T)
    return Columns([str(number) for number in range(1, len(each) + 1)], lambda name: each[int(name) - 1])


def _keyed(table: Any, names: Any) -> Callable[[str], Any]:
    keys = {str(name): name for name in names}
    return lambda name: table[keys[name]]


def file_of_columns(path: Path) -> Columns | None:
    """The columns of a NumPy or Parquet file, which the end of its name says that it is; None for any other.

    Raises ``OSError`` for a file that cannot be read, ``ValueError`` for one that is not what its name says, and for a Parquet file where
    there is nothing to read it with.
    """
    ending = path.suffix.lower()
    if ending in NUMPY:
        return _of_numpy(path)
    return _of_parquet(path) if ending in PARQUET else None


def _of_numpy(path: Path) -> Columns:
    content = path.read_bytes()  # an OSError of its own
    if not content.startswith((b"\x93NUMPY", b"PK")):
        raise ValueError(f"The data must be a NumPy file where its name ends so. Got {path}, which is none.")

    def told(read: Callable[[], Any]) -> Any:
        try:
            return read()
        except BROKEN as error:
            raise ValueError(f"The data must be a whole NumPy file without pickled objects. Got {path}: {_first_of(error)}") from None

    table = columns_of(told(lambda: np.load(io.BytesIO(content), allow_pickle=False)))
    return Columns(table.names, lambda name: told(lambda: table.fetch(name)))  # an archive is read when a column is asked for


def _of_parquet(path: Path) -> Columns:
    with path.open("rb"):
        pass  # an OSError of its own
    for package, opened in (("pyarrow.parquet", _by_pyarrow), ("fastparquet", _by_fastparquet)):
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        try:
            return opened(module, path)
        except Exception as error:  # whatever the package says of bytes that are no Parquet
            raise ValueError(f"The data must be a Parquet file. Got {path}: {_first_of(error)}") from None
    raise ValueError(f"A Parquet file needs pyarrow to be read: pip install pyarrow. Got {path}.")


def _by_pyarrow(parquet: Any, path: Path) -> Columns:
    file = parquet.ParquetFile(path)
    return Columns(list(file.schema_arrow.names), lambda name: file.read([name]).column(0))


def _by_fastparquet(fastparquet: Any, path: Path) -> Columns:
    file = fastparquet.ParquetFile(str(path))
    return Columns(list(file.columns), lambda name: file.to_pandas([name])[name])


def numbers_in(column: Any, name: str) -> np.ndarray:
    """A column as float64 (n,), nan where a number is missing. Raises ``ValueError`` for what is no number, or infinite."""
    array = column.to_numpy() if hasattr(column, "to_numpy") else column
    masked = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    array = np.asarray(array)
    if array.ndim != 1:
        raise ValueError(f"Column {name!r} must be an array (n,) of numbers. Got one of shape {array.shape}.")
    if array.dtype.kind in "Mm":
        raise ValueError(
            f"Column {name!r} must be numbers. Got {array.dtype}: a date or time must be made a number first, such as days since the first."
        )
    if array.dtype.kind not in "biufO":
        raise ValueError(f"Column {name!r} must be an array (n,) of numbers. Got {array.dtype}.")
    if masked is not None:
        array = array.astype(object)
        array[masked] = None  # else what lies under the mask would be taken for numbers
    with np.errstate(over="ignore"):  # infinite numbers are refused below
        values = _of_objects(array, name) if array.dtype.kind == "O" else array.astype(np.float64)
    infinite = np.isinf(values)
    if infinite.any():
        raise ValueError(f"Column {name!r} must hold finite numbers only. Got {values[infinite][0]} in row {infinite.argmax() + 1}.")
    return values


def points_of(rows: Any, owner: str) -> np.ndarray:
    """Rows given in Python as float64 (n,) or (n, 2).

    Raises ``ValueError`` for rows of another shape, fewer than ten, constant or not finite. ``owner`` begins the sentence.
    """
    try:
        table = columns_of(rows)
    except (TypeError, ValueError):
        raise ValueError(f"{owner} must be of shape (n,) or (n, 2), n at least {FEWEST_ROWS}. Got {_shape_of(rows)}.") from None
    each = [table.fetch(name) for name in table.names]
    if not 1 <= len(each) <= 2 or len({len(one) for one in each}) > 1 or len(each[0]) < FEWEST_ROWS:
        raise ValueError(f"{owner} must be of shape (n,) or (n, 2), n at least {FEWEST_ROWS}. Got {_shape_of(rows)}.")
    try:
        each = [numbers_in(column, name) for column, name in zip(each, table.names, strict=True)]
    except ValueError as error:
        raise ValueError(f"{owner} must be finite numbers. {error}") from None
    for one in each:
        if np.isnan(one).any():
            raise ValueError(f"{owner} must be finite. Got nan in row {np.isnan(one).argmax() + 1}.")
        if np.ptp(one) == 0:
            raise ValueError(f"{owner} must vary. Got {one[0]:g} in all {len(one)} of them.")
    return each[0] if len(each) == 1 else np.stack(each, -1)


def _shape_of(rows: Any) -> str:
    try:
        return str(tuple(np.shape(rows)))
    except ValueError:  # lists of different lengths
        return f"a {type(rows).__name__}"


def _of_objects(array: np.ndarray, name: str) -> np.ndarray:
    """Python's numbers and Decimals, and what is missing among them."""
    values = np.full(len(array), np.nan)
    for row, value in enumerate(array):
        if type(value).__name__ in MISSING:
            continue
        try:
            values[row] = float("text" if isinstance(value, str | bytes) else value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"Column {name!r} must hold finite numbers only. Got {value!r} in row {row + 1}.") from None
    return values


def _first_of(error: Exception) -> str:
    """The first line of what an error says, as the end of a sentence."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".") + "."
