"""What ``gantheory sweep`` does: a sweep from a file, and the lines that are printed of it."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import numpy as np

from gantheory.game.ensembles import CORES
from gantheory.sweeps.pool import pinned_pool
from gantheory.sweeps.running import Told, sweep
from gantheory.sweeps.spec import read_spec

PATIENCE = 10  # seconds in which a Dask scheduler must answer


def sweep_and_report(
    spec: Path, out: Path, workers: int | None, dask: str | None, overwrite: bool, yes: bool, progress: Told | None
) -> list[str]:
    """Run a sweep.

    Args:
      spec: the TOML file that describes it.
      out: the zarr folder of the results.
      workers: processes of this machine; one a core if None.
      dask: address of a Dask scheduler whose workers run it instead.
      overwrite: replace what ``out`` holds.
      yes: begin also a very long one.
      progress: called with (trainings done, of how many, None).

    Returns:
      The lines to print.

    Raises:
      ValueError: a sweep that cannot be run, or both ``workers`` and ``dask``.
    """
    if workers and dask:
        raise ValueError(f"`--workers` must be left alone beside --dask, whose workers run the sweep. Got {workers}.")
    read = read_spec(spec)
    with _executor(workers or CORES, dask) as executor:
        data = sweep(read, out=out, executor=executor, overwrite=overwrite, yes=yes, progress=progress)
    failed = np.count_nonzero(data["failure"].values)
    axes = ", ".join(f"{name} {count}" for name, count in data.sizes.items())
    lines = [f"{len(read)} trainings ({axes}), of which {failed} failed.", f"Wrote {out}: gt.open_sweep({str(out)!r}) is a Dataset."]
    for number, reason in enumerate(data["failure"].attrs["reasons"]):
        if reason:
            lines.append(f"  {np.count_nonzero(data['failure'].values == number)}: {reason}")
    if "two_jsd" in data:
        last = data["two_jsd"].isel(step=-1)
        lines.append(f"2 JSD(p_data, p_g) at the end: least {float(last.min()):.4g}, median {float(last.median()):.4g} nats.")
    return lines


@contextlib.contextmanager
def _executor(workers: int, dask: str | None) -> Iterator[Executor]:
    if dask is None:
        with pinned_pool(workers) as pool:
            yield pool
        return
    from distributed import Client

    try:
        client = Client(dask, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ValueError(f"`--dask` must be the address of a scheduler that answers, such as tcp://127.0.0.1:8786. Got {dask}.") from error
    with client:
        yield client.get_executor()
