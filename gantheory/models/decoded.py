"""The law of a variational autoencoder on the line: x = f(z) + s ε with z and ε from N(0, 1), as an exact density."""

import abc
from collections.abc import Callable
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erf, erfc, logsumexp, ndtr

from gantheory.base.precision import finite_parameter
from gantheory.base.primitives import half_log_tau
from gantheory.distributions.line.density import DIGIT, LOWEST, REAL_LINE, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.known import Known, doubted
from gantheory.distributions.line.mixture import numbers_of_components
from gantheory.distributions.line.truncated_normal import GAUSS_NODES, GAUSS_WEIGHTS
from gantheory.models.segments import FAR, ORDER, Lines, Segments, cut

CORE = 9.0  # |z| within which all of N(0, 1) lies that a sum of doubles would notice
BEYOND = 12.0  # |z| beyond which a distribution function needs no digits: a mass of 4e-33
SIZES, PIECES = 1024, 32  # multiples to which nodes, and pieces and places, are filled up
TOLD = 1e-18  # mass of a node that a sum of doubles would notice
CLOSE = 64  # places across the range of f(z) that are told apart, if s is smaller
FINER = 40  # nodes of a segment against which those of a law are checked
PROBES = 257  # points at which they are
SEEN = 600.0  # how far below the largest log p they are, and log p is told by nodes
LEAST = 1e-300  # mass of a node below which it is left out
UNTOLD = 1e3  # doubt of log p beyond
LOG_ROUNDING = 4 * np.finfo(float).eps  # rounding of a log-density, as a share of 1 + |log p|, that quadrature counts of any
ROUNDING = 8 * np.finfo(float).eps  # rounding of x - f(z), as a share of their sizes


class Decoded(Family):
    """The law of f(z) + s ε, with z and ε from N(0, 1).

    .. math:: p(x) = \\int N(z; 0, 1)\\, N(x; f(z), s^2)\\, dz

    What the rounding of f moves is an error of the log-density. The distribution function is that of the nodes.
    """

    x: np.ndarray
    mass: np.ndarray
    cdf_x: np.ndarray  # the same, but few where next to no mass is
    cdf_mass: np.ndarray
    scale: np.ndarray
    tails: np.ndarray  # standard deviations of both tails
    places: np.ndarray
    inner_error: np.ndarray
    trailing: ClassVar[int] = 1
    by_nodes: ClassVar[bool]  # whether the density is that of the nodes, too
    unbounded: ClassVar[tuple[bool, bool]] = (True, True)

    def __init__(self, segments: Segments, scale: float):
        z, f, mass = segments.nodes()
        self.scale = np.array([scale])
        self.x, self.mass = _nodes(f, mass)
        self.cdf_x, self.cdf_mass = _few_nodes(segments)
        self.tails = np.array([_tail(segments, scale, upward) for upward in (False, True)])
        self.places = _places(z.ravel(), f.ravel(), scale)
        self.inner_error = np.zeros(1)
        self.inner_error = np.array([self._measured_error(segments)])

    @abc.abstractmethod
    def _measured_error(self, segments: Segments) -> float:
        """How far log p may be off because of the rule in z, and of the polynomials that stand for f."""

    def _cdf(self, x):
        return jnp.sum(self.cdf_mass * ndtr((jnp.asarray(x)[..., None] - self.cdf_x) / self.scale), axis=-1)

    def _sf(self, x):
        return jnp.sum(self.cdf_mass * ndtr((self.cdf_x - jnp.asarray(x)[..., None]) / self.scale), axis=-1)

    def _cuts(self):
        return self.places, np.full(self.places.shape[-1], SCALE)

    def _facts(self):
        off = float(np.max(self.inner_error))
        size = float(np.abs(self.cdf_x[self.cdf_mass > TOLD]).max() / np.min(self.scale))
        return Facts(
            REAL_LINE,
            resolution=float(np.min(self.scale)),
            unseen=off,
            ends_at_cuts=True,
            cdf_rounding=32 * np.finfo(float).eps + CORE * ROUNDING * size + off,
        )

    def _own_doubt(self, anchor, offset):
        """Of log p: it changes with f by at most E|x - f(z)|/s² under the posterior, and E(x - f)²/2s² <= -log(p s √2π) (Gibbs)."""
        log_prob = self._log_prob(anchor, offset)
        squares = jnp.maximum(-log_prob - jnp.log(self.scale[0]) - half_log_tau(), 0.0)
        moved = ROUNDING * (jnp.abs(anchor + offset) + jnp.abs(self.places).max()) / self.scale[0]
        beyond = jnp.where(squares > SEEN, UNTOLD, 0.0) if self.by_nodes else 0.0  # where p is that of z beyond the nodes
        return self.inner_error[0] + moved * jnp.sqrt(2 * squares) + beyond

    def _own_orders(self) -> tuple[float, float]:
        return 2.0, 2.0

    def _own_tail(self, upward):
        return jnp.inf, self.tails[..., int(upward)]

    def _own_lost(self, anchor, offset):
        scale = jnp.where(anchor + offset > 0, self.tails[1], self.tails[0])
        return LOWEST - DIGIT * (2 * log_distance(anchor, 0.0, offset, scale) - np.log(2))

    @property
    def mean(self) -> Any:
        return np.sum(self.mass * self.x, axis=-1)

    @property
    def variance(self) -> Any:
        return np.sum(self.mass * (self.x - self.mean[..., None]) ** 2, axis=-1) + self.scale[..., 0] ** 2

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost, log_prob_from=doubted(_own_doubt))


class DecodedByNodes(Decoded):
    """The same for a smooth f, on the nodes z_k of its segments, with the masses w_k of N(0, 1).

    .. math:: p(x) = \\sum_k w_k\\, N(x; f(z_k), s^2)

    On every segment the integrand is seen by a Gauss-Legendre rule to rounding, wherever the posterior of z lies. How far a finer rule
    differs is an error of the log-density.
    """

    by_nodes: ClassVar[bool] = True

    def __init__(self, segments: Segments, scale: float):
        super().__init__(segments, scale)

    def _measured_error(self, segments: Segments) -> float:
        """How far a finer rule differs in log p, and what the polynomials of f may be off, in units of s, at the highest slope of log p."""
        _, f, mass = segments.nodes(FINER)
        finer = eqx.tree_at(lambda law: (law.x, law.mass), self, _nodes(f, mass))
        probes = np.linspace(self.places[0], self.places[-1], PROBES)
        one, other = (law.log_prob(probes) for law in (self, finer))
        off = np.abs(one - other) - LOG_ROUNDING * (1 + np.abs(other))
        rule = max(float(off[other > other.max() - SEEN].max()), 0.0)
        return rule + FAR * segments.error / float(self.scale[0])

    def _log_prob(self, x, offset: Any = 0.0):
        u = ((jnp.asarray(x)[..., None] - self.x) + jnp.asarray(offset)[..., None]) / self.scale
        return logsumexp(-u * u / 2 + jnp.log(self.mass), axis=-1) - jnp.log(self.scale[0]) - half_log_tau()

    def _sample(self, key, shape, dtype):
        key_z, key_noise = jax.random.split(key)
        which = numbers_of_components(key_z, self.mass / self.mass.sum(), shape, dtype)
        return jnp.asarray(self.x, dtype)[which] + jnp.asarray(self.scale[0], dtype) * jax.random.normal(key_noise, shape, dtype)


class PiecewiseDecoded(Decoded):
    """The law for an f that is a_i z + b_i from z_i to z_{i+1}: a mixture of tilted Gaussians, in closed form.

    .. math:: p(x) = \\sum_i N(x; b_i, S_i^2) \\left[\\Phi\\left(\\frac{z_{i+1} - \\mu_i}{v_i}\\right)
        - \\Phi\\left(\\frac{z_i - \\mu_i}{v_i}\\right)\\right], \\quad S_i^2 = a_i^2 + s^2,\\ \\mu_i = a_i (x - b_i)/S_i^2,\\ v_i = s/S_i

    The distribution function alone is left to the nodes.
    """

    low: np.ndarray
    high: np.ndarray
    start: np.ndarray
    end: np.ndarray
    slope: np.ndarray
    offset: np.ndarray
    by_nodes: ClassVar[bool] = False

    def __init__(self, segments: Segments, lines: Lines, scale: float):
        low, high = lines.low.copy(), lines.high.copy()
        low[0], high[-1] = -np.inf, np.inf
        # What fills them up are pieces of no length.
        self.low, self.high = (filled(ends, PIECES, FAR) for ends in (low, high))
        each = lines.start, lines.end, lines.slope, lines.start - lines.slope * lines.low
        self.start, self.end, self.slope, self.offset = (filled(values, PIECES, 0.0) for values in each)
        super().__init__(segments, scale)

    @property
    def lines(self) -> Lines:
        """The pieces of f, of which the law was made."""
        own = self.low < self.high
        low, high = self.low[own], self.high[own]
        low[0], high[-1] = -FAR, FAR
        return Lines(low, high, self.start[own], self.end[own], self.slope[own])

    def _measured_error(self, segments: Segments) -> float:
        return 0.0

    def _log_prob(self, x, offset: Any = 0.0):
        return logsumexp(self.log_parts(x, offset), axis=-1)

    def log_parts(self, x: Any, offset: Any = 0.0) -> Any:
        """The logarithm of each piece's part of p(x + offset), along a new last axis. In JAX."""
        x, offset, s = jnp.asarray(x)[..., None], jnp.asarray(offset)[..., None], self.scale
        wide = jnp.hypot(self.slope, s)
        # (z_i - μ_i)/v_i, by x - f(z_i), from which no digits cancel.
        low = (self.low * s * s - self.slope * ((x - self.start) + offset)) / (wide * s)
        high = (self.high * s * s - self.slope * ((x - self.end) + offset)) / (wide * s)
        u = ((x - self.offset) + offset) / wide
        return -u * u / 2 - jnp.log(wide) - half_log_tau() + _log_mass(low, jnp.maximum(low, high))

    def _sample(self, key, shape, dtype):
        key_z, key_noise = jax.random.split(key)
        z, noise = (jax.random.normal(one, shape, dtype) for one in (key_z, key_noise))
        low, offset, slope, scale = (jnp.asarray(a, dtype) for a in (self.low, self.offset, self.slope, self.scale[0]))
        piece = jnp.searchsorted(low[1:], z, side="right")
        return offset[piece] + slope[piece] * z + scale * noise


def law_of_decoder(decoder: Callable[..., Any], scale: Any) -> Decoded:
    """The law of f(z) + s ε, with z and ε from N(0, 1).

    Args:
      decoder: f, () -> (), which JAX can trace; its weights are taken in float64.
      scale: s > 0.

    Returns:
      A ``PiecewiseDecoded`` where f is piecewise linear as a program, such as a ReLU network; else a ``DecodedByNodes``.

    Raises:
      ValueError: a scale that is not positive and finite, or so small that the posterior would take more than 4000 segments of z; a
        decoder that JAX cannot trace, that does not take one number to one number, or that is not finite.

    Source:
      Kingma & Welling 2014, section 2.1, with a Gaussian decoder.
    """
    s = finite_parameter("law_of_decoder", "scale", scale, positive=True)
    if s.shape != ():
        raise ValueError(f"`scale` of law_of_decoder must be one number. Got {scale!r}.")
    _require_function(decoder)
    return law_of(*cut(decoder, float(s)), float(s))


def law_of(segments: Segments, lines: Lines | None, scale: float) -> Decoded:
    """The law of what ``cut`` found of f."""
    return DecodedByNodes(segments, scale) if lines is None else PiecewiseDecoded(segments, lines, scale)


def _require_function(decoder: Any) -> None:
    try:
        shape = jax.eval_shape(decoder, jax.ShapeDtypeStruct((), jnp.float32)).shape
    except Exception as error:
        raise ValueError(
            f"`decoder` must be a function of one number that JAX can trace. Got {decoder!r}: {type(error).__name__}."
        ) from None
    if shape != ():
        raise ValueError(f"`decoder` must take one number to one number. Got values of shape {shape}.")


def _log_mass(low, high):
    """log(Φ(high) - Φ(low)), as ``log_normal_mass`` has it, by a sixth of its nodes: nothing cancels.

    Across 0 it is a sum of two error functions. Else it is φ(c) ∫_0^d exp(-c t - t²/2) dt from the end c nearer to 0, cut where e^-38 is
    left: by one Gauss-Legendre rule, but for a c below 1 by a difference, of which no more cancels than half unless d is small.
    """
    across = (low < 0) & (high > 0)
    near, far = jnp.minimum(jnp.abs(low), jnp.abs(high)), jnp.maximum(jnp.abs(low), jnp.abs(high))
    near = jnp.where(across, 0.0, near)
    end = jnp.minimum(far - near, 76.0 / (near + jnp.sqrt(near * near + 76.0)))
    t = end[..., None] * (1 + GAUSS_NODES) / 2
    by_rule = end / 2 * (jnp.exp(-near[..., None] * t - t * t / 2) @ GAUSS_WEIGHTS)
    by_rule = -near * near / 2 - half_log_tau() + jnp.log(by_rule)
    root = np.sqrt(2.0)
    two = jnp.where(across, erf(high / root) - erf(low / root), erfc(near / root) - erfc(far / root)) / 2
    direct = across | ((near < 1) & (far - near > 0.5))
    return jnp.where(direct, jnp.log(jnp.where(direct, two, 1.0)), by_rule)


def _few_nodes(segments: Segments) -> tuple[np.ndarray, np.ndarray]:
    """(f(z), mass) of all nodes up to |z| = 12, and of two nodes a segment beyond."""
    near = np.abs(segments.z[:-1] + segments.z[1:]) / 2 < BEYOND
    both = [[part[rows].ravel() for part in segments.nodes(order)[1:]] for rows, order in ((near, ORDER), (~near, 2))]
    x, mass = (np.concatenate(parts) for parts in zip(*both, strict=True))
    return _nodes(x, mass)


def _nodes(x: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nodes that have any mass."""
    held = mass > LEAST
    return filled(x[held], SIZES, 0.0), filled(mass[held], SIZES, 0.0)


def filled(array: np.ndarray, size: int, value: float) -> np.ndarray:
    """With more elements of a value, up to a multiple of ``size``: so that programs are compiled for few sizes."""
    return np.concatenate([array, np.full(-len(array) % size, value)])


def _tail(segments: Segments, scale: float, upward: bool) -> float:
    """Where f runs off to this side, √(a² + s²) by its last slope a; else s."""
    slopes = [2 * np.sum(segments.coefficients[end, 1:2]) / np.diff(segments.z)[end] for end in (0, -1)]
    outward = [-slopes[0], slopes[1]]
    steepest = max((one if upward else -one) for one in outward)
    return float(np.hypot(max(steepest, 0.0), scale))


def _places(z: np.ndarray, f: np.ndarray, scale: float) -> np.ndarray:
    """Where f turns or bends, three scales to each side, and to where a double holds p; no nearer to each other than p can change."""
    inner = f[np.abs(z) < CORE]
    low, high = inner.min(), inner.max()
    bends = np.abs(np.diff(inner, 2))
    rise = np.diff(inner)
    turns = inner[1:-1][(rise[1:] * rise[:-1] <= 0) | (bends > np.quantile(bends, 0.9))]
    usual = f[np.searchsorted(z, [-3.0, -1.0, 0.0, 1.0, 3.0])]
    features = np.concatenate([turns, usual, [low, high]])
    near = np.unique(np.concatenate([features, features - 3 * scale, features + 3 * scale, [low - CORE * scale, high + CORE * scale]]))
    step = np.floor((near - near[0]) / max(scale, (high - low) / CLOSE))
    near = near[np.unique(step, return_index=True)[1]]
    places = np.unique(np.concatenate([near, [f.min() - FAR * scale, high + CORE * scale, f.max() + FAR * scale]]))
    return filled(places, PIECES, places[-1])
