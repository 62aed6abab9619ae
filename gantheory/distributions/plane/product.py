"""Mixtures of products of densities on the line: rings, grids, checkerboards, kernel estimates, and latents of two dimensions."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.precision import finite_parameter, in_float64
from gantheory.distributions.line import Density, Mixture
from gantheory.distributions.line.mixture import numbers_of_components
from gantheory.distributions.plane.density import Box, PlaneDensity, box_of, lines_of, support_of


class Product(PlaneDensity):
    """Independent coordinates, or a mixture of such.

    .. math:: p(x, y) = \\sum_i w_i\\, p_i(x)\\, q_i(y)

    ``x`` and ``y`` are densities on the line of batch shape (), or (n,) with ``weights`` (n,). Raises ``ValueError`` unless the weights
    are positive and sum to 1 (within 1e-12), and there are as many of each.
    """

    x: Density
    y: Density
    weights: np.ndarray

    def __init__(self, x: Any, y: Any, weights: Any = (1.0,)):
        for name, part in (("x", x), ("y", y)):
            if not isinstance(part, Density):
                raise ValueError(f"`{name}` of Product must be a density on the line. Got {part!r}.")
        self.weights = finite_parameter("Product", "weights", weights, positive=True)
        counts = {"x": x.batch_shape, "y": y.batch_shape}
        count = (self.weights.size,)
        if any(shape not in ((), count) for shape in counts.values()):
            raise ValueError(f"`x` and `y` of Product must be one density, or as many as `weights`. Got {counts} for {count[0]} weights.")
        if abs(self.weights.sum() - 1) > 1e-12:
            raise ValueError(f"`weights` of Product must sum to 1. Got a sum of {self.weights.sum():.17g}.")
        self.x, self.y = x.spread(count), y.spread(count)

    def _log_prob(self, x):
        return logsumexp(self.x._log_prob(x[0]) + self.y._log_prob(x[1]) + jnp.log(self.weights))

    def _sample(self, key, shape, dtype):
        which_key, *keys = jax.random.split(key, 3)
        which = numbers_of_components(which_key, self.weights, shape, dtype)

        def drawn(part, key):
            if len(self.weights) == 1:
                return part._sample(key, shape, dtype)[..., 0]
            return jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype)[which], part)._sample(key, (), dtype)

        return jnp.stack([drawn(part, own) for part, own in zip((self.x, self.y), keys, strict=True)], -1)

    @property
    def marginals(self) -> tuple[Density, Density]:
        return Mixture(self.weights, self.x), Mixture(self.weights, self.y)

    @property
    def support(self) -> Box:
        return support_of(self.marginals)

    def box(self, mass: float) -> tuple[np.ndarray, np.ndarray]:
        return box_of(self.marginals, mass)

    @property
    def lines(self) -> tuple[np.ndarray, np.ndarray]:
        return lines_of(self.marginals)

    def cell_masses(self, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
        of_x, of_y = _between(self.x, np.asarray(x_edges)), _between(self.y, np.asarray(y_edges))
        return np.einsum("n,in,jn->ij", self.weights, of_x, of_y, optimize=True)


@in_float64
def _between(part: Density, edges: np.ndarray) -> np.ndarray:
    """P(between two edges) of each component, (cells, n), computed from the side on which both tails are small."""
    cdf, sf = _cdf_and_sf(part, jnp.asarray(edges)[:, None])
    return np.maximum(np.where(cdf[:-1] > 0.5, sf[:-1] - sf[1:], cdf[1:] - cdf[:-1]), 0.0)


@eqx.filter_jit
def _cdf_and_sf(part: Density, at):
    return part._cdf(at), part._sf(at)
