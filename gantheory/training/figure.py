"""A run as a figure: the two laws, D and D* at the end, and the two gaps along the run."""

from typing import Any

import numpy as np

from gantheory import plot
from gantheory.measurement.discriminators import optimal_discriminator, probability_of
from gantheory.measurement.integrands import LOG4
from gantheory.measurement.maps import maps_of
from gantheory.training.run import Run

MOST_DRAWN = 500  # more rows would cover the picture


def run_figure(run: Run, held_out: np.ndarray | None = None) -> Any:
    """The matplotlib figure of a run: the players at the end, and the gaps along the run.

    Args:
      run: the run, with a history.
      held_out: rows that were held out from the data, (n,) or (n, 2), in random order; the first ``MOST_DRAWN`` are drawn beside them.
    """
    some = None if held_out is None else held_out[:MOST_DRAWN]
    return (_on_line if run.p_data.dimension == 1 else _on_plane)(run, some)


def _on_line(run: Run, held_out: np.ndarray | None) -> Any:
    """Left: the densities, D and D* at the end, with held-out rows as ticks. Right: the two gaps along the run."""
    with plot.drawing(8.6, 3.1) as figure:
        left, right = figure.subplots(1, 2)
        low, high = run.p_data.quantile([0.005, 0.995])
        margin = 0.35 * (high - low)
        x = plot.x_grid(low - margin, high + margin, run.p_g.breakpoints)
        p, q = run.p_data.prob(x), run.p_g.prob(x)
        height = 1.25 * p.max()
        left.plot(x, p, **plot.DATA, label=r"$p_\mathrm{data}$")
        left.plot(x, np.minimum(q, height), **plot.GENERATED, label="$p_g$, exact")
        plot.over_x(left, x, height)
        if held_out is not None:
            left.plot(held_out, np.zeros(len(held_out)), "|", color="black", markersize=7, markeredgewidth=0.6, clip_on=False)
        probability = left.twinx()
        probability.spines["right"].set_visible(True)
        if run.judge is not None:
            probability.plot(x, probability_of(run.judge)(x), **plot.DISCRIMINATOR)
        probability.plot(x, optimal_discriminator(run.p_data, run.p_g)(x), **plot.OPTIMAL)
        probability.set_ylim(0, 1)
        probability.set_ylabel("probability of being data")
        inks = [(plot.DISCRIMINATOR, "$D$")] * (run.judge is not None) + [(plot.OPTIMAL, "$D^*$")]
        handles = [*left.get_lines()[:2], *(left.plot([], [], **ink, label=label)[0] for ink, label in inks)]
        figure.legend(handles=handles, loc="outside upper center", ncols=4)

        _gaps(right, run)
    return figure


def _gaps(ax: Any, run: Run) -> None:
    steps, two_jsd = run.column("step"), run.column("two_jsd")
    ax.semilogy(steps, two_jsd, color=plot.GENERATED["color"], linewidth=1.1, label=r"$C(G) + \log 4 = 2\,\mathrm{JSD}$")
    if run.judge is not None:
        gap, value = run.column("discriminator_gap"), np.abs(np.array(run.column("value")) + LOG4)
        ax.semilogy(steps, gap, color=plot.DISCRIMINATOR["color"], linewidth=1.1, label="$C(G) - V(G, D)$")
        ax.semilogy(steps, value, color="0.6", linewidth=0.8, label=r"$|V(G, D) + \log 4|$")
    ax.set_xlabel("iteration of Algorithm 1")
    ax.set_ylabel("nats")
    ax.legend(loc="best")


def _on_plane(run: Run, held_out: np.ndarray | None) -> Any:
    """Above: p_data, p_g, and the gaps along the run. Below: D, D* and D - D*."""
    judge = run.judge
    seen = maps_of(run.p_data, run.p_g, judge)
    with plot.drawing(8.6, 5.4 if judge is not None else 3.0) as figure:
        axes = figure.subplots(2 if judge is not None else 1, 3, squeeze=False)
        plot.masses(axes[0, 0], seen.edges, seen.of_data, r"$p_\mathrm{data}$")
        plot.masses(axes[0, 1], seen.edges, seen.of_g, "$p_g$")
        if held_out is not None:
            limits = axes[0, 0].axis()
            axes[0, 0].plot(*held_out.T, ".", color="white", markersize=1.5)
            axes[0, 0].axis(limits)  # what lies beyond the map is not drawn
        _gaps(axes[0, 2], run)
        if judge is not None:
            plot.judgements(figure, axes[1], seen.edges, seen.discriminator, seen.optimal)
    return figure
