"""Ways to learn without labels on one mixture: the exact p of each, its own objective split to scale, and the exact distances."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gantheory import plot
from gantheory.base.estimate import Measured
from gantheory.experiments import without_labels as experiment
from gantheory.experiments.without_labels import Learnt, Way
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

CLOSED = 1e-10  # claimed bound on what the parts of an objective fail to add up to
WRAPPED = 26  # characters in a line of what a method loses
X = np.linspace(-4.75, 4.75, 1600)
FULL, PALE = plot.GENERATED["color"], plot.DISCRIMINATOR_GAP
HATCHED: dict[str, Any] = {"facecolor": "white", "edgecolor": FULL, "hatch": "//////", "linewidth": 0.6}
DISTANCES = {
    "jsd": r"$\mathrm{JSD}(p_\mathrm{data}, p)$",
    "kl": r"$\mathrm{KL}(p_\mathrm{data}\,\Vert\,p)$",
    "reverse_kl": r"$\mathrm{KL}(p\,\Vert\,p_\mathrm{data})$",
    "wasserstein1": r"$W_1(p_\mathrm{data}, p)$",
}


@dataclass(frozen=True)
class WithoutLabels(Figure):
    """A column for each method: p over p_data, their difference, the objective of each seed split to scale, and a table of distances."""

    name: ClassVar[str] = "without-labels"
    title: ClassVar[str] = "Ways to learn without labels, on one mixture: exact densities, and every objective split"
    length: float = 1.0  # share of the recipes' steps

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings of all methods and seeds, drawn together."""
        first = experiment.FIRST_SEED + experiment.SEEDS * seed
        learnt: dict[str, list[Learnt]] = {}
        least: dict[str, Measured] = {}
        saved = []
        for way in experiment.WAYS:
            learnt[way.name] = []
            for one in range(first, first + experiment.SEEDS):
                ended = way.play(one, max(1, round(self.length * way.steps)), progress)
                saved.append(ended.save(runs / way.name / str(one)) / "run.json")
                learnt[way.name].append(experiment.learnt(ended.finished()))
                if way.name not in least:
                    least[way.name] = experiment.least_jsd_of_family(ended, max(1, round(self.length * experiment.ITERATIONS)))
        ways = {name: [one.record() for one in found] for name, found in learnt.items()}
        loses = {way.name: way.loses for way in experiment.WAYS}
        numbers = {
            "ways": ways,
            "loses": loses,
            "least_jsd_of_family": {name: one.record() for name, one in least.items()},
            "first_seed": first,
        }
        return Made(_drawing(learnt, least), numbers, _properties(learnt, least), saved)


def _properties(learnt: dict[str, list[Learnt]], least: dict[str, Measured]) -> list[Property]:
    properties = []
    for way in experiment.WAYS:
        found = learnt[way.name]
        worst: Any = max((one.distances["jsd"] for one in found), key=float)
        properties.append(Property(way.title, f"JSD(p_data, p), largest of {len(found)} seeds", worst, "<=", way.claimed))
        defect = max(abs(float(one.split.defect)) for one in found)
        properties.append(Property(way.title, "|objective - divergence ∓ gap|, largest", defect, "<=", CLOSED))
        nearest = min(float(one.distances["jsd"]) for one in found)
        properties.append(Property(way.title, "least JSD found of any model of the family", least[way.name], "<=", nearest))
    for name, title in (("vae", "VAE"), ("diffusion", "Diffusion")):
        dearest = min(float(one.split.gap) / float(one.split.divergence) for one in learnt[name])
        properties.append(Property(title, "gap as a share of the divergence, least", dearest, ">=", 1.0))
    hidden = max(float(one.split.gap) / float(one.split.divergence) for one in learnt["rbm"])
    properties.append(Property("RBM, by CD-1", "gap as a share of the divergence, largest", hidden, "<=", 0.2))
    return properties


def _drawing(learnt: dict[str, list[Learnt]], least: dict[str, Measured]) -> plot.Drawing:
    count = len(experiment.WAYS)
    with plot.drawing(1.6 * count + 0.9, 6.2) as figure:
        grid = figure.add_gridspec(4, count, height_ratios=(2.3, 1.0, 0.95, 2.15))
        shared: list[Axes] = []
        for column, way in enumerate(experiment.WAYS):
            axes = [figure.add_subplot(grid[row, column], sharey=shared[row] if row < 2 and shared else None) for row in range(4)]
            shared = shared or axes
            found = learnt[way.name]
            _densities(axes[0], axes[1], found, first=column == 0)
            axes[0].set_title(way.title, pad=4)
            _split(axes[2], way, found)
            _table(axes[3], way, found, least[way.name], first=column == 0)
        shared[2].set_ylabel(f"{experiment.SEEDS} seeds")
        inks = [
            (Line2D([], [], **plot.DATA), r"$p_\mathrm{data}$"),
            (Line2D([], [], color=FULL, linewidth=1.1), "$p$, exact (thin: the other seeds)"),
            (Patch(facecolor=FULL), "divergence"),
            (Patch(**HATCHED), "part of it that the gap hides"),
            (Patch(facecolor=PALE), "gap, added"),
            (Line2D([], [], color="black", marker="|", markersize=8, markeredgewidth=1.4, linestyle=""), "objective"),
        ]
        figure.legend(*zip(*inks, strict=True), loc="outside lower center", ncols=len(inks), handlelength=1.6, columnspacing=1.4)
    return figure


def _densities(above: Axes, below: Axes, found: list[Learnt], first: bool) -> None:
    data = experiment.P_DATA.prob(X)
    above.plot(X, data, **plot.DATA, zorder=3)
    for number, one in enumerate(found):
        ink: dict[str, Any] = {"color": FULL, "linewidth": 0.5 if number else 1.1, "alpha": 0.55 if number else 1.0}
        p = one.law.prob(X)
        above.plot(X, p, **ink)
        below.plot(X, p - data, **ink)
    below.axhline(0, color="black", linewidth=0.8, linestyle=(0, (1, 1.4)))
    above.set_ylim(0, 0.32)
    below.set_ylim(-0.055, 0.055)
    for ax in (above, below):
        ax.set_xlim(X[0], X[-1])
        ax.set_xticks([-4, -2, 0, 2, 4])
        ax.tick_params(labelleft=first)
    above.tick_params(labelbottom=False)
    below.set_xlabel("$x$", labelpad=0)
    if first:
        above.set_ylabel("density")
        below.set_ylabel(r"$p - p_\mathrm{data}$")


def _split(ax: Axes, way: Way, found: list[Learnt]) -> None:
    """A bar for each seed: the divergence, with the gap that is added to it or hides a part of it, and a mark at the objective."""
    parts = [tuple(float(part) for part in (one.split.objective, one.split.divergence, one.split.gap)) for one in found]
    most = max(max(objective, divergence) for objective, divergence, _ in parts)
    unit = 10.0 ** np.floor(np.log10(most))
    for row, (objective, divergence, gap) in enumerate(parts):
        ax.barh(row, divergence / unit, height=0.62, color=FULL, linewidth=0)
        if found[row].split.sign > 0:
            ax.barh(row, gap / unit, left=divergence / unit, height=0.62, color=PALE, linewidth=0)
        else:
            ax.barh(row, gap / unit, left=(divergence - gap) / unit, height=0.62, **HATCHED)
        ax.plot([objective / unit] * 2, [row - 0.44, row + 0.44], color="black", linewidth=1.4, solid_capstyle="butt")
    ax.set_ylim(len(parts) - 0.35, -0.65)
    ax.set_yticks([])
    ax.set_xlim(0, 1.08 * most / unit)
    ax.locator_params(axis="x", nbins=4)
    ax.set_xlabel(rf"$10^{{{int(np.log10(unit))}}}$ {way.unit}", labelpad=1)
    ax.set_title(way.formula, fontsize=8, pad=3)


def _table(ax: Axes, way: Way, found: list[Learnt], least: Measured, first: bool) -> None:
    """The median of each distance, the family's floor, the counts that the methods differ in; and what the method loses."""
    ax.axis("off")
    rows = {DISTANCES[name]: _scientific(float(np.median([float(one.distances[name]) for one in found]))) for name in DISTANCES}
    rows["least JSD in the family"] = _scientific(float(least))
    rows |= {"parameters": " + ".join(f"{count:,}" for count in found[0].parameters), "steps": f"{found[0].steps:,}"}
    step = 0.098
    for row, (name, text) in enumerate(rows.items()):
        at = 0.96 - row * step
        ax.text(0.5, at, text, ha="center", va="center", fontsize=8, transform=ax.transAxes)
        if first:
            ax.text(-0.05, at, name, ha="right", va="center", fontsize=8, transform=ax.transAxes)
    for row, width in ((-0.55, 0.6), (3.5, 0.3), (4.5, 0.3), (6.55, 0.6)):
        ax.plot([0, 1], [0.96 - row * step] * 2, color="black", linewidth=width, transform=ax.transAxes, clip_on=False)
    ax.text(0.0, 0.96 - 6.9 * step, "\n".join(wrap(way.loses, WRAPPED)), ha="left", va="top", fontsize=7, transform=ax.transAxes)


def _scientific(value: float) -> str:
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"${mantissa}\cdot 10^{{{int(exponent)}}}$"
