"""f-GAN's table (Nowozin, Cseke, Tomioka 2016): the Gaussian that each divergence fits to a mixture, optimal, trained, and as published."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.estimate import finite, single
from gantheory.distributions import Normal
from gantheory.experiments import f_gan as experiment
from gantheory.measurement.f_divergences import f_divergence
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

NAMES = {
    "kl": "Kullback-Leibler",
    "reverse_kl": "reverse KL",
    "jensen_shannon": "Jensen-Shannon",
    "jeffreys": "Jeffreys",
    "pearson": "Pearson χ²",
}
WITHIN = {"pearson": 0.05}  # claimed distance of the trained μ and σ from the optimal ones, by divergence
WITHIN_ELSE = 0.02  # the same for every other divergence
ROWS = (
    "$D_f$ at the optimum",
    "bound $F$, held out",
    "$D_f$ at the trained θ",
    "$\\mu^*$",
    "trained $\\mu$",
    "$\\sigma^*$",
    "trained $\\sigma$",
)

Column = dict[str, Any]  # one divergence's numbers, as the JSON record holds them


@dataclass(frozen=True)
class FGanTable(Figure):
    """A column for each divergence: the mixture with both fits, and the numbers here beside the published ones."""

    name: ClassVar[str] = "f-gan"
    title: ClassVar[str] = "f-GAN's fits of a Gaussian to a mixture: exact optima, trained, and published"
    steps: int = experiment.STEPS

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """Every divergence's fit, trained and measured, as a column."""
        columns: dict[str, Column] = {}
        properties: list[Property] = []
        saved = []
        for name in experiment.PUBLISHED:
            run = experiment.play(name, seed, self.steps, progress)
            saved.append(run.save(runs / name) / "run.json")
            columns[name], own = _fit(name, run.finished(), seed)
            properties += own
        return Made(_drawing(columns), {"fits": columns}, properties, saved)


def _fit(name: str, run: Run, seed: int) -> tuple[Column, list[Property]]:
    """One divergence's numbers and properties."""
    published = experiment.PUBLISHED[name]
    least, loc, scale = experiment.optimum(name)
    bound, error = experiment.held_out_bound(name, run, seed)
    law = experiment.fitted(run)
    reached = finite(single(f_divergence(name, experiment.P_DATA, law)))
    within = WITHIN.get(name, WITHIN_ELSE)
    column = {
        "published": published._asdict(),
        "optimum": {"divergence": least, "loc": loc, "scale": scale},
        "trained": {"divergence": float(reached), "loc": float(law.loc), "scale": float(law.scale)},
        "held_out_bound": {"value": bound, "standard_error": error, "draws": experiment.HELD_OUT},
        "settings": run.settings,
    }
    return column, [
        Property(name, "|trained μ - μ*|", abs(float(law.loc) - loc), "<=", within),
        Property(name, "|trained σ - σ*|", abs(float(law.scale) - scale), "<=", within),
        Property(name, "(F - D_f at the trained θ) / standard error", (bound - float(reached)) / error, "<=", 3),
        Property(name, "D_f at the trained θ - D_f at the optimum", reached - least, ">=", -1e-9),
        Property(name, "|D_f at the optimum - published|", abs(least - published.divergence), "<=", 5e-4),
    ]


def _drawing(columns: dict[str, Column]) -> plot.Drawing:
    with plot.drawing(10.2, 4.2) as figure:
        axes = figure.subplots(2, len(columns), height_ratios=(1.25, 1))
        for place, (name, column) in enumerate(columns.items()):
            _draw_fits(axes[0, place], NAMES[name], column, first=place == 0)
            _draw_table(axes[1, place], column, first=place == 0)
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _draw_fits(ax: Axes, title: str, column: Column, first: bool) -> None:
    """The mixture and the two Gaussians."""
    x = np.linspace(-4, 7, 1201)
    ax.plot(x, experiment.P_DATA.prob(x), **plot.DATA, label="$P$, a mixture")
    best, trained = (Normal(column[which]["loc"], column[which]["scale"]) for which in ("optimum", "trained"))
    thick: dict[str, Any] = plot.OPTIMAL | {"linewidth": 1.4}
    ax.plot(x, best.prob(x), **thick, label="best Gaussian, exact")
    ax.plot(x, trained.prob(x), **plot.GENERATED, label="trained $Q_θ$")
    ax.set_title(title)
    plot.over_x(ax, x, 0.6)
    if not first:
        ax.set_yticklabels([])


def _draw_table(ax: Axes, column: Column, first: bool) -> None:
    """The numbers here and the published ones; the first column has the rows' names too."""
    ax.axis("off")
    own: dict[str, Any] = {"transform": ax.transAxes, "ha": "right", "va": "center", "fontsize": 8}
    theirs: dict[str, Any] = own | {"ha": "left", "color": "0.45"}
    for line, (here, published) in enumerate(_cells(column)):
        height = 0.86 - 0.14 * line
        if first:
            ax.text(-0.18, height, ROWS[line], **own)
        ax.text(0.42, height, here, **own)
        ax.text(0.62, height, published, **theirs)
    ax.text(0.42, 1.0, "here", **own, style="italic")
    ax.text(0.62, 1.0, "published", **theirs, style="italic")


def _cells(column: Column) -> list[tuple[str, str]]:
    """(here, published) for each of ROWS."""
    published, optimum, trained, bound = (column[key] for key in ("published", "optimum", "trained", "held_out_bound"))

    def pair(own, theirs):
        return f"{own:.4f}", "" if theirs is None else f"{theirs:.4f}"

    return [
        pair(optimum["divergence"], published["divergence"]),
        pair(bound["value"], published["bound"]),
        pair(trained["divergence"], None),
        pair(optimum["loc"], published["loc"]),
        pair(trained["loc"], published["trained_loc"]),
        pair(optimum["scale"], published["scale"]),
        pair(trained["scale"], published["trained_scale"]),
    ]
