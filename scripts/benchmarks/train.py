"""How long a step of Algorithm 1 takes: against PyTorch and a roofline measured in the same run, one core each; and in ensembles.

PyTorch is no dependency. If .venv-torch is not there it is left out, and the command that makes it is printed.
Exits with 1 if the same networks, on the same points, do not have the same losses in both.
"""

import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
TORCH = ROOT / ".venv-torch/bin/python"
MAKE_TORCH = "python3 -m venv .venv-torch && .venv-torch/bin/pip install torch numpy"
REPEATS = 5
SHAPES = [(batch, width) for width in (32, 128) for batch in (64, 256, 1024)]
DEPTH = 2
MEMBERS = (1, 4, 16, 64)
SECONDS = 0.4  # of one measurement


def median_of(work, count_of, repeats: int = REPEATS) -> float:
    """Seconds a step: ``work(count)`` takes ``count`` steps."""
    work(2)
    start = time.perf_counter()
    work(5)
    count = max(5, int(count_of / max((time.perf_counter() - start) / 5, 1e-7)))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work(count)
        times.append((time.perf_counter() - start) / count)
    return statistics.median(times)


def member(batch: int, width: int, seed: int = 0):
    import jax
    import optax

    import gantheory as gt
    from gantheory.game import losses
    from gantheory.game.players import Game

    if not hasattr(member, "optimizers"):
        member.optimizers = optax.adam(1e-3, b1=0.5), optax.adam(1e-3, b1=0.5)  # one object, so that members are alike
    keys = jax.random.split(jax.random.key(seed))
    networks = gt.Discriminator(width, DEPTH, key=keys[0]), gt.Generator(width, DEPTH, skip=False, key=keys[1])
    game = Game(
        p_data=gt.Normal(1.0, 0.5),
        latent=gt.Normal(0.0, 1.0),
        loss=losses.non_saturating,
        discriminator_optimizer=member.optimizers[0],
        generator_optimizer=member.optimizers[1],
        k=1,
        batch=batch,
    )
    return game, *networks, seed


def gantheory_step(batch: int, width: int) -> float:
    import jax
    import jax.numpy as jnp

    from gantheory.game.algorithm1 import chunk
    from gantheory.game.players import initial_state

    game, discriminator, generator, seed = member(batch, width)
    state, key = initial_state(game, discriminator, generator), jax.random.key(seed)
    return median_of(lambda count: jax.block_until_ready(chunk(game, key, state, jnp.int32(count))), SECONDS)


def ensemble_step(batch: int, width: int, members: int) -> float:
    """Seconds a step of one member."""
    from gantheory.game.ensembles import Ensemble

    ensemble = Ensemble([member(batch, width, seed) for seed in range(members)])
    return median_of(ensemble.played, SECONDS) / members


def roofline(batch: int, width: int) -> float:
    """The networks' own arithmetic: multiplications at the rate of a large sgemm, and every tanh.

    Of one network's forward pass there are 12: G and two of D, D's backward (4), then G, D, back through D (1) and through G (2).
    """
    import jax
    import jax.numpy as jnp

    if not hasattr(roofline, "rates"):
        a = np.ones((768, 768), np.float32)
        multiply = median_of(lambda count: [a @ a for _ in range(count)], SECONDS) / (2 * 768**3)
        x = jnp.linspace(-2, 2, 1 << 16, dtype=jnp.float32)
        tanh = jax.jit(jnp.tanh)
        roofline.rates = multiply, median_of(lambda count: [tanh(x).block_until_ready() for _ in range(count)], SECONDS) / x.size
    multiply, tanh = roofline.rates
    forward = 2 * (2 * width + (DEPTH - 1) * width**2)
    return batch * (12 * forward * multiply + 5 * DEPTH * width * tanh)


def first_losses() -> list[float]:
    """D's and G's losses of fixed networks on fixed points, to be compared with PyTorch's."""
    import jax
    import jax.numpy as jnp

    from gantheory.game.algorithm1 import discriminator_step, generator_step
    from gantheory.game.players import initial_state

    game, d, g, _ = member(64, 32)
    state = initial_state(game, d, g)
    x, z = (jnp.asarray(np.random.default_rng(i).normal(size=64), jnp.float32) for i in (0, 1))
    new, _, loss_d = discriminator_step(game, d, state.discriminator_memory, x, jax.vmap(g)(z))
    _, _, loss_g = generator_step(game, g, state.generator_memory, new, z)
    return [float(loss_d), float(loss_g)]


def weights_of_first() -> dict:
    _, d, g, _ = member(64, 32)
    return {
        name: [[np.asarray(part).tolist() for part in (layer.weight, layer.bias)] for layer in m.mlp.layers]
        for name, m in (("d", d), ("g", g))
    }


def said_by(*words, **environment) -> dict:
    """What a process prints last."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise SystemExit(f"{words} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def on_one_core(*words) -> dict:
    """The same, pinned to one core where the system can do so."""
    pin = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] if shutil.which("taskset") else []
    return said_by(*pin, *words, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def worker(job: str, *numbers: str) -> None:
    sizes = [int(n) for n in numbers]
    if job == "weights":
        said = {"weights": weights_of_first(), "losses": first_losses()}
    elif job == "step":
        said = {"ours": gantheory_step(*sizes), "roofline": roofline(*sizes)}
    else:
        said = {"ensemble": ensemble_step(*sizes)}
    print(json.dumps(said))


def main() -> int:
    here, torch = Path(__file__), Path(__file__).with_name("train_torch.py")
    agree = True
    print(f"One step of Algorithm 1, k = 1: 1-{'-'.join(['width'] * DEPTH)}-1 tanh networks, Adam. One core each, median of {REPEATS}.\n")
    if TORCH.exists():
        reference = on_one_core(sys.executable, here, "weights")
        (path := ROOT / ".venv-torch/first.json").write_text(json.dumps(reference["weights"]))
        theirs = on_one_core(TORCH, torch, "losses", path)["losses"]
        agree = bool(np.allclose(reference["losses"], theirs, rtol=1e-5))
        print(f"Same networks, same points: losses {reference['losses']} here, {theirs} in PyTorch: {'agree' if agree else 'DISAGREE'}\n")
    else:
        print(f"Without PyTorch: `{MAKE_TORCH}` makes the environment in which it is measured too.\n")
    print("  width   batch   gantheory   roofline   ratio   torch eager   ratio   torch.compile   ratio")
    taken_by: dict[tuple[int, int], float] = {}
    for batch, width in SHAPES:
        own = on_one_core(sys.executable, here, "step", batch, width)
        ours, bound = own["ours"], own["roofline"]
        taken_by[batch, width] = ours
        line = f"  {width:5d}   {batch:5d}   {ours * 1e6:6.0f} µs   {bound * 1e6:5.0f} µs   {ours / bound:5.2f}"
        if TORCH.exists():
            peer = on_one_core(TORCH, torch, "step", batch, width, DEPTH)
            for name, room in (("eager", 11), ("compiled", 13)):
                taken = peer[name]
                line += f"   {taken * 1e6:{room - 3}.0f} µs   {taken / ours:5.1f}" if taken else f"   {'-':>{room}s}   {'-':>5s}"
        print(line, flush=True)
        if TORCH.exists() and peer["why"]:
            print(f"          torch.compile: {peer['why']}")
    print("\nHow a step's cost grows")
    for width in sorted({width for _, width in SHAPES}):
        batches = sorted({batch for batch, _ in SHAPES})
        pairs = itertools.pairwise(batches)
        growth = (f"{taken_by[more, width] / taken_by[less, width]:.2f} from {less} to {more}" for less, more in pairs)
        print(f"  width {width:4d}, with the batch: × {', × '.join(growth)}")
    for batch in sorted({batch for batch, _ in SHAPES}):
        print(f"  batch {batch:4d}, with the width: × {taken_by[batch, 128] / taken_by[batch, 32]:.2f} from 32 to 128")
    print(f"\nEnsembles of n members, batch 256, width 32, {os.cpu_count()} cores (threads), and pinned to one\n")
    print("       n   a GAN-step   on one core   ratio   all n, against one member")
    alone = 0.0
    for members in MEMBERS:
        all_cores = said_by(sys.executable, here, "ensemble", 256, 32, members)["ensemble"]
        one = on_one_core(sys.executable, here, "ensemble", 256, 32, members)["ensemble"]
        alone = alone or all_cores
        growth = f"× {members * all_cores / alone:.2f}"
        print(f"  {members:6d}   {all_cores * 1e6:7.0f} µs   {one * 1e6:8.0f} µs   {one / all_cores:5.2f}   {growth}", flush=True)
    return 0 if agree else 1


if __name__ == "__main__":
    raise SystemExit(worker(*sys.argv[1:]) if len(sys.argv) > 1 else main())
