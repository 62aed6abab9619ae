"""Sixteen Gaussians (Qin et al. 2020; Balduzzi et al. 2018): which ways of moving the players find every mode, and how near p_g comes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.estimate import Estimate
from gantheory.experiments import sixteen as experiment
from gantheory.measurement.maps import maps_of
from gantheory.measurement.modes import PERFECT
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

ALL = 16
COLUMNS = {
    "modes": "modes found",
    "share": "share within 3 sd of a mode",
    "reverse_kl": "reverse KL over modes",
    "two_jsd": f"${plot.JSD}$",
}
TICKS = {"euler": "plain", "rk4": "RK4", "ode_gan": "RK4+λ", "adam": "Adam", "sga": "SGA"}


@dataclass(frozen=True)
class Sixteen(Figure):
    """Two rows: p_g of each recipe's first seed, and what all seeds reached. Seeds from ``seeds`` · ``seed`` on.

    Attributes:
      seeds: trainings of each recipe.
    """

    name: ClassVar[str] = "sixteen"
    title: ClassVar[str] = "Sixteen Gaussians: plain steps against Runge-Kutta steps and symplectic gradient adjustment"
    seeds: int = experiment.SEEDS

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings of each recipe and seed, drawn together."""
        seeds = range(self.seeds * seed, self.seeds * (seed + 1))
        played = {name: experiment.play(recipe, seeds, progress) for name, recipe in experiment.RECIPES.items()}
        saved = [run.save(runs / name / str(run.settings["seed"])) / "run.json" for name, own in played.items() for run in own]
        numbers = {"perfect_share": PERFECT, "recipes": {name: _numbers(own) for name, own in played.items()}}
        return Made(_drawing(played), numbers, _properties(played), saved)


def _measured(run: Run, name: str) -> Estimate:
    return getattr(run.history[-1].measured, name)


def _mean(own: list[Run], name: str) -> Estimate:
    return (1 / len(own)) * sum((_measured(run, name) for run in own[1:]), _measured(own[0], name))


def _whole(own: list[Run]) -> Estimate:
    """The share of trainings that found all modes; an error of their number is one here where it leaves that open."""
    modes = [_measured(run, "modes") for run in own]
    surely, told, perhaps = (float(np.mean([count >= ALL for count in counts])) for counts in zip(*map(_ends, modes), strict=True))
    return Estimate(told, max(told - surely, perhaps - told))


def _ends(count: Estimate) -> tuple[float, float, float]:
    return count.lower, float(count), count.upper


def _properties(played: dict[str, list[Run]]) -> list[Property]:
    whole = {name: _whole(own) for name, own in played.items()}
    quantity = f"share of {len(played['sga'])} seeds with all {ALL} modes"
    nearer = _mean(played["adam"], "two_jsd") - _mean(played["sga"], "two_jsd")
    evener = _mean(played["rk4"], "reverse_kl") - _mean(played["ode_gan"], "reverse_kl")
    return [
        Property("SGA, Adam", quantity, whole["sga"], ">=", 0.8),
        Property("SGA, Adam", "2 JSD, mean, that of Adam alone less this", nearer, ">=", 0.1),
        Property("Adam", quantity, whole["adam"], "<=", 0.2),
        Property("plain steps", quantity, whole["euler"], "<=", 0.2),
        Property("RK4, regularised", "reverse KL over modes, mean, that without a regulariser less this", evener, ">=", 0.1),
    ]


def _numbers(own: list[Run]) -> dict[str, Any]:
    rows = [
        {
            "seed": run.settings["seed"],
            "stopped": run.stopped,
            **{name: [float(m), m.error] for name, m in run.history[-1].measured.items()},
        }
        for run in own
    ]
    return {"settings": own[0].settings, "seeds": rows}


def _drawing(played: dict[str, list[Run]]) -> plot.Drawing:
    with plot.drawing(10.2, 4.9) as figure:
        laws, numbers = np.asarray(figure.subfigures(2, 1, height_ratios=(1, 1.05)))
        for ax, own in zip(laws.subplots(1, len(played)), played.values(), strict=True):
            seen = maps_of(own[0].p_data, own[0].p_g)
            plot.masses(ax, seen.edges, seen.of_g, own[0].settings["title"])
        laws.supylabel("$p_g$, first seed", fontsize=9)
        for ax, column in zip(numbers.subplots(1, len(COLUMNS)), COLUMNS, strict=True):
            _draw_column(ax, column, played)
    return figure


def _draw_column(ax: Axes, column: str, played: dict[str, list[Run]]) -> None:
    """One quantity of all seeds with its errors, recipe by recipe, and the value of a perfect sampler or the largest possible one."""
    for place, own in enumerate(played.values()):
        measured = [(1 / 2 if column == "two_jsd" else 1) * _measured(run, column) for run in own]
        spread = np.linspace(-0.3, 0.3, len(own)) if len(own) > 1 else np.zeros(1)
        values, errors = [float(one) for one in measured], [one.error for one in measured]
        ax.errorbar(place + spread, values, errors, fmt="o", color=plot.GENERATED["color"], markersize=3, elinewidth=0.6)
    ax.set_title(COLUMNS[column])
    ax.set_xticks(range(len(played)), [TICKS[name] for name in played])
    best = {"modes": ALL, "share": PERFECT, "reverse_kl": 0.0, "two_jsd": np.log(2)}[column]
    ax.axhline(best, color="black", linewidth=0.7, linestyle=":")
    if column == "two_jsd":
        ax.set_ylim(0, 0.78)
        ax.text(len(played) - 0.6, np.log(2), "log 2", ha="right", va="bottom", fontsize=8)
