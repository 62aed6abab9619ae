"""One state of a game on the plane in numbers: JSD between two bounds, V, the discriminator's gap, and what became of the modes.

Whatever the cells of a grid, the JSD of the two laws' masses in them is at most that of the laws (data processing), and rises as cells
are cut: a lower bound, up to what the mesh misses of p_g. What is beyond the finest grid is extrapolated, and counted as the error.
"""

from dataclasses import dataclass, fields
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Estimate
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Normal
from gantheory.distributions.plane.density import PlaneDensity
from gantheory.distributions.plane.product import Product
from gantheory.distributions.pushforward.plane_pushforward import Mesh, PlanePushforward
from gantheory.measurement.divergences import jsd_integrand
from gantheory.measurement.minimax import LOG4, _logits
from gantheory.quadrature.line import unseen

LOG2 = float(np.log(2))
CELLS = 256  # of the grid in each coordinate
ENDS = 1e-9  # of p_data's mass lies beyond the grid, on each side
TOGETHER = 1e-7  # of the grid's width: lines nearer than that are the same
APART = 6.0  # standard deviations that modes must lie apart for shares of them to mean anything
WITHIN = 3.0  # standard deviations around a mode that count as it: a perfect sampler has 1 - exp(-9/2) = 98.889 % there
FOUND = 1 / 2500  # of p_g's mass around a mode and it counts as found: one of the 2,500 samples of VEEGAN and PacGAN


@dataclass(frozen=True)
class PlaneMeasurement:
    """Estimates, in nats but for the modes' numbers; None where they make no sense: V where D judges no single point, modes where there
    are none."""

    jsd_bound: Estimate  # JSD of the masses in the cells: less its error, a lower bound of JSD(p_data, p_g)
    two_jsd: Estimate  # 2 JSD(p_data, p_g), extrapolated to no cells at all
    value: Any = None  # V(G, D)
    discriminator_gap: Any = None  # C(G) - V(G, D)
    modes: Any = None  # how many hold FOUND of p_g
    share: Any = None  # of p_g within WITHIN standard deviations of a mode; above .98889 it is too narrow
    reverse_kl: Any = None  # KL(p_g ‖ p_data) over the modes, every point counted to the nearest

    def items(self) -> list[tuple[str, Any]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self) if getattr(self, field.name) is not None]


def measure_plane(p_data: PlaneDensity, p_g: PlanePushforward, discriminator=None) -> PlaneMeasurement:
    """Measure a state of a game on the plane. ``discriminator`` has ``logit`` of one point (2,); without one, V is left out."""
    if p_g.singular:
        exact = Estimate(LOG2, 0.0)
        return PlaneMeasurement(exact, 2 * exact)
    edges = grid_edges(p_data)
    of_data, fine, coarse = (
        _with_outside(density.cell_masses(*edges, *mesh)) for density, mesh in ((p_data, ()), (p_g, ()), (p_g, (p_g.mesh.coarser(),)))
    )
    bound, jsd = _jsd(of_data, fine, coarse, p_g.rounding(edges[1]))
    value = gap = None
    if discriminator is not None:
        value = _value(edges, of_data[0], p_g.mesh, discriminator)
        gap = 2 * jsd - LOG4 - value
    coverage = {} if (spots := modes_of(p_data)) is None else coverage_of(spots, p_g.mesh)
    return PlaneMeasurement(bound, 2 * jsd, value, gap, **coverage)


def grid_edges(p_data: PlaneDensity, cells: int = CELLS) -> tuple[np.ndarray, np.ndarray]:
    """Lines of x and of y: every other one evenly over the data, the others where their marginals have equal shares."""
    lines = []
    for marginal in p_data.marginals:
        low, high = marginal.quantile([ENDS, 1 - ENDS])
        share = np.linspace(ENDS, 1 - ENDS, cells // 2 + 1)
        even = np.linspace(low, high, cells // 2 + 1)[1:]
        line = np.sort(np.concatenate([marginal.quantile(share), even]))
        if np.allclose(line[1::2], line[2::2], rtol=0, atol=TOGETHER * (high - low)):
            # Of a uniform marginal both kinds are the same: half the cells would be none, and no grid of fewer would differ.
            line = np.linspace(low, high, cells + 1)
        # Two lines that fall together are moved apart, by next to nothing.
        lines.append(np.maximum.accumulate(line + (high - low) * 1e-9 * np.arange(len(line))))
    return lines[0], lines[1]


def _with_outside(masses: np.ndarray) -> tuple[np.ndarray, float]:
    return masses, max(1 - float(masses.sum()), 0.0)


def _jsd(of_data, fine, coarse, rounding: float) -> tuple[Estimate, Estimate]:
    """(the JSD of the finest cells' masses, with what the mesh misses as its error; the JSD beyond all cells)."""
    levels = [binned_jsd(_merged(of_data, by), _merged(fine, by)) for by in (1, 2, 4)]
    # √JSD is a metric, so that p_g's own uncertainty moves it by no more than √JSD(p_g, p_g on the mesh of every other line).
    moved = np.sqrt(binned_jsd(fine, coarse))
    missed = 2 * np.sqrt(levels[0]) * moved + moved**2 + float(unseen(rounding)) + 1e-15  # the last, for the sums' rounding
    rise, before = levels[0] - levels[1], levels[1] - levels[2]
    ratio = np.clip(rise / before, 0.25, 0.75) if before > 0 else 0.25
    beyond = min(rise * ratio / (1 - ratio), LOG2 - levels[0])
    # A jump along a line of all three grids would be in none of their rises: it is inside the cells of one laid a line farther.
    rises = [levels[0] - binned_jsd(_merged(of_data, 2, at), _merged(fine, 2, at)) for at in ((0, 1), (1, 0), (1, 1))]
    error = missed + max(beyond, rise, *rises)
    return Estimate(levels[0], float(missed)), Estimate(float(levels[0] + beyond), float(error))


def _merged(masses: tuple[np.ndarray, float], by: int, at: tuple[int, int] = (0, 0)) -> tuple[np.ndarray, float]:
    """The masses in cells of ``by`` × ``by``, the first of which have ``by`` - ``at``."""
    inside, outside = masses
    inside = np.pad(inside, [(start, -(len(inside) + start) % by) for start in at])
    columns, rows = (n // by for n in inside.shape)
    return inside.reshape(columns, by, rows, by).sum((1, 3)), outside


def binned_jsd(p: tuple[np.ndarray, float], q: tuple[np.ndarray, float]) -> float:
    """JSD between the masses of two laws in the cells of one grid, and outside of it."""
    with np.errstate(divide="ignore"):
        log_p, log_q = (np.log(np.append(inside.ravel(), outside)) for inside, outside in (p, q))
    return float(_jsd_of_logs(log_p, log_q))


@in_float64
@jax.jit
def _jsd_of_logs(log_p, log_q):
    return jnp.sum(jsd_integrand(log_p, log_q))


def _value(edges, of_data: np.ndarray, mesh: Mesh, discriminator) -> Estimate:
    """V = E_{p_data}[log D] + E_{p_g}[log(1 - D)], with D at the middles of the cells and at the mesh's vertices."""
    middles = [(edge[1:] + edge[:-1]) / 2 for edge in edges]
    logits = logits_at(discriminator, np.stack(np.meshgrid(*middles, indexing="ij"), -1))
    on_data = -np.logaddexp(0, -logits)
    outer = [edge[::2] for edge in edges]
    coarse_logits = logits_at(discriminator, np.stack(np.meshgrid(*((e[1:] + e[:-1]) / 2 for e in outer), indexing="ij"), -1))
    total = of_data.sum()
    data = np.sum(of_data * on_data) / total
    data_coarse = np.sum(_merged((of_data, 0.0), 2)[0] * -np.logaddexp(0, -coarse_logits)) / total
    generated = -np.logaddexp(0, logits_at(discriminator, mesh.x))
    weights = vertex_masses(mesh)
    drawn = np.sum(weights * generated)
    drawn_coarse = np.sum(vertex_masses(mesh.coarser()) * generated[::2, ::2])
    return Estimate(float(data + drawn), float(abs(data - data_coarse) + abs(drawn - drawn_coarse)))


@in_float64
def logits_at(discriminator, points: np.ndarray) -> np.ndarray:
    """D's logit at points (..., 2)."""
    return np.asarray(_logits(promoted(discriminator), jnp.asarray(points.reshape(-1, 2)))).reshape(points.shape[:-1])


def vertex_masses(mesh: Mesh) -> np.ndarray:
    """The cells' masses on their corners, a quarter each: the trapezoidal rule."""
    weights = np.zeros(mesh.x.shape[:2])
    for i in (slice(None, -1), slice(1, None)):
        for j in (slice(None, -1), slice(1, None)):
            weights[i, j] += mesh.mass / 4
    return weights / weights.sum()


def modes_of(p_data: PlaneDensity) -> tuple[np.ndarray, np.ndarray, float] | None:
    """(centres (n, 2), weights, standard deviation) of a mixture of round Gaussians far apart; None for any other density."""
    if not (isinstance(p_data, Product) and isinstance(p_data.x, Normal) and isinstance(p_data.y, Normal)):
        return None
    scales = np.concatenate([p_data.x.scale, p_data.y.scale])
    centres = np.stack([p_data.x.loc, p_data.y.loc], -1)
    apart = np.linalg.norm(centres[:, None] - centres, axis=-1) + np.diag(np.full(len(centres), np.inf))
    if len(centres) < 2 or np.ptp(scales) > 0 or apart.min() < APART * scales[0]:
        return None
    return centres, p_data.weights, float(scales[0])


def coverage_of(spots: tuple[np.ndarray, np.ndarray, float], mesh: Mesh) -> dict[str, Estimate]:
    """Modes found, share around them and reverse KL over them. Each error is the most that a quarter of the mesh's vertices, every other
    one in each direction, is off the whole."""
    whole = _coverage(spots, mesh.x, vertex_masses(mesh))
    parts = [_coverage(spots, mesh.x[i::2, j::2], vertex_masses(mesh)[i::2, j::2]) for i in (0, 1) for j in (0, 1)]
    errors = np.max(np.abs(np.array(parts) - whole), axis=0)
    names = ("modes", "share", "reverse_kl")
    return {name: Estimate(float(value), float(error)) for name, value, error in zip(names, whole, errors, strict=True)}


def _coverage(spots, points: np.ndarray, masses: np.ndarray) -> tuple[float, float, float]:
    centres, weights, scale = spots
    points, masses = points.reshape(-1, 2), masses.ravel() / masses.sum()
    distance = np.stack([np.hypot(*(points - centre).T) for centre in centres])
    nearest, close = distance.argmin(0), distance.min(0) <= WITHIN * scale
    around = np.bincount(nearest[close], masses[close], len(centres))
    of_mode = np.bincount(nearest, masses, len(centres))
    held = of_mode > 0
    return float(np.sum(around >= FOUND)), float(around.sum()), float(np.sum(of_mode[held] * np.log(of_mode[held] / weights[held])))
