"""How long an iteration of L-BFGS takes, for panel (b) of Figure 1 and for its floor: with one BLAS thread, as it runs, and with all."""

import contextlib
from unittest import mock

import jax
import numpy as np
import scipy.optimize
from measuring import Findings, shown, table, timed

from gantheory.experiments import goodfellow2014
from gantheory.experiments.goodfellow2014 import LATENT, P_DATA
from gantheory.game import capacity

ITERATIONS = 100  # of 1,500 for panel (b), of 4,000 for the floor
LENGTHS = goodfellow2014.Lengths(before=200, moved=20)
REPEATS = 3
WAYS = ("one_thread", "all_threads", "objective")
PAIRS = (("all_threads", "one_thread"), ("one_thread", "objective"))


def run(found: Findings) -> None:
    a = goodfellow2014.panel_a(0, LENGTHS)
    descents = {
        "panel_b": lambda: capacity.best_discriminator(P_DATA, a.p_g, a.discriminator, ITERATIONS),
        "floor": lambda: capacity.least_criterion(P_DATA, LATENT, a.generator, ITERATIONS),
    }
    rows = []
    for name, descend in descents.items():
        one, every, objective = keys = [f"{name}.{way}" for way in WAYS]
        found.taken |= {key: [] for key in keys}
        ends = []
        for _ in range(REPEATS):
            for key, limits in ((one, capacity.threadpool_limits), (every, unlimited)):
                network, each, alone = iteration(descend, limits)
                ends.append(weights(network))
                found.taken[key].append(each)
                if key == one:
                    found.taken[objective].append(alone)
        found.check(name, all(end == ends[0] for end in ends))
        ratios = [found.ratio(f"{name}.{over}_to_{under}", f"{name}.{over}", f"{name}.{under}") for over, under in PAIRS]
        agree = "agree" if found.checks[name] else "DISAGREE"
        rows.append((name, *(shown(found.time(key)) for key in keys), *ratios, agree))
    head = ("", "one BLAS thread", "all threads", "the objective alone", "all / one", "one / objective", "weights")
    table(f"An iteration of L-BFGS, the mean of {ITERATIONS}", head, rows)


def iteration(descend, limits):
    """(the network, seconds of an iteration, and those of them in the objective), compiling left out."""
    minimize, spent, result = scipy.optimize.minimize, [], {}

    def minimized(objective, start, **options):
        objective(start)  # compiles

        def watched(x):
            seconds, value = timed(lambda: objective(x))
            spent.append(seconds)
            return value

        result["seconds"], result["found"] = timed(lambda: minimize(watched, start, **options))
        return result["found"]

    with mock.patch.object(scipy.optimize, "minimize", minimized), mock.patch.object(capacity, "threadpool_limits", limits):
        network = descend()
    return network, result["seconds"] / result["found"].nit, sum(spent) / result["found"].nit


def unlimited(*_, **__):
    return contextlib.nullcontext()


def weights(network) -> list[bytes]:
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(network) if hasattr(leaf, "dtype")]
