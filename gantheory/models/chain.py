"""A chain of Gaussian steps from noise to data, in exact numbers: the density of each x_t, and the bound with its gap at any x_0.

    x_N ~ N(0, 1),  x_{t-1} = μ_t(x_t) + s_t ε,  μ_t(x) = √a_t x - √ᾱ_{t-1} β_t/σ_t v_t(x)      for t = N, …, 1

Each density follows from that of the step before, on evenly spaced nodes y, h apart:

    p_{t-1}(x) = ∫ p_t(y) N(x; μ_t(y), s_t²) dy = Σ_y h p_t(y) N(x; μ_t(y), s_t²)

Backwards in time the model is a chain too, from x_0 to x_N, with p(x_t|x_{t-1}) = p_t(x_t) N(x_{t-1}; μ_t(x_t), s_t²)/p_{t-1}(x_{t-1}), so
that at every x_0

    -ELBO = -log p_0(x_0) + Σ_t E_q KL(q(x_t|x_{t-1}) ‖ p(x_t|x_{t-1}))

Each of the three is a sum of its own over the same nodes. Of an analytic integrand that falls off to both sides such a sum converges
geometrically (Trefethen & Weideman 2014): with h well below the integrand's width it is the integral to rounding.
"""

from functools import cached_property, partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.precision import in_float64, promoted
from gantheory.base.programs import few_sizes
from gantheory.game.networks import Unit
from gantheory.measurement import integrands
from gantheory.models.noising import Noising
from gantheory.models.segments import FAR

HALF_LOG_TAU = float(np.log(2 * np.pi)) / 2
DENSITY = 1.5  # nodes to a standard deviation of the integrand: of a Gaussian the sum then misses e^(-2π² 1.5²)
WIDEST = 1 / 24  # most that nodes are apart
MARGIN = 4.0  # beyond 39 standard deviations, for what v moves
MOST = 2**15  # nodes of a step above which a chain is refused
NOTHING = -1e4  # what stands for log p beyond the nodes
WITHIN = 11.0  # standard deviations of a step to each side, of which e^-60 is left beyond
LIMIT = FAR + MARGIN - WITHIN  # |x_0| up to which q(x_t|x_0) lies on the nodes
ENOUGH = 1.2  # factor by which less is enough
BLOCK = 256  # points in one call of a compiled program


class Nodes(NamedTuple):
    """x_t on evenly spaced nodes, symmetric about 0.

    Attributes:
      spacing: h.
      x: the nodes.
      velocity: v_t there.
      mean: μ_t there.
      log_prob: log p_t there.
    """

    spacing: float
    x: np.ndarray
    velocity: np.ndarray
    mean: np.ndarray
    log_prob: np.ndarray


class Chain:
    """A chain in float64; x_0, too, is in the unit of the data.

    Args:
      weights: of a ``unit``, a ``noising``, ``scales`` s_t and a ``velocity(x, time)``, such as a ``Denoiser``.
      density: what h is divided by.
      limit: |x_0| up to which its gap is asked for, at most ``LIMIT``.

    Raises:
      ValueError: s_t for which that takes too many nodes.

    Attributes:
      unit: (loc, scale) of the data.
      noising: the chain that it turns around.
      scales: s_t, for t = 1, …, N.
      tails: standard deviations of the Gaussian tails of p_0, …, p_N: as v is bounded, they are those of v = 0.
      reach: |x_t| up to which there are nodes.
      limit: |x_0| up to which its numbers are asked for.
      constant: what -ELBO has besides squares.
      nodes: of x_1, …, x_N.
    """

    unit: Unit
    noising: Noising
    scales: np.ndarray
    tails: np.ndarray
    reach: float
    limit: float
    constant: float
    nodes: list[Nodes]

    @in_float64
    def __init__(self, weights: Any, density: float = 1.0, limit: float = LIMIT):
        self._weights = promoted(weights)
        self.unit, self.noising = weights.unit, weights.noising
        self.scales = np.asarray(self._weights.scales)
        self.tails = _tails(self.noising, self.scales)
        self.reach = FAR * float(self.tails.max()) + MARGIN
        self.limit = limit
        self.constant = float(np.sum(np.asarray(constants(self.scales, self.noising.least_variances))))
        spacings = self._spacings() / density
        counts = np.ceil(self.reach / spacings)
        if not 2 * counts.max() < MOST:
            raise ValueError(
                f"Every s_t of a chain must be neither so small nor so large that a step takes more than {MOST} nodes. "
                f"Got {self.scales.min():.3g} to {self.scales.max():.3g}."
            )
        self.nodes = []
        for t in range(len(self.scales), 0, -1):
            x = spacings[t - 1] * np.arange(-counts[t - 1], counts[t - 1] + 1)
            log_prob = -x * x / 2 - HALF_LOG_TAU if t == len(self.scales) else self._backward(t, self.nodes[0], x, "log_prob")
            self.nodes.insert(0, Nodes(float(spacings[t - 1]), x, *self._moved(t - 1, x), log_prob))

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        """log p_0 at x_0, (n,)."""
        return self._backward(0, self.nodes[0], x, "log_prob")

    def gap(self, x: np.ndarray) -> np.ndarray:
        """KL(q(x_1, …, x_N|x_0) ‖ p(x_1, …, x_N|x_0)) >= 0 at x_0, (n,): ∫ q log(q/p) - q + p over each step."""
        return self._backward(0, self.nodes[0], x, "cost") + self._summed(x, "cost", self._costs)

    def minus_elbo(self, x: np.ndarray) -> np.ndarray:
        """-ELBO at x_0, (n,): Ho et al. 2020, Eq. 5, closed in x_{t-1} and summed over x_t."""
        return self._summed(x, "square", self._velocities) + self.constant + prior(self.noising, x)

    def _spacings(self) -> np.ndarray:
        """h for each t: of p_t, no narrower than s_{t+1}, times N(x; μ_t, s_t²), no narrower than s_t/|μ_t'|, and of q."""
        x = np.linspace(-self.reach, self.reach, 2 * int(np.ceil(self.reach / WIDEST)) + 1)
        slopes = np.array([np.abs(np.diff(self._moved(i, x)[1])).max() / (x[1] - x[0]) for i in range(len(self.scales))])
        width = 1 / np.hypot(1 / np.append(self.scales[1:], 1.0), slopes / self.scales)
        return np.minimum(np.minimum(width, np.sqrt(self.noising.betas)) / DENSITY, WIDEST)

    def _moved(self, i: int, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(v_t, μ_t) at x, t = i + 1."""
        velocity = np.asarray(_velocities(self._weights, _padded(x), self.noising.times[i]))[: len(x)]
        return velocity, np.sqrt(self.noising.shares[i]) * x - self.noising.pulls[i] * velocity

    @cached_property
    def _velocities(self) -> np.ndarray:
        """v_t on the nodes of x_t, for t = 1, …, N."""
        return _stacked([one.velocity for one in self.nodes])

    @cached_property
    def _costs(self) -> np.ndarray:
        """KL(q(x_{t+1}|x_t) ‖ p(x_{t+1}|x_t)) on the nodes of x_t, for t = 1, …, N - 1, as far as it is asked for; else 0."""
        costs = [np.zeros(len(one.x)) for one in self.nodes]
        for t, later in enumerate(self.nodes[1:], start=1):
            x = self.nodes[t - 1].x
            some = np.abs(x) <= self.limit + WITHIN
            costs[t - 1][some] = self._backward(t, later, x[some], "cost")
        return _stacked(costs)

    @in_float64
    def _backward(self, i: int, later: Nodes, x: np.ndarray, what: str) -> np.ndarray:
        """log p_t, or the cost KL(q(x_{t+1}|x_t) ‖ p(x_{t+1}|x_t)), at x_t = x, from the nodes of x_{t+1}; t = i."""
        share, beta, scale = np.sqrt(self.noising.shares[i]), np.sqrt(self.noising.betas[i]), self.scales[i]
        log_prob, mean = _padded(later.log_prob, NOTHING), _padded(later.mean)
        numbers = np.array([later.x[0], later.spacing, scale, share, beta])

        def found(points: np.ndarray, far: np.ndarray, what: str) -> np.ndarray:
            first, end = _windows(later, points, far, share * points, WITHIN * beta)
            width = min(few_sizes(int(np.max(end - first))), len(mean))
            rows = (np.pad(a, (0, BLOCK - len(a)), "edge") for a in (points, np.minimum(first, len(mean) - width)))
            return np.asarray(_backward(*rows, log_prob, mean, numbers, width, what))[: len(points)]

        parts = []
        for points in np.split(x, np.arange(BLOCK, len(x), BLOCK)):
            far = np.full(len(points), scale * WITHIN)
            log_p = found(points, far, "log_prob")
            # What is left out is at most N(far; 0, s²), for p_{t+1} is a law: that must be far below p_t, as it is where p_t is not small.
            needed = scale * np.sqrt(WITHIN**2 + 2 * np.maximum(-log_p - np.log(scale) - HALF_LOG_TAU, 0.0))
            if (needed > ENOUGH * far).any():
                log_p = found(points, needed, "log_prob")
            parts.append(log_p if what == "log_prob" else found(points, needed, what))
        return np.concatenate(parts)

    @in_float64
    def _summed(self, x: np.ndarray, what: str, table: np.ndarray) -> np.ndarray:
        """Σ_t E_q of what a step has at x_t, x_t from q(x_t|x_0), at x_0 = x: a row of the table, or the square of its distance."""
        signal, noise = np.sqrt(self.noising.kept[1:]), np.sqrt(self.noising.lost[1:])
        spacing, low = (np.array([pick(one) for one in self.nodes]) for pick in (lambda one: one.spacing, lambda one: one.x[0]))
        width = int(np.ceil(2 * WITHIN * np.max(noise / spacing) / 64)) * 64
        numbers = np.stack([signal, noise, spacing, low, self.noising.pulls / self.scales], axis=1)
        points = np.pad(x, (0, -len(x) % BLOCK)).reshape(-1, BLOCK)
        return np.concatenate([np.asarray(_summed(one, table, numbers, min(width, table.shape[1]), what)) for one in points])[: len(x)]


def constants(scales: Any, least_variances: Any) -> Any:
    """What the terms of the bound have besides their squares, in JAX: ½ (w/s² - 1 - log w/s²) of each step, w = Var(x_{t-1}|x_t, x_0).

    The last, t = 1, is of -log p(x_0|x_1): log s_1 √2π.
    """
    ratio = least_variances[1:] / scales[1:] ** 2
    return jnp.append((ratio - 1 - jnp.log(ratio)) / 2, jnp.log(scales[0]) + HALF_LOG_TAU)


def prior(noising: Noising, x: Any) -> Any:
    """KL(q(x_N|x_0) ‖ N(0, 1)) at x_0."""
    kept = noising.kept[-1]
    return (kept * x * x - kept - np.log1p(-kept)) / 2


def _tails(noising: Noising, scales: np.ndarray) -> np.ndarray:
    variances = [1.0]
    for share, scale in zip(noising.shares[::-1], scales[::-1], strict=True):
        variances.insert(0, share * variances[0] + scale**2)
    return np.sqrt(variances)


def _windows(nodes: Nodes, x: np.ndarray, far: np.ndarray, centre: np.ndarray, wide: float) -> tuple[np.ndarray, np.ndarray]:
    """For each x the nodes from ``first`` to before ``end``, outside which no node y has |x - μ(y)| < far or |y - centre| < wide."""
    highest, lowest = np.maximum.accumulate(nodes.mean), np.minimum.accumulate(nodes.mean[::-1])[::-1]
    first = np.minimum(np.searchsorted(highest, x - far), np.searchsorted(nodes.x, centre - wide))
    end = np.maximum(np.searchsorted(lowest, x + far), np.searchsorted(nodes.x, centre + wide))
    return np.minimum(first, len(nodes.x) - 1), end


def _padded(array: np.ndarray, value: float = 0.0) -> np.ndarray:
    """With more elements along the last axis, so that programs are compiled for few sizes."""
    count = array.shape[-1]
    return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, few_sizes(count) - count)], constant_values=value)


def _stacked(rows: list[np.ndarray]) -> np.ndarray:
    most = max(map(len, rows))
    return _padded(np.stack([np.pad(row, (0, most - len(row))) for row in rows]))


@eqx.filter_jit
def _velocities(weights, x, time):
    return jax.vmap(lambda one: weights.velocity(one, time))(x)


@partial(jax.jit, static_argnums=(5, 6))
def _backward(x, first, log_prob, mean, numbers, width, what):
    low, spacing, scale, share, beta = numbers
    index = first[:, None] + jnp.arange(width)
    u = (x[:, None] - mean[index]) / scale
    log_joint = log_prob[index] - u * u / 2 - jnp.log(scale) - HALF_LOG_TAU
    log_p = logsumexp(log_joint, axis=1) + jnp.log(spacing)
    if what == "log_prob":
        return log_p
    u = ((low + spacing * index) - share * x[:, None]) / beta
    log_q = -u * u / 2 - jnp.log(beta) - HALF_LOG_TAU
    return spacing * jnp.sum(integrands.kl(log_q, log_joint - log_p[:, None]), axis=1)


@partial(jax.jit, static_argnums=(3, 4))
def _summed(x, table, numbers, width, what):
    def add(total, step):
        row, (signal, noise, spacing, low, pulled) = step
        middle = jnp.round((signal * x - low) / spacing).astype(jnp.int32)
        index = jnp.clip(middle - width // 2, 0, row.shape[0] - width)[:, None] + jnp.arange(width)
        y = low + spacing * index
        u = (y - signal * x[:, None]) / noise
        value = (pulled * (row[index] - (signal * y - x[:, None]) / noise)) ** 2 / 2 if what == "square" else row[index]
        return total + spacing / noise * jnp.sum(jnp.exp(-u * u / 2 - HALF_LOG_TAU) * value, axis=1), None

    return jax.lax.scan(add, jnp.zeros_like(x), (table, numbers))[0]
