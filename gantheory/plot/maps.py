"""Functions that draw maps on an Axes: values in the cells of a plane, and a sweep over two of its settings."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import QuadMesh
from matplotlib.figure import FigureBase

from gantheory.base.words import got

FEW = 7  # values of an axis of a heatmap that each get a tick


def cells(ax: Axes, edges: Sequence[np.ndarray], values: Any, **ink: Any) -> QuadMesh:
    """Draw values in the cells of a grid over the plane, to scale unless one side is more than twice the other.

    Args:
      ax: the axes.
      edges: of the columns and of the rows, (columns + 1,) and (rows + 1,).
      values: shape (columns, rows).
      **ink: passed to ``pcolormesh``.

    Returns:
      What was drawn, for a colour bar.
    """
    drawn = ax.pcolormesh(*edges, np.asarray(values).T, rasterized=True, **ink)
    width, height = (edge[-1] - edge[0] for edge in edges)
    ax.set_aspect("equal" if 0.5 <= width / height <= 2 else "auto")
    ax.locator_params(nbins=4)
    return drawn


def judgements(figure: FigureBase, axes: np.ndarray, edges: Sequence[np.ndarray], discriminator: Any, optimal: Any) -> None:
    """Draw D, D* and D - D* as three maps; cells where a value is nan, as D* is where there is no mass, are grey.

    Args:
      figure: the figure that holds the axes, for the colour bars.
      axes: three of them, as ``subplots(1, 3)`` returns them.
      edges: as in :func:`cells`.
      discriminator: D in each cell, shape (columns, rows).
      optimal: D* in each cell, of the same shape.
    """
    for ax, values, title, limits, inks in (
        (axes[0], discriminator, "$D$", (0, 1), "RdBu"),
        (axes[1], optimal, "$D^*$", (0, 1), "RdBu"),
        (axes[2], discriminator - optimal, "$D - D^*$", (-1, 1), "PuOr"),
    ):
        ax.set_facecolor("0.85")
        drawn = cells(ax, edges, values, cmap=inks, vmin=limits[0], vmax=limits[1])
        ax.set_title(title)
        if ax is not axes[0]:
            figure.colorbar(drawn, ax=ax, shrink=0.85)


def masses(ax: Axes, edges: Sequence[np.ndarray], values: Any, title: str) -> None:
    """Draw the log10 of the masses in a grid's cells, four decades of it. If no cell holds mass, a note says so.

    Args:
      ax: the axes.
      edges: as in :func:`cells`.
      values: the masses, shape (columns, rows).
      title: of the axes.
    """
    most = np.max(values)
    if most > 0:
        cells(ax, edges, np.log10(np.maximum(values / most, 1e-4)), cmap="viridis")
    else:
        cells(ax, edges, np.zeros_like(values), cmap="Greys")
        ax.text(0.5, 0.5, "all of it lies elsewhere", transform=ax.transAxes, ha="center", va="center")
    ax.set_title(title)


def heatmap(ax: Axes, data: Any, x: str, y: str, quantity: str = "two_jsd", reduce: Callable[..., Any] = np.median, **ink: Any) -> QuadMesh:
    """Draw a quantity of a sweep, at the trainings' ends, over two of the settings that vary; what is missing is grey.

    An axis is logarithmic where its values are spaced evenly in their logarithm. Texts and a single value are places of equal width.

    Args:
      ax: the axes.
      data: the Dataset of ``gt.sweep``.
      x: the setting to the right.
      y: the setting upward.
      quantity: a number of each training, such as ``two_jsd`` in nats.
      reduce: what makes one number of those of all seeds; one that is missing leaves none.
      **ink: passed to ``pcolormesh``.

    Returns:
      What was drawn, for a colour bar.

    Raises:
      ValueError: a setting or a quantity that the sweep does not have, or another setting that varies: select a value of it first.
    """
    for what, name, known in (("x", x, data.dims), ("y", y, data.dims), ("quantity", quantity, data.data_vars)):
        if name not in known:
            raise ValueError(f"`{what}` of heatmap must be one of the sweep's. {got(name, [str(one) for one in known])}")
    values = data[quantity]
    values = values.isel(step=-1) if "step" in values.dims else values
    others = sorted(set(values.dims) - {x, y, "seed"})
    if x == y or others:
        rest = f", beside {', '.join(others)}" if others else ""
        raise ValueError(f"`x` and `y` of heatmap must be the two settings that vary. Got {x} and {y}{rest}.")
    values = values.reduce(reduce, "seed") if "seed" in values.dims else values
    ax.set_facecolor("0.85")
    along_x = _on_axis(data[x].values, ax.set_xscale, ax.xaxis)
    along_y = _on_axis(data[y].values, ax.set_yscale, ax.yaxis)
    ax.set(xlabel=x, ylabel=y)
    return ax.pcolormesh(along_x, along_y, values.transpose(y, x).values, rasterized=True, **ink)


def _on_axis(values: np.ndarray, set_scale: Callable[[str], None], axis: Axis) -> np.ndarray:
    """The edges of cells with these values in the middle, and the axis scaled for them, with ticks at them if they are few."""
    labels = [f"{value:g}" if isinstance(value, float) else str(value) for value in values.tolist()]
    if not np.issubdtype(values.dtype, np.number) or len(values) < 2 or np.any(np.diff(values) <= 0):
        axis.set_ticks(range(len(values)), labels)
        return np.arange(len(values) + 1) - 0.5
    log = values[0] > 0 and _unevenness(np.log(values)) <= _unevenness(values)
    set_scale("log" if log else "linear")
    if len(values) <= FEW:
        axis.set_ticks(values, labels)
        axis.set_ticks([], minor=True)
    at = np.log(values) if log else values
    inner = (at[1:] + at[:-1]) / 2
    edges = np.concatenate([[2 * at[0] - inner[0]], inner, [2 * at[-1] - inner[-1]]])
    return np.exp(edges) if log else edges


def _unevenness(values: np.ndarray) -> float:
    return float(np.std(np.diff(values)) / np.mean(np.diff(values)))
