"""What networks of a given shape can reach at all, with no opponent to learn from and no samples: the nets' share in every gap.

The integrals of theory are taken on fixed quadrature nodes and optimised as they stand, by L-BFGS in float64. Whatever is reported
of the result is measured afterwards, adaptively, like any other network's.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import scipy.optimize
from jax.flatten_util import ravel_pytree

from gantheory.distributions import Density
from gantheory.divergences import jsd_integrand
from gantheory.minimax import value_integrand
from gantheory.pair import AnyDensity, Pair
from gantheory.precision import in_float64, promoted

PANELS, ORDER = 64, 8  # of composite Gauss-Legendre in z


@in_float64
def best_discriminator(p_data: AnyDensity, p_g: AnyDensity, discriminator, iterations: int):
    """max over D of V(G, D) among networks of one shape, from the given one's weights: D trained on, G unchanged."""
    x, log_p, log_q = (jnp.asarray(a) for a in Pair(p_data, p_g).fixed_nodes(parts=16))  # so dense that no network dips between them
    return _descend(lambda d: -jnp.sum(value_integrand(log_p, log_q, jax.vmap(d.logit)(x))), discriminator, iterations)


@in_float64
def least_criterion(p_data: Density, latent: Density, generator, iterations: int):
    """min over G of C(G) among networks of one shape, from the given one's weights: G trained against D* itself.

    For G monotone on a bounded z in [a, b], in the coordinate z and with j the integrand of JSD,

    .. math:: JSD = \\int_a^b j(p_{data}(G)\\,G',\\; p_z)\\, dz + \\tfrac12 \\log 2 \\cdot P_{data}(x \\notin [G(a), G(b)])

    Raises ``ValueError`` if z is not bounded.
    """
    low, high = latent.support
    if not np.isfinite([low, high]).all():
        raise ValueError(f"`latent` of least_criterion must have bounded support. Got {latent!r}.")
    nodes, weights = np.polynomial.legendre.leggauss(ORDER)
    edges = (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * np.arange(PANELS + 1) / PANELS)  # finest where p_g ends
    half = np.diff(edges)[:, None] / 2
    z = jnp.asarray((edges[:-1, None] + half * (1 + nodes)).ravel())
    log_dz = jnp.log(jnp.asarray((half * weights).ravel()))

    def criterion(g):
        x, slope = jax.vmap(lambda t: jax.jvp(g, (t,), (jnp.ones_like(t),)))(z)
        inside = jnp.sum(jsd_integrand(p_data._log_prob(x) + jnp.log(jnp.abs(slope)) + log_dz, latent._log_prob(z) + log_dz))
        ends = jnp.sort(jnp.stack([g(jnp.asarray(low)), g(jnp.asarray(high))]))
        return inside + jnp.log(2.0) / 2 * (p_data._cdf(ends[0]) + 1 - p_data._cdf(ends[1]))

    return _descend(criterion, generator, iterations)


def _descend(objective, network, iterations: int):
    """The gradient vanishes slowly near an optimum, so the number of iterations is what ends the descent. Weights keep their dtype."""
    dtypes = jax.tree.map(lambda leaf: leaf.dtype, eqx.filter(network, eqx.is_inexact_array))
    weights, static = eqx.partition(promoted(network), eqx.is_inexact_array)
    start, unravel = ravel_pytree(weights)
    compiled = jax.jit(jax.value_and_grad(lambda flat: objective(eqx.combine(unravel(flat), static))))
    found = scipy.optimize.minimize(
        lambda flat: tuple(np.asarray(part) for part in compiled(flat)),
        np.asarray(start),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "maxfun": 2 * iterations, "maxcor": 50, "ftol": 0, "gtol": 0},
    )
    return eqx.combine(jax.tree.map(jnp.asarray, unravel(jnp.asarray(found.x)), dtypes), static)
