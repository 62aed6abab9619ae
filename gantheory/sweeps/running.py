"""A sweep run: its shards on an executor, their results into the store as they come."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from gantheory.sweeps.pool import pinned_pool
from gantheory.sweeps.shards import MEMBERS, Observer, Result, Shard, play, shards_of
from gantheory.sweeps.spec import Draws, Spec, spec_of
from gantheory.sweeps.store import Store, open_sweep

MANY = 100_000  # trainings that are not begun without a word
ITERATION = 2e-4  # seconds of a core that one takes at batch 128, 2 × 32, where it was measured
INTERVAL = 1.0  # seconds between two writes; where many shards end in one they are written together
MEASUREMENT = 0.1  # seconds of a core that the measurement of one state on the line takes

Told = Callable[[int, int, Any], None]


def sweep(
    base: Any,
    over: Mapping[str, Any] | None = None,
    *,
    seeds: Sequence[int] | int = 1,
    draws: Draws | int | None = None,
    out: str | Path | None = None,
    executor: Executor | None = None,
    overwrite: bool = False,
    yes: bool = False,
    progress: Told | None = None,
    members: int = MEMBERS,
    observe: Mapping[str, Observer] | None = None,
) -> xr.Dataset:
    """Train a GAN in every combination of settings and seeds, and measure each exactly.

    Trainings of one program are played as ensembles, each in one worker. In a script, call it below ``if __name__ == "__main__":``, as
    for any pool of processes.

    Args:
      base: settings of all trainings, as a mapping by the names of ``gantheory train``'s options, or as :class:`Settings`. With
        ``measure_every`` among them each training is measured along the way, otherwise at its end. Or a :class:`Spec` of the whole
        sweep, such as :func:`read_spec` has of a file; ``over``, ``seeds``, ``draws`` and ``observe`` are then left out.
      over: what varies: values by option, whose product is run; with ``draws``, :class:`Between` for each.
      seeds: of every setting; a number n is 0, …, n - 1.
      draws: how many settings are drawn, and how; the product if not given.
      out: zarr folder of the results. If it holds shards of the same sweep, only the others are run. In memory if not given.
      executor: where shards run: any with ``submit`` that gives futures, such as ``dask.distributed.Client.get_executor()``; a pinned
        process for each core if not given.
      overwrite: replace what ``out`` holds.
      yes: begin also a sweep of more than 100,000 trainings.
      progress: called with (trainings done, of how many, None) after every shard.
      members: trainings of a shard, at most.
      observe: what else to measure, by name: functions of (p_data, p_g) that give a number, such as a quantile of p_g. They must be
        functions of a module, which other processes can import.

    Returns:
      A Dataset with a dimension for each setting that varies (or ``draw``), ``seed`` and ``step``: every quantity of a run's history in
      nats, its error beside it, and ``failure``, which says why a number is missing (nan).

    Raises:
      ValueError: a sweep that cannot be run, or results that cannot be kept. What was written before is whole.
    """
    spec = _spec(base, over, seeds, draws, observe)
    if len(spec) > MANY and not yes:
        raise ValueError(
            f"A sweep of more than {MANY:,} trainings must be asked for by `yes` (--yes). Got {len(spec):,}: {estimate(spec)}."
        )
    if members < 1:
        raise ValueError(f"`members` of a shard must be at least 1. Got {members!r}.")
    if out is None:
        with tempfile.TemporaryDirectory() as folder:
            return _filled(spec, Path(folder) / "sweep", executor, progress, members, observe or {}).load()
    out = Path(out)
    if overwrite and out.exists():
        open_sweep(out)  # nothing else is removed
        shutil.rmtree(out)
    return _filled(spec, out, executor, progress, members, observe or {})


def _spec(base: Any, over: Any, seeds: Any, draws: Any, observe: Mapping[str, Observer] | None) -> Spec:
    if not isinstance(base, Spec):
        return spec_of(base, {} if over is None else over, seeds, draws, observe)
    several = not isinstance(seeds, int) or seeds != 1
    given = {"over": over is not None, "seeds": several, "draws": draws is not None, "observe": bool(observe)}
    for name in (name for name, is_given in given.items() if is_given):
        raise ValueError(f"`{name}` must be left out beside a Spec, which says what is run. Got both.")
    if base.observed:
        raise ValueError(f"A Spec must observe nothing, since it holds no functions. Got one that observes {', '.join(base.observed)}.")
    return base


def estimate(spec: Spec) -> str:
    """How long a sweep takes, in words, from what a training of moderate size took."""
    first = spec.settings(0)
    hours = len(spec) * (first.steps * first.k * ITERATION + len(spec.steps) * MEASUREMENT) / 3600
    return f"about {hours:,.2g} hours of a core" if hours < 1e5 else f"about {hours / 8766:,.2g} years of a core"


def _filled(
    spec: Spec, path: Path, executor: Executor | None, progress: Told | None, members: int, observe: Mapping[str, Observer]
) -> xr.Dataset:
    store = Store(path, spec)
    shards = shards_of(spec, members)
    left = store.left(shards)
    done = len(spec) - sum(len(shard.members) for shard in left)
    if progress:
        progress(done, len(spec), None)
    if left:
        with contextlib.nullcontext(executor) if executor is not None else pinned_pool() as pool:
            waiting: list[Result] = []
            last = time.monotonic()
            try:
                for result in _results(spec, left, pool, observe):
                    waiting.append(result)
                    done += len(result.shard.members)
                    if time.monotonic() - last >= INTERVAL:
                        store.write(waiting)
                        waiting, last = [], time.monotonic()
                    if progress:
                        progress(done, len(spec), None)
            finally:
                if waiting:
                    store.write(waiting)
    return open_sweep(path)


def _results(spec: Spec, shards: list[Shard], pool: Executor, observe: Mapping[str, Observer]) -> Iterator[Result]:
    """The results as they come. A shard whose worker raised is a result that says so."""
    text = spec.as_json()
    waiting = {pool.submit(play, text, shard, dict(observe)): shard for shard in shards}
    try:
        for future in as_completed(waiting):
            shard = waiting.pop(future)  # Dask would compute again what is still asked for, if the worker that holds it is lost
            try:
                yield future.result()
            except BrokenProcessPool:
                why = "what was done before is kept, and the same call goes on from there"
                raise ValueError(
                    f"A worker of the sweep must not end before its shard: {why}. Got one that was killed or failed."
                ) from None
            except Exception as error:  # whatever a training raises
                why = f"{type(error).__name__}: {' '.join(str(error).split())}"
                yield Result(shard, {}, np.zeros(len(shard.members), np.int64), [why] * len(shard.members))
    finally:
        for future in waiting:
            future.cancel()
