"""A mixture of two Gaussians learnt from samples, five seeds: the exact JSD along the way, and p_g at the end."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gantheory import plot
from gantheory.experiments import mixture as experiment
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

MEDIAN, LARGEST = 3e-4, 1e-3  # claimed bounds on the JSD of the seeds


@dataclass(frozen=True)
class LearntMixture(Figure):
    """Two panels: the densities at the end and the JSD along the way, of the trainings from seed 5 · ``seed`` on."""

    name: ClassVar[str] = "mixture"
    title: ClassVar[str] = "A mixture of two Gaussians learnt from samples: exact JSD, five seeds"
    steps: int = experiment.STEPS

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings of all seeds, drawn together."""
        seeds = range(experiment.SEEDS * seed, experiment.SEEDS * (seed + 1))
        played, saved = [], []
        for one in seeds:
            run = experiment.play(one, self.steps, progress)
            saved.append(run.save(runs / str(one)) / "run.json")
            played.append(run.finished())
        reached = [run.measured().two_jsd / 2 for run in played]
        values = sorted(estimate.value for estimate in reached)
        properties = [
            Property("JSD(p_data, p_g)", f"median of {len(values)} seeds", values[len(values) // 2], "<=", MEDIAN),
            Property("JSD(p_data, p_g)", "largest", values[-1], "<=", LARGEST),
        ]
        numbers = {
            "jsd": [{"seed": one, **estimate.record()} for one, estimate in zip(seeds, reached, strict=True)],
            "settings": played[0].settings,
        }
        return Made(_drawing(played), numbers, properties, saved)


def _drawing(played: list[Run]) -> plot.Drawing:
    with plot.drawing(8.6, 3.1) as figure:
        left, right = figure.subplots(1, 2)
        x = plot.x_grid(-5, 5, np.concatenate([run.p_g.breakpoints for run in played]))
        ink: dict[str, Any] = {"color": plot.GENERATED["color"], "linewidth": 0.9, "alpha": 0.7}
        for number, run in enumerate(played):
            left.plot(x, run.p_g.prob(x), **ink, label="$p_g$, exact, each seed" if number == 0 else None)
            right.semilogy(run.column("step"), np.array(run.column("two_jsd")) / 2, **ink)
        left.plot(x, experiment.P_DATA.prob(x), **plot.DATA, label=r"$p_\mathrm{data}$")
        plot.over_x(left, x)
        left.legend(loc="upper left")
        right.axhline(MEDIAN, color="black", linewidth=0.7, linestyle=":")
        plot.over_training(right, plot.JSD)
    return figure
