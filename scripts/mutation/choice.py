"""Which mutants are tried: some of every module that computes, by as many operators as may be, and none that is known to be equivalent."""

import collections
import hashlib
import tomllib
from pathlib import Path
from typing import NamedTuple

from mutation.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
ROOMS = (
    "base",
    "distributions",
    "quadrature",
    "measurement",
    "samples",
    "game",
    "models",
    "dynamics",
    "rigorous",
    "stability",
)  # that compute
PAGES = {"display", "figure", "printed", "text", "text_table", "words"}  # modules that only write
EQUIVALENTS = Path(__file__).parent / "equivalents.toml"


class Known(NamedTuple):
    """What tells a mutant that no test can notice."""

    module: str
    where: str
    was: str
    becomes: str

    @classmethod
    def of(cls, mutant: Mutant) -> "Known":
        return cls(mutant.module, mutant.where, mutant.was, mutant.becomes)


def equivalents() -> dict[Known, str]:
    """Each with the reason why it is the same."""
    listed = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8")).get("equivalent", [])
    return {Known(*(each[field] for field in Known._fields)): each["why"] for each in listed}


def modules() -> list[str]:
    found = (path for room in ROOMS for path in sorted((ROOT / "gantheory" / room).rglob("*.py")))
    return [str(path.relative_to(ROOT)) for path in found if path.stem not in PAGES and path.name != "__init__.py"]


def candidates(names: list[str]) -> dict[str, list[Mutant]]:
    """The mutants of each module that has any."""
    known = equivalents()
    every = {name: [each for each in mutants_of(name, (ROOT / name).read_bytes()) if Known.of(each) not in known] for name in names}
    return {name: found for name, found in every.items() if found}


def chosen(every: dict[str, list[Mutant]], count: int, seed: int) -> list[Mutant]:
    """``count`` of them or a few more: of a module as many as the root of what it has, one at least, and of its operators in turn.

    The draw of a mutant hangs on its own name alone. So when one is found to be equivalent another takes its place, and the rest stay.
    """
    whole = sum(len(found) ** 0.5 for found in every.values())
    taken = []
    for module, found in every.items():
        turns = collections.defaultdict(list)
        for mutant in sorted(found, key=lambda mutant: (_draw(seed, mutant.name), mutant.start, mutant.new)):
            turns[mutant.operator].append(mutant)
        order = sorted(turns, key=lambda operator: _draw(seed, module, operator))
        in_turn = [turns[name][i] for i in range(max(map(len, turns.values()))) for name in order if i < len(turns[name])]
        taken += in_turn[: max(1, round(count * len(found) ** 0.5 / whole))]
    return sorted(taken, key=lambda mutant: _draw(seed, mutant.name))


def _draw(seed: int, *words: str) -> str:
    return hashlib.sha256("\0".join((str(seed), *words)).encode()).hexdigest()
