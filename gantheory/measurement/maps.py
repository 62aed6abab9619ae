"""Two laws and a discriminator on one even grid over the plane: what a map shows."""

from typing import NamedTuple

import numpy as np

from gantheory.distributions.plane.density import PlaneDensity
from gantheory.distributions.pushforward.plane_pushforward import PlanePushforward
from gantheory.measurement.cells import logits_at
from gantheory.measurement.minimax import sigmoid

MARGIN = 0.35  # of the data's width, on each side
SEEN = 1e-5  # of the largest mass in a cell: where there is less, D* is of no consequence


class Maps(NamedTuple):
    """Everything has the shape (columns, rows); D* is nan where neither law has mass to speak of."""

    edges: tuple[np.ndarray, np.ndarray]
    of_data: np.ndarray  # masses in the cells
    of_g: np.ndarray
    discriminator: np.ndarray | None  # D at the cells' middles, if it judges single points
    optimal: np.ndarray  # D* of the cells: p_data's mass over both


def maps(p_data: PlaneDensity, p_g: PlanePushforward, discriminator=None, cells: int = 240) -> Maps:
    ends = [marginal.quantile([0.005, 0.995]) for marginal in p_data.marginals]
    edges = tuple(np.linspace(low - MARGIN * (high - low), high + MARGIN * (high - low), cells + 1) for low, high in ends)
    of_data, of_g = p_data.cell_masses(*edges), p_g.cell_masses(*edges)
    both = of_data + of_g
    optimal = np.divide(of_data, both, out=np.full(both.shape, np.nan), where=both > SEEN * both.max())
    if discriminator is None:
        return Maps(edges, of_data, of_g, None, optimal)
    middles = np.stack(np.meshgrid(*((edge[1:] + edge[:-1]) / 2 for edge in edges), indexing="ij"), -1)
    return Maps(edges, of_data, of_g, sigmoid(logits_at(discriminator, middles)), optimal)
