"""What a figure shows, as numbers: every point of its lines, marks and cells, read back from its Axes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

COLUMNS = ("panel", "title", "kind", "series", "x", "y", "value")
UNNAMED = re.compile(r"_child\d+|_nolegend_|")  # matplotlib's labels of what nobody has named

Part = tuple[str, str, np.ndarray, np.ndarray]  # kind, series, points (n, 2), their values (n,)


def data_of(drawn: Any) -> dict[str, np.ndarray]:
    """Everything drawn in a figure as one table, a row for each point, ready for ``pandas.DataFrame``.

    What is drawn is what was computed: lines have their points as they were given, unrounded; a cell of a map has its middle and its value.
    Errors are not drawn, and so not in it; the JSON beside a figure of ``gantheory reproduce`` has them.

    Args:
      drawn: a matplotlib figure, or an Axes or several.

    Returns:
      Columns of one length: ``panel``, the number of the Axes from 1; its ``title``; the ``kind``, which is line, points, cells, edges or
      arrow; ``series``, its label, without the underscore that keeps one out of legends, or else its colour and its number; ``x``, ``y``,
      and ``value``, which is nan but for cells, and points that have one.

    Raises:
      ValueError: what is neither a figure nor Axes.
    """
    axes = getattr(drawn, "axes", None)
    axes = [drawn] if isinstance(drawn, Axes) else list(np.ravel(np.asarray(drawn if axes is None else axes, dtype=object)))
    if not all(isinstance(ax, Axes) for ax in axes):
        raise ValueError(f"What data_of reads must be a matplotlib figure, or Axes. Got {type(drawn).__name__}.")
    columns: dict[str, list[np.ndarray]] = {name: [np.zeros(0, float if name in ("x", "y", "value") else object)] for name in COLUMNS}
    for number, ax in enumerate(axes, 1):
        for kind, series, points, values in _parts(ax):
            row = (number, ax.get_title(), kind, series)
            for name, text in zip(COLUMNS, row, strict=False):
                columns[name].append(np.full(len(points), text, object))
            for name, column in zip(COLUMNS[len(row) :], (*points.T, values), strict=True):
                columns[name].append(np.asarray(column, float))
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def as_csv(table: dict[str, np.ndarray]) -> str:
    """The table of :func:`data_of` as text, numbers with all their digits."""
    lines = [",".join(table)]
    for row in zip(*table.values(), strict=True):
        lines.append(",".join(_cell(one) for one in row))
    return "\n".join(lines) + "\n"


def _cell(one: Any) -> str:
    if isinstance(one, float):
        return "" if np.isnan(one) else repr(float(one))
    text = str(one)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def _parts(ax: Axes) -> Iterator[Part]:
    """What is drawn on an Axes in the coordinates of its data."""
    for number, line in enumerate(ax.get_lines()):
        points = np.asarray(line.get_xydata(), float)
        if len(points) and _in_data(ax, line):
            kind = "points" if line.get_linestyle() in ("None", "none", " ", "") else "line"
            yield _without_values(kind, _name(line, line.get_color(), number), points)
    for number, collection in enumerate(ax.collections):
        yield from _of_collection(ax, collection, number)
    for number, text in enumerate(ax.texts):
        if isinstance(text, Annotation) and text.arrow_patch is not None:
            yield _without_values("arrow", f"arrow {number}", np.array([text.xyann, text.xy], float))


def _of_collection(ax: Axes, collection: Collection, number: int) -> Iterator[Part]:
    name = _name(collection, _first(collection.get_edgecolor(), collection.get_facecolor()), number)
    values = collection.get_array()
    if isinstance(collection, QuadMesh):
        corners = np.asarray(collection.get_coordinates())
        middles = (corners[1:, 1:] + corners[:-1, :-1]) / 2
        yield "cells", name, middles.reshape(-1, 2), np.ma.filled(np.ma.asarray(values, float), np.nan).ravel()
    elif isinstance(collection, PathCollection):
        points = np.ma.filled(np.ma.asarray(collection.get_offsets(), float), np.nan)
        one_each = values is not None and np.size(values) == len(points)
        yield "points", name, points, np.asarray(values, float) if one_each else np.full(len(points), np.nan)
    elif _in_data(ax, collection):
        for path in collection.get_paths():
            corners = np.asarray(path.vertices, float)
            if len(corners):
                yield _without_values("edges", name, corners)


def _without_values(kind: str, series: str, points: np.ndarray) -> Part:
    return kind, series, points, np.full(len(points), np.nan)


def _in_data(ax: Axes, artist: Line2D | Collection) -> bool:
    """Whether both its coordinates are those of the data, and not a share of the Axes."""
    return all(artist.get_transform().contains_branch_seperately(ax.transData))  # matplotlib's spelling


def _name(artist: Any, colour: Any, number: int) -> str:
    label = str(artist.get_label())
    return f"{to_hex(colour)} {number}" if UNNAMED.fullmatch(label) else label.removeprefix("_")


def _first(*colours: Iterable[Any]) -> Any:
    """The first colour there is."""
    return next((one for several in colours for one in several), "black")
