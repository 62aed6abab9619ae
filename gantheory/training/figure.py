"""A run as pictures: the two laws, D and D* at the end, and the two gaps along the run."""

from typing import Any

import numpy as np

from gantheory import plot
from gantheory.base.precision import values_at
from gantheory.measurement.discriminators import optimal_discriminator, probability_of
from gantheory.measurement.integrands import LOG4
from gantheory.measurement.maps import maps_of

MOST_DRAWN = 500  # more rows would cover the picture
ARROWS = 25  # points of z, of equal mass, whose way through G is drawn
BELOW = 0.45  # room for them under the curves, as a share of the curves' height
SHARES = (0.1, 0.5, 0.9)  # shares of p_data's mass inside the lines of its density on the plane
DOUBTS = (0.25, 0.75)  # probabilities of D along its lines on the plane


def draw_state(ax: Any, run: Any, arrows: bool = True) -> None:
    """Draw the end of a run on an Axes as Figure 1 of Goodfellow et al. 2014 has it, by the user's rcParams.

    Args:
      ax: the Axes. On the line D and D* get an axis of their own on its right.
      run: the ``Run``.
      arrows: draw G below the curves, as arrows from z to x.
    """
    (_draw_on_line if run.p_data.dimension == 1 else _draw_on_plane)(ax, run, arrows)


def draw_history(ax: Any, run: Any) -> None:
    """Draw both gaps along a run on an Axes, and |V + log 4|, by the user's rcParams. Raises ``ValueError`` for one without a history."""
    if not run.history:
        raise ValueError("`history` of a run must not be empty, to be drawn. Got one that was not measured along the way.")
    steps, two_jsd = run.column("step"), run.column("two_jsd")
    ax.semilogy(steps, two_jsd, color=plot.GENERATED["color"], linewidth=plot.thick(1.1), label=r"$C(G) + \log 4 = 2\,\mathrm{JSD}$")
    if run.judge is not None:
        gap, value = run.column("discriminator_gap"), np.abs(np.array(run.column("value")) + LOG4)
        ax.semilogy(steps, gap, color=plot.DISCRIMINATOR["color"], linewidth=plot.thick(1.1), label="$C(G) - V(G, D)$")
        ax.semilogy(steps, value, color="0.6", linewidth=plot.thick(0.8), label=r"$|V(G, D) + \log 4|$")
    ax.set_xlabel("iteration of Algorithm 1")
    ax.set_ylabel("nats")
    ax.legend(loc="best")


def columns_of(run: Any) -> list[str]:
    """What the axes of the data are called: the file's columns, or their logarithms; nothing for a density that was named."""
    return [f"log {name}" if run.settings.get("transform") else name for name in run.settings.get("column") or []]


def run_figure(run: Any, held_out: np.ndarray | None = None) -> Any:
    """The matplotlib figure of a run, in the library's style: the players at the end, and the gaps along the run.

    Args:
      run: the ``Run``, with a history.
      held_out: rows that were held out from the data, (n,) or (n, 2), in random order; the first ``MOST_DRAWN`` are drawn beside them.
    """
    some = None if held_out is None else held_out[:MOST_DRAWN]
    return (_on_line if run.p_data.dimension == 1 else _on_plane)(run, some)


def _draw_on_line(ax: Any, run: Any, arrows: bool) -> None:
    height, probability = _curves(ax, run)
    if arrows:
        z = run.latent.quantile((np.arange(ARROWS) + 0.5) / ARROWS)
        x = values_at(run.generator, z)
        low, high = ax.get_xlim()
        seen = (x > low) & (x < high)
        ax.set_ylim(-BELOW * height, height)
        probability.set_ylim(-BELOW, 1)
        for one in (ax, probability):
            one.set_yticks([tick for tick in one.get_yticks() if 0 <= tick <= one.get_ylim()[1]])
        if seen.sum() > 1:
            plot.mapping(ax, z[seen], x[seen], z_line=-0.84 * BELOW * height, x_line=-0.2 * BELOW * height)
    ax.legend(handles=_handles(ax, run), loc="best")


def _curves(ax: Any, run: Any) -> tuple[float, Any]:
    """Draw the densities, and D and D* on an axis of their own. Returns (the height of the densities' axis, the other axis)."""
    low, high = run.p_data.quantile([0.005, 0.995])
    margin = 0.35 * (high - low)
    x = plot.x_grid(low - margin, high + margin, run.p_g.breakpoints)
    p, q = run.p_data.prob(x), run.p_g.prob(x)
    height = float(1.25 * p.max())
    ax.plot(x, p, **plot.inked(plot.DATA), label=r"$p_\mathrm{data}$")
    ax.plot(x, np.minimum(q, height), **plot.inked(plot.GENERATED), label="$p_g$, exact")
    plot.over_x(ax, x, height)
    ax.set_xlabel(next(iter(columns_of(run)), "$x$"))
    probability = ax.twinx()
    probability.spines["right"].set_visible(True)
    if run.judge is not None:
        probability.plot(x, probability_of(run.judge)(x), **plot.inked(plot.DISCRIMINATOR))
    probability.plot(x, optimal_discriminator(run.p_data, run.p_g)(x), **plot.inked(plot.OPTIMAL))
    probability.set_ylim(0, 1)
    probability.set_ylabel("probability of being data")
    return height, probability


def _handles(ax: Any, run: Any) -> list[Any]:
    """The lines of a legend: those of the densities, and D's and D*'s, which are on another axis."""
    inks = [(plot.DISCRIMINATOR, "$D$")] * (run.judge is not None) + [(plot.OPTIMAL, "$D^*$")]
    return [*ax.get_lines()[:2], *(ax.plot([], [], **plot.inked(ink), label=label)[0] for ink, label in inks)]


def _draw_on_plane(ax: Any, run: Any, _: bool) -> None:
    """p_g's mass as a map; lines of p_data's density, and of D where it is sure."""
    seen = maps_of(run.p_data, run.p_g, run.judge)
    plot.masses(ax, seen.edges, seen.of_g, "")
    middles = [(edge[1:] + edge[:-1]) / 2 for edge in seen.edges]
    inks = [plot.DATA | {"color": "white", "linewidth": 1.0}]
    ax.contour(*middles, seen.of_data.T, levels=_levels(seen.of_data), colors="white", linewidths=1.0, linestyles=[plot.DATA["linestyle"]])
    labels = [r"$p_\mathrm{data}$"]
    if seen.discriminator is not None and any(seen.discriminator.min() < one < seen.discriminator.max() for one in DOUBTS):
        ink = {"color": "#ff9d5c", "linestyle": plot.DISCRIMINATOR["linestyle"], "linewidth": 1.0}
        ax.contour(*middles, seen.discriminator.T, levels=DOUBTS, colors=ink["color"], linewidths=1.0, linestyles=[ink["linestyle"]])
        inks.append(ink)
        labels.append(r"$D = \frac{1}{4}, \frac{3}{4}$")
    handles = [ax.plot([], [], **ink, label=label)[0] for ink, label in zip(inks, labels, strict=True)]
    ax.legend(handles=handles, loc="best", labelcolor="white", facecolor="0.2", framealpha=0.6)
    ax.set_title("$p_g$")
    _name_axes(ax, run)


def _name_axes(ax: Any, run: Any) -> None:
    """The columns' names beside a map of the plane, if they have some."""
    for name, label in zip(columns_of(run), (ax.set_xlabel, ax.set_ylabel), strict=False):
        label(name)


def _levels(masses: np.ndarray) -> list[float]:
    """The masses of cells down to which ``SHARES`` of all mass lie, in increasing order."""
    sorted_masses = np.sort(masses.ravel())[::-1]
    held = np.cumsum(sorted_masses) / sorted_masses.sum()
    return sorted({float(sorted_masses[np.searchsorted(held, share)]) for share in SHARES})


def _on_line(run: Any, held_out: np.ndarray | None) -> Any:
    """Left: the densities, D and D* at the end, with held-out rows as ticks. Right: the two gaps along the run."""
    with plot.drawing(8.6, 3.1) as figure:
        left, right = figure.subplots(1, 2)
        _curves(left, run)
        if held_out is not None:
            left.plot(held_out, np.zeros(len(held_out)), "|", color="black", markersize=7, markeredgewidth=0.6, clip_on=False)
        figure.legend(handles=_handles(left, run), loc="outside upper center", ncols=4)
        draw_history(right, run)
    return figure


def _on_plane(run: Any, held_out: np.ndarray | None) -> Any:
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
        _name_axes(axes[-1, 0], run)
        draw_history(axes[0, 2], run)
        if judge is not None:
            plot.judgements(figure, axes[1], seen.edges, seen.discriminator, seen.optimal)
    return figure
