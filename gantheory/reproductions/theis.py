"""Theis, van den Oord & Bethge 2016, Figure 1: what a single Gaussian makes of a mixture depends on the distance that it is fitted by."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from scipy.optimize import minimize

from gantheory import plot
from gantheory.distributions import Mixture, Normal
from gantheory.measurement.divergences import jsd, kl
from gantheory.measurement.mean_discrepancy import mmd2
from gantheory.measurement.wasserstein import wasserstein1
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

P_DATA = Mixture([0.65, 0.35], [Normal(0.0, 1.0), Normal(5.0, 0.8)])
BANDWIDTH = 1.0  # of MMD's kernel
DISTANCES: dict[str, Callable[..., Any]] = {
    "kl": lambda q: kl(P_DATA, q),
    "jsd": lambda q: jsd(P_DATA, q),
    "reverse_kl": lambda q: kl(q, P_DATA),
    "mmd2": lambda q: mmd2(P_DATA, q, BANDWIDTH),
    "wasserstein1": lambda q: wasserstein1(P_DATA, q),
}
TITLES = {
    "kl": r"$\mathrm{KL}(p\,\Vert\,q)$",
    "jsd": r"$\mathrm{JSD}(p, q)$",
    "reverse_kl": r"$\mathrm{KL}(q\,\Vert\,p)$",
    "mmd2": r"$\mathrm{MMD}^2$, $h = 1$",
    "wasserstein1": "$W_1$",
}
STARTS = ((0.0, 1.0), (5.0, 0.8), (1.75, 2.5), (1.0, 1.5))  # (μ, σ) from which the least is sought
X = np.linspace(-5, 10, 800)
EXACT, NEAR = 1e-4, 0.1  # claimed distances of a fit from what it must be


@dataclass(frozen=True)
class Theis(Figure):
    """A panel for each distance: the mixture, the Gaussian nearest to it, and every distance of that. Theirs is on the plane."""

    name: ClassVar[str] = "theis"
    title: ClassVar[str] = "One Gaussian, fitted to a mixture by five distances"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """All fits; nothing is random."""
        fits = {name: nearest(distance) for name, distance in DISTANCES.items()}
        table = {fit: {name: float(distance(q)) for name, distance in DISTANCES.items()} for fit, q in fits.items()}
        numbers = {"fits": {name: {"loc": float(q.loc), "scale": float(q.scale), **table[name]} for name, q in fits.items()}}
        return Made(_drawing(fits, table), numbers, _properties(fits, table), [])


def nearest(distance: Callable[[Normal], Any]) -> Normal:
    """The Gaussian of the least distance found, by Nelder and Mead's method from every start."""

    def objective(theta):
        return float(distance(Normal(theta[0], float(np.exp(theta[1])))))

    options = {"xatol": 1e-7, "fatol": 1e-13, "maxiter": 2_000}
    found: list[Any] = [minimize(objective, (loc, np.log(scale)), method="Nelder-Mead", options=options) for loc, scale in STARTS]
    best = min(found, key=lambda one: one.fun)
    return Normal(best.x[0], float(np.exp(best.x[1])))


def _properties(fits: dict[str, Normal], table: dict[str, dict[str, float]]) -> list[Property]:
    mean, sd = float(P_DATA.mean), float(np.sqrt(P_DATA.variance))
    by_kl, reverse, middle = fits["kl"], fits["reverse_kl"], fits["jsd"]
    properties = [
        Property("kl", "|μ - the mixture's mean|", abs(float(by_kl.loc) - mean), "<=", EXACT),
        Property("kl", "|σ - the mixture's standard deviation|", abs(float(by_kl.scale) - sd), "<=", EXACT),
        Property("reverse_kl", "|μ - the heavier mode's|", abs(float(reverse.loc)), "<=", NEAR),
        Property("reverse_kl", "|σ - the heavier mode's|", abs(float(reverse.scale) - 1), "<=", NEAR),
        Property("jsd", "σ, less that by KL", float(middle.scale) - float(by_kl.scale), "<", 0.0),
    ]
    for name in DISTANCES:
        others = min(table[fit][name] for fit in fits if fit != name)
        properties.append(Property(name, "at its own fit, as a share of the least at another", table[name][name] / others, "<", 1.0))
    return properties


def _drawing(fits: dict[str, Normal], table: dict[str, dict[str, float]]) -> plot.Drawing:
    with plot.drawing(9.6, 2.9) as figure:
        axes = figure.subplots(1, len(fits), sharey=True)
        for place, (ax, (name, q)) in enumerate(zip(axes, fits.items(), strict=True)):
            _panel(ax, name, q, table[name], first=place == 0)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _panel(ax: Axes, name: str, q: Normal, distances: dict[str, float], first: bool) -> None:
    ax.plot(X, P_DATA.prob(X), **plot.DATA, label="the mixture $p$")
    ax.plot(X, q.prob(X), **plot.GENERATED, label="the nearest Gaussian $q$")
    ax.set_xlim(X[0], X[-1])
    ax.set_ylim(0, 0.46)
    ax.set_xlabel("$x$")
    ax.set_title(TITLES[name])
    told = [f"$\\mu$ {float(q.loc):.2f}, $\\sigma$ {float(q.scale):.2f}", *(f"{TITLES[one]} = {distances[one]:.3f}" for one in DISTANCES)]
    ax.text(0.98, 0.97, "\n".join(told), ha="right", va="top", fontsize=6.5, transform=ax.transAxes)
    if not first:
        ax.tick_params(labelleft=False)
