"""Sweeps: trainings a second on one worker and on two, what the engine costs beside them, and where it becomes the limit.

The limit is found with shards that train nothing, through the real schedulers and into a real store.
"""

import contextlib
import os
import tempfile
import time
from concurrent.futures import Executor, wait
from pathlib import Path

import numpy as np
from measuring import Findings, shown, table, timed

import gantheory as gt
from gantheory.sweeps import shards
from gantheory.sweeps.pool import pinned_pool
from gantheory.sweeps.shards import Result, Shard, play, shards_of
from gantheory.sweeps.spec import Spec, spec_of

BASE = {"p_data": "Normal(1, .5)", "steps": 3000, "k": 1, "batch": 128, "width": 32}
TRAININGS, MEMBERS = 20, 5  # of the sweep that is timed, and of each of its shards
PATIENCE = 30.0  # seconds of repeats of each: the engine's share is small, and one call differs from the next by more
NOTHING = (1000, 10_000, 100_000)  # shards that train nothing
WHERE = {"pool": "a pool of processes", "dask": "Dask"}
ON_DASK = 10_000  # of them, at most, on Dask


def run(found: Findings) -> None:
    spec = spec_of(BASE, {"r1": np.geomspace(1e-3, 1e-1, TRAININGS).tolist()}, 1, None)
    with contextlib.ExitStack() as pools:
        one, two = (pools.enter_context(pinned_pool(workers)) for workers in (1, 2))
        works = {
            "shards, 1 worker": lambda: bare(one, spec),
            "sweep, 1 worker": lambda: sweep(one, spec),
            "sweep, 2 workers": lambda: sweep(two, spec),
        }
        found.timed(works, patience=PATIENCE)
    rows = [[name, shown(found.time(name)), f"{TRAININGS / found.time(name):.3g}"] for name in works]
    table(f"{TRAININGS} trainings of {BASE['steps']} iterations, batch {BASE['batch']}", ["", "time", "trainings/s"], rows)
    print(f"  Two workers: {found.ratio('scaling', 'sweep, 1 worker', 'sweep, 2 workers')} times as fast as one.")
    print(f"  Engine: {found.ratio('engine', 'sweep, 1 worker', 'shards, 1 worker')} times what the shards take by themselves.\n")
    parts(found, spec)
    with pinned_pool() as pool:
        limit(found, "pool", pool, NOTHING)
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        found.skip("dask", "The extra of sweeps is not installed.")
        return
    with LocalCluster(n_workers=os.cpu_count(), threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        limit(found, "dask", client.get_executor(), [count for count in NOTHING if count <= ON_DASK])


def sweep(pool: Executor, spec: Spec) -> None:
    with tempfile.TemporaryDirectory() as folder:
        gt.sweep(spec, out=Path(folder) / "sweep.zarr", executor=pool, members=MEMBERS)


def bare(pool: Executor, spec: Spec) -> None:
    """The same shards, with nothing around them."""
    wait([pool.submit(play, spec.as_json(), shard, {}) for shard in shards_of(spec, MEMBERS)])


def parts(found: Findings, spec: Spec) -> None:
    """The share of a shard's time that its measurements take."""
    shard = shards_of(spec, MEMBERS)[0]
    with pinned_pool(1) as pool:
        pool.submit(watched, spec.as_json(), shard).result()  # compiles
        whole, measuring = pool.submit(watched, spec.as_json(), shard).result()
    found.numbers["share_of_measuring"] = measuring / whole
    print(f"  Measuring: {100 * measuring / whole:.1f} % of a shard of {len(shard.members)} trainings.\n")


def watched(spec_as_json: str, shard: Shard) -> tuple[float, float]:
    """Seconds of a shard, and of its measurements."""
    measured_row, seconds = shards.measured_row, []

    def watched_row(*arguments):
        taken, row = timed(lambda: measured_row(*arguments))
        seconds.append(taken)
        return row

    shards.measured_row = watched_row
    try:
        whole, _ = timed(lambda: play(spec_as_json, shard, {}))
    finally:
        shards.measured_row = measured_row
    return whole, sum(seconds)


def limit(found: Findings, name: str, pool: Executor, counts) -> None:
    """Seconds of sweeps of one training a shard, none of which trains."""
    seconds = []
    for count in counts:
        spec = spec_of(BASE, {"r1": [1e-3, 1e-2]}, count // 2, None)
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            data = gt.sweep(spec, out=Path(folder) / "sweep.zarr", executor=Untrained(pool), members=1)
            found.check(f"{name}, {count}", np.array_equal(data["two_jsd"].values.ravel(), np.arange(count)))
        seconds.append(time.perf_counter() - start)
    slopes = found.grew(f"{name}: shards that train nothing", counts, seconds)
    rows = [
        [str(count), shown(taken), shown(taken / count), f"n^{slope:.2f}" if slope is not None else ""]
        for count, taken, slope in zip(counts, seconds, [None, *slopes], strict=True)
    ]
    table(f"Shards that train nothing, on {WHERE[name]}", ["shards", "time", "a shard", "growth"], rows)


class Untrained(Executor):
    """Hands each shard on, to be given a result without training."""

    def __init__(self, pool: Executor):
        self.pool = pool

    def submit(self, function, /, *arguments, **named):
        return self.pool.submit(nothing, arguments[1])


def nothing(shard: Shard) -> Result:
    values = np.array(shard.members, float)[:, None]
    return Result(shard, {"two_jsd": values, "two_jsd_error": 0 * values}, np.zeros(len(values), np.int64), [""] * len(values))
