"""Warm processes, one a core: each has a copy of the tree and all but gantheory imported, and forks for every mutant.

The limits are seconds of the processor: a busy machine makes no mutant look hung.
"""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

from mutation.choice import ROOT

WORK = ROOT / "runs/mutation"
PATIENCE = 60  # seconds of the clock for one of the processor, after which a process is taken to wait for what never comes
ENVIRONMENT = {
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "XLA_FLAGS": "--xla_cpu_parallel_codegen_split_count=1 --xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=0",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
}


class Job(NamedTuple):
    """Some tests, in a tree in which one module may read otherwise."""

    name: str
    files: list[str]
    wanted: list[str] | None = None  # all tests of the files
    module: str = ""
    content: bytes | None = None
    trace: bool = False
    first: bool = True  # stop at the first failure
    cpu: int = 600


class Done(NamedTuple):
    """What came of it: pytest's exit code, None if it was ended, and a note of each test, as in ``inside``."""

    name: str
    code: int | None
    cpu: float
    notes: list[dict[str, Any]]
    said: str


def copied(core: int) -> Path:
    """A copy of the tree as it stands, tracked or new, brought up to date. What a mutant that was interrupted left there is overwritten."""
    folder = WORK / f"core-{core}"
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    names = {name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()}
    for name in names:
        ours, theirs = ROOT / name, folder / name
        if not theirs.exists() or (ours.stat().st_mtime_ns, ours.stat().st_size) != (theirs.stat().st_mtime_ns, theirs.stat().st_size):
            theirs.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ours, theirs)
    for path in folder.rglob("*.py"):
        if str(path.relative_to(folder)) not in names:
            path.unlink()
    return folder


def _warm() -> None:
    """Import what takes long: not gantheory, which is the mutant, nor hypothesis, whose plugin fails if pytest did not import it."""
    warnings.simplefilter("ignore")
    import beartype  # noqa: F401
    import equinox  # noqa: F401
    import flint  # noqa: F401
    import jax.scipy.special
    import jax.scipy.stats  # noqa: F401
    import jaxtyping  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import mpmath  # noqa: F401
    import optax  # noqa: F401
    import pytest  # noqa: F401
    import scipy.integrate
    import scipy.optimize
    import scipy.special
    import scipy.stats  # noqa: F401
    import sympy  # noqa: F401

    assert not {"gantheory", "hypothesis"} & sys.modules.keys()


def _serve(pipe: Connection, folder: Path) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that a forked process ends too
    os.environ.update(ENVIRONMENT | {"PYTHONPATH": str(folder)})
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    _warm()
    for count, job in enumerate(iter(pipe.recv, None), start=1):
        pipe.send(_done(job, folder, count))


def _done(job: Job, folder: Path, count: int) -> Done:
    if job.content is None:
        return _forked(job, folder)
    path = folder / job.module
    content, before = path.read_bytes(), path.stat()
    try:
        path.write_bytes(job.content)
        os.utime(path, (count, count))  # a time of its own: no bytecode is taken for this module's
        return _forked(job, folder)
    finally:
        path.write_bytes(content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _forked(job: Job, folder: Path) -> Done:
    notes, log = folder.with_suffix(".notes"), folder.with_suffix(".log")
    notes.unlink(missing_ok=True)
    since, pid = time.monotonic(), os.fork()
    if not pid:
        _child(job, notes, log)
    try:
        while not (found := os.wait4(pid, os.WNOHANG))[0]:
            if time.monotonic() - since > PATIENCE * job.cpu:
                os.killpg(pid, signal.SIGKILL)
            time.sleep(0.02)
    except BaseException:
        os.killpg(pid, signal.SIGKILL)
        raise
    _, status, used = found
    code = os.waitstatus_to_exitcode(status)
    ended = code in (-signal.SIGXCPU, -signal.SIGKILL)
    # Of a line that was being written when the process was ended there is no end.
    lines = notes.read_text(encoding="utf-8").split("\n")[:-1] if notes.exists() else []
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    return Done(job.name, None if ended else code, used.ru_utime + used.ru_stime, [json.loads(line) for line in lines], said)


def _child(job: Job, notes: Path, log: Path) -> None:
    code = 3
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(out, 1)
        os.dup2(out, 2)
        if job.content is not None:
            import jax

            jax.config.update("jax_persistent_cache_min_compile_time_secs", 1e9)  # what mutants compile is of no use to others
            sys.dont_write_bytecode, os.environ["PYTHONDONTWRITEBYTECODE"] = True, "1"
        from mutation import inside

        code = inside.run(job.files, notes, job.wanted, job.trace, job.first, job.cpu)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


class Servers:
    """A warm process for each core, for as long as the ``with`` lasts."""

    def __init__(self, cores: int):
        self.cores = cores
        self.processes: list[multiprocessing.process.BaseProcess] = []
        self.pipes: list[Connection] = []

    def __enter__(self) -> "Servers":
        context = multiprocessing.get_context("spawn")
        for core in range(self.cores):
            ours, theirs = context.Pipe()
            self.processes.append(context.Process(target=_serve, args=(theirs, copied(core))))
            self.processes[-1].start()
            theirs.close()  # so that the end of the process ends the pipe
            self.pipes.append(ours)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
            process.join()

    def run(self, jobs: Iterable[Job]) -> Iterator[Done]:
        """What comes of each job, as it comes."""
        left = iter(jobs)
        return self._run({pipe: left for pipe in self.pipes})

    def everywhere(self, job: Job) -> Iterator[Done]:
        """What comes of one job in each process."""
        return self._run({pipe: iter([job]) for pipe in self.pipes})

    def _run(self, left: dict[Connection, Iterator[Job]]) -> Iterator[Done]:
        busy = [pipe for pipe, jobs in left.items() if _sent(pipe, jobs)]
        while busy:
            for pipe in wait(busy):
                try:
                    done = pipe.recv()
                except EOFError:
                    raise SystemExit("A warm process ended.") from None
                if not _sent(pipe, left[pipe]):
                    busy.remove(pipe)
                yield done


def _sent(pipe: Connection, jobs: Iterator[Job]) -> bool:
    """Whether there was another job to send."""
    job = next(jobs, None)
    if job is not None:
        pipe.send(job)
    return job is not None
