"""A judgement as a figure: the laws with D and D*, and where either player falls short."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure as Drawing

from gantheory import plot
from gantheory.measurement import integrands
from gantheory.measurement.discriminators import logit_of, optimal_discriminator, sigmoid
from gantheory.measurement.maps import maps_of

MARGIN = 0.35  # margin on each side, as a share of the data's width


def drawn(judged: Any) -> Drawing:
    """The matplotlib figure of a ``Judgement``."""
    return (_on_line if judged.p_data.dimension == 1 else _on_plane)(judged)


def _on_line(judged: Any) -> Drawing:
    """Left: the densities, D and D*. Right: the two integrands whose integrals are the players' gaps."""
    p_data, p_g = judged.p_data, judged.p_g
    low, high = p_data.quantile([0.005, 0.995])
    margin = MARGIN * (high - low)
    x = plot.x_grid(low - margin, high + margin, p_g.breakpoints)
    log_p, log_q = p_data.log_prob(x), p_g.log_prob(x)
    with plot.drawing(8.6, 3.1) as figure:
        left, right = figure.subplots(1, 2)
        height = 1.25 * np.exp(log_p).max()
        left.plot(x, np.exp(log_p), **plot.inked(plot.DATA), label=r"$p_\mathrm{data}$")
        left.plot(x, np.minimum(np.exp(log_q), height), **plot.inked(plot.GENERATED), label="$p_g$, exact")
        plot.over_x(left, x, height)
        of_jsd = 2 * np.asarray(integrands.jsd(log_p, log_q))
        right.fill_between(x, of_jsd, color=plot.GENERATOR_GAP, label=r"$G$ falls short: $2\,\mathrm{JSD}$")
        probability = left.twinx()
        probability.spines["right"].set_visible(True)
        inks = [(plot.OPTIMAL, "$D^*$")]
        if judged.discriminator is not None:
            logit = np.asarray(logit_of(judged.discriminator)(x))
            probability.plot(x, sigmoid(logit), **plot.inked(plot.DISCRIMINATOR))
            inks.insert(0, (plot.DISCRIMINATOR, "$D$"))
            gap = np.asarray(integrands.discriminator_gap(log_p, log_q, logit))
            right.plot(x, gap, color=plot.DISCRIMINATOR["color"], linewidth=1.1, label="$D$ falls short: $C(G) - V$")
        probability.plot(x, optimal_discriminator(p_data, p_g)(x), **plot.inked(plot.OPTIMAL))
        probability.set_ylim(0, 1)
        probability.set_ylabel("probability of being data")
        handles = [*left.get_lines()[:2], *(left.plot([], [], **ink, label=label)[0] for ink, label in inks)]
        left.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)
        plot.over_x(right, x, height)  # at an end of G, p_g and the integrands may be infinite
        right.set_ylabel("nats for each unit of $x$")
        right.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure


def _on_plane(judged: Any) -> Drawing:
    """Above: the masses of p_data and p_g, and of 2 JSD in each cell. Below: D, D* and D - D*."""
    seen = maps_of(judged.p_data, judged.p_g, judged.discriminator)
    rows = 1 if seen.discriminator is None else 2
    with plot.drawing(8.6, 2.9 * rows) as figure:
        figure.set_layout_engine("constrained", rect=(0, 0, 0.97, 1))  # room for the last colour bar's labels
        axes = figure.subplots(rows, 3, squeeze=False)
        plot.masses(axes[0, 0], seen.edges, seen.of_data, r"$p_\mathrm{data}$")
        plot.masses(axes[0, 1], seen.edges, seen.of_g, "$p_g$")
        with np.errstate(divide="ignore"):
            of_jsd = 2 * np.asarray(integrands.jsd(np.log(seen.of_data), np.log(seen.of_g)))
        plot.masses(axes[0, 2], seen.edges, of_jsd, r"where $G$ falls short: $2\,\mathrm{JSD}$")
        if seen.discriminator is not None:
            plot.judgements(figure, axes[1], seen.edges, seen.discriminator, seen.optimal)
            figure.colorbar(axes[1, 0].collections[0], ax=axes[1, 0], shrink=0.85)
        for ax, values in zip(axes[0], (seen.of_data, seen.of_g, of_jsd), strict=True):
            if np.max(values) > 0:
                bar = figure.colorbar(ax.collections[0], ax=ax, shrink=0.85, ticks=range(-4, 1))
                bar.ax.set_yticklabels(["≤ 10⁻⁴", "10⁻³", "10⁻²", "0.1", "1"])
                ax.set_xlabel("share of the largest cell")
    return figure
