"""The real data sets that are shipped; README.md beside this file gives their sources."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from gantheory.base.words import got


def path(name: str) -> Traversable:
    """Where a shipped data set is, as a CSV file. Raises ``ValueError`` for a name that is not in ``names()``."""
    if name not in names():
        raise ValueError(f"A data set must be one of {', '.join(names())}. {got(name, names())}")
    return files(__name__) / f"{name}.csv"


def names() -> list[str]:
    """The names of the shipped data sets, sorted."""
    return sorted(entry.name.removesuffix(".csv") for entry in files(__name__).iterdir() if entry.name.endswith(".csv"))


def columns(name: str) -> list[str]:
    """The names of a data set's columns."""
    return path(name).read_text().splitlines()[0].split(",")
