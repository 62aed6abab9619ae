"""The command behind ``scripts/mutate``."""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from mutation import choice, reach, report, server
from mutation.mutants import Mutant

SLOWER = 3  # times the seconds of its tests that a mutant may take
START = 10  # seconds more, for imports and for programs compiled anew


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the warm processes end too
    started = time.monotonic()
    every = choice.candidates(asked.modules or choice.modules())
    if asked.only:
        mutants = [each for found in every.values() for each in found if each.name in asked.only]
    elif asked.all:
        mutants = [each for found in every.values() for each in found]
    else:
        mutants = choice.chosen(every, asked.count, asked.seed)
    if asked.list:
        print("\n".join(f"{each.name} {each.operator}\n{each.diff((choice.ROOT / each.module).read_bytes())}" for each in mutants))
        return 0
    print(f"{len(mutants)} of {sum(map(len, every.values()))} mutants, of {len({each.module for each in mutants})} modules.", flush=True)
    with server.Servers(asked.cores) as servers:
        judged = _judged(mutants, asked, servers)
    if judged is None:
        return 2
    print(f"\n{report.table(judged)}")
    if asked.matrix:
        print("\n" + "\n".join(report.matrix(judged)))
    spent = sum(each.cpu for each in judged)
    print(f"\n{time.monotonic() - started:.0f} s; {spent:.0f} s of the processor for mutants, {spent / max(1, len(judged)):.1f} s each.")
    if asked.record:
        if any(each.outcome == "broken" for each in judged):
            print("No score is kept of a run in which the tool failed.")
            return 2
        report.SCORE.write_text(json.dumps(report.score(judged, asked.seed), indent=2) + "\n", encoding="utf-8")
    return int(any(each.outcome in report.FAULTS for each in judged))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutate", description="Breaks the library in small ways, which the tests must notice.")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="of these alone: gantheory/game/penalties.py")
    parser.add_argument("--count", type=int, default=400, help="how many, a few more if every module has one (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which (%(default)s)")
    parser.add_argument("--all", action="store_true", help="every mutant of the modules")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these again, by name")
    parser.add_argument("--tests", nargs="+", metavar="PATH", default=list(reach.FOLDERS), help="files or folders of the tests that judge")
    parser.add_argument("--seconds", type=float, default=10.0, help="of the processor, for the tests of a mutant (%(default)s)")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="warm processes (%(default)s)")
    parser.add_argument("--matrix", action="store_true", help="do not stop at the first kill; tell who kills what, and what alone")
    parser.add_argument("--list", action="store_true", help="the mutants, as diffs; none is tried")
    parser.add_argument("--record", action="store_true", help="keep the score, of a run over all modules, in scripts/mutation/score.json")
    parser.add_argument("--verbose", action="store_true", help="name those killed too")
    asked = parser.parse_args()
    if asked.record and (asked.modules or asked.only or asked.tests != list(reach.FOLDERS)):
        parser.error("--record must be of a run over all modules by all tests.")
    for path in [*asked.modules, *asked.tests]:
        if not (choice.ROOT / path).exists():
            parser.error(f"a module or test must be a path from the project's folder. Got {path}.")
    return asked


def _judged(mutants: list[Mutant], asked: argparse.Namespace, servers: server.Servers) -> list[report.Judged] | None:
    """Each mutant by its tests, those that survive printed as they are found; None if the tests are not to be trusted."""
    index = _index(reach.test_files(asked.tests), servers)
    if index is None:
        return None
    before = report.kept()
    killers = {name: record["killers"][0] for name, record in before.items() if record["killers"]}
    plans = {str(i): (mutant, *index.of(mutant, asked.seconds, killers.get(mutant.name, ""))) for i, mutant in enumerate(mutants)}
    if not _passes([tests for _, tests, _, _ in plans.values()], servers):
        return None
    judged = [report.Judged(mutant, "unseen", [], []) for mutant, tests, _, _ in plans.values() if not tests]
    for each in judged:
        print(each, flush=True)
    for done in servers.run([_job(name, *plan[:3], first=not asked.matrix) for name, plan in plans.items() if plan[1]]):
        mutant, tests, _, left = plans[done.name]
        judged.append(report.Judged.of(mutant, done, tests, left))
        if judged[-1].outcome in report.FAULTS or asked.verbose:
            print(judged[-1], *([done.said] if judged[-1].outcome == "broken" else []), flush=True)
        report.keep(before | {each.mutant.name: each.record() for each in judged})  # also of a run that is interrupted
    return judged


def _index(files: list[str], servers: server.Servers) -> reach.Index | None:
    """The tests of each line; None if some cannot be traced. A test that fails with nothing changed judges no mutant."""
    found = reach.current(files)
    missing = [file for file in files if file not in found]
    if missing:
        print(f"Tracing {len(missing)} of {len(files)} files of tests; the rest are known.", flush=True)
    good = True
    for file, entry, done in reach.traced(missing, servers):
        found[file] = entry
        failed = [note["test"] for note in done.notes if note["failed"]]
        if done.code in (0, 5):  # 5: all its tests are slow ones
            reach.keep({file: entry})
        else:
            print(f"With nothing changed {file} fails (exit code {done.code}): {', '.join(failed)}\n{done.said}", flush=True)
            good &= done.code == 1 and bool(entry["tests"])
    return reach.Index(found) if good else None


def _passes(plans: list[list[str]], servers: server.Servers) -> bool:
    """Whether the first test that each file would try passes in every warm process with nothing changed; if not, all would seem killed."""
    first: dict[str, str] = {}
    for test in (test for tests in plans for test in tests):
        first.setdefault(test.split("::")[0], test)
    good = True
    for done in servers.everywhere(server.Job("unmutated", list(first), list(first.values()), first=False)) if first else ():
        if done.code != 0 or {note["test"] for note in done.notes} != set(first.values()):
            print(f"Tests fail in a warm process with nothing changed (exit code {done.code}):\n{done.said}")
            good = False
    return good


def _job(name: str, mutant: Mutant, tests: list[str], seconds: float, first: bool) -> server.Job:
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    content = mutant.applied(Path(choice.ROOT, mutant.module).read_bytes())
    return server.Job(name, files, tests, mutant.module, content, first=first, cpu=round(START + SLOWER * seconds))


if __name__ == "__main__":
    sys.exit(main())
