"""The real data sets that are shipped; README.md beside this file gives their sources."""

from importlib.resources import files


def path(name: str):
    """Where a shipped data set is, as a CSV file. Raises ``ValueError`` for a name that is not in ``names()``."""
    if name not in names():
        raise ValueError(f"A data set must be one of {', '.join(names())}. Got {name!r}.")
    return files(__name__) / f"{name}.csv"


def names() -> list[str]:
    return sorted(entry.name.removesuffix(".csv") for entry in files(__name__).iterdir() if entry.name.endswith(".csv"))


def columns(name: str) -> list[str]:
    return path(name).read_text().splitlines()[0].split(",")
