"""The linear variational autoencoder on the plane, whose best weights are those of probabilistic principal component analysis.

z ~ N(0, I), x ~ N(W z + b, s² I), q(z|x) = N(V x + c, diag σ²): the law of x is N(b, W W' + s² I), and every number is a closed form of x.
A diagonal q can be the posterior only where the columns of W are orthogonal (Lucas et al. 2019).
"""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, single
from gantheory.base.precision import finite_parameter, in_float64, is_traced, promoted, require_key
from gantheory.distributions import Law, MultivariateNormal, PlaneDensity
from gantheory.measurement.divergences import kl
from gantheory.measurement.entropies import entropy
from gantheory.measurement.integrands import exp_excess
from gantheory.models.elbo import COLLAPSED, BoundReport, rate
from gantheory.models.method import Method
from gantheory.models.split import Split, mean_of

LOG_TAU = float(np.log(2 * np.pi))


class LinearVAE(eqx.Module):
    """The weights: W (2, k), b (2,), s = floor + softplus(raw), V (k, 2), c (k,), log σ (k,)."""

    W: Any
    b: Any
    raw_scale: Any
    V: Any
    c: Any
    log_sd: Any
    floor: float = eqx.field(static=True, default=0.0)

    @property
    def scale(self) -> Any:
        """s, in JAX."""
        return self.floor + jax.nn.softplus(self.raw_scale)

    @property
    @in_float64
    def law(self) -> MultivariateNormal:
        """N(b, W W' + s² I), in float64."""
        wide = promoted(self)
        W = np.asarray(wide.W)
        return MultivariateNormal(np.asarray(wide.b), W @ W.T + float(wide.scale) ** 2 * np.eye(2))

    def rate(self, x: Any) -> Any:
        """KL(q(z|x) ‖ N(0, I)), in nats, at points (..., 2); here and below NumPy's float64, or traced."""
        w = _told(self)
        return ((x @ w.V.T + w.c) ** 2).sum(-1) / 2 + w.rate_of_sd

    def minus_elbo(self, x: Any) -> Any:
        """-ELBO(x) = E_q ‖x - W z - b‖²/2s² + log 2πs² + KL(q ‖ N(0, I)), in nats, at points (..., 2)."""
        w = _told(self)
        rest = x - w.b - (x @ w.V.T + w.c) @ w.W.T
        spread = (w.W**2 * w.sd**2).sum()
        return ((rest**2).sum(-1) + spread) / (2 * w.scale**2) + LOG_TAU + 2 * w.log_scale + self.rate(x)

    @in_float64
    def gap(self, x: Any) -> Any:
        """KL(q(z|x) ‖ p(z|x)) of two Gaussians, in nats, at points (..., 2).

        ½ Σ_i (e_i - 1 - log e_i) + ½ (m - μ)' P (m - μ), both >= 0: e_i the eigenvalues of σ P σ, with the posterior's precision P.
        """
        w = _told(self)
        precision = w.W.T @ w.W / w.scale**2 + np.eye(w.W.shape[1])
        off = x @ w.V.T + w.c - (x - w.b) @ np.linalg.solve(precision, w.W.T / w.scale**2).T
        spread = float(exp_excess(jnp.log(np.linalg.eigvalsh(w.sd[:, None] * precision * w.sd))).sum())
        return spread / 2 + ((off @ precision) * off).sum(-1) / 2

    def report(self, p_data: Law) -> BoundReport:
        """The split of E_data[-ELBO] - h(p_data), and the rate. Raises ``ValueError`` unless p_data is a density on the plane."""
        require_plane(p_data)
        told = mean_of(p_data, self.rate)
        collapsed = not isinstance(told, Divergent) and told.value + told.error < COLLAPSED
        return BoundReport(self.split(p_data), told, collapsed)

    def split(self, p_data: Law) -> Split:
        """E_data[-ELBO] - h(p_data) = KL(p_data ‖ p) + E_data KL(q ‖ posterior). Raises as ``report`` does."""
        require_plane(p_data)
        objective, gap = mean_of(p_data, self.minus_elbo), mean_of(p_data, self.gap)
        if isinstance(objective, Estimate):
            objective = objective - single(entropy(p_data))
        return Split(objective, single(kl(p_data, self.law)), gap, 1)


class _Weights(NamedTuple):
    W: Any
    b: Any
    V: Any
    c: Any
    sd: Any
    scale: Any
    log_scale: Any
    rate_of_sd: Any  # what the rate does not owe to m


@in_float64
def _told(weights: LinearVAE) -> _Weights:
    """The weights, on the host in float64 unless they are traced."""
    traced = is_traced(*jax.tree.leaves(weights))
    w = weights if traced else promoted(weights)
    told = w.W, w.b, w.V, w.c, jnp.exp(w.log_sd), w.scale, jnp.log(w.scale), rate(0.0, w.log_sd).sum()
    return _Weights(*(told if traced else map(np.asarray, told)))


def linear_optimum(mean: Any, cov: Any) -> LinearVAE:
    """The best weights with one z for data of this mean and covariance: W = u₁ √(λ₁ - s²), s² = λ₂, and q the posterior.

    Raises ``ValueError`` as ``MultivariateNormal`` does.

    Source:
      Tipping & Bishop 1999, Eq. 7 and 8.
    """
    law = MultivariateNormal(finite_parameter("linear_optimum", "mean", mean), finite_parameter("linear_optimum", "cov", cov))
    (small, large), axes = np.linalg.eigh(law.cov)
    W = axes[:, 1:] * np.sqrt(large - small)
    V = W.T / large
    raw = np.sqrt(small) + np.log(-np.expm1(-np.sqrt(small)))
    return LinearVAE(W, law.mean, np.asarray(raw), V, -V @ law.mean, np.asarray([np.log(small / large) / 2]))


@dataclass(frozen=True)
class LinearVariationalBayes(Method):
    """Auto-encoding variational Bayes on the plane with a linear decoder and a linear, diagonal encoder.

    Attributes:
      latents: coordinates of z, 1 or 2.
      floor: the least s; see ``gantheory.models.vae.VAE``.

    Raises:
      ValueError: another number of latents, or a floor that is not positive.

    Source:
      Lucas et al. 2019.
    """

    name: ClassVar[str] = "linear-vae"
    latents: int = 1
    floor: float = 1e-3

    def __post_init__(self) -> None:
        if self.latents not in (1, 2):
            raise ValueError(f"`latents` of LinearVariationalBayes must be 1 or 2. Got {self.latents!r}.")
        if not 0 < self.floor < np.inf:
            raise ValueError(f"`floor` of LinearVariationalBayes must be positive and finite. Got {self.floor!r}.")

    def init(self, key: Any, p_data: Law) -> LinearVAE:
        require_plane(p_data)
        require_key("LinearVariationalBayes", key)
        key_W, key_V = jax.random.split(key)
        W = jax.random.normal(key_W, (2, self.latents), jnp.float32) / 2
        V = jax.random.normal(key_V, (self.latents, 2), jnp.float32) / 2
        zeros = jnp.zeros(self.latents, jnp.float32)
        return LinearVAE(W, jnp.zeros(2, jnp.float32), jnp.asarray(0.5, jnp.float32), V, zeros, zeros, self.floor)

    def loss(self, weights: LinearVAE, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        """The bound itself: E_q is a closed form, and no z is drawn."""
        return jnp.mean(weights.minus_elbo(x)), memory

    def law(self, weights: LinearVAE) -> MultivariateNormal:
        return weights.law

    def split(self, p_data: Law, weights: LinearVAE) -> Split:
        return weights.split(p_data)


def require_plane(p_data: Any) -> None:
    """Raise ``ValueError`` unless it is a density on the plane."""
    if not isinstance(p_data, PlaneDensity):
        raise ValueError(f"`p_data` of LinearVariationalBayes must be a density on the plane. Got {p_data!r}.")
