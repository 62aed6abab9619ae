"""A fit as a picture: the data's law and the model's, and the objective's parts along the training."""

from typing import Any

import numpy as np

from gantheory import plot
from gantheory.training.figure import MOST_DRAWN, columns_of

ENDS, CELLS = 1e-4, 100  # share of the data beyond each side of a map, and cells along it
INKS: dict[str, dict[str, Any]] = {
    "divergence": {"color": plot.GENERATED["color"], "linewidth": 1.1},
    "gap": {"color": plot.DISCRIMINATOR["color"], "linewidth": 1.1},
    "jsd": {"color": "0.6", "linewidth": 0.8},
}
LABELS = {"divergence": "divergence of its objective", "gap": "gap of its objective", "jsd": r"$\mathrm{JSD}(p_\mathrm{data}, p)$"}


def draw_model(ax: Any, fit: Any) -> None:
    """Draw both densities of a fit on the line, by the user's rcParams."""
    low, high = fit.p_data.quantile([0.005, 0.995])
    margin = 0.35 * (high - low)
    x = plot.x_grid(low - margin, high + margin, [*fit.law.breakpoints, *fit.p_data.breakpoints])
    data, model = fit.p_data.prob(x), fit.law.prob(x)
    height = float(1.25 * data.max())
    ax.plot(x, data, **plot.inked(plot.DATA), label=r"$p_\mathrm{data}$")
    ax.plot(x, np.minimum(model, height), **plot.inked(plot.GENERATED), label="$p$, exact")
    plot.over_x(ax, x, height)
    ax.set_xlabel(next(iter(columns_of(fit)), "$x$"))
    ax.legend(loc="best")


def fit_figure(fit: Any, held_out: np.ndarray | None = None) -> Any:
    """The matplotlib figure of a fit, in the library's style: the densities at the end, and the objective along the training.

    Args:
      fit: the ``Fit``, with a history.
      held_out: rows that were held out from the data, in random order; the first ``MOST_DRAWN`` are drawn.
    """
    plane = fit.p_data.dimension == 2
    with plot.drawing(8.6, 3.0 if plane else 3.1) as figure:
        *laws, right = figure.subplots(1, 3 if plane else 2)
        if plane:
            _maps(laws, fit, held_out)
        else:
            draw_model(laws[0], fit)
            if held_out is not None:
                some = held_out[:MOST_DRAWN]
                laws[0].plot(some, np.zeros(len(some)), "|", color="black", markersize=7, markeredgewidth=0.6, clip_on=False)
        _draw_history(right, fit)
    return figure


def _maps(axes: Any, fit: Any, held_out: np.ndarray | None) -> None:
    ends = [marginal.quantile([ENDS, 1 - ENDS]) for marginal in fit.p_data.marginals]
    edges = [np.linspace(low, high, CELLS + 1) for low, high in ends]
    for ax, law, title in zip(axes, (fit.p_data, fit.law), (r"$p_\mathrm{data}$", "$p$"), strict=True):
        plot.masses(ax, edges, law.cell_masses(*edges), title)
    if held_out is not None:
        limits = axes[0].axis()
        axes[0].plot(*held_out[:MOST_DRAWN].T, ".", color="white", markersize=1.5)
        axes[0].axis(limits)


def _draw_history(ax: Any, fit: Any) -> None:
    """What is positive along the training, on a logarithmic scale."""
    steps = np.array(fit.column("step"))
    for name, ink in INKS.items():
        values = np.array(fit.column(name))
        shown = (values > 0) & np.isfinite(values)
        if shown.any():
            ax.semilogy(steps[shown], values[shown], **ink, label=LABELS[name])
    ax.set_xlabel("iteration")
    ax.set_ylabel("exact value")
    ax.legend(loc="best")
