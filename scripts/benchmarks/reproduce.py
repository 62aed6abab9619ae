"""How long Figure 1 takes as a process, `gantheory reproduce goodfellow2014-fig1`, with nothing compiled before and with all of it."""

import hashlib
import sys
import tempfile
from pathlib import Path

import processes
from measuring import Findings, shown, table

FIGURE = "goodfellow2014-fig1"


def run(found: Findings) -> None:
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("nothing_compiled", "compiled_before"):
            out = Path(folder) / name
            words = ("-m", "gantheory", "reproduce", FIGURE, "--out", out, "--runs", out / "runs")
            seconds, _ = processes.said_by(sys.executable, *words, **processes.cache(folder))
            found.taken[name] = [seconds]
            made[name] = hashlib.sha256((out / f"{FIGURE}.json").read_bytes()).hexdigest()
    table(f"`gantheory reproduce {FIGURE}`, one process each", ("", "time"), [(name, shown(found.time(name))) for name in made])
    ratio = found.ratio("nothing_compiled_to_compiled_before", "nothing_compiled", "compiled_before")
    print(f"\n  nothing compiled / compiled before: {ratio}")
    found.check("record", len(set(made.values())) == 1, "the records of both, to the byte")
