"""Rings of eight Gaussians (Metz et al. 2017; Lin et al. 2018): which recipes find every mode, and how far p_g is from p_data even so."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from gantheory import plot
from gantheory.base.estimate import Estimate
from gantheory.experiments import rings as experiment
from gantheory.measurement.maps import maps_of
from gantheory.measurement.modes import PERFECT
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

SHARE = 0.95  # least share within 3 sd of a mode that is claimed of the wide networks
TWO_JSD = 0.5  # largest 2 JSD that is claimed of them
COLUMNS = {
    "modes": "modes found",
    "share": "share within 3 sd of a mode",
    "reverse_kl": "reverse KL over modes",
    "two_jsd": f"${plot.JSD}$",
}
TICKS = ("plain", "pack 1", "pack 2", "pack 4", "R1", "wide")  # the recipes' short names, in their order


@dataclass(frozen=True)
class Rings(Figure):
    """Three rows: p_g of each recipe, what all seeds reached, and D against D* for the best recipe. Seeds from 10 · ``seed`` on.

    Attributes:
      steps: of each training; the recipe's own number if None.
      seeds: trainings of each recipe.
    """

    name: ClassVar[str] = "rings"
    title: ClassVar[str] = "Rings of eight Gaussians: modes found, lost, and what p_g does between them"
    steps: int | None = None
    seeds: int = experiment.SEEDS

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings of each recipe and seed, drawn together."""
        seeds = range(experiment.SEEDS * seed, experiment.SEEDS * seed + self.seeds)
        played = {name: experiment.play(name, seeds, self.steps, progress) for name in experiment.RECIPES}
        saved = [run.save(runs / name / str(run.settings["seed"])) / "run.json" for name, own in played.items() for run in own]
        numbers = {"perfect_share": PERFECT, "recipes": {name: _numbers(name, own) for name, own in played.items()}}
        return Made(_drawing(played), numbers, _properties(played), saved)


def _measured(run: Run, name: str) -> Estimate:
    return getattr(run.history[-1].measured, name)


def _properties(played: dict[str, list[Run]]) -> list[Property]:
    found = {name: [float(_measured(run, "modes")) for run in own] for name, own in played.items()}
    whole = {name: sum(count == 8 for count in counts) / len(counts) for name, counts in found.items()}
    gained = sum(found["packed2"]) - sum(found["packed1"])
    share = min((_measured(run, "share") for run in played["wide"]), key=float)
    two_jsd = max((_measured(run, "two_jsd") for run in played["wide"]), key=float)
    return [
        Property("R1", "share of seeds with all 8 modes", whole["r1"], ">=", 0.8),
        Property("plain", "share of seeds with all 8 modes", whole["plain"], "<=", 0.2),
        Property("packs of 2", "modes found, all seeds, less those without packing", gained, ">=", 0),
        Property("wide", "share of seeds with all 8 modes", whole["wide"], ">=", 1),
        Property("wide", "least share within 3 sd of a mode", share, ">=", SHARE),
        Property("wide", "largest 2 JSD", two_jsd, "<=", TWO_JSD),
    ]


def _numbers(recipe: str, own: list[Run]) -> dict[str, Any]:
    return {
        "title": experiment.RECIPES[recipe].title,
        "settings": own[0].settings,
        "seeds": [
            {"seed": run.settings["seed"], **{name: [float(m), m.error] for name, m in run.history[-1].measured.items()}} for run in own
        ],
    }


def _drawing(played: dict[str, list[Run]]) -> plot.Drawing:
    with plot.drawing(11.4, 8.0) as figure:
        top, numbers, judged = np.asarray(figure.subfigures(3, 1, height_ratios=(1, 1.05, 1)))
        _draw_laws(top, played)
        for ax, column in zip(numbers.subplots(1, len(COLUMNS)), COLUMNS, strict=True):
            _draw_column(ax, column, played)
        _draw_judgements(judged, played["wide"][0])
    return figure


def _draw_laws(row: SubFigure, played: dict[str, list[Run]]) -> None:
    """p_g of each recipe's first seed."""
    for ax, (name, own) in zip(row.subplots(1, len(played)), played.items(), strict=True):
        seen = maps_of(own[0].p_data, own[0].p_g)
        plot.masses(ax, seen.edges, seen.of_g, experiment.RECIPES[name].title)
    row.supylabel("$p_g$, first seed", fontsize=9)


def _draw_column(ax: Axes, column: str, played: dict[str, list[Run]]) -> None:
    """One quantity of all seeds, recipe by recipe, with the value of a perfect sampler or the largest possible one."""
    for place, own in enumerate(played.values()):
        by = 2 if column == "two_jsd" else 1
        values, errors = (
            np.array(part) / by for part in zip(*((m.value, m.error) for m in (_measured(run, column) for run in own)), strict=True)
        )
        spread = np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else 0.0
        ax.errorbar(place + spread, values, errors, color=plot.GENERATED["color"], fmt="o", markersize=2.5, elinewidth=0.7)
    ax.set_title(COLUMNS[column])
    ax.set_xticks(range(len(played)), TICKS[: len(played)])
    ax.set_ylim(0, 1.05 if column == "share" else None)
    if column == "share":
        ax.axhline(PERFECT, color="black", linewidth=0.7, linestyle=":")
    if column == "two_jsd":
        ax.axhline(np.log(2), color="black", linewidth=0.7, linestyle=":")
        ax.text(len(played) - 0.5, np.log(2), "log 2", ha="right", va="bottom", fontsize=8)


def _draw_judgements(row: SubFigure, run: Run) -> None:
    """D, D* and their difference."""
    seen = maps_of(run.p_data, run.p_g, run.discriminator)
    plot.judgements(row, row.subplots(1, 3), seen.edges, seen.discriminator, seen.optimal)
    row.supylabel("wide, first seed", fontsize=9)
