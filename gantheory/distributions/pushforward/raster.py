"""Mass spread evenly over triangles, collected exactly into the cells of a grid.

By Green's theorem the area of a counterclockwise triangle T within the column [X_i, X_i+1] and the row [Y_j, Y_j+1] is

    -∮_∂T clamp(y, Y_j, Y_j+1) dx,  over the part of the boundary inside the column.

So only edges matter: one that two triangles share counts with the difference of their densities. An edge is cut at the lines it
crosses; a piece inside cell (i, j) gives -dx (ȳ - Y_j) to that cell and -dx times their height to all the cells below it.
"""

import numpy as np

BLOCK = 2**18  # edges at once, whose pieces stay in the cache


def collected(start: np.ndarray, end: np.ndarray, density: np.ndarray, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
    """Σ over directed edges of density · (the area to their left's share in each cell), shape (columns, rows).

    ``start`` and ``end`` are points (n, 2), ``density`` (n,) that of the triangle to the left less that to the right.
    """
    columns, rows = len(x_edges) - 1, len(y_edges) - 1
    own, passed = np.zeros(columns * (rows + 1)), np.zeros(columns * (rows + 1))
    for first in range(0, len(start), BLOCK):
        block = slice(first, first + BLOCK)
        in_cells, below = _collected(start[block], end[block], density[block], x_edges, y_edges)
        own += in_cells
        passed += below
    passed = passed.reshape(columns, rows + 1)
    above = np.cumsum(passed[:, ::-1], axis=1)[:, ::-1][:, 1:]  # of every row above a cell, and of what lies over the grid
    return own.reshape(columns, rows + 1)[:, :rows] + np.diff(y_edges) * above


def _collected(start, end, density, x_edges, y_edges) -> tuple[np.ndarray, np.ndarray]:
    """(what pieces give to their own cells, their weights), both by column and row, with a row over the grid."""
    columns, rows = len(x_edges) - 1, len(y_edges) - 1
    # Across the lines of x, then each piece across the lines of y. What lies beside the grid, or below it, gives nothing.
    of, column, ends = _cut(start[:, 0], end[:, 0], x_edges)
    slope = _ratio(end[:, 1] - start[:, 1], end[:, 0] - start[:, 0])[of]
    low, high = (start[of, 1] + slope * (at - start[of, 0]) for at in ends)
    inside = (column >= 0) & (column < columns)
    of, column, low, high, width = (part[inside] for part in (of, column, low, high, ends[1] - ends[0]))
    piece, row, heights = _cut(low, high, y_edges)
    share = _ratio(heights[1] - heights[0], (high - low)[piece])
    share = np.where(high[piece] == low[piece], 1.0, share)
    weight = -density[of[piece]] * width[piece] * share
    kept = row >= 0
    piece, row, weight, middle = piece[kept], row[kept], weight[kept], (heights[0] + heights[1])[kept] / 2
    here = row < rows
    cell = column[piece] * (rows + 1) + row
    size = columns * (rows + 1)
    own = np.bincount(cell[here], weight[here] * (middle[here] - y_edges[row[here]]), size)
    return own, np.bincount(cell, weight, size)


def _cut(start: np.ndarray, end: np.ndarray, lines: np.ndarray):
    """Intervals from ``start`` to ``end``, cut at the lines between.

    Returns (the interval of each piece, the piece's place among the lines, (its start, its end)), in order along each interval.
    """
    first, last = (np.searchsorted(lines, at, side="right") - 1 for at in (start, end))
    count = np.abs(last - first) + 1
    of = np.repeat(np.arange(len(start)), count)
    number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    step = np.sign(last - first)[of]
    place = first[of] + step * number
    # A piece ends at the line above its place, or, going down, at the line that its place begins with.
    line = lines[np.clip(place + (step > 0), 0, len(lines) - 1)]
    stop = np.where(number == count[of] - 1, end[of], line)
    begin = np.where(number == 0, start[of], np.concatenate([[0.0], stop[:-1]]))
    return of, place, (begin, stop)


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)
