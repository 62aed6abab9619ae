"""How long a step of Algorithm 1 takes: against PyTorch and a roofline in turns, one core each; in ensembles; and trainings in a loop.

PyTorch is no dependency. If .venv-torch is not there it is left out, and the command that makes it is printed. Losses of the same networks,
on the same points, must be the same in both.
"""

import contextlib
import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measuring import Findings, shown, table
from processes import Worker
from record import ROOT

HERE = Path(__file__).parent
TORCH = ROOT / ".venv-torch/bin/python"
MAKE_TORCH = "python3 -m venv .venv-torch && .venv-torch/bin/pip install torch numpy"
BATCHES, WIDTHS = (64, 256, 1024), (32, 128)
MEMBERS = (1, 4, 16, 64)
RATIOS = {"roofline": "gantheory_to_roofline", "torch": "torch_to_gantheory", "torch_compiled": "torch_compiled_to_gantheory"}
OURS = (sys.executable, HERE / "train_ours.py")


def run(found: Findings) -> None:
    with contextlib.ExitStack() as workers:
        ours = workers.enter_context(Worker(*OURS, one_core=True))
        peer = None
        if TORCH.exists():
            first = ours.ask("first")
            peer = workers.enter_context(Worker(TORCH, HERE / "train_torch.py", json.dumps(first["weights"]), one_core=True))
            found.versions["torch"], theirs = peer.ask("version"), peer.ask("losses")
            same = np.allclose(first["losses"], theirs, rtol=1e-5)
            found.check("losses", same, f"Same networks, same points: losses {first['losses']} here, {theirs} in PyTorch")
        else:
            found.skip("PyTorch", f"`{MAKE_TORCH}` makes the environment in which it is measured too.")
        steps(found, ours, peer)
        with Worker(*OURS) as every_core:
            ensembles(found, ours, every_core)
        with Worker(*OURS) as new:
            sweep(found, new)


def steps(found: Findings, ours: Worker, peer: Worker | None) -> None:
    ways = {"gantheory": (ours, "step"), "roofline": (ours, "roofline")}
    ways |= {"torch": (peer, "eager"), "torch_compiled": (peer, "compiled")} if peer else {}
    rows = []
    for width in WIDTHS:
        for batch in BATCHES:
            shape = f"step.{width}.{batch}"
            works = {f"{shape}.{way}": asking(worker, job, batch, width) for way, (worker, job) in ways.items()}
            for name, work in list(works.items()):
                if isinstance(why := work(), str):  # the first call, which compiles
                    found.skip(name, why)
                    del works[name]
            found.told(works)
            cells = [shown(found.time(name)) if name in works else "-" for name in (f"{shape}.{way}" for way in ways)]
            compared = [way for way in ways if way != "gantheory" and f"{shape}.{way}" in works]
            for way in compared:
                pair = (f"{shape}.gantheory", f"{shape}.roofline") if way == "roofline" else (f"{shape}.{way}", f"{shape}.gantheory")
                cells.append(found.ratio(f"{shape}.{RATIOS[way]}", *pair))
            rows.append((str(width), str(batch), *cells, *["-"] * (len(ways) - 1 - len(compared))))
    head = ("width", "batch", *(way.replace("_", " ") for way in ways), *(RATIOS[way].replace("_", " ") for way in list(ways)[1:]))
    table("One step of Algorithm 1, k = 1: 1-width-width-1 tanh networks, Adam, on one core", head, rows)
    for width in WIDTHS:
        growth(found, f"batch.width_{width}", BATCHES, [found.time(f"step.{width}.{batch}.gantheory") for batch in BATCHES])
    for batch in BATCHES:
        growth(found, f"width.batch_{batch}", WIDTHS, [found.time(f"step.{width}.{batch}.gantheory") for width in WIDTHS])


def ensembles(found: Findings, pinned: Worker, every_core: Worker) -> None:
    rows, sizes = [], [f"ensemble.{members}" for members in MEMBERS]
    works = {
        f"{size}.{way}": asking(worker, "ensemble", 256, 32, members)
        for size, members in zip(sizes, MEMBERS, strict=True)
        for way, worker in (("every_core", every_core), ("one_core", pinned))
    }
    for work in works.values():
        work()
    found.told(works)
    for size, members in zip(sizes, MEMBERS, strict=True):
        ratio = found.ratio(f"{size}.one_core_to_every_core", f"{size}.one_core", f"{size}.every_core")
        rows.append((str(members), *(shown(found.time(f"{size}.{way}")) for way in ("every_core", "one_core")), ratio))
    table("A step of one member of an ensemble of n, batch 256, width 32", ("n", "all cores", "pinned to one", "one / all"), rows)
    for way in ("every_core", "one_core"):
        whole = [members * found.time(f"{size}.{way}") for size, members in zip(sizes, MEMBERS, strict=True)]
        growth(found, f"members.{way}", MEMBERS, whole)


def sweep(found: Findings, worker: Worker) -> None:
    """Trainings one after the other, as a user's loop over seeds and rates plays them: only the first is compiled."""
    numbers = itertools.count()
    found.taken["sweep.first"] = [worker.ask("training", next(numbers))]
    found.told({"sweep.next": lambda: worker.ask("training", next(numbers))})
    rows = [(name, shown(found.time(f"sweep.{name}"))) for name in ("first", "next")]
    table("A training of 100 steps, measured twice, in a loop over seeds and rates", ("training", "time"), rows)
    print(f"  first / next: {found.ratio('sweep.first_to_next', 'sweep.first', 'sweep.next')}")


def asking(worker: Worker, *words) -> Callable:
    return lambda: worker.ask(*words)


def growth(found: Findings, name: str, sizes, seconds) -> None:
    slopes = found.grew(name, sizes, seconds)
    print(f"  {name}: " + ", ".join(f"n^{slope:.2f} from {a} to {b}" for slope, a, b in zip(slopes, sizes, sizes[1:], strict=False)))
