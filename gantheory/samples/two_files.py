"""Two files read alike: the columns that both have, and messages that say which file they are of."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ONCE_EACH = "give --column once for each dimension"


def read_both(
    paths: Sequence[Path], columns: Sequence[str], names_of: Callable[[Path], Sequence[str]], read: Callable[[Path, Sequence[str]], Any]
) -> tuple[list[Any], Sequence[str]]:
    """(what is read of each file, the columns that were asked of them).

    Where no columns are given they are all, if both files have several of the same names; none are asked for where each file has one.

    Args:
      paths: of the files.
      columns: their names in both files.
      names_of: the names of the columns of a file.
      read: these columns of a file.

    Raises:
      ValueError: a file that cannot be read, or files of other columns; the message names the file.
    """
    found = columns or _in_both(paths, [_of_file(path, lambda path=path: names_of(path)) for path in paths])
    try:
        return [_of_file(path, lambda path=path: read(path, found)) for path in paths], found
    except ValueError as error:
        if columns or not found:
            raise
        raise ValueError(f"{str(error).rstrip('.')}; unless all columns are meant, {ONCE_EACH}.") from None


def _in_both(paths: Sequence[Path], names: Sequence[Sequence[str]]) -> Sequence[str]:
    if all(len(one) == 1 for one in names):
        return ()
    first, second = names
    if sorted(first) != sorted(second):
        got = " and ".join(f"{_listed(one)} in {path}" for path, one in zip(paths, names, strict=True))
        raise ValueError(f"Both files must have the same columns; else {ONCE_EACH}. Got {got}.")
    if "" in first:
        raise ValueError(f"Every column must have a name; else {ONCE_EACH}. Got {_listed(first)} in both files.")
    return first


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name or "one without a name" for name in names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _of_file(path: Path, reading: Callable[[], Any]) -> Any:
    """What the reading gives; its message names the file, unless it does so already, or is of an option, which begins with it."""
    try:
        return reading()
    except ValueError as error:
        said = str(error)
        raise ValueError(said if said.startswith("`") or f"Got {path}" in said or f"in {path}." in said else f"{path}: {said}") from None
