"""The density that D sees under instance noise: p_data and p_g, each convolved with the noise."""

import numpy as np

from gantheory.distributions import Law, Mixture, Normal, Pushforward
from gantheory.quadrature.pair import Pair

PARTS = 16  # panels of every stretch between two of the density's places
FAINT = 1e-18  # a share of the mass that no double would notice
COARSE = 1e-6  # of the mass may sit where nodes are further apart than half of σ


def smoothed(p: Law, scale: float) -> Mixture:
    """The law of x + ε, x ~ p, ε ~ N(0, σ²), σ = ``scale`` > 0 (Arjovsky & Bottou 2017, section 3).

    The convolution is taken on quadrature nodes of p, for a pushforward of z: a mixture of Gaussians N(x_i, σ²), x_i = G(z_i), with the
    nodes' masses as weights. Folds of G need not be known. Raises
    ``ValueError`` for a σ that is not positive, or so small that more than 1e-6 of the mass would show up as bumps around the nodes.
    """
    if not (scale > 0 and np.isfinite(scale)):
        raise ValueError(f"`scale` of smoothed must be positive and finite. Got {scale!r}.")
    plain = p.latent if isinstance(p, Pushforward) else p
    z, log_mass, _ = Pair(plain, plain).fixed_nodes(PARTS)
    order = np.argsort(z)
    z, mass = z[order], np.exp(log_mass[order])
    z, mass = z[mass > FAINT], mass[mass > FAINT]
    x = p.values(z) if isinstance(p, Pushforward) else z
    apart = np.abs(np.diff(x, prepend=x[0], append=x[-1]))
    if (bumps := mass[np.maximum(apart[1:], apart[:-1]) > scale / 2].sum()) > COARSE:
        raise ValueError(f"`scale` of smoothed must be larger for this density: at {scale:.3g}, a mass of {bumps:.2g} would be bumps.")
    return Mixture(mass / mass.sum(), Normal(x, scale))
