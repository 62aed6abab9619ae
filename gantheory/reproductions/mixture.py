"""A mixture of two Gaussians learnt from samples, five seeds: the exact JSD along the way, and p_g at the end."""

from pathlib import Path

import numpy as np

from gantheory import plot
from gantheory.experiments import mixture as experiment
from gantheory.reproductions.claims import Claim
from gantheory.training.run import Run

NAME = "mixture"
TITLE = "A mixture of two Gaussians learnt from samples: exact JSD, five seeds"


def reproduce(seed: int, runs: Path, progress=None, steps: int = experiment.STEPS):
    """Train seeds 5 · ``seed`` and on, save, measure and draw. Returns (figure, numbers, claims, files)."""
    seeds = range(experiment.SEEDS * seed, experiment.SEEDS * (seed + 1))
    played, saved = [], []
    for one in seeds:
        played.append(experiment.play(one, progress, steps))
        saved.append(played[-1].save(runs / str(one)) / "run.json")
        played[-1].finished()
    reached = [run.measured().two_jsd / 2 for run in played]
    values = sorted(estimate.value for estimate in reached)
    claims = [
        Claim("JSD(p_data, p_g)", f"median of {len(values)} seeds", values[len(values) // 2], "<=", 3e-4),
        Claim("JSD(p_data, p_g)", "largest", values[-1], "<=", 1e-3),
    ]
    numbers = {
        "jsd": [{"seed": one, "value": e.value, "error": e.error} for one, e in zip(seeds, reached, strict=True)],
        "settings": played[0].settings,
    }
    return draw(played), numbers, claims, saved


def draw(played: list[Run]):
    with plot.style():
        figure = plot.figure(8.6, 3.1)
        left, right = figure.subplots(1, 2)
        x = plot.on_grid(-5, 5, np.concatenate([run.p_g.breakpoints for run in played]))
        for number, run in enumerate(played):
            ink = {"color": plot.GENERATED["color"], "linewidth": 0.9, "alpha": 0.7}
            left.plot(x, run.p_g.prob(x), **ink, label="$p_g$, exact, each seed" if number == 0 else None)
            right.semilogy(run.column("step"), np.array(run.column("two_jsd")) / 2, **ink)
        left.plot(x, experiment.P_DATA.prob(x), **plot.DATA, label=r"$p_\mathrm{data}$")
        left.set_xlim(x[0], x[-1])
        left.set_ylim(0, None)
        left.set_xlabel("$x$")
        left.legend(loc="upper left")
        right.axhline(3e-4, color="black", linewidth=0.7, linestyle=":")
        right.set_xlabel("iteration of Algorithm 1")
        right.set_ylabel(r"$\mathrm{JSD}(p_\mathrm{data}, p_g)$, exact (nats)")
    return figure
