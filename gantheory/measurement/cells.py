"""JSD on the plane between two bounds, from the masses in the cells of a grid; and V by sums over cells and a mesh.

Whatever the cells of a grid, the JSD of the two laws' masses in them is at most that of the laws (data processing), and rises as cells
are cut: a lower bound, up to what the mesh misses of p_g. The rise beyond the finest grid is extrapolated, and counted as the error.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Estimate
from gantheory.base.precision import in_float64
from gantheory.distributions import Law
from gantheory.distributions.pushforward.mesh import Mesh, deviation, vertex_masses
from gantheory.measurement import integrands
from gantheory.measurement.discriminators import Logits
from gantheory.measurement.noisy import ASKED, noise_of_d, slope_in_noise
from gantheory.quadrature.dimensions import data_and_generated
from gantheory.quadrature.line import misplaced_mass

CELLS = 256  # cells of the grid in each coordinate
LEAST_CELLS = 8  # so that two coarser grids are left
ENDS = 1e-9  # mass of p_data beyond the grid, on each side
TOGETHER = 1e-7  # share of the grid's width below which two lines count as one
MESHES = 4  # of every line, every other, every fourth, every eighth
CONVERGING = 0.5  # largest ratio of two changes in turn, as lines are doubled, that shows convergence
SUMS_ROUNDING = 1e-15  # rounding of the sums over cells, in nats
Edges = tuple[np.ndarray, np.ndarray]  # lines of x and of y


def jsd_by_mesh(p: Law, q: Law) -> Estimate:
    """JSD(p, q) of a density on the plane and a generator's law, in nats, beyond all cells. Raises ``ValueError`` for other pairs."""
    p_data, p_g = data_and_generated(p, q)
    edges = grid_edges(p_data)
    return jsd_bounds(edges, p_data.cell_masses(*edges), p_g)[1]


def jsd_bounds(edges: Edges, of_data: np.ndarray, p_g: Any) -> tuple[Estimate, Estimate]:
    """(the JSD of the cells' masses, which less its error is a lower bound; the JSD extrapolated beyond all cells), in nats.

    ``of_data`` are p_data's masses in the cells between the ``edges``.
    """
    meshes = [p_g.mesh]
    while len(meshes) < MESHES and len(meshes[-1].mass) % 2 == 0:
        meshes.append(meshes[-1].coarser())
    deviations = [deviation(mesh, coarser) for mesh, coarser in pairwise(meshes)]
    resolved = len(deviations) > 1 and all(near <= CONVERGING * far for near, far in pairwise(deviations))
    on_meshes = [_with_outside(p_g.cell_masses(*edges, mesh)) for mesh in meshes[: 3 if resolved else 2]]
    return _bounds(_with_outside(of_data), on_meshes, p_g.rounding(edges[1]))


def grid_edges(p_data: Any, cells: int = CELLS) -> Edges:
    """Lines of x and of y: every other one evenly over the data, the others where their marginals have equal shares."""
    lines = []
    for marginal in p_data.marginals:
        low, high = marginal.quantile([ENDS, 1 - ENDS])
        share = np.linspace(ENDS, 1 - ENDS, cells // 2 + 1)
        even = np.linspace(low, high, cells // 2 + 1)[1:]
        line = np.sort(np.concatenate([marginal.quantile(share), even]))
        if np.allclose(line[1::2], line[2::2], rtol=0, atol=TOGETHER * (high - low)):
            # For a uniform marginal both kinds of lines agree: half of the cells would be empty, and a grid of fewer would not differ.
            line = np.linspace(low, high, cells + 1)
        # Two lines that fall together are moved apart, by next to nothing.
        lines.append(np.maximum.accumulate(line + (high - low) * 1e-9 * np.arange(len(line))))
    return lines[0], lines[1]


def _with_outside(masses: np.ndarray) -> tuple[np.ndarray, float]:
    return masses, max(1 - float(masses.sum()), 0.0)


def _bounds(of_data, on_meshes: list, rounding: float) -> tuple[Estimate, Estimate]:
    """``jsd_bounds`` from the masses: p_data's, and p_g's on the mesh, on every other line of it and, if G is resolved, every fourth."""
    fine = on_meshes[0]
    levels = [binned_jsd(_merged(of_data, by), _merged(fine, by)) for by in (1, 2, 4)]
    missed = _missed(of_data, on_meshes, levels[0]) + float(misplaced_mass(rounding)) + SUMS_ROUNDING
    rise, before = levels[0] - levels[1], levels[1] - levels[2]
    ratio = np.clip(rise / before, 0.25, 0.75) if before > 0 else 0.25
    beyond = min(rise * ratio / (1 - ratio), integrands.LOG2 - levels[0])
    # A jump along a line of all three grids is in none of their rises; it is inside the cells of a grid that starts one line later.
    rises = [levels[0] - binned_jsd(_merged(of_data, 2, at), _merged(fine, 2, at)) for at in ((0, 1), (1, 0), (1, 1))]
    error = missed + max(beyond, rise, *rises)
    return Estimate(levels[0], float(missed)), Estimate(float(levels[0] + beyond), float(error))


def _missed(of_data, on_meshes: list, jsd: float) -> float:
    """How far ``jsd``, that of the finest mesh, may be from that of p_g itself.

    √JSD is a metric, and p_g on the mesh is no farther from p_g than from itself on every other line. Where the mesh resolves G, what is
    left to change is less: at most what ``jsd`` and p_g have changed by with the last doubling of the lines.
    """
    apart = [binned_jsd(one, other) for one, other in pairwise(on_meshes)]
    by_metric = 2 * np.sqrt(jsd * apart[0]) + apart[0]
    if len(apart) < 2 or apart[0] > CONVERGING * apart[1]:
        return by_metric
    changes = np.abs(np.diff([jsd, *(binned_jsd(of_data, masses) for masses in on_meshes[1:])]))
    return min(by_metric, max(changes[0], CONVERGING * changes[1]) + apart[0])


def _merged(masses: tuple[np.ndarray, float], by: int, at: tuple[int, int] = (0, 0)) -> tuple[np.ndarray, float]:
    """The masses in cells of ``by`` × ``by``, the first of which have ``by`` - ``at``."""
    inside, outside = masses
    inside = np.pad(inside, [(start, -(len(inside) + start) % by) for start in at])
    columns, rows = (n // by for n in inside.shape)
    return inside.reshape(columns, by, rows, by).sum((1, 3)), outside


def binned_jsd(p: tuple[np.ndarray, float], q: tuple[np.ndarray, float]) -> float:
    """JSD between the masses of two laws in the cells of one grid and outside of it, in nats."""
    with np.errstate(divide="ignore"):
        log_p, log_q = (np.log(np.append(inside.ravel(), outside)) for inside, outside in (p, q))
    return float(_jsd_of_logs(log_p, log_q))


@in_float64
@jax.jit
def _jsd_of_logs(log_p, log_q):
    return jnp.sum(integrands.jsd(log_p, log_q))


@in_float64
def value_by_mesh(edges: Edges, of_data: np.ndarray, mesh: Mesh, discriminator: Any) -> Estimate:
    """V = E_{p_data}[log D] + E_{p_g}[log(1 - D)], in nats, with D at the middles of the cells and at the mesh's vertices."""
    logit = Logits(discriminator, (2,))
    in_cells, in_coarse_cells, at_vertices = logit(_middles(edges)), logit(_middles([edge[::2] for edge in edges])), logit(mesh.x)
    on_data, on_data_coarse = (-np.logaddexp(0, -some) for some in (in_cells, in_coarse_cells))
    total = of_data.sum()
    data = np.sum(of_data * on_data) / total
    data_coarse = np.sum(_merged((of_data, 0.0), 2)[0] * on_data_coarse) / total
    generated, mass = -np.logaddexp(0, at_vertices), vertex_masses(mesh)
    drawn = np.sum(mass * generated)
    drawn_coarse = np.sum(vertex_masses(mesh.coarser()) * generated[::2, ::2])
    error = abs(data - data_coarse) + abs(drawn - drawn_coarse)
    if logit.opaque:
        noise = noise_of_d(logit, mesh.x.reshape(-1, 2)[:: mesh.mass.size // ASKED])
        with np.errstate(divide="ignore"):
            log_data, log_drawn = np.log(of_data / total), np.log(mass)
        error += noise * np.sum(slope_in_noise(integrands.log_d, logit.gives_logit)(log_data, -np.inf, in_cells))
        error += noise * np.sum(slope_in_noise(integrands.log_one_minus_d, logit.gives_logit)(-np.inf, log_drawn, at_vertices))
    return Estimate(float(data + drawn), float(error))


def _middles(edges: Sequence[np.ndarray]) -> np.ndarray:
    """The middles (columns, rows, 2) of a grid's cells."""
    return np.stack(np.meshgrid(*((edge[1:] + edge[:-1]) / 2 for edge in edges), indexing="ij"), -1)
