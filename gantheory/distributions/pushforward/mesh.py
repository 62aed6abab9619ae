"""The image under G of a mesh over the plane of z: triangles, each with its share of z's mass."""

from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.raster import collected

FAR = 1e-16  # mass of z beyond the mesh, in each coordinate
FLOOR = 0.02  # least density of lines, as a share of the largest, so that the far tails have some
THIN = 1e-9  # area of a triangle's image, as a share of its longest side squared, below which it is a line to the doubles
ALONG = 16  # points that carry the mass of such an image


class Mesh(NamedTuple):
    """Vertices G(z) (n + 1, n + 1, 2) of a mesh of z with n × n cells, and the cells' masses (n, n)."""

    x: np.ndarray
    mass: np.ndarray

    def coarser(self) -> "Mesh":
        """Every other line."""
        return Mesh(self.x[::2, ::2], self.mass.reshape(len(self.mass) // 2, 2, -1, 2).sum((1, 3)))


def lines_over(factor: Density, count: int) -> np.ndarray:
    """The ``count`` + 1 lines of a mesh in one coordinate of z.

    Linear interpolation is off by the mass of a cell times its width squared: the sum is least where the lines are as dense as the cube
    root of the density.
    """
    low, high = factor.quantile([FAR, 1 - FAR])
    fine = np.union1d(np.linspace(low, high, 8 * count + 1), factor.landmarks[(factor.landmarks > low) & (factor.landmarks < high)])
    middle = (fine[1:] + fine[:-1]) / 2
    density = np.cbrt(factor.prob(middle)) + FLOOR * np.cbrt(factor.prob(middle)).max()
    cumulative = np.concatenate([[0], np.cumsum(density * np.diff(fine))])
    return np.interp(np.linspace(0, cumulative[-1], count + 1), cumulative, fine)


def vertex_masses(mesh: Mesh) -> np.ndarray:
    """The cells' masses on their corners, a quarter each: the trapezoidal rule."""
    weights = np.zeros(mesh.x.shape[:2])
    for i in (slice(None, -1), slice(1, None)):
        for j in (slice(None, -1), slice(1, None)):
            weights[i, j] += mesh.mass / 4
    return weights / weights.sum()


def deviation(mesh: Mesh, coarser: Mesh) -> float:
    """The mean distance of a mesh's vertices G(z) from the linear interpolant on the mesh of every other line, over p_z."""
    x = coarser.x
    columns, rows = (x[:-1] + x[1:]) / 2, (x[:, :-1] + x[:, 1:]) / 2
    off = np.zeros(mesh.x.shape[:2])
    for at, interpolated in (
        ((slice(1, None, 2), slice(None, None, 2)), columns),
        ((slice(None, None, 2), slice(1, None, 2)), rows),
        ((slice(1, None, 2), slice(1, None, 2)), (x[:-1, :-1] + x[1:, 1:]) / 2),
    ):
        off[at] = np.linalg.norm(mesh.x[at] - interpolated, axis=-1)
    return float(np.sum(vertex_masses(mesh) * off))


def areas(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """(signed areas of the triangles' images, their longest sides squared), each (2, n, n)."""
    a, b, c = _corners(mesh)
    u, v = b - a, c - a
    area = (u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]) / 2
    return area, np.max([np.sum(side**2, -1) for side in (u, v, c - b)], axis=0)


def meets_itself(x: np.ndarray) -> bool:
    """Whether two sides of the polygon around the vertices (n + 1, n + 1, 2) cross, or touch other than as neighbours."""
    border = np.concatenate([x[:-1, 0], x[-1, :-1], x[:0:-1, -1], x[0, :0:-1]])
    after, every = np.roll(border, -1, 0), np.arange(len(border))
    along, apart = after - border, border[None] - border[:, None]
    side = np.sign(along[:, None, 0] * apart[..., 1] - along[:, None, 1] * apart[..., 0])  # of each line on which each corner lies
    cut = side * np.roll(side, -1, 1) <= 0
    low, high = np.minimum(border, after), np.maximum(border, after)
    near = np.all((low[:, None] <= high[None]) & (low[None] <= high[:, None]), -1)  # collinear sides may still be apart
    step = np.abs(every[:, None] - every)
    neighbours = np.minimum(step, len(every) - step) <= 1
    return bool(np.any(cut & cut.T & near & ~neighbours))


def cell_masses(mesh: Mesh, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
    """The mass in each cell of a grid, (columns, rows), with each triangle's mass spread evenly over its image."""
    area, size = areas(mesh)
    thin = np.abs(area) <= THIN * size
    half = np.stack([mesh.mass / 2] * 2)
    below, above = np.where(thin, 0.0, half / np.where(thin, 1.0, area))
    x = mesh.x
    nothing = np.zeros((1, below.shape[1]))
    edges = (  # (from, to, the density to the left less that to the right), in the orientation of z
        (x[:-1, :-1], x[1:, 1:], above - below),
        (x[:-1], x[1:], np.concatenate([below, nothing.T], 1) - np.concatenate([nothing.T, above], 1)),
        (x[:, :-1], x[:, 1:], np.concatenate([nothing, below]) - np.concatenate([above, nothing])),
    )
    start, end, density = (np.concatenate([part.reshape(-1, *part.shape[2:]) for part in parts]) for parts in zip(*edges, strict=True))
    masses = collected(start, end, density, x_edges, y_edges)
    if thin.any():
        masses += _on_lines([corner[thin] for corner in _corners(mesh)], half[thin], x_edges, y_edges)
    return np.maximum(masses, 0.0)


def _on_lines(corners: list[np.ndarray], mass: np.ndarray, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
    """The mass of triangles whose images are lines: on points inside them, evenly."""
    share: Any = (np.arange(ALONG) + 0.5) / ALONG
    bend = np.sqrt(share)[:, None, None]  # uniform in a triangle: √s of the way to a point of the far side
    along = ((np.arange(ALONG) * 0.618) % 1)[:, None, None]
    a, b, c = corners
    points = a + bend * (b - a + along * (c - b))
    x, y = points[..., 0].ravel(), points[..., 1].ravel()
    return np.histogram2d(x, y, (x_edges, y_edges), weights=np.tile(mass / ALONG, ALONG))[0]


def _corners(mesh: Mesh):
    """The triangles' corners, each (2, n, n, 2): below and above the diagonal of every cell, both counterclockwise in z."""
    a, b, c, d = mesh.x[:-1, :-1], mesh.x[1:, :-1], mesh.x[1:, 1:], mesh.x[:-1, 1:]
    return np.stack([a, a]), np.stack([b, c]), np.stack([c, d])
