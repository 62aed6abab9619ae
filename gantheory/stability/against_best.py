"""G alone against the best D of each state: the second derivatives of C(G) = max_D V in G's weights, at the end of a run."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import softplus

from gantheory.base.estimate import Undecided
from gantheory.measurement.integrands import LOG2
from gantheory.stability.exact_game import ExactGame, products_along
from gantheory.stability.low_rank import NULL

OFF = 1e-6  # of C(G) from its measured value, above which these nodes do not resolve it


@dataclass(frozen=True, repr=False)
class AgainstBest:
    """v of G alone, -∂C/∂θ, with D* of each G in place of D.

    Attributes:
      eigenvalues: of -∂²C/∂θ², by falling size of their real parts; all are real.
      slope: largest |∂C/∂θ|.
    """

    eigenvalues: np.ndarray
    slope: float

    @property
    def growing(self) -> int:
        """How many eigenvalues are positive, besides those that count as 0: in their directions C(G) falls ever faster."""
        return int((self.eigenvalues > NULL * np.abs(self.eigenvalues).max()).sum())

    def __repr__(self) -> str:
        leading = ", ".join(f"{value:.4g}" for value in self.eigenvalues[:2])
        return f"eigenvalues of -∂²C/∂θ² from {leading} to {self.eigenvalues[-1]:.4g}, {self.growing} growing; |∂C/∂θ| {self.slope:.2g}"


def against_best(game: ExactGame) -> AgainstBest | Undecided:
    """The eigenvalues of -∂²C/∂θ², or why they are not known.

    Where G is one-to-one, r = p_data(G(z)) |G'(z)| / p_z(z) is p_data/p_g at G(z), and with f(r) = r log 2r/(1 + r) + log 2/(1 + r)

        C(G) + log 4 = E f(r) + log 2 · (p_data's mass beyond the ends of G)

    is differentiated as it stands, on fixed nodes of z.

    Args:
      game: the game.
    """
    run, (z, mass) = game.run, game.z
    if not game.loss.logit:
        return Undecided("D's output is no logit in this game")
    if not all(run.p_data.unbounded) or len(run.p_data.breakpoints):
        return Undecided("p_data has ends or kinks, which move through G's points")
    theta = game.split(game.w)[0]
    if len(run.p_g.branches) != 1 or run.p_g.atoms:
        return Undecided("G folds, so that p_data/p_g at G(z) is no formula in z")
    g = game.generator(theta)
    rises = bool(jax.grad(g)(jnp.asarray(float(z[len(z) // 2]))) > 0)
    low, high = run.latent.support
    # p_data beyond the ends of G; where G falls, its upper end is at the lower end of z.
    above, below = (run.p_data._sf, run.p_data._cdf) if rises else (run.p_data._cdf, run.p_data._sf)
    ends = [(jnp.asarray(end), beyond) for end, beyond in ((low, below), (high, above)) if np.isfinite(end)]
    log_latent = np.asarray(run.latent.log_prob(z))

    def two_jsd(own):
        g = game.generator(own)
        x, slope = jax.vmap(lambda one: jax.jvp(g, (one,), (jnp.ones_like(one),)))(z)
        log_ratio = run.p_data._log_prob(x) + jnp.log(jnp.abs(slope)) - log_latent
        f = jnp.exp(log_ratio) * (LOG2 - softplus(-log_ratio)) + LOG2 - softplus(log_ratio)
        return mass @ f + LOG2 * sum(beyond(g(end)) for end, beyond in ends)

    off = abs(float(jax.jit(two_jsd)(theta)) - float(run.measured().two_jsd))
    if not off <= OFF:
        return Undecided(f"C(G) by an integral over z misses its measured value by {off:.2g}")
    slope = jax.grad(two_jsd)
    second = -products_along(slope, theta)(np.eye(len(theta)))
    eigenvalues = np.linalg.eigvalsh((second + second.T) / 2)[::-1]
    return AgainstBest(eigenvalues, float(np.abs(np.asarray(jax.jit(slope)(theta))).max()))
