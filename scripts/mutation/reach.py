"""Which tests run which lines, and in how many seconds each: from one traced run of every test file, kept until a file of it changes."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from mutation import server
from mutation.choice import ROOMS, ROOT
from mutation.mutants import Mutant

KEPT = server.WORK / "reach.json"
COMMON = ("tests/conftest.py", "tests/annotations.py", "pyproject.toml")  # what every test file depends on
FOLDERS = tuple(f"tests/{room}" for room in ROOMS)
LONGEST = 1800  # seconds of the processor that a traced test file may take

Reach = dict[str, dict[str, Any]]  # {test file: {"state": {path: hash}, "tests": {name: {"cpu", "lines"}}}}


@cache
def _hash(path: str) -> str:
    file = ROOT / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.exists() else ""


def test_files(paths: list[str]) -> list[str]:
    """The files of tests in these folders, or these files."""
    found = (sorted((ROOT / path).rglob("test_*.py")) if (ROOT / path).is_dir() else [ROOT / path] for path in paths)
    return [str(each.relative_to(ROOT)) for of_path in found for each in of_path]


def current(files: list[str]) -> Reach:
    """What is kept of these files, but for those that would have to be traced again."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return {file: kept[file] for file in files if file in kept and all(_hash(path) == was for path, was in kept[file]["state"].items())}


def traced(files: list[str], servers: server.Servers) -> Iterator[tuple[str, dict[str, Any], server.Done]]:
    """Each file with what its tests run that pass, the longest file first so that no core waits for the other at the end."""
    files = sorted(files, key=lambda file: -(ROOT / file).stat().st_size)
    for done in servers.run([server.Job(file, [file], trace=True, first=False, cpu=LONGEST) for file in files]):
        failed = {note["test"] for note in done.notes if note["failed"]}
        tests = {note["test"]: {"cpu": note["cpu"], "lines": note["lines"]} for note in done.notes if note["test"] not in failed}
        paths = {done.name, *COMMON, *(module for test in tests.values() for module in test["lines"])}
        yield done.name, {"state": {path: _hash(path) for path in sorted(paths)}, "tests": tests}, done


def keep(found: Reach) -> None:
    """Beside what is kept of other files."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(kept | found), encoding="utf-8")


class Index:
    """The tests of a mutant, in the order in which they are tried."""

    def __init__(self, reach: Reach):
        self.tests: dict[str, list[tuple[float, str, int]]] = {}  # {module: [(seconds, test, lines)]}
        for of_file in reach.values():
            for name, test in of_file["tests"].items():
                for module, lines in test["lines"].items():
                    self.tests.setdefault(module, []).append((test["cpu"], name, int(lines, 16)))
        for of_module in self.tests.values():
            of_module.sort()

    def of(self, mutant: Mutant, seconds: float, killer: str = "") -> tuple[list[str], float, int]:
        """Those that run its lines, of the module's own file first, then of its room, the cheapest first: as many as fit in, one at least.

        Before them all the one that killed it the last time, if there is one. Returns them, their seconds, and how many more there are.
        """
        seen_on = sum(1 << line for line in mutant.seen_on)
        running = [(cpu, name) for cpu, name, lines in self.tests.get(mutant.module, []) if lines & seen_on]
        module = Path(mutant.module)
        room, own = str(Path("tests", *module.parts[1:-1])) + "/", f"/test_{module.stem}.py::"
        running.sort(key=lambda each: (each[1] != killer, own not in each[1], not each[1].startswith(room)))  # a stable sort
        taken, whole = [], 0.0
        for cpu, name in running:
            if taken and whole + cpu > seconds:
                continue
            taken.append(name)
            whole += cpu
        return taken, whole, len(running) - len(taken)
