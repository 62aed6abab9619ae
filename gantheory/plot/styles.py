"""How the library's figures look: its inks, and its styles as settings of matplotlib."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import matplotlib
from matplotlib.figure import Figure as Drawing

from gantheory.base.words import got

# The inks named in the caption of Goodfellow et al. 2014, Figure 1, and one for D*, which it does not draw.
DISCRIMINATOR: dict[str, Any] = {"color": "#1f3fd0", "linestyle": (0, (4, 2)), "linewidth": 1.5}
DATA: dict[str, Any] = {"color": "black", "linestyle": (0, (1, 1.4)), "linewidth": 1.6}
GENERATED: dict[str, Any] = {"color": "#0a8a2f", "linestyle": "-", "linewidth": 1.5}
OPTIMAL: dict[str, Any] = {"color": "#c0392b", "linestyle": "-", "linewidth": 0.9}
LINE: dict[str, Any] = {"color": "black", "linewidth": 0.8}
GENERATOR_GAP, DISCRIMINATOR_GAP = "#b9dfc2", "#c3cbf5"

JSD = r"\mathrm{JSD}(p_\mathrm{data}, p_g)"  # LaTeX of JSD's symbol, without the dollar signs

WIDTH = 1.5  # lines.linewidth, in points, at which inks have the widths above

STYLE: dict[Any, Any] = {
    "font.family": ["STIXGeneral", "DejaVu Serif"],  # by name: what "serif" is would be looked up when a notebook draws
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
    "lines.linewidth": WIDTH,
    "figure.figsize": (4.2, 3.1),
    "svg.hashsalt": "gantheory",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
}
# Lengths of ticks in points, as matplotlib has them; larger styles make them larger too.
TICKS = {f"{axis}tick.{kind}.{what}": size for axis in "xy" for kind, what, size in (("major", "size", 3.5), ("major", "width", 0.8))}
IN_POINTS = ("font.size", "axes.labelsize", "axes.titlesize", "legend.fontsize", "xtick.labelsize", "ytick.labelsize")


def _larger(letters: float, lines: float, size: tuple[float, float], dpi: int) -> dict[Any, Any]:
    """The paper's style with letters and lines so many times as large, on figures of another size in inches."""
    scaled = {name: letters * STYLE[name] for name in IN_POINTS}
    drawn = {name: lines * width for name, width in ({"axes.linewidth": 0.7, "lines.linewidth": WIDTH} | TICKS).items()}
    return STYLE | scaled | drawn | {"figure.figsize": size, "savefig.dpi": dpi}


# Settings of matplotlib by the name of their style. Sizes of figures are those of one panel, in inches.
STYLES: dict[str, dict[Any, Any]] = {
    "paper": STYLE,
    "slides": _larger(16 / 9, 1.7, (6.4, 4.6), 200),  # two figures side by side on a slide of 13.3 inches
    "poster": _larger(28 / 9, 3.0, (11.0, 8.0), 200),
}


def style(name: str = "paper") -> AbstractContextManager[None]:
    """One of the library's styles, as a context; no global setting stays changed.

    Args:
      name: ``paper`` (letters of 9 points), ``slides`` (16 points, thicker lines) or ``poster`` (28 points). ``STYLES`` has each as
        settings of matplotlib, for ``plt.rcParams.update(plot.STYLES["slides"])``.

    Raises:
      ValueError: another name.
    """
    return matplotlib.rc_context(settings_of(name))


def settings_of(name: str) -> dict[Any, Any]:
    """The settings of a style. Raises ``ValueError`` for a name that is none's."""
    if name not in STYLES:
        raise ValueError(f"`style` must be one of {', '.join(STYLES)}. {got(name, STYLES)}")
    return STYLES[name]


@contextmanager
def drawing(width: float | int, height: float | int, style: str = "paper") -> Iterator[Drawing]:
    """A new matplotlib figure, as a context in which a style of the library holds. It belongs to no window and to no global state.

    Args:
      width: in inches.
      height: in inches.
      style: the name of the style.

    Raises:
      ValueError: a name that is no style's.
    """
    with matplotlib.rc_context(settings_of(style)):
        yield Drawing(figsize=(width, height), layout="constrained")


def thick(points: float) -> float:
    """A width of line as the settings that hold have it: of ``points`` where ``lines.linewidth`` is 1.5, and in proportion elsewhere."""
    return points * (matplotlib.rcParams["lines.linewidth"] / WIDTH)


def inked(ink: dict[str, Any]) -> dict[str, Any]:
    """One of the inks, such as ``DATA``, for ``ax.plot(x, y, **plot.inked(plot.DATA))``; its width follows ``lines.linewidth``.

    Args:
      ink: the settings of a line.
    """
    return {**ink, "linewidth": thick(ink["linewidth"])}
