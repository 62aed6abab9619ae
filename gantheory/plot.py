"""Functions on an Axes that take arrays, in one style. Nothing here trains, measures or knows a model."""

import io
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gantheory.base.files import write

# The inks of Figure 1's caption, and two more for what it does not have.
DISCRIMINATOR = {"color": "#1f3fd0", "linestyle": (0, (4, 2)), "linewidth": 1.5}
DATA = {"color": "black", "linestyle": (0, (1, 1.4)), "linewidth": 1.6}
GENERATED = {"color": "#0a8a2f", "linestyle": "-", "linewidth": 1.5}
OPTIMAL = {"color": "#c0392b", "linestyle": "-", "linewidth": 0.9}
LINE = {"color": "black", "linewidth": 0.8}
GENERATOR_GAP, DISCRIMINATOR_GAP = "#b9dfc2", "#c3cbf5"

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


def figure(width: float | int, height: float | int) -> Figure:
    """A figure of so many inches that belongs to no window and to no global state."""
    return Figure(figsize=(width, height), layout="constrained")


def style():
    """The one style, as a context in which to draw and to save."""
    return matplotlib.rc_context(STYLE)


def game(ax: Axes, x, p_data, p_g, discriminator, below: float | int = 0.0) -> None:
    """The two densities and D over x: Figure 1's upper part. ``below`` is where the axis ends, to leave room under 0."""
    ax.plot(x, p_data, **DATA)
    ax.plot(x, p_g, **GENERATED)
    ax.plot(x, discriminator, **DISCRIMINATOR)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(below, 1.06)


def mapping(ax: Axes, z, x, z_line: float | int, x_line: float | int) -> None:
    """Figure 1's lower part: equally spaced z on the lower line, arrows to x = G(z) on the upper one.

    z is drawn over the middle half of the axis; the density of the arrows' heads is p_g.
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


def plane(ax: Axes, edges, values, **ink):
    """Values (columns, rows) in the cells of a grid over the plane, as a map; to scale, if the two axes can share one."""
    drawn = ax.pcolormesh(*edges, np.asarray(values).T, rasterized=True, **ink)
    width, height = (edge[-1] - edge[0] for edge in edges)
    ax.set_aspect("equal" if 0.5 <= width / height <= 2 else "auto")
    ax.locator_params(nbins=4)
    return drawn


def judgements(figure, axes, edges, discriminator, optimal) -> None:
    """D, D* and D - D* as three maps; grey is where there is no mass to judge."""
    for ax, values, title, limits, inks in (
        (axes[0], discriminator, "$D$", (0, 1), "RdBu"),
        (axes[1], optimal, "$D^*$", (0, 1), "RdBu"),
        (axes[2], discriminator - optimal, "$D - D^*$", (-1, 1), "PuOr"),
    ):
        ax.set_facecolor("0.85")
        drawn = plane(ax, edges, values, cmap=inks, vmin=limits[0], vmax=limits[1])
        ax.set_title(title)
        if ax is not axes[0]:
            figure.colorbar(drawn, ax=ax, shrink=0.85)


def masses(ax: Axes, edges, values, title: str) -> None:
    """The masses in a grid's cells: their log10, four decades of it. A law with no mass on the grid is said to be elsewhere."""
    most = np.max(values)
    if most > 0:
        plane(ax, edges, np.log10(np.maximum(values / most, 1e-4)), cmap="viridis")
    else:
        plane(ax, edges, np.zeros_like(values), cmap="Greys")
        ax.text(0.5, 0.5, "all of it lies elsewhere", transform=ax.transAxes, ha="center", va="center")
    ax.set_title(title)


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write STEM.pdf, .svg and .png, the same bytes for the same figure: no dates, no random identifiers."""
    FigureCanvasAgg(figure)
    paths = []
    for kind, metadata in (("pdf", {"CreationDate": None}), ("svg", {"Date": None}), ("png", None)):
        content = io.BytesIO()
        with style():
            figure.savefig(content, format=kind, metadata=metadata)
        paths.append(stem.with_name(f"{stem.name}.{kind}"))
        write(paths[-1], content.getvalue())
    return paths


def on_grid(low: float | int, high: float | int, breakpoints, points: int = 2001) -> np.ndarray:
    """A grid for drawing that steps over each breakpoint from both sides, so that a jump is drawn as one."""
    inside = np.asarray([b for b in breakpoints if low < b < high])
    beside = np.concatenate([np.nextafter(inside, -np.inf), np.nextafter(inside, np.inf)]) if inside.size else inside
    return np.unique(np.concatenate([np.linspace(low, high, points), beside]))
