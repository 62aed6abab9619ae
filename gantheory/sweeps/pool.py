"""The executor that a sweep has if none is given: a process for each core, pinned to it."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any

from gantheory.game.ensembles import CORES


@contextlib.contextmanager
def pinned_pool(workers: int = CORES) -> Iterator[Executor]:
    """Worker processes, ended at once where the block ends by an exception.

    They are spawned, since a forked JAX deadlocks. A worker leaves the interrupt of a terminal to the process that began it.

    Args:
      workers: how many; one a core if not given.
    """
    context = multiprocessing.get_context("spawn")
    started = context.SimpleQueue()
    pool = ProcessPoolExecutor(workers, context, _begin, (context.Value("i", 0), started))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        while not started.empty():
            with contextlib.suppress(ProcessLookupError):
                os.kill(started.get(), signal.SIGTERM)
        raise
    pool.shutdown()


def _begin(count: Any, started: Any) -> None:
    """Pin this process to the next core. Its matrices are small: threads of theirs would cost more than they give."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with count.get_lock():
        number, count.value = count.value, count.value + 1
    started.put(os.getpid())
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})
