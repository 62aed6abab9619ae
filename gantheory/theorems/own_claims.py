"""`gantheory verify FILE`: claims of one's own, each judged in a process that is ended if it hangs or dies, and the next goes on."""

import math
import multiprocessing
import signal
import time
from collections.abc import Callable, Collection, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from gantheory.base.words import got
from gantheory.evidence import coq
from gantheory.evidence.claim import LAYERS, Claim, Judged, Judgement, Verdict
from gantheory.theorems import CLAIMS
from gantheory.theorems.claim_file import serve

TIMEOUT = 120.0  # seconds for a claim, and for the reading of its file
START = 600.0  # seconds at most until a new process has imported the library
NO_CLAIM = "it has no claim. A Claim must stand at its top level, alone or in a list or tuple"


class Unreadable(ValueError):
    """A file that cannot be read as Python, or has no claim."""


class Found(NamedTuple):
    """What files claim, judged.

    Attributes:
      judged: every claim of every file that could be read.
      unreadable: a sentence for each other file.
    """

    judged: list[Judged]
    unreadable: list[str]

    def complaints(self) -> list[str]:
        """A sentence for each layer that raised, hung, died, was refused or did not decide; and for each claim without evidence."""
        said = [(one, each) for one in self.judged for each in one.judgements]
        return [
            *(f"{one.claim.name} by {each.layer}: {each.why}." for one, each in said if each.verdict == Verdict.UNDECIDED),
            *(f"{one.claim.name} has no evidence." for one in self.judged if not one.judgements),
        ]


def verify_files(
    files: Sequence[Path],
    claims: Sequence[str] = (),
    layers: Sequence[str] = (),
    timeout: float = TIMEOUT,
    progress: Callable[[str], None] | None = None,
    fresh: bool = False,
) -> Found:
    """The claims of files of one's own, each with its verdict, whatever the others do.

    Args:
      files: files of Python, each with a ``Claim`` or more at its top level.
      claims: names of claims; all that the files have if there is none.
      layers: layers to judge by; all if there is none.
      timeout: seconds that a claim may take, and the reading of a file.
      progress: called with the name of each claim that has been judged.
      fresh: ask Coq again, as in :func:`gantheory.theorems.verdicts.verify`.

    Raises:
      ValueError: a claim or a layer that is not known, or a timeout that is no positive number.
    """
    if not (timeout > 0 and math.isfinite(timeout)):
        raise ValueError(f"`timeout` must be positive and finite, in seconds. Got {timeout!r}.")
    for layer in layers:
        if layer not in LAYERS:
            raise ValueError(f"A layer must be one of {', '.join(LAYERS)}. {got(layer, LAYERS)}")
    if fresh:
        coq.forget()
    judged: list[Judged] = []
    unreadable: list[str] = []
    known = set(CLAIMS)
    for path in files:
        try:
            with _Claimant(path, timeout) as claimant:
                for number, (claim, has) in enumerate(claimant.claims):
                    chosen = [layer for layer in has if not layers or layer in layers]
                    if (claims and claim.name not in claims) or (has and not chosen):
                        continue
                    if claim.name in known:
                        whose = "a claim of the theory" if claim.name in CLAIMS else "a claim above it"
                        found = _all_undecided(chosen, f"not judged: its name is that of {whose}")
                    else:
                        found = claimant.judge(number, chosen)
                    known.add(claim.name)
                    judged.append(Judged(claim, tuple(found)))
                    if progress:
                        progress(claim.name)
        except Unreadable as error:
            unreadable.append(str(error))
    own = known - set(CLAIMS) if claims else set()
    for name in claims:
        if name not in own and not unreadable:
            raise ValueError(f"A claim of {' and '.join(map(str, files))} must be one that is there. {got(name, own)}")
    return Found(judged, unreadable)


def _all_undecided(layers: Collection[str], why: str) -> list[Judgement]:
    return [Judgement(layer, Verdict.UNDECIDED, None, why) for layer in layers]


class _Claimant:
    """A process that has read a file and judges its claims, one at a time; another one takes its place when it had to be ended."""

    path: Path
    timeout: float
    claims: list[tuple[Claim, list[str]]]  # without their evidence, which stays in the process; and the layers of each
    process: BaseProcess | None
    pipe: Connection

    def __init__(self, path: Path, timeout: float):
        self.path, self.timeout, self.claims, self.process = path, timeout, [], None

    def __enter__(self) -> "_Claimant":
        try:
            self.path.read_bytes()
        except OSError as error:
            raise Unreadable(f"{self.path} cannot be read: {error.strerror}.") from None
        try:
            self.claims = self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def judge(self, number: int, layers: Sequence[str]) -> list[Judgement]:
        """The claim's judgements by those layers; UNDECIDED, with the reason, where they hang or end their process."""
        found: list[Judgement] = []
        try:
            if self.process is None and self.start() != self.claims:
                raise EOFError("the file claims something else each time that it is read")
            end = time.monotonic() + self.timeout
            self.pipe.send((number, layers))
            while (said := self.receive(end - time.monotonic())) is not None:
                found.append(said)
        except (TimeoutError, OSError, EOFError, Unreadable) as error:
            found += _all_undecided(layers[len(found) :], str(error))
            self.end()
        return found

    def start(self) -> list[tuple[Claim, list[str]]]:
        """What a new process reads in the file."""
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(self.path, theirs))
        self.process.start()
        theirs.close()  # the process has its own: when that one ends, so does the pipe
        try:
            self.receive(START)
            said = self.receive(self.timeout)
        except (TimeoutError, EOFError) as error:
            said = str(error)
        if said and not isinstance(said, str):
            return [(Claim(*texts, evidence=(), hypotheses=hypotheses), layers) for *texts, hypotheses, layers in said]
        raise Unreadable(f"{self.path} cannot be read: {said or NO_CLAIM}.")

    def receive(self, seconds: float) -> Any:
        """What the process says next. Raises ``TimeoutError`` or ``EOFError``, with a sentence, if it says nothing."""
        if not self.pipe.poll(max(seconds, 0.0)):
            raise TimeoutError(f"not done after {max(seconds, self.timeout):g} seconds")
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            raise EOFError(self.death()) from None

    def death(self) -> str:
        assert self.process is not None
        self.process.join(self.timeout)
        code = self.process.exitcode or 0
        return f"its process was ended by {signal.Signals(-code).name}" if code < 0 else f"its process ended with exit code {code}"

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process = None
