"""A generator without a discriminator, by the maximum mean discrepancy under a Gaussian kernel."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Estimate, single
from gantheory.base.precision import in_float64, shown
from gantheory.distributions import Law, Pushforward
from gantheory.game.networks import Generator
from gantheory.measurement.mean_discrepancy import ROUNDING
from gantheory.measurement.smoothing import nodes_of
from gantheory.models.energy import LATENT, difference_of_means, initial_generator, require_pairs
from gantheory.models.method import Method
from gantheory.models.split import Split

PARTS, FEWER = 8, 6  # panels between two places of a density's scale, and of the coarser partition that tells the error
BLOCK = 1024  # points whose kernels with all others are held at a time


def mmd2_of_samples(x: Any, y: Any, bandwidth: Any) -> Any:
    """MMD² of two samples (n,), without bias, as ``mmd2`` defines it. In JAX.

    Source:
      Gretton et al. 2012, Eq. 3.
    """
    n = len(x)

    def kernels(u, v):
        return jnp.sum(jnp.exp(-(((u[:, None] - v) / bandwidth) ** 2) / 2))

    return (kernels(x, x) + kernels(y, y) - 2 * n) / (n * (n - 1)) - 2 * kernels(x, y) / n**2


class Witness:
    """x -> E k(x, X) - E k(x, Y) for X from p and Y from q, on quadrature nodes of both laws."""

    at: np.ndarray
    masses: np.ndarray
    bandwidth: float
    lost: float

    def __init__(self, p: Law, q: Law, bandwidth: float, parts: int):
        (x, of_x), (y, of_y) = nodes_of(p, parts), nodes_of(q, parts)
        self.at, self.masses, self.bandwidth = np.concatenate([x, y]), np.concatenate([of_x, -of_y]), bandwidth
        self.lost = _lost(x, of_x, bandwidth) + _lost(y, of_y, bandwidth)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        blocks = [self._values(x[start : start + BLOCK]) for start in range(0, len(x), BLOCK)]
        return np.concatenate(blocks) if blocks else np.zeros(0)

    def _values(self, x):
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(-(((x[:, None] - self.at) / self.bandwidth) ** 2) / 2) @ self.masses

    @property
    def mmd2(self) -> float:
        """The difference of the witness's means under both laws."""
        return float(self.masses @ self(self.at))


def _lost(x: np.ndarray, masses: np.ndarray, bandwidth: float) -> float:
    """The mass without a node, and that of nodes so far from their neighbours that the kernel is not seen between them."""
    apart = np.abs(np.diff(x, prepend=x[0], append=x[-1]))
    coarse = np.maximum(apart[1:], apart[:-1]) > bandwidth / 2
    return abs(1 - float(masses.sum())) + float(masses[coarse].sum())


@dataclass(frozen=True)
class MeanDiscrepancy(Method):
    """The library's ``Generator``, by MMD² between a minibatch and as many generated points, under exp(-(x - y)²/2h²).

    Args:
      bandwidth: h, in the scale of the data.

    Raises ``ValueError`` for a bandwidth that is not positive, a shape that ``Generator`` refuses, or a minibatch of one point.

    Source:
      Li, Swersky & Zemel 2015; Dziugaite, Roy & Ghahramani 2015.
    """

    bandwidth: float = 1.0
    width: int = 32
    depth: int = 2
    activation: str = "gelu"
    name: ClassVar[str] = "mmd"

    def __post_init__(self) -> None:
        if isinstance(self.bandwidth, bool) or not isinstance(self.bandwidth, int | float) or not 0 < self.bandwidth < float("inf"):
            raise ValueError(f"`bandwidth` of MeanDiscrepancy must be positive and finite. Got {shown(self.bandwidth)}.")

    def init(self, key: Any, p_data: Law) -> Generator:
        return initial_generator("MeanDiscrepancy", self.width, self.depth, self.activation, key, p_data)

    def memory(self, key: Any, p_data: Law, batch: int) -> Any:
        require_pairs("MeanDiscrepancy", batch)
        return ()

    def loss(self, weights: Generator, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        y = jax.vmap(weights)(jax.random.normal(key, x.shape, x.dtype))
        return mmd2_of_samples(x, y, self._bandwidth(weights)), memory

    def _bandwidth(self, weights: Generator) -> float:
        """h, in the unit of x."""
        return self.bandwidth * float(weights.unit.scale)

    def law(self, weights: Generator) -> Pushforward:
        return Pushforward(weights, LATENT)

    @in_float64
    def split(self, p_data: Law, weights: Generator) -> Split:
        """MMD² twice, with no gap: as sums over nodes of both laws, and as ∫ (p - q) w dx of the witness w = E k(·, X) - E k(·, Y).

        How far a coarser partition moves the sums, or w at its nodes, is their error.
        """
        law = self.law(weights)
        fine, coarse = (Witness(p_data, law, self._bandwidth(weights), parts) for parts in (PARTS, FEWER))
        moved = float(np.max(np.abs(fine(coarse.at) - coarse(coarse.at)))) + fine.lost + ROUNDING
        divergence = Estimate(max(fine.mmd2, 0.0), abs(fine.mmd2 - coarse.mmd2) + (4 + fine.lost) * fine.lost + ROUNDING)
        objective = single(difference_of_means(p_data, law, fine)) + Estimate(0.0, 2 * moved)
        return Split(objective, divergence, Estimate(0.0, 0.0), 1)
