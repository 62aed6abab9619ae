"""What came of the mutants, in words: each that survives as a diff, a table by operator, and the matrix of who kills what."""

import collections
import datetime
import json
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mutation.choice import ROOT, equivalents
from mutation.inside import AT_IMPORT
from mutation.mutants import Mutant
from mutation.server import WORK, Done

OUTCOMES = ("killed", "hung", "survived", "unseen", "broken")
SURVIVING = ("survived", "unseen")
FAULTS = (*SURVIVING, "broken")
KEPT = WORK / "judged.json"
SCORE = Path(__file__).parent / "score.json"
PACKAGES = ("gantheory", "jax", "numpy", "scipy", "python-flint", "sympy")  # on which a score may depend


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


def kept() -> dict[str, Any]:
    """What came of each mutant the last time, by name: the test that killed it then is tried first."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def keep(records: dict[str, Any]) -> None:
    KEPT.write_text(json.dumps(records, indent=1), encoding="utf-8")


def table(every: list[Judged]) -> str:
    """How many of each operator, and of each room, came to what."""
    rows = collections.defaultdict(collections.Counter)
    for each in every:
        for name in (each.mutant.operator, room(each.mutant), "all"):
            rows[name][each.outcome] += 1
    groups = [{each.mutant.operator for each in every}, {room(each.mutant) for each in every}, {"all"}]
    lines = [f"{'':14s}{'made':>7s}" + "".join(f"{outcome:>10s}" for outcome in OUTCOMES)]
    for names in groups:
        for name in sorted(names, key=lambda name: (-rows[name].total(), name)):
            lines.append(f"{name:14s}{rows[name].total():7d}" + "".join(f"{rows[name][outcome]:10d}" for outcome in OUTCOMES))
        lines.append("")
    return "\n".join(lines).rstrip()


def room(mutant: Mutant) -> str:
    return Path(mutant.module).parts[1]


def score(every: list[Judged], seed: int) -> dict[str, Any]:
    """What is kept of a run, so that a page can show it."""
    of_all = collections.Counter(each.outcome for each in every)
    rooms: dict[str, dict[str, int]] = {}
    for each in every:
        counts = rooms.setdefault(room(each.mutant), {"made": 0, "killed": 0, "survived": 0})
        counts["made"] += 1
        counts["survived" if each.outcome in SURVIVING else "killed"] += 1
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "seed": seed,
        "made": len(every),
        **{outcome: of_all[outcome] for outcome in OUTCOMES if outcome != "broken"},
        "equivalents": len(equivalents()),
        "modules": len({each.mutant.module for each in every}),
        "cpu_seconds": round(sum(each.cpu for each in every)),
        "rooms": dict(sorted(rooms.items())),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }


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
    yield f"\n{len(idle)} tests kill none of the mutants tried on them{':' if idle else '.'}"
    yield from (f"       {tried[test]:5d}         {test}" for test in idle)
