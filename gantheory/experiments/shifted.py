"""Two Gaussians a distance d apart: what D*, and what a critic, would tell a generator that could only move (Arjovsky & Bottou 2017)."""

from typing import Any

import numpy as np

from gantheory.base.estimate import Estimate, finite, single
from gantheory.distributions import Density, Normal
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.models.split import mean_of

APART = (2.0, 5.0, 10.0)  # distances of the paper's three regimes
DISTANCES = np.linspace(0.25, 12.0, 48)


def pair(d: float) -> tuple[Density, Density]:
    """(p_data, p_g) = (N(0, 1), N(d, 1))."""
    return Normal(0.0, 1.0), Normal(float(d), 1.0)


def gradients(d: float) -> dict[str, Estimate]:
    """What G's losses would change by if p_g moved on, D* frozen: the mean over p_g of the loss's slope in x.

    The logit of D* has the slope -d everywhere, so that log(1 - D*) has the slope d D*, and -log D* the slope d (1 - D*). A best critic,
    f(x) = -x, has the slope -1, and G's loss -f the slope 1.
    """
    p_data, p_g = pair(d)
    D: Any = optimal_discriminator(p_data, p_g)
    return {
        "saturating": finite(single(mean_of(p_g, lambda x: d * D(x)))),
        "non_saturating": finite(single(mean_of(p_g, lambda x: d * (1 - D(x))))),
        "critic": Estimate(1.0, 0.0),
    }
