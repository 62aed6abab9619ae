"""The Gaussian-Bernoulli restricted Boltzmann machine: its energy, and its exact law, a mixture of 2^H Gaussians whose weights are tied."""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.estimate import Divergent, Estimate, Measured
from gantheory.base.precision import in_float64, is_traced, namespace_of, promoted, shown
from gantheory.distributions import Law, Mixture, Normal, PlaneDensity
from gantheory.distributions.plane.shapes import spots
from gantheory.measurement.divergences import kl
from gantheory.measurement.entropies import entropy
from gantheory.models.method import Method
from gantheory.models.split import Split
from gantheory.quadrature.dimensions import expectation
from gantheory.quadrature.integrand import of_logit
from gantheory.quadrature.rules import ROUNDING

MOST_HIDDEN = 12  # most hidden units, whose 2^H states are summed over
LEAST = 1e-300  # weight below which a component is left out of a law, for want of smaller doubles
LARGEST, STEEPEST = 1e100, 500.0  # sizes of b, c and W, and of log σ, beyond which squares are no doubles
HALF_LOG_TAU = float(np.log(2 * np.pi)) / 2
FARTHEST = 1e150  # |v| beyond which its square is no double


class RBM(eqx.Module):
    """A Gaussian-Bernoulli RBM of visible v, a number or a point on the plane, and hidden h in {0, 1}^H.

    .. math:: E(v, h) = \\frac{\\Vert v - b\\Vert^2}{2\\sigma^2} - c \\cdot h - \\frac{v \\cdot W h}{\\sigma^2},
        \\quad p(v, h) \\propto e^{-E(v, h)}

    Given h, v is N(b + W h, σ² I); given v, the h_j are independent, each 1 with probability σ(c_j + (Wᵀv)_j/σ²).

    Args:
      visible: b, a number or (2,).
      hidden: c, (H,), H from 1 to 12.
      weights: W, (H,) for v on the line, (2, H) on the plane.
      log_scale: log σ.

    Raises:
      ValueError: other shapes, or a number that is not finite.

    Source:
      Cho, Ilin & Raiko 2011, with one σ.
    """

    visible: Any
    hidden: Any
    weights: Any
    log_scale: Any

    def __init__(self, visible: Any, hidden: Any, weights: Any, log_scale: Any):
        self.visible, self.hidden, self.weights, self.log_scale = map(_array, (visible, hidden, weights, log_scale))
        units = np.size(self.hidden)
        require_hidden("RBM", units)
        wanted = {"hidden": (units,), "visible": (2,) if np.ndim(self.weights) == 2 else (), "log_scale": ()}
        wanted["weights"] = (*wanted["visible"], units)
        for name, shape in wanted.items():
            value = getattr(self, name)
            if np.shape(value) != shape:
                raise ValueError(f"`{name}` of RBM must have shape {shape}. Got {np.shape(value)}.")
            if not is_traced(value) and not np.all(np.isfinite(value)):
                raise ValueError(f"`{name}` of RBM must be finite. Got {shown(value)}.")
            most = STEEPEST if name == "log_scale" else LARGEST
            if not is_traced(value) and float(np.max(np.abs(value))) > most:
                raise ValueError(f"`{name}` of RBM must be at most {most:g} in size. Got {shown(value)}.")

    @property
    def dimension(self) -> int:
        """1 on the line, 2 on the plane."""
        return np.ndim(self.weights)

    @property
    def units(self) -> int:
        """H."""
        return np.size(self.hidden)

    @property
    def states(self) -> np.ndarray:
        """All h, (2^H, H)."""
        return ((np.arange(2**self.units)[:, None] >> np.arange(self.units)) & 1).astype(np.float32)

    @property
    def scale(self) -> Any:
        """σ."""
        return namespace_of(self.log_scale).exp(self.log_scale)

    def moved(self, h: Any) -> Any:
        """W h, of states (..., H)."""
        return h @ self.weights.T

    def input(self, v: Any) -> Any:
        """c + Wᵀv/σ², the log odds of every h_j given v, (..., H)."""
        projected = v[..., None] * self.weights if self.dimension == 1 else v @ self.weights
        return self.hidden + projected / self.scale**2

    def _dot(self, u, v):
        """u · v of points."""
        return u * v if self.dimension == 1 else (u * v).sum(-1)

    def energy(self, v: Any, h: Any) -> Any:
        """E(v, h)."""
        far = v - self.visible
        return (self._dot(far, far) / 2 - self._dot(v, self.moved(h))) / self.scale**2 - h @ self.hidden

    def free_energy(self, v: Any) -> Any:
        """F(v) = -log Σ_h e^(-E(v, h)) = ‖v - b‖²/2σ² - Σ_j log(1 + e^(c_j + (Wᵀv)_j/σ²)), of points (...) or (..., 2)."""
        far = v - self.visible
        inputs = self.input(v)
        return self._dot(far, far) / (2 * self.scale**2) - namespace_of(inputs).logaddexp(inputs, 0.0).sum(-1)

    def log_weights(self, h: Any) -> Any:
        """c·h + (‖b + Wh‖² - ‖b‖²)/2σ², the logarithm of P(h) but for a constant, of states (..., H)."""
        moved = self.moved(h)
        return h @ self.hidden + self._dot(moved, self.visible + moved / 2) / self.scale**2

    def log_partition(self) -> Any:
        """log Z = log ∫ e^(-F(v)) dv = d log(σ √2π) + log Σ_h e^(log_weights), d the dimension. In JAX, in the weights' precision."""
        return self.dimension * (self.log_scale + HALF_LOG_TAU) + logsumexp(self.log_weights(self.states))

    def log_prob(self, v: Any) -> Any:
        """log p(v) = -F(v) - log Z, of points (...) or (..., 2). In JAX, in the weights' precision."""
        return -self.free_energy(v) - self.log_partition()

    def on_host(self) -> "RBM":
        """The same in NumPy's float64."""
        return jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), self)

    @property
    def hidden_law(self) -> np.ndarray:
        """P(h) of all states, (2^H,), in float64."""
        logs = self.on_host().log_weights(self.states)
        weights = np.exp(logs - logs.max())
        return weights / weights.sum()

    @property
    def law(self) -> Law:
        """The law of v, in float64: the mixture of N(b + Wh, σ² I) with weights P(h) ∝ e^(c·h + (‖b + Wh‖² - ‖b‖²)/2σ²).

        Components of weight below 1e-300 are left out: they hold less mass than 1e-296, and log p is too low only where p < 1e-296/σ^d. KL
        to this law counts that as it is; the splits and ``divergence`` add what is left out, and are of the RBM itself.

        Raises:
          ValueError: a σ, or means b + Wh, beyond those of ``Normal``.

        Source:
          Melchior, Wang & Wiskott 2017.
        """
        return self.mixed(self.hidden_law)

    def mixed(self, weights: np.ndarray) -> Law:
        """The law Σ_h weights[h] N(b + Wh, σ² I) of v, of any probabilities (2^H,) of the states."""
        held = weights >= LEAST
        own = self.on_host()
        means = (own.visible + own.moved(self.states))[held]
        kept = weights[held] / weights[held].sum()
        if self.dimension == 2:
            return spots(means, float(own.scale), kept)
        return Mixture(kept, Normal(means, np.full(len(means), own.scale)))

    @property
    def rounding(self) -> float:
        """How far the logarithm of any weight, log Z, and F near the means may be off in float64."""
        sizes = jax.tree.map(np.abs, self.on_host())
        reach = sizes.visible + sizes.moved(np.ones(self.units))
        terms = sizes.hidden.sum() + self._dot(reach, reach) / np.exp(2 * float(self.log_scale)) + sizes.log_scale
        return float(ROUNDING * (1 + terms))

    def sampled_hidden(self, v: Any, key: Any) -> Any:
        """h given v, (..., H). In JAX."""
        inputs = self.input(v)
        return jax.random.bernoulli(key, jax.nn.sigmoid(inputs)).astype(inputs.dtype)

    def gibbs(self, v: Any, key: Any) -> Any:
        """v after one step of block Gibbs sampling: h given v, then v given h. In JAX."""
        key_h, key_v = jax.random.split(key)
        means = self.visible + self.moved(self.sampled_hidden(v, key_h))
        return means + self.scale * jax.random.normal(key_v, means.shape, means.dtype)


def _array(value: Any) -> Any:
    return value if isinstance(value, jax.Array) else np.asarray(value, np.float64)


def require_hidden(owner: str, hidden: Any) -> None:
    """Raise ``ValueError`` unless it is a number of hidden units whose states can be summed over."""
    if isinstance(hidden, bool) or not isinstance(hidden, int) or not 1 <= hidden <= MOST_HIDDEN:
        raise ValueError(f"`hidden` of {owner} must be from 1 to {MOST_HIDDEN} units: its law is a sum over 2^H states. Got {hidden!r}.")


def initial_rbm(hidden: int, key: Any, p_data: Any) -> RBM:
    """An RBM as wide as the data, in float32: W random, the means of its components around the data's median, σ .6 of their scale.

    Args:
      hidden: H.
      key: a JAX random key.
      p_data: a law on the line, or a density on the plane.

    Raises:
      ValueError: another law.
    """
    marginals = p_data.marginals if isinstance(p_data, PlaneDensity) else [p_data]
    if not all(hasattr(one, "quantile") for one in marginals):
        raise ValueError(f"`p_data` of an RBM must be a law on the line that has quantiles, or a density on the plane. Got {p_data!r}.")
    low, loc, high = np.asarray([one.quantile([0.16, 0.5, 0.84]) for one in marginals]).T
    scale = (high - low) / 2
    weights = jax.random.normal(key, (len(scale), hidden), jnp.float32) * jnp.asarray(scale[:, None] / 2, jnp.float32)
    visible = jnp.asarray(loc, jnp.float32) - weights.sum(1) / 2
    log_scale = jnp.asarray(np.log(0.6 * scale).mean(), jnp.float32)
    if len(scale) == 1:
        visible, weights = visible[0], weights[0]
    return RBM(visible, jnp.zeros(hidden, jnp.float32), weights, log_scale)


@of_logit
def _weighted(log_p, log_q, value):
    """p · value, 0 where p is 0."""
    return jnp.where(log_p > -jnp.inf, jnp.exp(log_p) * value, 0.0)


def mean_free_energy(law: Law, model: RBM) -> Measured:
    """E[F(v)] of v from a law, in nats."""
    own = model.on_host()
    found = expectation(law, _weighted, lambda v, log_p, log_q: own.free_energy(np.clip(v, -FARTHEST, FARTHEST)))
    return found if isinstance(found, Divergent) else widened(found, model.rounding)


@in_float64
def log_partition(model: RBM) -> Estimate:
    """log Z, with its rounding, in nats."""
    return Estimate(float(promoted(model).log_partition()), model.rounding)


def divergence(p: Law, model: RBM, q: Law | None = None) -> Measured:
    """KL(p‖q) of q from the same components as the model, by default its law, with the rounding of the components' weights."""
    found = kl(p, model.law if q is None else q)
    if isinstance(found, Divergent):
        return found
    left_out = left_out_of_law(p, model) if q is None else Estimate(0.0, 0.0)
    return left_out if isinstance(left_out, Divergent) else widened(found - left_out, 2 * model.rounding)


def left_out_of_law(p: Law, model: RBM) -> Measured:
    """E_p[log of the RBM's density - log of ``model.law``'s] >= 0: what components whose weight is no double add, where p needs them."""
    if np.all(model.hidden_law >= LEAST):
        return Estimate(0.0, 0.0)
    own, law, log_z = model.on_host(), model.law, float(log_partition(model))

    def more(v):
        v = np.clip(v, -FARTHEST, FARTHEST)
        return np.maximum(-own.free_energy(v) - log_z - law.log_prob(v), 0.0)

    found = expectation(p, _weighted, lambda v, log_p, log_q: more(v))
    return found if isinstance(found, Divergent) else widened(found, 2 * model.rounding)


def widened(found: Any, more: float) -> Estimate:
    """An Estimate whose error is larger by so much."""
    return Estimate(found.value, found.error + more)


def require_dimension(p_data: Law, model: RBM) -> None:
    """Raise ``ValueError`` for a law of another dimension than the model's."""
    if p_data.dimension != model.dimension:
        raise ValueError(f"`p_data` must have the RBM's dimension, {model.dimension}. Got {p_data!r}.")


@dataclass(frozen=True)
class RBMLikelihood(Method):
    """Maximum likelihood of an RBM, by the exact gradient: F on a minibatch + log Z, which is a sum over 2^H states.

    -E log p - H(p_data) = KL(p_data‖p): there is no gap.

    Attributes:
      hidden: H, from 1 to 12.
    """

    hidden: int = 10
    name: ClassVar[str] = "rbm-likelihood"

    def __post_init__(self) -> None:
        require_hidden("RBMLikelihood", self.hidden)

    def init(self, key: Any, p_data: Law) -> RBM:
        return initial_rbm(self.hidden, key, p_data)

    def loss(self, weights: RBM, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        return -jnp.mean(self.log_prob(weights, x)), memory

    def log_prob(self, weights: RBM, x: Any) -> Any:
        return weights.log_prob(x)

    def law(self, weights: RBM) -> Law:
        return weights.law

    def split(self, p_data: Law, weights: RBM) -> Split:
        return likelihood_split(p_data, weights)


def likelihood_split(p_data: Law, model: RBM) -> Split:
    """E F + log Z - H(p_data) = KL(p_data‖p) + 0, in nats.

    Args:
      p_data: a law of the model's dimension.
      model: the RBM.

    Raises:
      ValueError: a law of another dimension.
    """
    require_dimension(p_data, model)
    mean, own = mean_free_energy(p_data, model), entropy(p_data)
    infinite = [part for part in (mean, own) if isinstance(part, Divergent)]
    objective = infinite[0] if infinite else mean + log_partition(model) - own
    return Split(objective, divergence(p_data, model), Estimate(0.0, 0.0), 1)
