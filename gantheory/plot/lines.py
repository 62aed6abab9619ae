"""Functions that draw curves over x on an Axes. Nothing here trains, measures or knows a model."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from gantheory.plot.styles import DATA, DISCRIMINATOR, GENERATED, LINE, inked, thick


def over_x(ax: Axes, x: np.ndarray, top: float | int | None = None) -> None:
    """Set the axes up for curves over a grid of x: from its first point to its last, from 0 to ``top``, labelled x.

    Args:
      ax: the axes, with the curves on it.
      x: the grid, in increasing order.
      top: the highest value shown; matplotlib's choice if None.
    """
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(0, top)
    ax.set_xlabel("$x$")


def over_training(ax: Axes, quantity: str) -> None:
    """Label the axes for a quantity along a training: iterations to the right, the exact values in nats upward.

    Args:
      ax: the axes.
      quantity: its formula, in LaTeX without the dollar signs.
    """
    ax.set_xlabel("iteration of Algorithm 1")
    ax.set_ylabel(f"${quantity}$, exact (nats)")


def curves(ax: Axes, x: np.ndarray, p_data: np.ndarray, p_g: np.ndarray, discriminator: np.ndarray, below: float | int = 0.0) -> None:
    """Draw the two densities and D over x: the upper part of Figure 1. No legend lists them; ``data_of`` calls them p_data, p_g and D.

    Args:
      ax: the axes.
      x: the grid, in increasing order.
      p_data: the density of the data at x.
      p_g: the density of the generator's output at x.
      discriminator: the probability D(x).
      below: the lower end of the axis; negative values leave room under 0.
    """
    ax.plot(x, p_data, **inked(DATA), label="_p_data")
    ax.plot(x, p_g, **inked(GENERATED), label="_p_g")
    ax.plot(x, discriminator, **inked(DISCRIMINATOR), label="_D")
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(below, 1.06)


def mapping(ax: Axes, z: np.ndarray, x: np.ndarray, z_line: float | int, x_line: float | int) -> None:
    """Draw G as arrows from z on a lower line to x = G(z) on an upper one: the lower part of Figure 1.

    The density of the arrowheads is p_g. z is stretched over the middle part of the axis.

    Args:
      ax: the axes, whose x-limits are set.
      z: equally spaced points.
      x: their images G(z).
      z_line: height of the line of z.
      x_line: height of the line of x.
    """
    low, high = ax.get_xlim()
    spread = (low + high) / 2 + (high - low) / 2 * 0.62 * (2 * (z - z.min()) / (z.max() - z.min()) - 1)
    ax.plot([low, high], [x_line, x_line], **inked(LINE), label="_line of x")
    ax.plot([spread[0], spread[-1]], [z_line, z_line], **inked(LINE), label="_line of z")
    arrow = {"arrowstyle": "-|>,head_length=0.22,head_width=0.08", "linewidth": thick(0.45), "color": "black", "shrinkA": 0, "shrinkB": 0}
    for start, end in zip(spread, x, strict=True):
        ax.annotate("", xy=(end, x_line), xytext=(start, z_line), arrowprops=arrow)
    ax.text(spread[0], z_line, "$z$ ", ha="right", va="center")
    ax.text(low, x_line, "$x$ ", ha="right", va="center")


def x_grid(low: float | int, high: float | int, breakpoints: Iterable[float], points: int = 2001) -> np.ndarray:
    """A grid for drawing, with a point on either side of each breakpoint, so that a jump looks vertical.

    Args:
      low: the first point.
      high: the last point.
      breakpoints: where the curves may jump.
      points: the number of equally spaced points.
    """
    inside = np.asarray([b for b in breakpoints if low < b < high])
    beside = np.concatenate([np.nextafter(inside, -np.inf), np.nextafter(inside, np.inf)]) if inside.size else inside
    return np.unique(np.concatenate([np.linspace(low, high, points), beside]))
