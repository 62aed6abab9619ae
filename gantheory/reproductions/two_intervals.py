"""Li, Madry, Peebles & Schmidt 2017: G of two Gaussians finds the truth against the best D from every start, and not against steps of D."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.experiments import two_intervals as experiment
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

OUTCOMES = {"truth found": "#0a8a2f", "at one place": "#c0392b", "elsewhere": "#9aa3ad"}
FEW = 0.1  # claimed share that is found at most against steps of D
MOST = 0.5  # claimed share that ends at one place, at least


@dataclass(frozen=True)
class TwoIntervals(Figure):
    """Where runs end, by where they start: against the best D, and against D that takes a step in turn."""

    name: ClassVar[str] = "two-intervals"
    title: ClassVar[str] = "Two Gaussians against D of two intervals: the best D, and first-order steps of D"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """All runs; the seed is that of D's ends at the start."""
        starts = experiment.starts()
        ends = {"the best D": experiment.against_best(starts), "steps of D": experiment.against_steps(starts, seed)}
        shares = {
            name: {"found": float(experiment.found(mu).mean()), "at_one_place": float(experiment.collapsed(mu).mean())}
            for name, mu in ends.items()
        }
        best, steps = shares.values()
        properties = [
            Property("the best D", "share of starts from which the truth is found", best["found"], "==", 1.0),
            Property("steps of D", "share of starts from which the truth is found", steps["found"], "<=", FEW),
            Property("steps of D", "share that ends with both Gaussians at one place", steps["at_one_place"], ">=", MOST),
        ]
        numbers = {"starts": starts.tolist(), "ends": {name: mu.tolist() for name, mu in ends.items()}, "shares": shares}
        return Made(_drawing(starts, ends), numbers, properties, [])


def outcome(mu: np.ndarray) -> np.ndarray:
    """What each μ at the end is, one of ``OUTCOMES``; the truth itself is at two places."""
    return np.where(experiment.found(mu), "truth found", np.where(experiment.collapsed(mu), "at one place", "elsewhere"))


def _drawing(starts: np.ndarray, ends: dict[str, np.ndarray]) -> plot.Drawing:
    with plot.drawing(6.4, 3.8) as figure:
        axes = figure.subplots(1, 2, sharey=True)
        for ax, (name, mu) in zip(axes, ends.items(), strict=True):
            _panel(ax, starts, mu)
            ax.set_title(name)
        axes[0].set_ylabel("$\\mu_2$ at the start")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _panel(ax: Axes, starts: np.ndarray, mu: np.ndarray) -> None:
    ends = outcome(mu)
    for name, ink in OUTCOMES.items():
        own = starts[ends == name]
        ax.plot(own[:, 0], own[:, 1], color=ink, marker="s", markersize=4.2, linestyle="", label=name)
    ax.plot(*experiment.TRUTH, color="black", marker="+", markersize=8, linestyle="")
    ax.set_aspect("equal")
    ax.set_xlabel("$\\mu_1$ at the start")
