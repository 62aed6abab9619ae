"""f-GAN's table (Nowozin, Cseke, Tomioka 2016): what Gaussian each divergence makes of a mixture, optimal, trained, and as published."""

from pathlib import Path

import numpy as np

from gantheory import plot
from gantheory.distributions import Normal
from gantheory.experiments import f_gan as experiment
from gantheory.measurement.f_divergences import f_divergence
from gantheory.reproductions.claims import Claim

NAME = "f-gan"
TITLE = "f-GAN's fits of a Gaussian to a mixture: exact optima, trained, and published"
NAMES = {
    "kl": "Kullback-Leibler",
    "reverse_kl": "reverse KL",
    "jensen_shannon": "Jensen-Shannon",
    "jeffreys": "Jeffreys",
    "pearson": "Pearson χ²",
}
WITHIN = {"pearson": 0.05}  # of the optimum, for the trained μ and σ; the others:
WITHIN_ELSE = 0.02
ROWS = (
    "$D_f$ at the optimum",
    "bound $F$, held out",
    "$D_f$ at the trained θ",
    "$\\mu^*$",
    "trained $\\mu$",
    "$\\sigma^*$",
    "trained $\\sigma$",
)


def reproduce(seed: int, runs: Path, progress=None, steps: int = experiment.STEPS):
    """Train, save, measure and draw. Returns (figure, numbers, claims, files)."""
    claims, saved, columns = [], [], {}
    for name, published in experiment.PUBLISHED.items():
        run = experiment.play(name, seed, steps, progress)
        saved.append(run.save(runs / name) / "run.json")
        run.finished()
        least, loc, scale = experiment.optimum(name)
        bound, error = experiment.held_out_bound(name, run, seed)
        law = experiment.law(run)
        reached = f_divergence(name, experiment.P_DATA, law)
        within = WITHIN.get(name, WITHIN_ELSE)
        claims += [
            Claim(name, "|trained μ - μ*|", abs(float(law.loc) - loc), "<=", within),
            Claim(name, "|trained σ - σ*|", abs(float(law.scale) - scale), "<=", within),
            Claim(name, "(F - D_f at the trained θ) / standard error", (bound - float(reached)) / error, "<=", 3),
            Claim(name, "D_f at the trained θ - D_f at the optimum", reached - least, ">=", -1e-9),
            Claim(name, "|D_f at the optimum - published|", abs(least - published.divergence), "<=", 5e-4),
        ]
        columns[name] = {
            "published": published._asdict(),
            "optimum": {"divergence": least, "loc": loc, "scale": scale},
            "trained": {"divergence": float(reached), "loc": float(law.loc), "scale": float(law.scale)},
            "held_out_bound": {"value": bound, "standard_error": error, "draws": experiment.HELD_OUT},
            "settings": run.settings,
        }
    return draw(columns), {"fits": columns}, claims, saved


def draw(columns: dict):
    with plot.style():
        figure = plot.figure(10.2, 4.2)
        axes = figure.subplots(2, len(columns), height_ratios=(1.25, 1))
        x = np.linspace(-4, 7, 1201)
        for (name, column), ax, below in zip(columns.items(), *axes, strict=True):
            ax.plot(x, experiment.P_DATA.prob(x), **plot.DATA, label="$P$, a mixture")
            fits = (("optimum", plot.OPTIMAL | {"linewidth": 1.4}, "best Gaussian, exact"), ("trained", plot.GENERATED, "trained $Q_θ$"))
            for which, ink, label in fits:
                ax.plot(x, Normal(column[which]["loc"], column[which]["scale"]).prob(x), **ink, label=label)
            ax.set_title(NAMES[name])
            ax.set_xlim(x[0], x[-1])
            ax.set_ylim(0, 0.6)
            ax.set_xlabel("$x$")
            if ax is not axes[0, 0]:
                ax.set_yticklabels([])
            below.axis("off")
            for line, (mine, published) in enumerate(_cells(column)):
                height = 0.86 - 0.14 * line
                if below is axes[1, 0]:
                    below.text(-0.18, height, ROWS[line], transform=below.transAxes, ha="right", va="center", fontsize=8)
                below.text(0.42, height, mine, transform=below.transAxes, ha="right", va="center", fontsize=8)
                below.text(0.62, height, published, transform=below.transAxes, ha="left", va="center", fontsize=8, color="0.45")
            below.text(0.42, 1.0, "here", transform=below.transAxes, ha="right", va="center", fontsize=8, style="italic")
            below.text(0.62, 1.0, "published", transform=below.transAxes, ha="left", va="center", fontsize=8, style="italic", color="0.45")
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _cells(column: dict) -> list[tuple[str, str]]:
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
