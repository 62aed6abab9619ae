"""Processes whose time is taken as a whole."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any


def said_by(*words: Any, **environment: str) -> tuple[float, str]:
    """(seconds, stdout) of a process. Raises ``RuntimeError`` if it fails."""
    start = time.perf_counter()
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, env=os.environ | environment, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{words} failed:\n{done.stderr[-2000:]}")
    return seconds, done.stdout


def json_of(*words: Any, **environment: str) -> dict[str, Any]:
    """What a process says last, with its own time as ``process``."""
    seconds, said = said_by(*words, **environment)
    return {**json.loads(said.splitlines()[-1]), "process": seconds}


def program(text: str, **environment: str) -> dict[str, Any]:
    """What a Python program says last, as :func:`json_of`."""
    return json_of(sys.executable, "-c", text, **environment)


def cache(folder: Any) -> dict[str, str]:
    """The environment in which compiled programs and Coq's answers are kept in a folder, and no others are found."""
    return {
        "XDG_CACHE_HOME": str(folder),
        "JAX_COMPILATION_CACHE_DIR": f"{folder}/compiled",
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }


class Worker:
    """A process that answers each line of words by a line of JSON."""

    def __init__(self, *words: Any, one_core: bool = False):
        """Start it, pinned to one core if asked for, where the system can do so."""
        pin = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] if one_core and shutil.which("taskset") else []
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} if one_core else {}
        self.process = subprocess.Popen(
            [*pin, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | threads
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.communicate()

    def ask(self, *words: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        print(*words, file=self.process.stdin, flush=True)
        if not (line := self.process.stdout.readline()):
            raise RuntimeError(f"{self.process.args} gave no answer to {words}.")
        return json.loads(line)


def answer(jobs: dict[str, Callable[..., Any]]) -> None:
    """Answer the lines of a :class:`Worker`'s parent: a job's name, and its numbers."""
    for line in sys.stdin:
        job, *numbers = line.split()
        print(json.dumps(jobs[job](*map(int, numbers))), flush=True)
