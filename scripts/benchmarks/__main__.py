"""Runs benchmarks, each in a process of its own, prints what they find, and leaves a record of it. docs/speed.md says how to read both."""

import argparse
import contextlib
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import record
from measuring import Findings

# Each is a module beside this one, with a function `run`.
BENCHMARKS = ("numerics", "plane", "growth", "train", "capacity", "verify", "explorer", "sweeps")
LONG = ("reproduce",)  # not part of `all`


def main(words: list[str]) -> int:
    """Exit code 1 if values disagree with a peer's, or a benchmark breaks down; 2 for bad arguments."""
    asked = arguments(words)
    started, names = time.perf_counter(), chosen(asked.names)
    with contextlib.redirect_stdout(sys.stderr if asked.json == "-" else sys.stdout):
        found = record.head()
        results = {names[0]: alone(names[0], found)} if len(names) == 1 else {name: apart(name) for name in names}
    found |= {"seconds": time.perf_counter() - started, "agrees": all(one["agrees"] for one in results.values()), "benchmarks": results}
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    if asked.json == "-":
        sys.stdout.write(text)
    elif asked.json:
        Path(asked.json).write_text(text, encoding="utf-8")
        print(f"\nWrote {asked.json}.")
    return 0 if found["agrees"] else 1


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./scripts/bench", description=__doc__)
    every = ("all", *BENCHMARKS, *LONG)
    parser.add_argument("names", nargs="+", metavar="NAME", choices=every, help=f"{', '.join(every)}; all: all but {', '.join(LONG)}")
    parser.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="write a record: to FILE, or to stdout, and the text to stderr"
    )
    asked = parser.parse_args(words)
    if asked.json not in (None, "-") and (Path(asked.json).is_dir() or not Path(asked.json).absolute().parent.is_dir()):
        parser.error(f"--json must be a file in a folder that is there. Got {asked.json}.")
    return asked


def chosen(names: list[str]) -> list[str]:
    """Each benchmark once, ``all`` replaced by those it stands for."""
    return list(dict.fromkeys(one for name in names for one in (BENCHMARKS if name == "all" else (name,))))


def alone(name: str, head: dict[str, Any]) -> dict[str, Any]:
    """What a benchmark finds in this process."""
    versions = ", ".join(f"{package} {head['versions'][package]}" for package in ("gantheory", "jax", "numpy", "scipy", "python"))
    where = head["machine"]
    print(f"{versions}; {where['cpu']}, {where['cores']} cores, load {where['load']}")
    print("Cores may be shared: ratios are worth more than times.")
    started, found = time.perf_counter(), Findings()
    importlib.import_module(name).run(found)
    return {"seconds": time.perf_counter() - started, **found.record()}


def apart(name: str) -> dict[str, Any]:
    """What a benchmark finds in a process of its own, so that none feels what another compiled, or the memory that it holds."""
    print(f"\n{name}\n{'=' * len(name)}\n", flush=True)
    words = [sys.executable, Path(__file__).parent, name, "--json"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=sys.stdout, text=True, check=False)
    if not done.stdout:
        print(f"{name} broke down: exit code {done.returncode}.")
        return {"agrees": False, "broke_down": done.returncode}
    return json.loads(done.stdout)["benchmarks"][name]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
