"""A file of claims of one's own, read and judged in a process that others can end: whatever the file does ends as one sentence."""

import math
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from gantheory.evidence.claim import Claim, Evidence, Judgement, Margin, Verdict
from gantheory.theorems import CLAIMS

MODULE = "claims_of_ones_own"  # name under which the file is imported
LONGEST = 300  # characters of a message that is passed on


def serve(path: Path, pipe: Connection) -> None:
    """Read the file, send what it claims, then judge what is asked for: one message a layer, and None at a claim's end.

    Messages are of plain data and verdicts: a claim itself has functions, which cannot be sent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that waits, which ends this one
    os.dup2(sys.stderr.fileno(), 1)  # what the file prints must not be taken for the command's own output
    pipe.send("ready")
    try:
        claims = claims_in(path)
    except BaseException as error:  # SystemExit too
        pipe.send(sentence(error, path))
        return
    pipe.send(
        [(*map(str, (one.name, one.statement, one.citation, one.hypotheses)), [each.layer for each in one.evidence]) for one in claims]
    )
    while True:
        number, layers = pipe.recv()
        for evidence in claims[number].evidence:
            if evidence.layer in layers:
                pipe.send(guarded(evidence, path))
        pipe.send(None)


def claims_in(path: Path) -> list[Claim]:
    """The claims at the top level of the file, alone or in lists and tuples, without the shipped ones. What the file raises is raised."""
    module = ModuleType(MODULE)
    module.__file__ = str(path)
    sys.modules[MODULE] = module  # where dataclasses look for their module
    sys.path.insert(0, str(path.resolve().parent))
    exec(compile(path.read_bytes(), str(path), "exec"), vars(module))
    distinct = {id(one): one for one in _claims(vars(module))}
    return [one for one in distinct.values() if one is not CLAIMS.get(one.name)]


def _claims(names: dict[str, Any]) -> Iterator[Claim]:
    for value in names.values():
        yield from (one for one in (value if isinstance(value, list | tuple) else (value,)) if isinstance(one, Claim))


def guarded(evidence: Evidence, path: Path) -> Judgement:
    """What the evidence finds, as plain data: UNDECIDED where it raises, or returns what is no judgement or has no number."""
    layer = evidence.layer
    try:
        found = evidence.judge()
        if not isinstance(found, Judgement):
            return Judgement(layer, Verdict.UNDECIDED, None, f"`judge` must return a Judgement. Got {found!r:.{LONGEST}}")
        number = None if found.number is None else float(found.number)
        if number is not None and not math.isfinite(number):
            return Judgement(layer, Verdict.UNDECIDED, None, f"its number must be finite. Got {number}: {found.why:.{LONGEST}}")
        details = tuple(Margin(str(one.what), float(one.difference), float(one.allowed)) for one in found.details)
        return Judgement(layer, Verdict(found.verdict), number, str(found.why), details)
    except BaseException as error:
        return Judgement(layer, Verdict.UNDECIDED, None, sentence(error, path))


def sentence(error: BaseException, path: Path) -> str:
    """What was raised, and in which line of the file."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(path) else lines[-1] if lines else None
    said = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    where = f"line {line} " if line else ""
    return f"{where}raised {type(error).__name__}" + (f": {said[:LONGEST]}" if said else "")
