"""For which settings the game converges, cycles, folds or collapses: three planes of settings, and the bounds that theory draws in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap, LogNorm
from matplotlib.patches import Patch

from gantheory import plot
from gantheory.base.files import write
from gantheory.experiments import phase_diagrams as experiment
from gantheory.measurement.integrands import LOG4
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

INKS = ("#1b7837", "#a6dba0", "#c2a5cf", "#f1b6da", "#fdae61", "#d73027", "#7f0000")  # of the phases, from the best to the worst
AXES: dict[str, tuple[str, str, str]] = {
    "damping": ("rate_d", "r1", "D's rate and its damping"),
    "minibatches": ("batch", "k", "D's steps and the minibatch"),
    "widths": ("width_d", "width_g", "the networks' widths"),
}
LABELS = {
    "rate_d": f"rate of $D$ (that of $G$: {experiment.RATE_G})",
    "r1": r"$\gamma$ of $R_1$",
    "batch": "points in a minibatch",
    "k": "steps $k$ of $D$",
    "width_d": "width of $D$",
    "width_g": "width of $G$",
}
LEAST, MOST = 1e-2, LOG4  # ends of the colour scale of 2 JSD
LOST = ("collapsed", "apart", "broke down")
FACTOR = 2.0  # distance from the bound, as a factor of the rate, from which on its side decides
CELLED = 1e-3  # nats that the cells of a monotone D may cost


@dataclass(frozen=True)
class PhaseDiagrams(Figure):
    """Two rows: the median of 2 JSD over the seeds, and the commonest phase. Seeds from ``seeds`` · ``seed`` on.

    Attributes:
      steps: of each training.
      seeds: trainings of each setting.
      fewer: values of settings that vary, by plane, in place of the plane's own.
    """

    name: ClassVar[str] = "phase-diagrams"
    title: ClassVar[str] = "For which settings the game converges, cycles, folds or collapses"
    steps: int = experiment.STEPS
    seeds: int = experiment.SEEDS
    fewer: Any = None

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings of each plane, their phases, and the bounds beside them. Raises ``ValueError`` without the extra of sweeps."""
        try:
            from gantheory.sweeps.outcomes import PHASES, RULES, phases
        except ImportError as error:
            raise ValueError(f"Phase diagrams need `pip install 'gantheory[sweep]'`. Missing: {error.name}.") from None
        seeds = range(self.seeds * seed, self.seeds * (seed + 1))
        swept, saved = {}, []
        for plane in experiment.PLANES:
            fewer = (self.fewer or {}).get(plane, {})
            data = experiment.play(plane, seeds, runs / f"{plane}.zarr", self.steps, progress, **fewer).load()
            swept[plane] = data.assign(phase=phases(data))
            table = swept[plane].drop_vars(["done", "failure"]).isel(step=-1).to_dataframe()
            saved.append(runs / f"{plane}.csv")
            write(saved[-1], table.to_csv().encode())
        gammas = swept["damping"]["r1"].values
        bounds = np.array([[experiment.largest_stable_rate(one, gamma) for one in seeds] for gamma in gammas])
        numbers = {
            "rules": {name: RULES[name] for name in PHASES},
            "largest_stable_rate": {f"{gamma:g}": row.tolist() for gamma, row in zip(gammas, bounds, strict=True)},
            "planes": {plane: _numbers(data, *AXES[plane][:2]) for plane, data in swept.items()},
            "settings": {plane: experiment.BASE | base for plane, (base, _) in experiment.PLANES.items()},
        }
        return Made(_drawing(swept, bounds), numbers, _properties(swept, bounds), saved)


def _numbers(data: Any, x: str, y: str) -> dict[str, Any]:
    end = data.isel(step=-1).transpose(y, x, "seed")
    return {
        "dims": [y, x, "seed"],
        **{name: data[name].values.tolist() for name in (y, x, "seed")},
        **{name: _without_nan(end[name].values) for name in ("two_jsd", "two_jsd_error", "phase")},
    }


def _without_nan(values: np.ndarray) -> list[Any]:
    """What JSON takes: None where there is no number."""
    known = values.astype(object)
    known[np.isnan(values)] = None
    return known.tolist()


def _properties(swept: dict[str, Any], bounds: np.ndarray) -> list[Property]:
    damping, narrow = swept["damping"], swept["widths"].sel(width_d=1).isel(step=-1)
    phase = damping["phase"].transpose("r1", "seed", "rate_d").values
    ratio = damping["rate_d"].values / bounds[..., None]
    above, below = phase[ratio > FACTOR], phase[ratio < 1 / FACTOR]
    many = swept["minibatches"].isel(k=-1)  # as far in one iteration as a rate above the bound, in steps below it
    whole = float(many["k"]) * experiment.MODERATE["rate_d"] / np.max(_bound_at(damping, bounds, experiment.MODERATE["r1"]))
    seen = narrow["value"] + LOG4
    return [
        Property(
            "damping", f"rates above {FACTOR:g} times the bound: share collapsed, apart or broken down", _share(above, LOST), ">=", 0.85
        ),
        Property("damping", f"rates above {FACTOR:g} times the bound: share converged", _share(above, ("converged",)), "<=", 0),
        Property(
            "damping", f"rates below 1/{FACTOR:g} of the bound: share collapsed, apart or broken down", _share(below, LOST), "<=", 0.02
        ),
        Property("minibatches", "most steps: k times the rate of D, over the bound of one step", whole, ">", 1),
        Property("minibatches", "most steps: share collapsed, apart or broken down", _share(many["phase"].values, LOST), "<=", 0),
        Property(
            "widths",
            "D of width 1: largest V + log 4 less what a monotone D can see",
            _most(seen - narrow["seen_by_monotone"]),
            "<=",
            CELLED,
        ),
        Property("widths", "D of width 1: largest |V + log 4|", _most(np.abs(seen)), "<=", 0.01),
        Property("widths", "D of width 1: least 2 JSD", float(narrow["two_jsd"].min()), ">=", 0.05),
    ]


def _share(phase: np.ndarray, of: tuple[str, ...]) -> float:
    from gantheory.sweeps.outcomes import PHASES

    return float(np.isin(phase, [PHASES.index(name) for name in of]).mean())


def _bound_at(damping: Any, bounds: np.ndarray, r1: float) -> np.ndarray:
    """The bounds of all seeds at the γ of the plane that is nearest."""
    return bounds[np.argmin(np.abs(damping["r1"].values - r1))]


def _most(values: Any) -> float:
    return float(values.max())


def _drawing(swept: dict[str, Any], bounds: np.ndarray) -> plot.Drawing:
    from gantheory.sweeps.outcomes import PHASES, commonest

    inks = {"cmap": ListedColormap(INKS), "norm": BoundaryNorm(np.arange(len(PHASES) + 1) - 0.5, len(PHASES))}
    with plot.drawing(9.6, 6.0) as figure:
        upper, lower = figure.subplots(2, len(swept))
        colours = {"cmap": "viridis_r", "norm": LogNorm(LEAST, MOST)}
        for (plane, data), over, under in zip(swept.items(), upper, lower, strict=True):
            x, y, title = AXES[plane]
            plot.heatmap(over, data, x, y, **colours)
            plot.heatmap(under, data.assign(commonest=commonest(data["phase"])), x, y, "commonest", **inks)
            over.set_title(title)
            for ax in (over, under):
                ax.set_xlabel(LABELS[x])
                ax.set_ylabel(LABELS[y])
                if plane == "damping":
                    _draw_bounds(ax, data["r1"].values, bounds)
        figure.colorbar(ScalarMappable(**colours), ax=upper[-1], label=f"$2\\,{plot.JSD}$ (nats), median of the seeds")
        figure.legend(
            handles=[Patch(color=ink, label=name) for ink, name in zip(INKS, PHASES, strict=True)], ncols=7, loc="outside lower center"
        )
    return figure


def _draw_bounds(ax: Axes, gammas: np.ndarray, bounds: np.ndarray) -> None:
    """The rate above which the linearised D is unstable: between the seeds' least and largest."""
    limits = ax.get_xlim(), ax.get_ylim()
    ax.fill_betweenx(gammas, bounds.min(1), bounds.max(1), color="white", alpha=0.5, linewidth=0)
    ax.plot(np.median(bounds, axis=1), gammas, color="black", linewidth=1.3)
    ax.set(xlim=limits[0], ylim=limits[1])
