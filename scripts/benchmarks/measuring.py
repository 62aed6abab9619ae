"""Times, their ratios, and how they grow: measured in turns, shown as tables, kept for the record."""

import itertools
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

REPEATS = 5
PATIENCE = 1.5  # seconds after which a work is not repeated again, unless said otherwise
STEPPING = 0.2  # seconds of the steps that are timed together
UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))

Work = Callable[[], Any]


@dataclass
class Findings:
    """What one benchmark has found.

    Attributes:
      taken: seconds of every repeat, by the name of what took them.
      ratios: of two of these times, repeat by repeat.
      growth: times against sizes, with the exponents between them.
      numbers: what else was measured, such as the largest disagreement.
      checks: whether values agree with those of the peer.
      skipped: what was left out, and why.
      versions: of peers that are not in the record's own list.
      results: what the timed works returned last; not part of the record.
    """

    taken: dict[str, list[float]] = field(default_factory=dict)
    ratios: dict[str, dict[str, Any]] = field(default_factory=dict)
    growth: dict[str, dict[str, list]] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    checks: dict[str, bool] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)

    def timed(self, works: dict[str, Work], each: dict[str, int] | None = None, compiles: bool = True, patience: float = PATIENCE) -> None:
        """Take the times of works ``REPEATS`` times, in turns.

        Args:
          works: functions without arguments, by name.
          each: by how many things of a kind a work's time is to be divided.
          compiles: whether a first call, which compiles, is left out.
          patience: seconds after which a work is not repeated again.
        """
        if compiles:
            for work in works.values():
                work()

        def watched(name, work):
            seconds, self.results[name] = timed(work)
            return seconds

        self.told({name: lambda name=name, work=work: watched(name, work) for name, work in works.items()}, each, patience)

    def told(self, works: dict[str, Callable[[], float]], each: dict[str, int] | None = None, patience: float = PATIENCE) -> None:
        """Take the times that works return of themselves. They take turns, so that what else the machine does falls on all.

        A work that has taken its patience is not called again.
        """
        self.taken |= {name: [] for name in works}
        left = dict.fromkeys(works, patience)
        for _ in range(REPEATS):
            for name, work in works.items():
                if left[name] > 0:
                    seconds = work()
                    left[name] -= seconds
                    self.taken[name].append(seconds / (each or {}).get(name, 1))

    def time(self, name: str) -> float:
        return statistics.median(self.taken[name])

    def ratio(self, name: str, over: str, under: str) -> str:
        """Keep how many times as long ``over`` took as ``under``, the median over the repeats; return it with its range."""
        each = [a / b for a, b in zip(self.taken[over], self.taken[under], strict=False)]  # the repeats of both
        self.ratios[name] = {"over": over, "under": under, **spread(each)}
        return f"{statistics.median(each):.3g}" + (f" ({min(each):.3g} to {max(each):.3g})" if len(each) > 1 else "")

    def grew(self, name: str, sizes: Sequence[float], seconds: Sequence[float]) -> list[float]:
        """Keep how a time grew, and return the exponents between neighbouring sizes."""
        slopes = exponents(sizes, seconds)
        self.growth[name] = {"sizes": [*sizes], "seconds": [*seconds], "exponents": slopes}
        return slopes

    def check(self, name: str, holds: bool, sentence: str = "") -> None:
        self.checks[name] = bool(holds)
        if sentence:
            print(f"  {sentence}: {'agree' if holds else 'DISAGREE'}")

    def skip(self, what: str, why: str) -> None:
        self.skipped[what] = why
        print(f"  Left out: {what}. {why}")

    @property
    def agrees(self) -> bool:
        return all(self.checks.values())

    def record(self) -> dict[str, Any]:
        """What JSON takes; times in seconds."""
        return {
            "agrees": self.agrees,
            "times": {name: spread(seconds) for name, seconds in self.taken.items()},
            "ratios": self.ratios,
            "growth": self.growth,
            "numbers": self.numbers,
            "checks": self.checks,
            "skipped": self.skipped,
            "versions": self.versions,
        }


def timed(work: Work) -> tuple[float, Any]:
    """(seconds, result) of one call."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def seconds_a_step(steps: Callable[[int], Any], counts: dict[str, int], name: str) -> float:
    """Of ``steps(count)``. The first call under a name compiles, and finds the count that takes ``STEPPING``."""
    if name not in counts:
        steps(2)
        counts[name] = max(5, int(STEPPING / max(timed(lambda: steps(5))[0] / 5, 1e-7)))
    return timed(lambda: steps(counts[name]))[0] / counts[name]


def spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values), "repeats": len(values)}


def exponents(sizes: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """The slope of log time in log n from each size to the next."""
    points = itertools.pairwise(zip(sizes, seconds, strict=True))
    return [math.log(t / s) / math.log(n / m) for (m, s), (n, t) in points]


def shown(seconds: float) -> str:
    """A time to three digits."""
    unit, size = next((pair for pair in UNITS if seconds >= pair[1]), UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}\n")
    for line in [head, *rows]:
        first, *rest = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True)))
        print("  " + "   ".join([first, *rest]), flush=True)
