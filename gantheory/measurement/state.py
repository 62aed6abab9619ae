"""One state of the game in exact numbers: V, C, 2 JSD, both gaps and more, each with its error.

    V(G, D) + log 4  =  2 JSD(p_data, p_g)  -  E_{p_data + p_g}[KL(Bern D* ‖ Bern D)]

The first term is the generator's gap to the minimum of C, the second the discriminator's gap to its own maximum. V alone can sit
on -log 4 while both are large.
"""

import math
from dataclasses import dataclass, fields
from typing import Any

from gantheory.base.estimate import Estimate, Finite, Outcome, bounded, finite
from gantheory.distributions import Law
from gantheory.distributions.line.external import as_law
from gantheory.measurement import integrands
from gantheory.measurement.cells import CELLS, LEAST_CELLS, grid_edges, jsd_bounds, value_by_mesh
from gantheory.measurement.discriminators import logit_at_nodes
from gantheory.measurement.modes import coverage_of, modes_of
from gantheory.measurement.noisy import integrals_of_d, is_noisy
from gantheory.quadrature.dimensions import common_dimension, data_and_generated, integrals, is_by_mesh

# What a report calls each quantity.
NAMES = {
    "value": "V(G, D)",
    "criterion": "C(G) = max_D V",
    "jsd_bound": "JSD(p_data, p_g) >=",
    "two_jsd": "2 JSD(p_data, p_g)",
    "discriminator_gap": "C(G) - V(G, D)",
    "kl_data_g": "KL(p_data‖p_g)",
    "kl_g_data": "KL(p_g‖p_data)",
    "modes": "modes found",
    "share": "share of p_g at modes",
    "reverse_kl": "reverse KL over modes",
}
TOLERANCE = 1e-13  # where refinement ends, unless said otherwise


@dataclass(frozen=True)
class Quantities:
    """Named results; those that have no meaning in a state are None."""

    def items(self) -> list[tuple[str, Any]]:
        """(name, result) of every quantity that has a meaning here."""
        return [(field.name, getattr(self, field.name)) for field in fields(self) if getattr(self, field.name) is not None]


@dataclass(frozen=True)
class Measurement(Quantities):
    """A state between two densities, or on the line, all in nats.

    Attributes:
      value: V(G, D); None where D's output is no logit of one point.
      criterion: C(G) = max_D V(G, D).
      two_jsd: C(G) + log 4, the generator's gap.
      discriminator_gap: C(G) - V(G, D); None where V is.
      kl_data_g: KL(p_data ‖ p_g).
      kl_g_data: KL(p_g ‖ p_data).
    """

    value: Outcome | None
    criterion: Finite
    two_jsd: Finite
    discriminator_gap: Outcome | None
    kl_data_g: Outcome
    kl_g_data: Outcome


@dataclass(frozen=True)
class PlaneMeasurement(Quantities):
    """A state of a generator on the plane, in nats but for the modes' numbers.

    V is None where D judges no single point, the modes' numbers where the data have no modes.
    """

    jsd_bound: Estimate  # JSD of the masses in the cells: less its error, a lower bound of JSD(p_data, p_g)
    two_jsd: Estimate  # 2 JSD(p_data, p_g), extrapolated beyond all cells
    value: Estimate | None = None  # V(G, D)
    discriminator_gap: Estimate | None = None  # C(G) - V(G, D)
    modes: Estimate | None = None  # number of modes that p_g found
    share: Estimate | None = None  # share of p_g within 3 standard deviations of a mode; above .98889 p_g is too narrow
    reverse_kl: Estimate | None = None  # KL(p_g ‖ p_data) over the modes, every point counted to the nearest


def measure(p_data: Law, p_g: Law, discriminator: Any = None, tolerance: float = TOLERANCE) -> Measurement | PlaneMeasurement:
    """Measure a state of the game: V, C, 2 JSD, D's gap and both KLs, in nats.

    Args:
      p_data: the law of the data.
      p_g: the law of the generator's output, of the same dimension.
      discriminator: as in ``gt.value``; without it, V and its gap are left out.
      tolerance: where refinement ends on the line, or between two densities on the plane; the errors are what was reached.

    Returns:
      A ``Measurement``; a ``PlaneMeasurement`` for the law of a generator on the plane, which is known by a mesh.

    Raises:
      ValueError: laws of different dimensions, or a D that is nan somewhere.

    Source:
      Goodfellow et al. 2014, Eq. 1, Theorem 1 and its proof.
    """
    p_data, p_g = as_law(p_data), as_law(p_g)
    if common_dimension(p_data, p_g) == 2 and is_by_mesh(p_data, p_g):
        return measure_plane(p_data, p_g, discriminator)
    of_d = {"value": integrands.value, "discriminator_gap": integrands.discriminator_gap}
    of_both = {"jsd": integrands.jsd, "kl_data_g": integrands.kl, "kl_g_data": integrands.reverse_kl}
    found: dict[str, Any]
    if discriminator is None:
        found = integrals(p_data, p_g, of_both, None, tolerance)
    elif is_noisy(discriminator, p_data):  # each on nodes of its own
        found = integrals(p_data, p_g, of_both, None, tolerance) | integrals_of_d(p_data, p_g, discriminator, of_d, tolerance)
    else:
        found = integrals(p_data, p_g, of_d | of_both, logit_at_nodes(discriminator, p_data, p_g), tolerance)
    two_jsd = 2 * bounded(finite(found.pop("jsd")), integrands.LOG2)
    return Measurement(
        found.get("value"), two_jsd - integrands.LOG4, two_jsd, found.get("discriminator_gap"), found["kl_data_g"], found["kl_g_data"]
    )


def measure_plane(p_data: Law, p_g: Law, discriminator: Any = None, cells: int = CELLS) -> PlaneMeasurement:
    """Measure a state of a generator on the plane, in nats, from masses on a mesh of z and in the cells of a grid.

    Args:
      p_data: a density on the plane.
      p_g: a ``PlanePushforward``, which may fold, or lie on a curve: then JSD is log 2, and nothing else is measured.
      discriminator: as in ``gt.value``; without it, V and its gap are left out.
      cells: of the grid in each coordinate, an even number; with more of them, and of the ``lines`` of p_g's mesh, errors are smaller.

    Raises:
      ValueError: other laws than these, a D that is nan somewhere, or an odd number of cells.

    Source:
      Goodfellow et al. 2014, Eq. 1 and Theorem 1; that cells give a lower bound is the data processing inequality (Cover & Thomas 2006).
    """
    if cells < LEAST_CELLS or cells % 2:
        raise ValueError(f"`cells` of measure_plane must be an even number of at least {LEAST_CELLS}. Got {cells!r}.")
    data, generated = data_and_generated(p_data, p_g)
    if generated.singular:
        log_2 = Estimate(integrands.LOG2, math.ulp(integrands.LOG2))
        return PlaneMeasurement(log_2, 2 * log_2)
    edges = grid_edges(data, cells)
    of_data = data.cell_masses(*edges)
    bound, jsd = jsd_bounds(edges, of_data, generated)
    value = gap = None
    if discriminator is not None:
        value = value_by_mesh(edges, of_data, generated.mesh, discriminator)
        gap = 2 * jsd - integrands.LOG4 - value
    modes = modes_of(data)
    return PlaneMeasurement(bound, 2 * jsd, value, gap, **({} if modes is None else coverage_of(modes, generated.mesh)))
