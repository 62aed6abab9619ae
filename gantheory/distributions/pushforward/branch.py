"""A monotone branch of a generator, a flat piece, and G with its first two derivatives at many points."""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions.line import Density

BLOCK = 64 * 33  # points in one compiled evaluation: 64 panels
NEITHER = (False, False)


@dataclass(frozen=True)
class Branch:
    """A piece [z[0], z[-1]] of the latent line on which G is strictly monotone, with the points known on it.

    Pairs are of the lower and of the upper end in x.
    """

    z: np.ndarray
    x: np.ndarray
    critical: tuple[bool, bool]  # whether G' = 0 there
    slope: float | None = None  # G' where it is one number, on a piece of a piecewise linear G
    steep: tuple[bool, bool] = NEITHER  # whether G' is infinite there, and G is not
    open: tuple[bool, bool] = NEITHER  # whether z is infinite there
    endless: tuple[bool, bool] = NEITHER  # whether x is infinite there
    resolution: tuple[float, float] = (0.0, 0.0)  # distance in z from an end that is steep or endless, within which G is not told

    @property
    def increasing(self) -> bool:
        return bool(self.x[-1] > self.x[0])

    def z_at(self, end: int) -> float:
        """The latent point of the lower (0) or upper (1) end in x."""
        return float(self.z[0] if (end == 0) == self.increasing else self.z[-1])

    @property
    def ends(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def low(self) -> float:
        return float(min(self.x[0], self.x[-1]))

    @property
    def high(self) -> float:
        return float(max(self.x[0], self.x[-1]))


@dataclass(frozen=True)
class Flat:
    """A piece [z_low, z_high] of the latent line on which G is constant: an atom of p_g at x."""

    z_low: float
    z_high: float
    x: float


@eqx.filter_jit
def _jet(generator, z):
    def derivative(f):
        return lambda t: jax.jvp(f, (t,), (jnp.ones_like(t),))[1]

    first = derivative(generator)
    return jax.vmap(lambda t: jnp.stack([generator(t), first(t), derivative(first)(t)]), out_axes=1)(z)


@eqx.filter_jit
def _values(generator, z):
    return jax.vmap(generator)(z)[None]


def jet(generator: Any, z: np.ndarray) -> np.ndarray:
    """G, G' and G'' at the points z, stacked: shape (3, n). Evaluated in blocks of one size, so that it compiles once."""
    return _in_blocks(_jet, generator, z, 3)


def values(generator: Any, z: np.ndarray) -> np.ndarray:
    """G at the points z (n,), with no derivative taken."""
    return _in_blocks(_values, generator, z, 1)[0]


@eqx.filter_jit
def _held(density, x):
    return density._log_prob_from(jnp.zeros(()), x)[0][None]


@in_float64
def log_density(density: Density, x: np.ndarray) -> np.ndarray:
    """log p at points x (n,), below -1e308 and not -inf where p is not 0."""
    return _in_blocks(_held, density, x, 1)[0]


def _in_blocks(function, generator, z: np.ndarray, rows: int) -> np.ndarray:
    padded = np.concatenate([z, np.full(-len(z) % BLOCK, z[-1] if len(z) else 0.0)])
    blocks = [np.asarray(function(generator, block)) for block in padded.reshape(-1, BLOCK)]
    return np.concatenate(blocks or [np.zeros((rows, 0))], axis=1)[:, : len(z)]
