"""C(G) → -log 4 as p_g → p_data, three ways: along analytic paths, along a training run, and in function space (Proposition 2)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.estimate import Estimate, finite, single
from gantheory.distributions import Normal
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.game.proposition2 import functional_descent
from gantheory.measurement.divergences import jsd, kl
from gantheory.measurement.integrands import LOG4
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run, load

P_DATA = Normal(0.0, 1.0)
SHIFTS = 2.0 ** -np.arange(-2, 8)  # d of the path N(d, 1), d → 0
SCALES = 2.0 ** -np.arange(-2, 8)  # e of the path N(0, (1+e)²), e → 0
START = Normal(2.0, 0.7)  # p_0 of the descent in function space
STEPS = 24  # steps of that descent


class Paths(NamedTuple):
    """2 JSD along the analytic paths, at SHIFTS and at SCALES."""

    shifted: list[Estimate]
    scaled: list[Estimate]


class Descent(NamedTuple):
    """2 JSD after n steps in function space, its error, and the bound KL(p_data‖p_0)/n of Proposition 2."""

    n: np.ndarray
    two_jsd: np.ndarray
    error: np.ndarray
    bound: np.ndarray


@dataclass(frozen=True)
class Convergence(Figure):
    """Three panels: two families of Gaussians, Figure 1's run (loaded if it was saved, else trained), and the descent in function space."""

    name: ClassVar[str] = "convergence"
    title: ClassVar[str] = "C(G) → -log 4 along analytic paths, along a training run, and in function space"
    lengths: experiment.Lengths = experiment.FULL

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The three panels, each with its numbers and properties."""
        run = _figure1_run(seed, runs.parent / "goodfellow2014-fig1", progress, self.lengths)
        paths = Paths([_two_jsd(Normal(d, 1.0)) for d in SHIFTS], [_two_jsd(Normal(0.0, 1.0 + e)) for e in SCALES])
        two_jsd, error, n = functional_descent(P_DATA, START, STEPS)
        descent = Descent(n, two_jsd, error, float(kl(P_DATA, START)) / np.maximum(n, 1))
        return Made(_drawing(paths, run, descent), _numbers(paths, run, descent), _properties(paths, run, descent), [])


def _two_jsd(p_g: Normal) -> Estimate:
    return 2 * finite(single(jsd(P_DATA, p_g)))


def _figure1_run(seed: int, saved: Path, progress: Progress | None, lengths: experiment.Lengths) -> Run:
    """The run behind panel (d) of Figure 1: the saved one if its seed and length fit, else a new one."""
    try:
        run = load(saved)
        if run.settings["seed"] == seed + experiment.CARRIED_ON and run.settings["steps"] == lengths.main:
            return run
    except ValueError:
        pass  # no run there, or an incomplete one
    return experiment.panel_d(experiment.panel_a(seed, lengths, progress), seed, lengths, progress).finished()


def _properties(paths: Paths, run: Run, descent: Descent) -> list[Property]:
    slope = np.log2(paths.shifted[-2].value / paths.shifted[-1].value)
    excess = [(float(s) / (d * d / 4) - 1) / (d * d) for s, d in zip(paths.shifted, SHIFTS, strict=True)]
    measured: list[Any] = [row.measured for row in run.history]
    first, final = measured[0], measured[-1]
    closing = final.two_jsd - final.discriminator_gap
    ratio = float(np.max(descent.two_jsd[1:] / descent.bound[1:]))
    increase = float(np.max(np.diff(descent.two_jsd) - descent.error[1:]))
    return [
        Property("analytic", "order of 2 JSD(N(0,1), N(d,1)) in d, less 2", abs(float(slope) - 2), "<=", 1e-3),
        Property("analytic", "(2 JSD/(d²/4) - 1)/d² + 1/8 at the smallest d", abs(excess[-1] + 1 / 8), "<=", 1e-3),
        Property("training", "V + log 4 - (2 JSD - discriminator's gap)", final.value + LOG4 - closing, "==", 0.0),
        Property("training", "2 JSD at the end over its start", float(final.two_jsd) / float(first.two_jsd), "<=", 0.1),
        Property("function space", "largest ratio of 2 JSD to KL(p_data‖p_0)/n", ratio, "<=", 1.0),
        Property("function space", "2 JSD after the last step", float(descent.two_jsd[-1] + descent.error[-1]), "<=", 1e-12),
        Property("function space", "largest increase of 2 JSD in a step", increase, "<=", 0.0),
    ]


def _numbers(paths: Paths, run: Run, descent: Descent) -> dict[str, Any]:
    steps = zip(descent.n, descent.two_jsd, descent.error, strict=True)
    return {
        "analytic": {
            "shift": [{"d": float(d), "two_jsd": s.value, "error": s.error} for d, s in zip(SHIFTS, paths.shifted, strict=True)],
            "scale": [{"e": float(e), "two_jsd": s.value, "error": s.error} for e, s in zip(SCALES, paths.scaled, strict=True)],
        },
        "function_space": [{"n": int(n), "two_jsd": float(value), "error": float(error)} for n, value, error in steps],
        "training": {"steps": run.column("step"), "two_jsd": run.column("two_jsd"), "discriminator_gap": run.column("discriminator_gap")},
    }


def _drawing(paths: Paths, run: Run, descent: Descent) -> plot.Drawing:
    with plot.drawing(10.2, 3.1) as figure:
        left, middle, right = figure.subplots(1, 3)
        _draw_paths(left, paths)
        _draw_training(middle, run)
        _draw_descent(right, descent)
    return figure


def _draw_paths(ax: Axes, paths: Paths) -> None:
    dots: dict[str, Any] = {"color": "black", "markersize": 3.5}
    ax.loglog(SHIFTS, [float(s) for s in paths.shifted], "o", **dots, label=r"$\mathcal{N}(d, 1)$")
    ax.loglog(SCALES, [float(s) for s in paths.scaled], "s", **dots, markerfacecolor="white", label=r"$\mathcal{N}(0, (1+d)^2)$")
    ax.loglog(SHIFTS, SHIFTS**2 / 4, color="black", linewidth=0.7, label=r"$d^2/4$")
    ax.loglog(SCALES, SCALES**2 / 2, color="black", linewidth=0.7, linestyle=":", label=r"$d^2/2$")
    ax.set_xlabel("$d$")
    ax.set_ylabel(r"$C(G) + \log 4 = 2\,\mathrm{JSD}$  (nats)")
    ax.set_title(r"analytic paths $p_t \to p_\mathrm{data}$")
    ax.legend(loc="lower right")


def _draw_training(ax: Axes, run: Run) -> None:
    """V under C(G), the two gaps shaded."""
    steps = np.array(run.column("step"))
    criterion, value = np.array(run.column("criterion")), np.array(run.column("value"))
    minimum = -LOG4
    ax.fill_between(steps, minimum, criterion, color=plot.GENERATOR_GAP, linewidth=0, label="generator's gap, 2 JSD")
    ax.fill_between(steps, value, criterion, color=plot.DISCRIMINATOR_GAP, linewidth=0, label="discriminator's gap", alpha=0.8)
    ax.plot(steps, criterion, color=plot.GENERATED["color"], linewidth=1.1, label="$C(G)$")
    ax.plot(steps, value, color=plot.DISCRIMINATOR["color"], linewidth=1.1, label="$V(G, D)$")
    ax.axhline(minimum, color="black", linewidth=0.7, linestyle=":")
    ax.text(steps[-1], minimum, r"$-\log 4$ ", ha="right", va="top", fontsize=8)
    ax.set_ylim(minimum - 0.006, minimum + 0.022)
    ax.set_xlim(0, steps[-1])
    ax.set_xlabel("iteration of Algorithm 1")
    ax.set_title("a training run")
    ax.legend(loc="upper right")


def _draw_descent(ax: Axes, descent: Descent) -> None:
    bound = r"$\mathrm{KL}(p_\mathrm{data}\,\Vert\,p_0)/n$"
    ax.semilogy(descent.n, descent.two_jsd, "o-", color=plot.GENERATED["color"], markersize=3, linewidth=0.9, label=r"$C(p_n) + \log 4$")
    ax.semilogy(descent.n[1:], descent.bound[1:], color="black", linewidth=0.7, label=bound)
    ax.set_xlabel("$n$")
    ax.set_title(r"function space, $p_{n+1} \propto p_n/(1 - D^*_n)$")
    ax.legend(loc="lower left")
