"""What came of the mutants, in words: each that survives as a diff, a table by operator, and the matrix of who kills what."""

import collections
from collections.abc import Iterator
from dataclasses import dataclass

from mutation.choice import ROOT
from mutation.inside import AT_IMPORT
from mutation.mutants import Mutant
from mutation.server import Done

OUTCOMES = ("killed", "hung", "survived", "unseen", "broken")
SURVIVING = ("survived", "unseen")
FAULTS = (*SURVIVING, "broken")


@dataclass
class Judged:
    """A mutant and what its tests said."""

    mutant: Mutant
    outcome: str  # hung: slower by far than the library. unseen: no test runs it. broken: the tool's own fault
    killers: list[str]
    tried: list[str]
    left: int = 0  # tests that run it too, for which there was no time
    cpu: float = 0.0

    @classmethod
    def of(cls, mutant: Mutant, done: Done, tried: list[str], left: int) -> "Judged":
        killers = [note["test"] for note in done.notes if note["failed"]]
        ran = {note["test"] for note in done.notes}
        if killers or done.code in (1, 2, 4):
            outcome, killers = "killed", list(dict.fromkeys(killers)) or [AT_IMPORT]
        elif done.code is None:
            outcome = "hung"
        elif done.code < 0:  # a crash of the interpreter
            outcome, killers = "killed", [next((name for name in tried if name not in ran), AT_IMPORT)]
        else:
            outcome = "survived" if done.code == 0 and ran >= set(tried) else "broken"
        return cls(mutant, outcome, killers, tried, left, done.cpu)

    def __str__(self) -> str:
        said = f"{self.mutant.name} {self.outcome}, {self.mutant.operator}: {self.mutant.module}:{self.mutant.line} {self.mutant.where}"
        if self.outcome not in FAULTS:
            return f"{said}, by {self.killers[0]} ({self.cpu:.1f} s)" if self.killers else f"{said} ({self.cpu:.1f} s)"
        more = f" of {len(self.tried) + self.left}" if self.left else ""
        diff = self.mutant.diff((ROOT / self.mutant.module).read_bytes())
        return f"{said}, {len(self.tried)}{more} tests ({self.cpu:.1f} s)\n{diff}"

    def record(self) -> dict[str, object]:
        same = {name: getattr(self.mutant, name) for name in ("name", "module", "line", "where", "operator", "becomes")}
        return same | {"outcome": self.outcome, "killers": self.killers, "tried": len(self.tried), "left": self.left, "cpu": self.cpu}


def table(every: list[Judged]) -> str:
    """How many of each operator came to what."""
    rows = collections.defaultdict(collections.Counter)
    for each in every:
        rows[each.mutant.operator][each.outcome] += 1
        rows["all"][each.outcome] += 1
    order = sorted(rows, key=lambda name: (name == "all", -rows[name].total()))
    lines = [f"{name:12s}{rows[name].total():7d}" + "".join(f"{rows[name][outcome]:10d}" for outcome in OUTCOMES) for name in order]
    return "\n".join([f"{'':12s}{'made':>7s}" + "".join(f"{outcome:>10s}" for outcome in OUTCOMES), *lines])


def matrix(every: list[Judged]) -> Iterator[str]:
    """Each test with how many of the mutants tried on it it kills, and those that it alone kills; last the tests that kill none."""
    tried = collections.Counter(test for each in every for test in each.tried)
    kills = collections.Counter(test for each in every for test in each.killers)
    alone = collections.defaultdict(list)
    for each in every:
        if len(each.killers) == 1 and not each.left:
            alone[each.killers[0]].append(each.mutant.name)
    yield "kills  tried  alone  test"
    for test in sorted(kills, key=lambda name: (-len(alone[name]), -kills[name])):
        yield f"{kills[test]:5d}  {tried[test]:5d}  {len(alone[test]):5d}  {test}  {' '.join(alone[test])}".rstrip()
    idle = sorted(tried.keys() - kills.keys())
    yield f"\n{len(idle)} tests kill none of the mutants tried on them:"
    yield from (f"       {tried[test]:5d}         {test}" for test in idle)
