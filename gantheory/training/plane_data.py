"""A user's sample of pairs: its density model, and what rows held out from that say of p_g."""

import math

import numpy as np

from gantheory.distributions import Normal
from gantheory.distributions.plane.product import Product
from gantheory.distributions.pushforward.plane_pushforward import PlanePushforward
from gantheory.measurement.cells import logits_at, vertex_masses
from gantheory.training.data import HeldOut


def scott(rows: np.ndarray) -> float:
    """Scott's bandwidth on the plane, in each coordinate's own standard deviation: n^(-1/6) (Scott 1992, Eq. 6.42)."""
    return len(rows) ** (-1 / 6)


def kde_on_plane(rows: np.ndarray, bandwidth: float) -> Product:
    """(1/n) Σ N(x_i, h² s_x²) N(y_i, h² s_y²): a model of a user's data, never of a generator."""
    scale = bandwidth * rows.std(0, ddof=1)
    return Product(Normal(rows[:, 0], scale[0]), Normal(rows[:, 1], scale[1]), np.full(len(rows), 1 / len(rows)))


def against_held_out_points(held_out: np.ndarray, p_data, p_g: PlanePushforward, discriminator, seed: int) -> HeldOut:
    """The lower bound of ``empirical.against_held_out``, for rows (n, 2); no distance of samples is taken on the plane."""
    log_d = -np.logaddexp(0.0, -logits_at(discriminator, held_out))
    generated = np.sum(vertex_masses(p_g.mesh) * -np.logaddexp(0.0, logits_at(discriminator, p_g.mesh.x)))
    bound = (log_d.mean() + generated + math.log(4)) / 2
    return HeldOut(len(held_out), float(bound), float(np.std(log_d, ddof=1) / math.sqrt(len(log_d)) / 2), None, None)
