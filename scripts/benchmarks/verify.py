"""How long `gantheory verify` takes as a process: formal proofs cold and unchanged, all layers with programs compiled before or not."""

import json
import shutil
import sys
import tempfile

import processes
from measuring import Findings, shown, table

COMMAND = (sys.executable, "-m", "gantheory", "verify", "--json")


def run(found: Findings) -> None:
    said = {}
    with tempfile.TemporaryDirectory() as folder:
        cache = processes.cache(folder)
        formal = shutil.which("coqc") is not None
        if not formal:
            found.skip("formal proofs", "coqc is not installed.")
        runs = [("formal.cold", "--layer", "formal"), ("formal.unchanged", "--layer", "formal")] if formal else []
        for name, *words in [*runs, ("whole.nothing_compiled",), ("whole.compiled_before",)]:
            seconds, text = processes.said_by(*COMMAND, *words, **cache)
            found.taken[name], said[name] = [seconds], verdicts(text)
    table("`gantheory verify`, one process each", ("", "time"), [(name, shown(found.time(name))) for name in said])
    print()
    if formal:
        print(f"  formal, cold / unchanged: {found.ratio('formal.cold_to_unchanged', 'formal.cold', 'formal.unchanged')}")
        found.check("formal", said["formal.cold"] == said["formal.unchanged"], "verdicts of both")
    ratio = found.ratio("whole.nothing_compiled_to_compiled_before", "whole.nothing_compiled", "whole.compiled_before")
    print(f"  all layers, formal unchanged; nothing compiled / compiled before: {ratio}")
    found.check("whole", said["whole.nothing_compiled"] == said["whole.compiled_before"], "verdicts of both")


def verdicts(text: str) -> dict:
    """The verdict of each claim."""
    return {one["name"]: one["verdict"] for one in json.loads(text)["claims"]}
