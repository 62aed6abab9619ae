"""The planar densities on which generators are commonly tried, each with a stated formula."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from gantheory.distributions import Normal, Uniform
from gantheory.plane.density import PlaneDensity
from gantheory.plane.product import Product
from gantheory.precision import finite_parameter


def spots(centres: np.ndarray, scale: float, weights=None) -> Product:
    """A mixture of N((x_i, y_i), scale² I), with equal weights unless they are given."""
    scale = finite_parameter("A planar mixture", "scale", scale, positive=True)
    weights = np.full(len(centres), 1 / len(centres)) if weights is None else weights
    return Product(Normal(centres[:, 0], scale), Normal(centres[:, 1], scale), weights)


def ring(n: int = 8, radius: float = 1.0, scale: float = 0.01) -> Product:
    """n Gaussians of standard deviation ``scale`` at equal angles on a circle: PacGAN's ring (Lin et al. 2018, section 4.1) as it stands;
    Metz et al. 2017 have radius 2 and scale .02."""
    angle = 2 * np.pi * np.arange(_count("ring", n)) / n
    return spots(radius * np.stack([np.cos(angle), np.sin(angle)], -1), scale)


def grid(n: int = 5, spacing: float = 2.0, scale: float = 0.05) -> Product:
    """n × n Gaussians of standard deviation ``scale``: VEEGAN's and PacGAN's grid of 25 as it stands, on -4, -2, 0, 2, 4."""
    line = spacing * (np.arange(_count("grid", n)) - (n - 1) / 2)
    return spots(np.stack(np.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2), scale)


def moons(scale: float = 0.1) -> Product:
    """Two half circles of radius 1, around (0, 0) and upside down around (1, ½), with noise of standard deviation ``scale``.

    Each is a mixture of Gaussians whose centres lie less than ``scale`` apart, so that no bump shows.
    """
    t = np.linspace(0, np.pi, _kernels(np.pi, scale))
    upper, lower = np.stack([np.cos(t), np.sin(t)], -1), np.stack([1 - np.cos(t), 0.5 - np.sin(t)], -1)
    return spots(np.concatenate([upper, lower]), scale)


def spiral(turns: float = 1.5, scale: float = 0.05) -> Product:
    """Two arms of Archimedes' spiral, r from 0 to 1 over ``turns``, with noise of standard deviation ``scale``, as for ``moons``.

    The centres are equally far apart along the arm.
    """
    t = np.linspace(0, 1, 4096)
    radius, angle = t, 2 * np.pi * turns * t
    arm = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(arm, axis=0).T))])
    at = np.linspace(0, length[-1], _kernels(length[-1], scale))
    centres = np.stack([np.interp(at, length, arm[:, i]) for i in (0, 1)], -1)
    return spots(np.concatenate([centres, -centres]), scale)


def checkerboard(n: int = 4, width: float = 1.0) -> Product:
    """Uniform on the dark squares of an n × n board whose squares have side ``width``, centred at 0."""
    i, j = np.array([(i, j) for i in range(_count("checkerboard", n)) for j in range(n) if (i + j) % 2 == 0]).T
    low_x, low_y = width * (i - n / 2), width * (j - n / 2)
    return Product(Uniform(low_x, low_x + width), Uniform(low_y, low_y + width), np.full(len(i), 1 / len(i)))


class Twisted(PlaneDensity):
    """The law of a point that is turned by an angle ``rate`` · log r about 0: a map that keeps areas, so that the density is the old one
    at the point turned back."""

    straight: Product
    rate: float

    def _turned(self, x, sign):
        radius = jnp.maximum(jnp.linalg.norm(x, axis=-1), 1e-30)
        angle = sign * self.rate * jnp.log(radius)
        cos, sin = jnp.cos(angle), jnp.sin(angle)
        return jnp.stack([cos * x[..., 0] - sin * x[..., 1], sin * x[..., 0] + cos * x[..., 1]], -1)

    def _log_prob(self, x):
        return self.straight._log_prob(self._turned(x, -1))

    def _sample(self, key, shape, dtype):
        return self._turned(self.straight._sample(key, shape, dtype), 1)

    @property
    def marginals(self):
        reach = max(float(np.abs(part.quantile([1e-12, 1 - 1e-12])).max()) for part in self.straight.marginals)
        return Uniform(-reach, reach), Uniform(-reach, reach)

    def cell_masses(self, x_edges, y_edges):
        """By Gauss-Legendre, 6 × 6 points a cell."""
        nodes, weights = np.polynomial.legendre.leggauss(6)
        (x, wx), (y, wy) = (
            ((edges[:-1, None] + np.diff(edges)[:, None] * (1 + nodes) / 2), np.diff(edges)[:, None] * weights / 2)
            for edges in (np.asarray(x_edges), np.asarray(y_edges))
        )
        points = np.stack(np.broadcast_arrays(x[:, None, :, None], y[None, :, None, :]), -1)
        return np.einsum("ijkl,ik,jl->ij", self.prob(points), wx, wy, optimize=True)


def pinwheel(arms: int = 5, radial: float = 0.3, tangential: float = 0.05, rate: float = 1.0) -> Twisted:
    """``arms`` Gaussians at radius 1, with standard deviations ``radial`` outward and ``tangential`` across, twisted by ``rate`` · log r."""
    angle = 2 * np.pi * np.arange(_count("pinwheel", arms)) / arms
    # A Gaussian that is longer in one direction is a row of round ones, as near as rounding tells.
    along = np.sqrt(radial**2 - tangential**2) * np.linspace(-6, 6, _kernels(12 * radial, tangential))
    weight = np.exp(-((along / np.sqrt(radial**2 - tangential**2)) ** 2) / 2)
    direction = np.stack([np.cos(angle), np.sin(angle)], -1)
    centres = direction[:, None] * (1 + along)[None, :, None]
    weights = np.tile(weight / weight.sum(), arms) / arms
    return Twisted(spots(centres.reshape(-1, 2), tangential, weights), rate)


def _count(owner: str, n: Any) -> int:
    if isinstance(n, bool) or n != int(n) or n < 1:
        raise ValueError(f"`n` of {owner} must be a whole number of at least 1. Got {n!r}.")
    return int(n)


def _kernels(length: float, scale: float) -> int:
    """So many centres over a length that they lie less than ``scale`` apart."""
    finite_parameter("A planar mixture", "scale", scale, positive=True)
    return int(np.ceil(length / scale)) + 1
