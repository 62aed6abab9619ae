"""A monotone branch of a generator, a flat piece, and G with its first two derivatives at many points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.base.programs import compiled
from gantheory.distributions.line import Density

BLOCK = 64 * 33  # points in one compiled evaluation: 64 panels
LARGE = 16 * BLOCK  # points in one compiled evaluation, where there are many more than BLOCK
MANY = 2 * LARGE  # points of which a second compilation of a generator, for blocks that are LARGE, is worth its time
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
    """A piece [z_low, z_high] of the latent line on which G is constant: an atom of p_g at x.

    It is ``rounded`` if it may be no atom: G came to rest in its last bits there, as tanh does, and may go on beneath them.
    """

    z_low: float
    z_high: float
    x: float
    rounded: bool = False


@compiled
def _jet(generator, z):
    def derivative(f):
        return lambda t: jax.jvp(f, (t,), (jnp.ones_like(t),))[1]

    first = derivative(generator)
    return jax.vmap(lambda t: jnp.stack([generator(t), first(t), derivative(first)(t)]), out_axes=1)(z)


@compiled
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


def masses_below(latent: Density, z: np.ndarray) -> np.ndarray:
    """The distribution function of a latent at points z (n,)."""
    return in_blocks(_size_for(z), latent.cdf, z)


def masses_above(latent: Density, z: np.ndarray) -> np.ndarray:
    """1 - the distribution function at points z (n,), accurate where it is small."""
    return in_blocks(_size_for(z), latent.sf, z)


def masses_between(latent: Density, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The masses of a latent between points (n,) and (n,). How many there are depends on G: were it their shape, each G would compile."""
    return in_blocks(_size_for(low), latent.mass_between, low, high)


def _size_for(points: np.ndarray) -> int:
    return LARGE if len(points) > LARGE // 2 else BLOCK


def in_blocks(size: int, solve: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """Blocks of one size, so that ``solve`` compiles once."""
    count = len(arrays[0])
    if not count:
        return np.empty(0)
    blocks = [np.pad(a, (0, -count % size), mode="edge").reshape(-1, size) for a in arrays]
    return np.concatenate([np.asarray(solve(*block)) for block in zip(*blocks, strict=True)])[:count]


def _in_blocks(function, generator, z: np.ndarray, rows: int) -> np.ndarray:
    size = LARGE if len(z) > MANY else BLOCK
    padded = np.concatenate([z, np.full(-len(z) % size, z[-1] if len(z) else 0.0)])
    blocks = [np.asarray(function(generator, block)) for block in padded.reshape(-1, size)]
    return np.concatenate(blocks or [np.zeros((rows, 0))], axis=1)[:, : len(z)]
