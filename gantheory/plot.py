"""Functions that draw arrays on an Axes, in one style. Nothing here trains, measures or knows a model."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure as Drawing
from matplotlib.figure import FigureBase

from gantheory.base.files import write
from gantheory.base.words import got

# The inks named in the caption of Goodfellow et al. 2014, Figure 1, and one for D*, which it does not draw.
DISCRIMINATOR: dict[str, Any] = {"color": "#1f3fd0", "linestyle": (0, (4, 2)), "linewidth": 1.5}
DATA: dict[str, Any] = {"color": "black", "linestyle": (0, (1, 1.4)), "linewidth": 1.6}
GENERATED: dict[str, Any] = {"color": "#0a8a2f", "linestyle": "-", "linewidth": 1.5}
OPTIMAL: dict[str, Any] = {"color": "#c0392b", "linestyle": "-", "linewidth": 0.9}
LINE: dict[str, Any] = {"color": "black", "linewidth": 0.8}
GENERATOR_GAP, DISCRIMINATOR_GAP = "#b9dfc2", "#c3cbf5"

JSD = r"\mathrm{JSD}(p_\mathrm{data}, p_g)"  # LaTeX of JSD's symbol, without the dollar signs

FEW = 7  # values of an axis of a heatmap that each get a tick

STYLE: dict[Any, Any] = {
    "font.family": "serif",
    "font.serif": ["STIXGeneral", "DejaVu Serif"],
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9.5,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "svg.hashsalt": "gantheory",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
}


def style() -> AbstractContextManager[None]:
    """The library's style, as a context; no global setting stays changed."""
    return matplotlib.rc_context(STYLE)


@contextmanager
def drawing(width: float | int, height: float | int) -> Iterator[Drawing]:
    """A new matplotlib figure, as a context in which the library's style holds. It belongs to no window and to no global state.

    Args:
      width: in inches.
      height: in inches.
    """
    with style():
        yield Drawing(figsize=(width, height), layout="constrained")


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
    """Draw the two densities and D over x: the upper part of Figure 1.

    Args:
      ax: the axes.
      x: the grid, in increasing order.
      p_data: the density of the data at x.
      p_g: the density of the generator's output at x.
      discriminator: the probability D(x).
      below: the lower end of the axis; negative values leave room under 0.
    """
    ax.plot(x, p_data, **DATA)
    ax.plot(x, p_g, **GENERATED)
    ax.plot(x, discriminator, **DISCRIMINATOR)
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
    ax.plot([low, high], [x_line, x_line], **LINE)
    ax.plot([spread[0], spread[-1]], [z_line, z_line], **LINE)
    arrow = {"arrowstyle": "-|>,head_length=0.22,head_width=0.08", "linewidth": 0.45, "color": "black", "shrinkA": 0, "shrinkB": 0}
    for start, end in zip(spread, x, strict=True):
        ax.annotate("", xy=(end, x_line), xytext=(start, z_line), arrowprops=arrow)
    ax.text(spread[0], z_line, "$z$ ", ha="right", va="center")
    ax.text(low, x_line, "$x$ ", ha="right", va="center")


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


def save(figure: Drawing, stem: Path) -> list[Path]:
    """Write STEM.pdf, STEM.svg and STEM.png: the same bytes for the same figure, without dates or random identifiers.

    Args:
      figure: the figure.
      stem: the path without its ending.

    Returns:
      The three paths.
    """
    FigureCanvasAgg(figure)
    paths = []
    for kind, metadata in (("pdf", {"CreationDate": None}), ("svg", {"Date": None}), ("png", None)):
        content = io.BytesIO()
        with style():
            figure.savefig(content, format=kind, metadata=metadata)
        paths.append(stem.with_name(f"{stem.name}.{kind}"))
        write(paths[-1], content.getvalue())
    return paths


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
