"""The law that D sees under instance noise: p_data and p_g, each convolved with the noise."""

from typing import Any

import numpy as np

from gantheory.distributions import Law, Mixture, MultivariateNormal, Normal, Product, Pushforward
from gantheory.quadrature.pair import Pair

PARTS = 16  # panels between two neighbouring places of the density's scale
FAINT = 1e-18  # negligible share of the mass
COARSE = 1e-6  # largest mass allowed where nodes are further apart than σ/2


def smoothed(p: Law, scale: float) -> Law:
    """The law of x + ε with x ~ p and ε ~ N(0, σ² I).

    On the line the convolution is taken on quadrature nodes, for a pushforward of z: a mixture of Gaussians N(x_i, σ²), x_i = G(z_i), with
    the nodes' masses as weights. Folds of G need not be known. On the plane it is exact, for Gaussians and mixtures of them.

    Args:
      p: a law on the line; or on the plane a ``MultivariateNormal``, or a ``Product`` of ``Normal`` densities.
      scale: σ > 0.

    Raises:
      ValueError: a σ that is not positive, or so small that more than 1e-6 of the mass would show up as bumps around the nodes; any
        other law on the plane.

    Source:
      Arjovsky & Bottou 2017, section 3.
    """
    if not (scale > 0 and np.isfinite(scale)):
        raise ValueError(f"`scale` of smoothed must be positive and finite. Got {scale!r}.")
    return _on_plane(p, scale) if p.dimension == 2 else _on_line(p, scale)


def _on_line(p: Any, scale: float) -> Mixture:
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


def _on_plane(p: Law, scale: float) -> Law:
    match p:
        case MultivariateNormal():
            return MultivariateNormal(p.mean, p.cov + scale**2 * np.eye(2))
        case Product(x=Normal() as x, y=Normal() as y):
            return Product(*(Normal(part.loc, np.hypot(part.scale, scale)) for part in (x, y)), weights=p.weights)
    raise ValueError(f"`p` of smoothed must be Gaussian, or a mixture of Gaussian products, on the plane. Got {p!r}.")
