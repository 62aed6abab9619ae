"""Cases judged in processes of their own, one for each core: one that does not come back is ended and counted."""

import gc
import itertools
import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from attacks.judge import Verdict

PATIENCE = 30.0  # seconds after which a case counts as hung
CLEARED = 150  # cases after which JAX's caches are cleared: compiled programs take memory and maps of it
SLOW = 10.0  # seconds that no case should take; none is given more than 2


class Judged(NamedTuple):
    """A case's name with its verdict; "text" is the question."""

    name: str
    text: str
    verdict: Verdict
    sound: bool
    seconds: float


def judge(name: str) -> Judged:
    """One case, made, asked and judged in this process."""
    from attacks.kinds import case_of

    started = time.monotonic()
    case = case_of(name)
    verdict = case.verdict()
    return Judged(name, case.text, verdict, case.sound, time.monotonic() - started)


def _serve(pipe: Connection) -> None:
    import jax

    for count in itertools.count(1):
        name = pipe.recv()
        if name is None:
            return
        try:
            pipe.send(judge(name))
        except Exception as broken:  # the attack's own fault
            pipe.send(Judged(name, "", Verdict("broken", f"{type(broken).__name__}: {broken}"), False, 0.0))
        if count % CLEARED == 0:
            jax.clear_caches()
            gc.collect()


class _Worker:
    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        self.name, self.since = "", 0.0

    def give(self, name: str) -> None:
        self.name, self.since = name, time.monotonic()
        self.pipe.send(name)

    def end(self) -> None:
        self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()


def run(names: Iterator[str], minutes: float) -> Iterator[Judged]:
    """Judges cases on all cores until the time is over."""
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    until = time.monotonic() + 60 * minutes
    workers = [_Worker() for _ in range(os.cpu_count() or 1)]
    try:
        for worker in workers:
            worker.give(next(names))
        while workers:
            yield from _answered(workers)
            for worker in list(workers):
                if worker.name:
                    continue
                name = next(names, None) if time.monotonic() < until else None
                if name is None:
                    workers.remove(worker)
                    worker.end()
                else:
                    worker.give(name)
    finally:
        for worker in workers:
            worker.end()


def _answered(workers: list[_Worker]) -> list[Judged]:
    """What came back, once something has; a worker that hangs or died is replaced in the list."""
    found: list[Judged] = []
    ready: list[Any] = wait([worker.pipe for worker in workers], timeout=1.0)
    for i, worker in enumerate(workers):
        gone = "hung" if time.monotonic() - worker.since > PATIENCE else ""
        if worker.pipe in ready:
            try:
                found.append(worker.pipe.recv())
                worker.name = ""
                continue
            except EOFError:
                gone = "died"
        if gone:
            said = f"no answer in {time.monotonic() - worker.since:.0f} s" if gone == "hung" else "its process died"
            found.append(Judged(worker.name, "", Verdict("hung", said), False, time.monotonic() - worker.since))
            worker.end()
            workers[i] = _Worker()
    return found
