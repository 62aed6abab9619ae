"""The final JSD of a training split into what finite k, finite batch and D's finite capacity cost: a figure and a table."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.estimate import finite, single
from gantheory.experiments import oracles as experiment
from gantheory.measurement.divergences import jsd
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property, two_digits
from gantheory.training.run import Progress, Run

INKS = {"k": "#1f3fd0", "batch": "#c78a1e", "capacity": "#c0392b"}
NONE: frozenset[str] = frozenset()
EVERY: frozenset[str] = frozenset(experiment.LIMITS)


@dataclass(frozen=True)
class ShapleySplit(Figure):
    """Two panels: the JSD along the trainings under each set of limits, and the split of the final JSD."""

    name: ClassVar[str] = "oracles"
    title: ClassVar[str] = "What finite k, finite batch and finite capacity of D each cost G"
    steps: int = experiment.STEPS
    floor: int = experiment.FLOOR

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings under each set of limits, and the split of their JSD."""
        played, saved = {}, []
        for limits in experiment.trainings():
            run = experiment.play(limits, seed, self.steps, progress)
            saved.append(run.save(runs / ("-".join(sorted(limits)) or "none")) / "run.json")
            played[limits] = run.finished()
        worth = {limits: run.history[-1].measured.two_jsd.value / 2 for limits, run in played.items()}
        parts = experiment.shapley(worth)
        best = experiment.floor(seed, self.floor)
        saved.append(best.save(runs / "floor") / "run.json")
        least = finite(single(jsd(best.p_data, best.p_g)))
        remainder = abs(sum(parts.values()) - worth[EVERY] + worth[NONE])
        properties = [
            Property("D*, integrals", "JSD(p_data, p_g)", worth[NONE], "<=", 5e-4),
            Property("split", "JSD with all limits less JSD with none", worth[EVERY] - worth[NONE], ">", 0),
            Property("split", "|sum of the parts less that|", remainder, "<=", 1e-12),
            Property("floor", "JSD found by L-BFGS less JSD with no limits", least - worth[NONE], "<", 0),
        ]
        numbers = {
            "jsd": {"+".join(sorted(limits)) or "none": {"label": _label(limits), "value": value} for limits, value in worth.items()},
            "shapley": parts,
            "floor": least.record(),
            "settings": played[EVERY].settings,
        }
        return Made(_drawing(played, parts, worth[NONE], least.value), numbers, properties, saved)


def _label(limits: frozenset[str]) -> str:
    judge = "$D^*$" if "capacity" not in limits else f"$D$, $k = {experiment.K if 'k' in limits else experiment.MANY}$"
    return judge + (", samples" if "batch" in limits else ", integrals")


def _drawing(played: dict[frozenset[str], Run], parts: dict[str, float], own: float, floor: float) -> plot.Drawing:
    with plot.drawing(9.2, 3.4) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        _draw_histories(left, played, floor)
        _draw_split(right, parts, own)
    return figure


def _draw_histories(ax: Axes, played: dict[frozenset[str], Run], floor: float) -> None:
    for limits, run in played.items():
        ink = INKS["k"] if "k" in limits else INKS["capacity"] if "capacity" in limits else plot.GENERATED["color"]
        dashes = "--" if "batch" in limits else "-"
        values = np.array(run.column("two_jsd")) / 2
        ax.semilogy(run.column("step"), values, color=ink, linestyle=dashes, linewidth=1.2, label=_label(limits))
    ax.axhline(floor, color="black", linewidth=0.8, linestyle=":", label="least found for such a $G$")
    plot.over_training(ax, plot.JSD)
    ax.set_title("one limit lifted after another")
    ax.legend(loc="upper right", ncols=2)
    ax.set_ylim(floor / 2, 3)


def _draw_split(ax: Axes, parts: dict[str, float], own: float) -> None:
    """A bar for each part of the final JSD, its number at the end."""
    bars = {"G's own": own, "finite k": parts["k"], "finite batch": parts["batch"], "D's capacity": parts["capacity"]}
    inks = [plot.GENERATED["color"], *(INKS[limit] for limit in experiment.LIMITS)]
    ax.bar(range(len(bars)), list(bars.values()), color=inks, width=0.6)
    for place, value in enumerate(bars.values()):
        ax.text(place, value, two_digits(value), ha="center", va="bottom" if value >= 0 else "top", fontsize=8)
    ax.axhline(0, **plot.LINE)
    ax.set_xticks(range(len(bars)), list(bars))
    ax.set_ylabel("nats")
    ax.set_title("the final JSD, split (Shapley values)")
    ax.margins(y=0.15)
