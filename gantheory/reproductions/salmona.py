"""Salmona, De Bortoli, Delon & Desolneux 2022: how close G comes to two bumps, by its largest slope.

That Gaussian isoperimetry bounds it is theirs; the floors drawn here are derived from it in ``experiments.salmona``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.estimate import Estimate, Measured, single
from gantheory.experiments import salmona as experiment
from gantheory.experiments.salmona import P_DATA, Training
from gantheory.measurement.divergences import kl, total_variation
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

SLOPES = np.geomspace(1.6, 20.0, 60)  # L of the curves
MARKED = (2.0, 3.0, 5.0, 8.0, 12.0)  # L for which the best G are found
SHOWN = 3.0  # L of the G whose densities are drawn
NEAR_TV, NEAR_KL = 1.05, 1.3  # claimed largest ratios of the best G's to the floor
TRAINED = 2.0  # and of the nearest trained G's total variation
FLOOR: dict[str, Any] = {"color": "black", "linewidth": 1.2, "label": "floor, by isoperimetry"}
BEST: dict[str, Any] = {"color": "#0a8a2f", "marker": "o", "markersize": 4.5, "linestyle": "", "label": "the best G found"}
OF_TRAINING: dict[str, Any] = {"color": "#c0392b", "marker": "s", "markersize": 4.5, "linestyle": "", "label": "trained GANs"}
TICKS = (2, 3, 5, 8, 12, 20)
X = np.linspace(-6.5, 6.5, 1_301)


@dataclass(frozen=True)
class Salmona(Figure):
    """Floors of TV and KL in G's largest slope L, the best G for some L, and trained GANs at their own."""

    trainings: tuple[Training, ...] = (Training(300), Training(2_000), Training(2_000, 3.0), Training(2_000, 6.0))

    name: ClassVar[str] = "salmona"
    title: ClassVar[str] = "Two bumps and a G of bounded slope: floors of TV and KL, the best G, trained GANs"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """Curves, the best G, and the trainings."""
        ended = [experiment.trained(training, seed, progress) for training in self.trainings]
        saved = [run.save(runs / f"{place}") / "run.json" for place, run in enumerate(ended)]
        of_trained = [_measured(run) for run in ended]
        floors = {"tv": [experiment.tv_floor(one) for one in SLOPES], "kl": [experiment.kl_floor(one) for one in SLOPES]}
        best = {
            "tv": [experiment.best_in_tv(one).total_variation for one in MARKED],
            "kl": [experiment.best_in_kl(one) for one in MARKED],
        }
        numbers = {
            "slopes": SLOPES.tolist(),
            "floors": floors,
            "best": {"slopes": list(MARKED), **best},
            "trained": [
                {**vars(training), "slope": slope, "tv": tv.record(), "kl": of_kl.record()}
                for training, (slope, tv, of_kl) in zip(self.trainings, of_trained, strict=True)
            ],
        }
        drawing = _drawing(floors, best, of_trained, ended[-2] if len(ended) > 1 else ended[0])
        return Made(drawing, numbers, _properties(self.trainings, best, of_trained), saved)


def _measured(run: Run) -> tuple[float, Estimate, Measured]:
    """(G's largest slope, TV, KL)."""
    return experiment.lipschitz_of(run.generator), single(total_variation(P_DATA, run.p_g)), single(kl(P_DATA, run.p_g))


def _properties(
    trainings: tuple[Training, ...], best: dict[str, Any], of_trained: list[tuple[float, Estimate, Measured]]
) -> list[Property]:
    properties = []
    for training, (slope, tv, of_kl) in zip(trainings, of_trained, strict=True):
        which = f"{training.steps} steps{'' if training.most is None else f', slopes below {training.most:g}'}"
        properties += [
            Property(which, f"TV less its floor at L = {slope:.3g}", tv - experiment.tv_floor(slope), ">=", 0.0),
            Property(which, f"KL less its floor at L = {slope:.3g}", of_kl - experiment.kl_floor(slope), ">=", 0.0),
        ]
    for name, floor, near in (("tv", experiment.tv_floor, NEAR_TV), ("kl", experiment.kl_floor, NEAR_KL)):
        ratios = [value / floor(slope) for value, slope in zip(best[name], MARKED, strict=True)]
        properties += [
            Property("the best G", f"least {name.upper()} as a share of its floor", min(ratios), ">=", 1.0),
            Property("the best G", f"largest {name.upper()} as a share of its floor", max(ratios), "<=", near),
        ]
    nearest = min(float(tv) / experiment.tv_floor(slope) for slope, tv, _ in of_trained)
    return [*properties, Property("trained GANs", "TV of the nearest, as a share of its floor", nearest, "<=", TRAINED)]


def _drawing(floors: dict[str, Any], best: dict[str, Any], of_trained: list[tuple[float, Estimate, Measured]], run: Run) -> plot.Drawing:
    with plot.drawing(9.6, 3.2) as figure:
        densities, of_tv, of_kl = figure.subplots(1, 3)
        _densities(densities, run)
        slopes = [slope for slope, _, _ in of_trained]
        _floors(of_tv, floors["tv"], best["tv"], slopes, [float(tv) for _, tv, _ in of_trained], "TV")
        _floors(
            of_kl, floors["kl"], best["kl"], slopes, [float(one) for _, _, one in of_trained], r"$\mathrm{KL}(p_\mathrm{data}\,\Vert\,p_g)$"
        )
        densities.legend(loc="upper center", fontsize=7)
        of_tv.legend(loc="lower left", fontsize=7)
    return figure


def _densities(ax: Axes, run: Run) -> None:
    ax.plot(X, P_DATA.prob(X), **plot.DATA, label=r"$p_\mathrm{data}$")
    ax.plot(X, experiment.best_in_tv(SHOWN).q(X), color=BEST["color"], label=f"the best $p_g$ in TV, $L$ = {SHOWN:g}")
    ax.plot(X, run.p_g.prob(X), color=OF_TRAINING["color"], label="a trained $p_g$, $L$ ≤ 3")
    ax.set_xlim(X[0], X[-1])
    ax.set_ylim(0, 0.33)
    ax.set_xlabel("$x$")
    ax.set_title("densities")


def _floors(ax: Axes, floor: list[float], best: list[float], slopes: list[float], measured: list[float], title: str) -> None:
    ax.plot(SLOPES, floor, **FLOOR)
    ax.plot(MARKED, best, **BEST)
    ax.plot(slopes, measured, **OF_TRAINING)
    ax.axvline(experiment.EXACT, color="#9aa3ad", linewidth=0.8)
    ax.annotate("exact $G$", (experiment.EXACT, 0.97), xycoords=("data", "axes fraction"), ha="right", va="top", rotation=90, fontsize=7)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks(TICKS, [str(tick) for tick in TICKS])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("$L$, largest slope of $G$")
    ax.set_title(title)
