"""PacGAN's grid of 25 Gaussians (Lin et al. 2018, Table 1): a D that judges more points at once finds more modes, and how far p_g stays."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D

from gantheory import plot
from gantheory.base.estimate import Estimate
from gantheory.experiments import pacgan_grid as experiment
from gantheory.measurement.maps import maps_of
from gantheory.measurement.modes import PERFECT
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

COLUMNS = {
    "modes": f"modes found, of {experiment.MODES}",
    "reverse_kl": "reverse KL over modes (nats)",
    "share": "share within 3 sd of a mode",
    "jsd": f"${plot.JSD}$ (nats)",
}
POINT: dict[str, Any] = {"color": plot.GENERATED["color"], "linestyle": "", "marker": "o", "markersize": 2.8, "alpha": 0.75}
MEAN: dict[str, Any] = {"color": "black", "linestyle": "", "marker": "_", "markersize": 13, "markeredgewidth": 1.4}
MODE: dict[str, Any] = {
    "color": "white",
    "linestyle": "",
    "marker": "o",
    "markersize": 6,
    "markerfacecolor": "none",
    "markeredgewidth": 0.4,
}
THEIRS: dict[str, Any] = {"color": "#c0392b", "linestyle": "", "marker": "D", "markersize": 4.5, "markerfacecolor": "white"}


@dataclass(frozen=True)
class PacganGrid(Figure):
    """Two rows: p_g of each packing, and what all seeds reached beside the paper's numbers. Seeds from ``seeds`` · ``seed`` on.

    Attributes:
      steps: of each training; the recipe's own number if None.
      seeds: trainings of each packing.
    """

    name: ClassVar[str] = "pacgan-grid"
    title: ClassVar[str] = "PacGAN's grid of 25 Gaussians: one to four points judged at once, with small networks"
    steps: int | None = None
    seeds: int = experiment.SEEDS

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings of each packing and seed, drawn together."""
        seeds = range(self.seeds * seed, self.seeds * (seed + 1))
        played = {packing: experiment.play(packing, seeds, self.steps, progress) for packing in experiment.PACKS}
        saved = [run.save(runs / f"packed{n}" / str(run.settings["seed"])) / "run.json" for n, own in played.items() for run in own]
        numbers = {
            "perfect_share": PERFECT,
            "published": {name: {str(n): value for n, value in of.items()} for name, of in experiment.PUBLISHED.items()},
            "packs": {str(n): _numbers(own) for n, own in played.items()},
        }
        return Made(_drawing(played), numbers, _properties(played), saved)


def _measured(run: Run, name: str) -> Estimate:
    found: Any = run.history[-1].measured
    return 0.5 * found.two_jsd if name == "jsd" else getattr(found, name)


def _mean(own: list[Run], name: str) -> Estimate:
    """Over the seeds, with the mean of their errors."""
    found = [_measured(run, name) for run in own]
    return Estimate(float(np.mean([one.value for one in found])), float(np.mean([one.error for one in found])))


def _properties(played: dict[int, list[Run]]) -> list[Property]:
    """Bounds set on other seeds than the figure's. The modes are counted as they are; their errors are as large as a mode or two."""
    unpacked = {name: _mean(played[1], name) for name in COLUMNS}
    found = [
        Property(
            f"{n} packed",
            "reverse KL over modes, mean, less than that unpacked by",
            unpacked["reverse_kl"] - _mean(own, "reverse_kl"),
            ">=",
            0.15,
        )
        for n, own in played.items()
        if n > 1
    ]
    packed = {name: _mean(played[max(played)], name) for name in COLUMNS}
    panel = f"{max(played)} packed"
    return [
        *found,
        Property(panel, "modes found, mean, more than unpacked by", packed["modes"].value - unpacked["modes"].value, ">=", 0.5),
        Property(panel, "share within 3 sd of a mode, mean, less than unpacked by", unpacked["share"] - packed["share"], ">=", 0.05),
        Property(panel, "JSD(p_data, p_g), mean", packed["jsd"], ">=", 0.35),
        Property(panel, "JSD(p_data, p_g), mean, less than unpacked by", unpacked["jsd"] - packed["jsd"], "<=", 0.12),
    ]


def _numbers(own: list[Run]) -> dict[str, Any]:
    seeds = [
        {"seed": run.settings["seed"], **{name: _measured(run, name).record() for name in COLUMNS}, "stopped": run.stopped} for run in own
    ]
    return {"settings": own[0].settings, "mean": {name: _mean(own, name).record() for name in COLUMNS}, "seeds": seeds}


def _drawing(played: dict[int, list[Run]]) -> plot.Drawing:
    with plot.drawing(9.4, 5.0) as figure:
        laws, numbers = np.asarray(figure.subfigures(2, 1, height_ratios=(1.08, 1)))
        _draw_laws(laws, played)
        for ax, column in zip(numbers.subplots(1, len(COLUMNS)), COLUMNS, strict=True):
            _draw_column(ax, column, played)
        inks = [
            (Line2D([], [], **POINT), f"one of {len(next(iter(played.values())))} trainings, networks of 2 × {experiment.RECIPE.width}"),
            (Line2D([], [], **MEAN), "their mean"),
            (Line2D([], [], **THEIRS), "Lin et al. 2018, Table 1: far larger networks, 2,500 points"),
        ]
        figure.legend(*zip(*inks, strict=True), loc="outside lower center", ncols=len(inks))
    return figure


def _draw_laws(row: SubFigure, played: dict[int, list[Run]]) -> None:
    """p_g of each packing's first seed, with a circle around every mode of the data."""
    for ax, (packing, own) in zip(row.subplots(1, len(played)), played.items(), strict=True):
        seen = maps_of(own[0].p_data, own[0].p_g)
        plot.masses(ax, seen.edges, seen.of_g, f"{packing} packed" if packing > 1 else "1 packed, the plain GAN")
        ax.plot(own[0].p_data.x.loc, own[0].p_data.y.loc, **MODE)
    row.supylabel("$p_g$, first seed (circles: modes)", fontsize=9)


def _draw_column(ax: Axes, column: str, played: dict[int, list[Run]]) -> None:
    """One quantity of all seeds with its errors, packing by packing, with the paper's, a perfect sampler's or the largest value."""
    for packing, own in played.items():
        found = [_measured(run, column) for run in own]
        values, errors = [one.value for one in found], [one.error for one in found]
        at = packing + (np.linspace(-0.28, 0.12, len(values)) if len(values) > 1 else np.zeros(1))
        ax.errorbar(at, values, errors, elinewidth=0.5, **POINT)
        ax.plot(packing - 0.08, np.mean(values), **MEAN, zorder=3)
    for packing, value in experiment.PUBLISHED.get(column, {}).items():
        ax.errorbar(packing + 0.3, value, experiment.SPREAD.get(column, {}).get(packing, 0.0), elinewidth=1.0, capsize=2, **THEIRS)
    ax.set_title(COLUMNS[column])
    ax.set_xticks(list(played))
    ax.set_xlim(min(played) - 0.5, max(played) + 0.55)
    ax.set_xlabel("points that $D$ judges at once")
    ax.set_ylim(0, {"modes": 26.5, "share": 1.08, "jsd": 0.76}.get(column))
    top = {"modes": (experiment.MODES, ""), "share": (PERFECT, "a perfect sampler"), "jsd": (np.log(2), "log 2")}.get(column)
    if top:
        ax.axhline(top[0], color="black", linewidth=0.7, linestyle=":")
        ax.text(max(played) + 0.5, top[0], top[1], ha="right", va="bottom", fontsize=8)
