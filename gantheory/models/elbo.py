"""The exact numbers of a variational autoencoder: its ELBO at any x, what q(z|x) costs, and the split of the bound that it trains.

    E_data[-ELBO(x)] - h(p_data) = KL(p_data ‖ p) + E_data KL(q(z|x) ‖ p(z|x))      (Kingma & Welling 2014, Eq. 1)

Each term is an integral of its own. What is integrated over z is >= 0 at every point: q (x - f(z))²/2s² for the bound, and for the gap
q log(q/p) - q + p, with p = p(z|x).
"""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Measured, single
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Density, Law
from gantheory.measurement import integrands
from gantheory.measurement.divergences import kl
from gantheory.measurement.entropies import entropy
from gantheory.models.decoded import CORE, ROUNDING, Decoded, law_of
from gantheory.models.segments import FAR, NODES, WEIGHTS, cut
from gantheory.models.split import Split, mean_of

HALF_LOG_TAU = float(np.log(2 * np.pi)) / 2
REACH = np.array([-10.0, -5.0, 0.0, 5.0, 10.0])  # where q is cut, in its own σ; beyond, e^-50 of it is left
FAINT = 80.0  # how far below p(x) a segment's part of it, in logarithms, is left out
BLOCK = 2048  # pairs of an x and a segment in one call of a compiled program
COLLAPSED = 0.01  # rate, in nats, below which the posterior counts as collapsed
NOWHERE = 1e-30  # density of the data below which it does not matter where q lies


def rate(mean: Any, log_sd: Any) -> Any:
    """KL(N(m, σ²) ‖ N(0, 1)) = ½ (m² + σ² - 1) - log σ (Kingma & Welling 2014, appendix B), in JAX; what codes for z cost, in nats."""
    return (mean**2 + jnp.expm1(2 * log_sd) - 2 * log_sd) / 2


class Bound:
    """A variational autoencoder on the line in float64, at any x.

    Attributes:
      law: its exact law.
      scale: s.
    """

    law: Decoded
    scale: float

    def __init__(self, weights: Any):
        self._weights, self.scale = _promoted(weights)
        self._segments, lines = cut(self._weights.decoder, self.scale)
        self.law = law_of(self._segments, lines, self.scale)
        _, f, _ = self._segments.nodes()
        self._lowest, self._highest = f.min(axis=1), f.max(axis=1)

    def encode(self, x: Any) -> tuple[np.ndarray, np.ndarray]:
        """(m, log σ) of q(z|x), of the shape of x."""
        x = np.asarray(x, np.float64)
        mean, log_sd = _encoded(self._weights, x.ravel())
        return np.asarray(mean).reshape(x.shape), np.asarray(log_sd).reshape(x.shape)

    def rate(self, x: Any) -> np.ndarray:
        """KL(q(z|x) ‖ N(0, 1)), in nats, of the shape of x."""
        return _rate(*self.encode(x))

    def minus_elbo(self, x: Any) -> Any:
        """-ELBO(x) = E_q[(x - f(z))²]/2s² + log s + ½ log 2π + KL(q ‖ N(0, 1)), in nats, of the shape of x.

        Raises ``ValueError`` where q(z|x) lies beyond |z| = 39.
        """
        self.require_told(x)
        return self._minus_elbo(x)

    def gap(self, x: Any) -> np.ndarray:
        """KL(q(z|x) ‖ p(z|x)) >= 0, in nats, of the shape of x: ∫ q log(q/p) - q + p dz. Raises as ``minus_elbo`` does."""
        self.require_told(x)
        return self._gap(x)

    def require_told(self, x: Any, weight: Any = 1.0) -> None:
        """Raise ``ValueError`` where q(z|x) is not within |z| <= 39, unless x has next to no weight."""
        x = np.asarray(x, np.float64)
        mean, log_sd = self.encode(x)
        lost = ~(np.abs(mean) + REACH[-1] * np.exp(np.minimum(log_sd, FAR)) < FAR) & (np.asarray(weight) > NOWHERE)
        if lost.any():
            raise ValueError(
                f"`encoder` must keep q(z|x) within |z| <= 39 where x may be. Got a mean of {mean[lost][0]:.3g} at {x[lost][0]:.3g}."
            )

    def _minus_elbo(self, x: Any) -> Any:
        mean, log_sd = self.encode(x)
        squares, _ = self._integrated(x, mean, log_sd, posterior=False)
        return squares + np.log(self.scale) + HALF_LOG_TAU + _rate(mean, log_sd)

    def _gap(self, x: Any) -> np.ndarray:
        return self._integrated(x, *self.encode(x), posterior=True)[1]

    @in_float64
    def _integrated(self, x: Any, mean: np.ndarray, log_sd: np.ndarray, posterior: bool) -> tuple[np.ndarray, np.ndarray]:
        """(∫ q (x - f)²/2s² dz, ∫ q log(q/p) - q + p dz) over the segments that hold any of q, or of p as well."""
        shape = np.shape(x)
        x, mean, log_sd = (np.ravel(np.asarray(a, np.float64)) for a in (x, mean, log_sd))
        log_p = self.law.log_prob(x)
        row, segment = np.nonzero(self._of_q(mean, log_sd) | (self._of_posterior(x, log_p) if posterior else False))
        found = np.zeros((2, len(x)))
        for start in range(0, len(row), BLOCK):
            # The last block is filled up with its last pair, so that one program serves all.
            some = np.minimum(np.arange(start, start + BLOCK), len(row) - 1)
            of_x, of_z = row[some], segment[some]
            ends = self._segments.z[of_z], self._segments.z[of_z + 1]
            coefficients = self._segments.coefficients[of_z]
            parts = _on_segments(*ends, coefficients, x[of_x], mean[of_x], log_sd[of_x], log_p[of_x], np.float64(self.scale))
            count = min(BLOCK, len(row) - start)
            for total, part in zip(found, parts, strict=True):
                total += np.bincount(of_x[:count], np.asarray(part)[:count], len(x))
        return found[0].reshape(shape), found[1].reshape(shape)

    def _of_q(self, mean: np.ndarray, log_sd: np.ndarray) -> np.ndarray:
        reach = REACH[-1] * np.exp(np.minimum(log_sd, FAR))
        z = self._segments.z
        return (z[:-1] < (mean + reach)[:, None]) & (z[1:] > (mean - reach)[:, None])

    def _of_posterior(self, x: np.ndarray, log_p: np.ndarray) -> np.ndarray:
        """Where the largest that p(x, z) can be on a segment, times its width, is not far below p(x)."""
        z = self._segments.z
        nearest = np.clip(0.0, z[:-1], z[1:])
        away = (x[:, None] - np.clip(x[:, None], self._lowest, self._highest)) / self.scale
        most = np.log(np.diff(z)) - nearest**2 / 2 - away**2 / 2 - np.log(self.scale) - 2 * HALF_LOG_TAU
        return most > log_p[:, None] - FAINT


@dataclass(frozen=True)
class BoundReport:
    """What a variational autoencoder trains, in nats.

    Attributes:
      split: E_data[-ELBO] - h(p_data) = KL(p_data‖p) + E_data KL(q(z|x)‖p(z|x)).
      rate: E_data KL(q(z|x) ‖ N(0, 1)): the most that z tells of x under q (Hoffman & Johnson 2016).
      collapsed: whether the rate is below 0.01 nats, beyond its error: posterior collapse, where z tells nothing of x.
    """

    split: Split
    rate: Measured
    collapsed: bool


def report_of_bound(p_data: Law, weights: Any) -> BoundReport:
    """The split of a model's bound, and its rate. Arguments and refusals are those of ``split_of_bound``."""
    p_data, bound = _checked(p_data, weights)
    told = mean_of(p_data, np.errstate(all="ignore")(bound.rate))
    collapsed = not isinstance(told, Divergent) and told.value + told.error < COLLAPSED
    return BoundReport(_split(p_data, bound), told, collapsed)


def split_of_bound(p_data: Law, weights: Any) -> Split:
    """E_data[-ELBO] - h(p_data), split into KL(p_data ‖ p) and the gap E_data KL(q(z|x) ‖ p(z|x)).

    Args:
      p_data: a law on the line whose tails fall faster than any power.
      weights: a ``VAE``.

    Raises:
      ValueError: another law, or an encoder that puts z beyond 39 where the data are.

    Source:
      Kingma & Welling 2014, Eq. 1.
    """
    return _split(*_checked(p_data, weights))


def _checked(p_data: Law, weights: Any) -> tuple[Density, Bound]:
    if not isinstance(p_data, Density) or p_data.batch_shape or p_data.tail_index < np.inf:
        raise ValueError(
            f"`p_data` of a variational bound must be a density on the line whose tails fall faster than any power. Got {p_data!r}."
        )
    return p_data, Bound(weights)


def _split(p_data: Density, bound: Bound) -> Split:
    def told(function):
        def at(x):
            bound.require_told(x, p_data.prob(x))
            return function(x)

        return np.errstate(all="ignore")(at)

    objective = mean_of(p_data, told(bound._minus_elbo))
    gap = mean_of(p_data, told(bound._gap))
    if isinstance(objective, Estimate):
        off = _rounding(p_data, bound, objective.value)
        objective = Estimate(objective.value, objective.error + off) - single(entropy(p_data))
        gap = Estimate(max(gap.value, 0.0), gap.error + 2 * off) if isinstance(gap, Estimate) else gap
    return Split(objective, single(kl(p_data, bound.law)), gap, 1)


def _rounding(p_data: Density, bound: Bound, minus_elbo: float) -> float:
    """What the rounding of x - f(z), by δ(x), moves: E|x - f| δ/s² <= √(E δ²/s²) √(E (x - f)²/s²), under q and under the posterior.

    Half of the last square is at most -ELBO - log s√2π under q; -log p - log s√2π under the posterior, which is less.
    """
    squares = max(2 * (minus_elbo - np.log(bound.scale) - HALF_LOG_TAU), 0.0)
    _, f, _ = bound._segments.nodes()
    size = np.abs(f[np.abs(bound._segments.z[:-1]) < CORE]).max()
    x = np.sqrt(float(p_data.mean) ** 2 + float(p_data.variance))
    return float((ROUNDING * (x + size) + 2 * bound._segments.error) / bound.scale * np.sqrt(squares))


@in_float64
def _promoted(weights: Any) -> tuple[Any, float]:
    wide = promoted(weights)
    return wide, float(wide.scale)


@in_float64
def _encoded(weights: Any, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sizes = -len(x) % BLOCK
    parts = [_encode(weights, one) for one in np.pad(x, (0, sizes)).reshape(-1, BLOCK)]
    mean, log_sd = (np.concatenate([np.asarray(part[i]) for part in parts])[: len(x)] for i in (0, 1))
    return mean, np.broadcast_to(log_sd, mean.shape)


@eqx.filter_jit
def _encode(weights, x):
    mean, log_sd = jax.vmap(weights.encode)(jnp.asarray(x))
    return mean, jnp.broadcast_to(log_sd, mean.shape)


@in_float64
def _rate(mean: np.ndarray, log_sd: np.ndarray) -> np.ndarray:
    return np.asarray(rate(jnp.asarray(mean), jnp.asarray(log_sd)))


@jax.jit
def _on_segments(low, high, coefficients, x, mean, log_sd, log_p, scale):
    """For pairs of an x and a segment (n,), the two integrals: cut where q is, with the nodes of the segments."""
    inner = jnp.clip(mean[:, None] + jnp.exp(log_sd)[:, None] * REACH, low[:, None], high[:, None])
    edges = jnp.concatenate([low[:, None], inner, high[:, None]], axis=1)
    half = jnp.diff(edges, axis=1)[..., None] / 2
    z = edges[:, :-1, None] + half * (1 + NODES)
    middle, width = ((low + high) / 2)[:, None, None], ((high - low) / 2)[:, None, None]
    u = (x[:, None, None] - _polynomial(coefficients, (z - middle) / width)) / scale
    log_q = -(((z - mean[:, None, None]) * jnp.exp(-log_sd)[:, None, None]) ** 2) / 2 - log_sd[:, None, None] - HALF_LOG_TAU
    log_posterior = -z * z / 2 - u * u / 2 - jnp.log(scale) - 2 * HALF_LOG_TAU - log_p[:, None, None]
    excess = integrands.kl(log_q, log_posterior)
    weights = half * WEIGHTS
    return jnp.sum(weights * jnp.exp(log_q) * u * u / 2, axis=(1, 2)), jnp.sum(weights * excess, axis=(1, 2))


def _polynomial(coefficients, t):
    """Σ_k c_k P_k(t), by Clenshaw's recurrence: P_{k+1} = ((2k + 1) t P_k - k P_{k-1})/(k + 1)."""
    later, latest = jnp.zeros_like(t), jnp.zeros_like(t)
    for k in range(coefficients.shape[1] - 1, -1, -1):
        own = coefficients[:, k, None, None]
        later, latest = own + (2 * k + 1) / (k + 1) * t * later - (k + 1) / (k + 2) * latest, later
    return later
