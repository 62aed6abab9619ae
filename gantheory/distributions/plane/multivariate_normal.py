"""The Gaussian on the plane, of any covariance."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr

from gantheory.base.estimate import Scalar
from gantheory.base.precision import finite_parameter
from gantheory.distributions.line import Density, Normal
from gantheory.distributions.plane.density import Box, PlaneDensity, box_of, lines_of, on_points, support_of

SLICES, ORDER = 8, 16  # Gauss-Legendre panels in each column of cells, and points in each panel
REACH = 9.0  # standard deviations beyond which less mass is left than a double can hold


class MultivariateNormal(PlaneDensity):
    """N(mean, cov) on the plane. Raises ``ValueError`` unless mean has shape (2,) and cov is a symmetric positive definite (2, 2)."""

    mean: np.ndarray
    cov: np.ndarray

    def __init__(self, mean: Any, cov: Any):
        self.mean = finite_parameter("MultivariateNormal", "mean", mean)
        self.cov = finite_parameter("MultivariateNormal", "cov", cov)
        if self.mean.shape != (2,) or self.cov.shape != (2, 2):
            raise ValueError(
                f"`mean` and `cov` of MultivariateNormal must have shapes (2,) and (2, 2). Got {self.mean.shape} and {self.cov.shape}."
            )
        if not np.allclose(self.cov, self.cov.T, rtol=1e-12, atol=0) or np.linalg.eigvalsh(self.cov)[0] <= 0:
            raise ValueError(f"`cov` of MultivariateNormal must be symmetric and positive definite. Got {self.cov.tolist()}.")

    def _log_prob(self, x):
        root = jnp.linalg.cholesky(jnp.asarray(self.cov, x.dtype))
        u = jax.scipy.linalg.solve_triangular(root, x - self.mean, lower=True)
        return -jnp.sum(u**2) / 2 - jnp.log(2 * jnp.pi) - jnp.sum(jnp.log(jnp.diag(root)))

    def _on_grids(self, x, y):
        return on_points(self._log_prob, x, y)

    def _sample(self, key, shape, dtype):
        root = jnp.linalg.cholesky(jnp.asarray(self.cov, dtype))
        return jnp.asarray(self.mean, dtype) + jax.random.normal(key, (*shape, 2), dtype) @ root.T

    @property
    def marginals(self) -> tuple[Density, Density]:
        scales = np.sqrt(np.diag(self.cov))
        return Normal(self.mean[0], scales[0]), Normal(self.mean[1], scales[1])

    @property
    def support(self) -> Box:
        return support_of(self.marginals)

    def box(self, mass: Scalar | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return box_of(self.marginals, mass)

    @property
    def lines(self) -> tuple[np.ndarray, np.ndarray]:
        return lines_of(self.marginals)

    def cell_masses(self, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
        """∫ over the column of p(x) P(y in the cell | x) dx, by Gauss-Legendre panels no wider than an eighth of the column."""
        (first, second), deviation = self.mean, np.sqrt(self.cov[0, 0])
        slope = self.cov[0, 1] / self.cov[0, 0]
        rest = np.sqrt(self.cov[1, 1] - slope * self.cov[0, 1])
        nodes, weights = np.polynomial.legendre.leggauss(ORDER)
        cuts = np.clip(np.asarray(x_edges), first - REACH * deviation, first + REACH * deviation)
        panels = cuts[:-1, None] + np.diff(cuts)[:, None] * np.linspace(0, 1, SLICES + 1)
        half = np.diff(panels, axis=1)[..., None] / 2
        x = panels[:, :-1, None] + half * (1 + nodes)
        density = half * weights * np.exp(-(((x - first) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
        with jax.enable_x64(True):
            given = (np.asarray(y_edges) - second - slope * (x[..., None] - first)) / rest
            low, high = given[..., :-1], given[..., 1:]
            inside = np.asarray(jnp.where(low > 0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low)))
        return np.einsum("ipk,ipkj->ij", density, inside, optimize=True)
