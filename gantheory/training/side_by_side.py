"""Two runs on one p_data side by side: the settings in which they differ, their results, and which differences are more than errors."""

import textwrap
from dataclasses import dataclass
from typing import Any

from gantheory.base.estimate import Divergent, Outcome
from gantheory.distributions.law import same
from gantheory.measurement.state import NAMES
from gantheory.measurement.wasserstein import wasserstein1

TITLES = NAMES | {"wasserstein1": "W1(p_data, p_g)"}
LESS_IS_BETTER = ("criterion", "two_jsd", "discriminator_gap", "kl_data_g", "kl_g_data", "wasserstein1", "reverse_kl")
MORE_IS_BETTER = ("modes",)
SHOWN = 70  # most characters of a law in a sentence
REMARKS = (  # below the table
    "A run is called better where the intervals value ± error do not overlap. The errors are those of the",
    "measurement; how far another seed would move a run they do not say.",
)
NONE = "-"  # in place of what one of the runs does not have


@dataclass(frozen=True, repr=False)
class Result:
    """One quantity of two runs.

    Attributes:
      name: as in a ``Measurement``, or "wasserstein1".
      first: of the first run; None if it has no such quantity.
      second: of the second run.
      difference: first - second, whose error is the sum of both; None where it has no value, as between two infinities.
      better: "first" or "second" if that run is nearer to the optimum for certain: the intervals do not overlap; None if not, and for what
        has no better side, such as V.
    """

    name: str
    first: Outcome | None
    second: Outcome | None
    difference: Outcome | None
    better: str | None

    def row(self) -> tuple[str, ...]:
        """As a table has it."""
        numbers = (NONE if one is None else _short(one) for one in (self.first, self.second, self.difference))
        return (f"  {TITLES[self.name]}", *numbers, self.better or "")

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        numbers = {name: one and one.record() for name, one in vars(self).items() if name in ("first", "second", "difference")}
        return {**numbers, "better": self.better}


@dataclass(frozen=True, repr=False)
class SideBySide:
    """Two runs on one p_data. ``str()`` of it is a table.

    Attributes:
      p_data: the law that both were trained on.
      settings: name -> (the first run's, the second's), of those that differ; None where a run does not have it.
      results: of the ends of both runs, by their names.
    """

    p_data: Any
    settings: dict[str, tuple[Any, Any]]
    results: dict[str, Result]

    def __repr__(self) -> str:
        differing = [(f"  {name}", *(NONE if one is None else str(one) for one in both), "", "") for name, both in self.settings.items()]
        rows = [("", "first", "second", "first - second", "better")]
        rows += [(f"settings that differ:{'' if differing else ' none'}", "", "", "", ""), *differing]
        rows += [("at the end, in nats:", "", "", "", ""), *(one.row() for one in self.results.values())]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*table, *REMARKS])

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"settings": self.settings, "results": {name: one.record() for name, one in self.results.items()}}


def side_by_side(first: Any, second: Any) -> SideBySide:
    """Two ``Run`` s on one p_data. Raises ``ValueError`` for two p_data: every result is a distance from p_data."""
    if not (first.p_data is second.p_data or same(first.p_data, second.p_data)):
        laws = " and ".join(textwrap.shorten(repr(run.p_data), SHOWN, placeholder=" …") for run in (first, second))
        raise ValueError(f"Runs must have one p_data to be compared: every result is a distance from it. Got {laws}.")
    settings = [{name: _listed(value) for name, value in run.described().items()} for run in (first, second)]
    names = sorted(settings[0] | settings[1], key=list(settings[0] | settings[1]).index)
    differing = {name: (settings[0].get(name), settings[1].get(name)) for name in names if settings[0].get(name) != settings[1].get(name)}
    results = [_results(run) for run in (first, second)]
    both = {name: (results[0].get(name), results[1].get(name)) for name in results[0] | results[1]}
    return SideBySide(first.p_data, differing, {name: _compared(name, *pair) for name, pair in both.items()})


def _listed(value: Any) -> Any:
    """A setting as JSON gives it back, where pairs are lists."""
    return [_listed(part) for part in value] if isinstance(value, list | tuple) else value


def _results(run: Any) -> dict[str, Outcome]:
    own = dict(run.measured().items())
    return own | {"wasserstein1": wasserstein1(run.p_data, run.p_g)} if run.p_data.dimension == 1 else own


def _compared(name: str, first: Any, second: Any) -> Result:
    if first is None or second is None:
        return Result(name, first, second, None, None)
    infinite = isinstance(first, Divergent) and isinstance(second, Divergent)
    below = "first" if first.upper < second.lower else "second" if second.upper < first.lower else None
    other = {"first": "second", "second": "first", None: None}[below]
    better = below if name in LESS_IS_BETTER else other if name in MORE_IS_BETTER else None
    return Result(name, first, second, None if infinite else first - second, better)


def _short(number: Outcome) -> str:
    return ("inf" if number.sign > 0 else "-inf") if isinstance(number, Divergent) else repr(number)
