"""Two laws and a discriminator on one even grid over the plane: what a map shows."""

from typing import Any, NamedTuple

import numpy as np

from gantheory.measurement.discriminators import logits_at, sigmoid

MARGIN = 0.35  # margin on each side, as a share of the data's width
SEEN = 1e-5  # mass in a cell, as a share of the largest, below which D* is not shown


class Maps(NamedTuple):
    """Arrays of shape (columns, rows); D* is nan where neither law has mass to speak of."""

    edges: tuple[np.ndarray, np.ndarray]
    of_data: np.ndarray  # masses in the cells
    of_g: np.ndarray
    discriminator: np.ndarray | None  # D at the cells' middles, if it judges single points
    optimal: np.ndarray  # D* of the cells: p_data's mass over both


def maps_of(p_data: Any, p_g: Any, discriminator: Any = None, cells: int = 240) -> Maps:
    """The masses of two laws on the plane, D and D*, in ``cells`` × ``cells`` cells around the data."""
    ends = [marginal.quantile([0.005, 0.995]) for marginal in p_data.marginals]
    lines = [np.linspace(low - MARGIN * (high - low), high + MARGIN * (high - low), cells + 1) for low, high in ends]
    edges = lines[0], lines[1]
    of_data, of_g = p_data.cell_masses(*edges), p_g.cell_masses(*edges)
    both = of_data + of_g
    optimal = np.divide(of_data, both, out=np.full(both.shape, np.nan), where=both > SEEN * both.max())
    if discriminator is None:
        return Maps(edges, of_data, of_g, None, optimal)
    middles = np.stack(np.meshgrid(*((edge[1:] + edge[:-1]) / 2 for edge in edges), indexing="ij"), -1)
    return Maps(edges, of_data, of_g, sigmoid(logits_at(discriminator, middles, (2,))), optimal)
