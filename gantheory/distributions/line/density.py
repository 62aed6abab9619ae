"""What every density on the line knows about itself: not only its formula but the facts that quadrature needs."""

import abc
import math
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64, is_traced, on_host
from gantheory.base.programs import few_sizes
from gantheory.distributions.law import Law, shape_of_draws
from gantheory.distributions.line.known import BREAK as BREAK
from gantheory.distributions.line.known import DIGIT as DIGIT
from gantheory.distributions.line.known import LOWEST as LOWEST
from gantheory.distributions.line.known import POWER_ABOVE as POWER_ABOVE
from gantheory.distributions.line.known import POWER_BELOW as POWER_BELOW
from gantheory.distributions.line.known import SCALE as SCALE
from gantheory.distributions.line.known import TINY as TINY
from gantheory.distributions.line.known import Known as Known
from gantheory.distributions.line.known import log_distance as log_distance

REAL_LINE = (-math.inf, math.inf)
LARGE = 4096  # points above which their number is not rounded up, so that fewer programs are compiled


class Facts(NamedTuple):
    """What quadrature must know of a density besides its formula. The defaults are true of a bounded density, or claim nothing."""

    support: tuple[float, float]  # the smallest closed interval outside which the density is 0 (for a batch: outside which all are)
    breakpoints: np.ndarray | None = None  # None: the cuts that are not SCALE
    tail_index: float = math.inf  # α, if P(|X| > x) ~ x^(-α), so that E|X|^r is finite for r < α; inf where it falls faster
    resolution: float = 0.0  # a length over which the density is smooth between its breaks; 0 if unknown
    unseen: float = 0.0  # mass that may lie elsewhere than the density's values at some points tell
    ends_at_cuts: bool | None = None  # whether less mass than a double can hold lies beyond the outermost cuts; None: if bounded
    cdf_rounding: float = 32 * np.finfo(float).eps  # relative error of the smaller of cdf and sf, where W₁ feels it


class Density(Law, eqx.Module):
    """A probability density on the real line, or a batch of them.

    ``log_prob``, ``prob``, ``cdf``, ``sf`` and ``quantile`` take a scalar or an array of any shape and give float64 of that shape
    (broadcast with the batch shape of the parameters, if any), whatever the user's jax.config says; under ``jit`` they trace.
    Natural logarithms throughout. A family defines what is abstract here, and overrides nothing.
    """

    dimension: ClassVar[int] = 1
    unbounded: ClassVar[Any]  # (whether the support has no lower end, no upper end)
    known: ClassVar[Known] = Known()  # how it goes on where doubles do not reach
    opaque: ClassVar[bool] = False  # whether it is a function of the user's, which may take its time

    @abc.abstractmethod
    def _log_prob(self, x, offset: Any = 0.0) -> Any:
        """log p(x + offset), in JAX, the sum not rounded first; -inf outside the support and at ±inf, never nan."""

    @abc.abstractmethod
    def _cdf(self, x) -> Any:
        """P(X <= x), in JAX."""

    @abc.abstractmethod
    def _sf(self, x) -> Any:
        """P(X > x), in JAX, accurate where it is small."""

    @abc.abstractmethod
    def _sample(self, key, shape, dtype) -> Any:
        """Independent draws, in JAX."""

    @abc.abstractmethod
    def _cuts(self) -> tuple[Any, np.ndarray]:
        """(positions of shape (*batch_shape, n), flags of shape (n,)): every break, and a few places on the density's scale.

        Outside the outermost cuts the density falls monotonically. On the scale some three places on each side of the peak are enough,
        the first near it and the last where e^-60 of the height or less is left; halving does the rest. A power tail needs none far out.
        """

    @abc.abstractmethod
    def _facts(self) -> Facts:
        """Of parameters that are known, not traced."""

    @property
    def tail_orders(self) -> tuple[float, float]:
        """How log p falls toward -∞ and +∞: 0 like a multiple of log|x|, k like |x|^k, inf where p is 0, nan if unknown."""
        return self.known.orders(self)

    @property
    def tail_doubt(self) -> float:
        """How far the α of a tail may be off: 0 where a family knows it."""
        return self.known.tail_doubt(self)

    def _tail(self, upward: bool) -> tuple[Any, Any]:
        return self.known.tail(self, upward)

    def _near(self, anchor, upward) -> tuple[Any, Any]:
        return self.known.near(self, anchor, upward)

    def _zero(self, anchor, offset) -> Any:
        return jnp.broadcast_to(self.known.zero(self, anchor, offset), jnp.shape(offset))

    def _log_doubt(self) -> Any:
        return self.known.log_doubt(self)

    def _log_prob_from(self, anchor, offset, excess: Any = None) -> tuple[Any, Any]:
        """(log p(anchor + offset), its doubt), also beyond the doubles, as ``known.log_prob_from`` says. In JAX."""
        return self.known.log_prob_from(self, anchor, offset, excess)

    @property
    @abc.abstractmethod
    def mean(self) -> Any:
        """E[X]: numbers, or a ``Divergent`` where E|X| is infinite."""

    @property
    @abc.abstractmethod
    def variance(self) -> Any:
        """E[(X - E[X])²]: numbers, or a ``Divergent``."""

    @abc.abstractmethod
    def spread(self, shape: tuple[int, ...]) -> Any:
        """The same densities, every parameter broadcast to batch shape ``shape``."""

    @property
    def support(self) -> tuple[float, float]:
        return self._facts().support

    @property
    def breakpoints(self) -> np.ndarray:
        """Sorted points at which the density, or a derivative of it, jumps or is infinite: the finite ends of its support and more."""
        if (known := self._facts().breakpoints) is not None:
            return known
        positions, flags = _host_cuts(self)
        return np.unique(positions[..., flags != SCALE])

    @property
    def landmarks(self) -> np.ndarray:
        """Sorted points where quadrature cuts: the breakpoints, and enough places on the density's scale."""
        return np.unique(_host_cuts(self)[0])

    @property
    def tail_index(self) -> float:
        return self._facts().tail_index

    @property
    def resolution(self) -> float:
        return self._facts().resolution

    @property
    def unseen(self) -> float:
        return self._facts().unseen

    @property
    def ends_at_cuts(self) -> bool:
        known = self._facts().ends_at_cuts
        return not any(self.unbounded) if known is None else known

    @property
    def cdf_rounding(self) -> float:
        return self._facts().cdf_rounding

    @property
    def unresolved(self) -> float:
        """Mass that is known not to be in ``prob``: none, as a pushforward may have."""
        return 0.0

    def mass_between(self, low: Any, high: Any) -> Any:
        """P(low < X <= high), computed from the side on which both tails are small."""
        return np.maximum(np.where(self.cdf(low) > 0.5, self.sf(low) - self.sf(high), self.cdf(high) - self.cdf(low)), 0.0)

    def tail_mass(self, x: float) -> float:
        """The mass beyond x, on the side that has less."""
        return float(min(self.cdf(x), self.sf(x)))

    def log_prob(self, x: Any) -> Any:
        return _in_one_program("_log_prob", self, x)

    def prob(self, x: Any) -> Any:
        return _in_one_program("_prob", self, x)

    def cdf(self, x: Any) -> Any:
        return _in_one_program("_cdf", self, x)

    def sf(self, x: Any) -> Any:
        return _in_one_program("_sf", self, x)

    def quantile(self, u: Any) -> Any:
        """The least x with cdf(x) >= u, by bisection of the cdf to its last bits. Raises ``ValueError`` unless u is in [0, 1]."""
        return _bisected(self, u, upper=False)

    def upper_quantile(self, u: Any) -> Any:
        """The least x with sf(x) <= u: ``quantile(1 - u)``, also where u is too small for 1 - u to tell. Raises as ``quantile`` does."""
        return _bisected(self, u, upper=True)

    def _prob(self, x):
        return jnp.exp(self._log_prob(x))

    def sample(self, key: Any, shape: Sequence[int] | int = (), dtype: Any = jnp.float64) -> Any:
        """Independent draws of the given batch shape; ``dtype`` is float32 where a float32 network is trained on them."""
        shape = shape_of_draws(key, shape)
        if dtype != jnp.float64:
            return self._sample(key, shape, dtype)
        return on_host(_draw(self, key, shape))


def broadcast(leaf: Any, shape: tuple[int, ...]) -> Any:
    """A parameter of this shape; on the host unless it is traced, where no jax setting can round it."""
    return jnp.broadcast_to(leaf, shape) if is_traced(leaf) else np.broadcast_to(leaf, shape)


class Family(Density):
    """A density that is its formula and its parameters, arrays of one batch shape."""

    trailing: ClassVar[int] = 0  # how many of the last axes of a parameter belong to one density; those before are its batch shape

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The common shape of the parameters: () for one density, (n,) for n of them."""
        return np.broadcast_shapes(*(leaf.shape[: leaf.ndim - self.trailing] for leaf in jax.tree.leaves(self)))

    def spread(self, shape: tuple[int, ...]) -> Any:
        return jax.tree.map(lambda leaf: broadcast(leaf, (*shape, *leaf.shape[leaf.ndim - self.trailing :])), self)


@in_float64
def _host_cuts(density) -> tuple[np.ndarray, np.ndarray]:
    positions, flags = density._cuts()
    return np.asarray(positions), flags


@in_float64
def _in_one_program(method, density, x):
    if is_traced(*jax.tree.leaves((density, x))):
        return _compiled(density, jnp.asarray(x, jnp.float64), method)
    x = on_host(x)
    if density.batch_shape or density.opaque or x.size > LARGE:
        return on_host(_compiled(density, x, method))
    return on_host(_compiled(density, np.resize(x, few_sizes(x.size)), method))[: x.size].reshape(x.shape)


@eqx.filter_jit
def _compiled(density, x, method: str):
    return getattr(density, method)(x)


@in_float64
def _draw(density, key, shape):
    return density._sample(key, shape, jnp.float64)


@in_float64
def _bisected(density, u, upper: bool) -> np.ndarray:
    u = np.asarray(u, dtype=np.float64)
    if not np.all((u >= 0) & (u <= 1)):
        raise ValueError(f"`u` of {'upper_quantile' if upper else 'quantile'} must be in [0, 1]. Got {u!r}.")
    largest = np.finfo(float).max / 4
    low, high = (np.full(np.broadcast_shapes(u.shape, density.batch_shape), end) for end in np.clip(density.support, -largest, largest))
    first, last = density.support[::-1] if upper else density.support
    return np.where(u == 0, first, np.where(u == 1, last, np.asarray(_halved(density, u, low, high, upper))))


@eqx.filter_jit
def _halved(density, u, low, high, upper: bool):
    """Bisection in the order of the doubles as integers: 64 steps at any scale."""

    def halve(_, ends):
        below, above = ends
        middle = (below >> 1) + (above >> 1) + (below & above & 1)
        x = _double(middle)
        short = density._sf(x) > u if upper else density._cdf(x) < u
        return jnp.where(short, middle, below), jnp.where(short, above, middle)

    return _double(jax.lax.fori_loop(0, 64, halve, (_ordered(low), _ordered(high)))[1])


def _ordered(x):
    """The doubles as integers of the same order."""
    bits = jax.lax.bitcast_convert_type(x, jnp.int64)
    return jnp.where(bits < 0, jnp.iinfo(jnp.int64).min - bits, bits)


def _double(ordered):
    bits = jnp.where(ordered < 0, jnp.iinfo(jnp.int64).min - ordered, ordered)
    return jax.lax.bitcast_convert_type(bits, jnp.float64)
