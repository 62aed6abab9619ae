"""Claims about all pairs of densities, attacked before they are called consistent: by pairs of every kind, and a search from the worst.

No number of pairs proves such a claim, and one pair refutes it.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from gantheory.evidence import pairs
from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.comparison import NOTHING_COMPARED, Comparison
from gantheory.evidence.pairs import Pair
from gantheory.evidence.zoo import ZOO

RANDOM = 60  # random pairs
SEARCHES = 4  # of the worst pairs, from each of which a search starts
TRIALS = 60  # pairs that one search tries
STEP, SMALLEST = 0.5, 0.01  # first step of a search in one coordinate, and the step at which it ends
CANNOT = (ValueError, ArithmeticError)  # what arithmetic with errors and infinities raises


@dataclass(frozen=True)
class Inequality:
    """left(p, q) <= right(p, q), for all densities p and q on the line.

    Attributes:
      left: the smaller side: a measurement, a number or an infinity.
      right: the larger side.
      what: the inequality in words.
      when: the hypotheses on p and q, where there are some: whether a pair meets them.
      own: pairs of one's own, tried before all others; each must meet the hypotheses.
      layer: the layer that the judgement is for.
    """

    left: Callable[[Any, Any], Any]
    right: Callable[[Any, Any], Any]
    what: str = "left <= right"
    when: Callable[[Any, Any], bool] | None = None
    own: tuple[tuple[Any, Any], ...] = ()
    layer: str = "quadrature"
    relation: ClassVar[str] = "<="

    def judge(self) -> Judgement:
        """REFUTED by the first pair that breaks it, which is named; UNDECIDED if some pair could not be compared; else CONSISTENT."""
        return _Attack(self).judgement()


@dataclass(frozen=True)
class Identity(Inequality):
    """left(p, q) = right(p, q), for all densities p and q on the line; its attributes are those of :class:`Inequality`."""

    what: str = "left = right"
    relation: ClassVar[str] = "="


@dataclass
class _Attack:
    """What the pairs tried so far have shown."""

    claim: Inequality
    broken: Comparison | None = None  # the first that fails
    unknown: str = ""  # why the first pair that could not be compared could not
    tried: int = 0
    excluded: int = 0  # pairs that do not meet the hypotheses
    untold: int = 0  # pairs of which a side's error says that nothing is known
    worst: float = 0.0  # largest difference within the errors
    nearest: tuple[float, str] = (-math.inf, "")  # largest margin, and the pair that has it

    def judgement(self) -> Judgement:
        self.run()
        layer = self.claim.layer
        if self.broken is not None:
            excess, _ = self.broken.excess()
            return Judgement(layer, Verdict.REFUTED, excess if math.isfinite(excess) else 0.0, f"{self.broken} fails")
        if self.unknown:
            return Judgement(layer, Verdict.UNDECIDED, self.worst, self.unknown)
        if not self.tried:
            return Judgement(layer, Verdict.UNDECIDED, self.worst, f"{NOTHING_COMPARED}: no pair meets the hypotheses")
        why = f"no pair of {self.tried} breaks it, a search's from the worst among them; nearest to that {self.nearest[1]}"
        if self.excluded:
            why += f"; {self.excluded} more do not meet the hypotheses"
        if self.untold:
            why += f"; of {self.untold} more too little is known"
        return Judgement(layer, Verdict.CONSISTENT, self.worst, why)

    def run(self) -> None:
        """Try all pairs, until one breaks the claim."""
        for number, (p, q) in enumerate(self.claim.own, 1):
            if self.claim.when is not None and not self.claim.when(p, q):
                self.unknown = self.unknown or f"own pair {number} does not meet the hypotheses: p = {p}, q = {q}"
            elif self.margin(p, q, f"p = {p}, q = {q}") > 0:
                return
        found: list[tuple[float, int, Pair]] = []
        for number, pair in enumerate(_starts()):
            margin = self.of_pair(pair)
            if margin > 0:
                return
            if margin > -1:
                found.append((margin, -number, pair))
        for p, q in ZOO.values():
            if self.margin(p, q, f"p = {p}, q = {q}") > 0:
                return
        for margin, _, pair in _best(found):
            if self.search(pair, margin):
                return

    def search(self, pair: Pair, margin: float) -> bool:
        """Whether one coordinate after the other, each step that raises the margin kept, leads to a pair that breaks the claim."""
        steps, trials = [STEP] * len(pair.at), 0
        while trials < TRIALS and max(map(abs, steps)) > SMALLEST:
            for coordinate, step in enumerate(steps):
                for signed in (step, -step):
                    trials += 1
                    found = self.of_pair(moved := pair.moved(coordinate, signed))
                    if found > 0:
                        return True
                    if found > margin:
                        pair, margin, steps[coordinate] = moved, found, 2 * signed
                        break
                else:
                    steps[coordinate] = step / 4
        return False

    def of_pair(self, pair: Pair) -> float:
        return self.margin(*pair.densities(), str(pair))

    def margin(self, p: Any, q: Any, name: str) -> float:
        """By how much the claim fails beyond the errors, relative to both sides: above 0 if the pair breaks it, -1 if that is not known."""
        if self.claim.when is not None and not self.claim.when(p, q):
            self.excluded += 1
            return -1.0
        try:
            one = Comparison(f"{self.claim.what} at {name}", self.claim.left(p, q), self.claim.relation, self.claim.right(p, q))
            if one.with_nan:
                raise ValueError(f"{one.left} and {one.right} are not both numbers.")
            excess, allowed = one.excess()
            if one.untold:
                self.untold += 1
                return -1.0
        except CANNOT as error:
            self.unknown = self.unknown or f"not compared at {name}: {type(error).__name__}: {error}"
            return -1.0
        self.tried += 1
        if excess > allowed:
            self.broken = one
            return 1.0
        self.worst = max(self.worst, excess)
        size = abs(float(one.left)) + abs(float(one.right))
        margin = -1.0 if math.isinf(size) else max((excess - allowed) / size, -1.0) if size else 0.0
        self.nearest = max(self.nearest, (margin, name))
        return margin


def _starts() -> Iterator[Pair]:
    yield from pairs.nearly_equal()
    yield from pairs.extreme()
    yield from pairs.random(RANDOM)


def _best(found: Iterable[tuple[float, int, Pair]]) -> list[tuple[float, int, Pair]]:
    """The worst pair for the claim of each pair of families, and of these the worst."""
    best: dict[tuple[str, str], tuple[float, int, Pair]] = {}
    for one in found:
        families = one[2].p, one[2].q
        best[families] = max(best.get(families, one), one)
    return heapq.nlargest(SEARCHES, best.values())
