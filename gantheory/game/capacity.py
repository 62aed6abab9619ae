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

from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Density, Law, Pushforward
from gantheory.distributions.pushforward.on_grid import OnGrid, grid_of
from gantheory.measurement import integrands
from gantheory.quadrature.pair import Pair

NODES_BETWEEN = 4  # panels between two of a density's landmarks
PANELS, ORDER = 64, 8  # panels of composite Gauss-Legendre in z, and points in each


@in_float64
def best_discriminator(p_data: Law, p_g: Law, discriminator, iterations: int):
    """max over D of V(G, D) among networks of one shape, from the given one's weights: D trained on, G unchanged."""
    x, log_p, log_q = (jnp.asarray(a) for a in Pair(p_data, p_g).fixed_nodes(parts=16))  # so dense that no network dips between them
    return _descend(lambda d: -jnp.sum(integrands.value(log_p, log_q, jax.vmap(d.logit)(x))), discriminator, iterations)


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
        inside = jnp.sum(integrands.jsd(p_data._log_prob(x) + jnp.log(jnp.abs(slope)) + log_dz, latent._log_prob(z) + log_dz))
        ends = jnp.sort(jnp.stack([g(jnp.asarray(low)), g(jnp.asarray(high))]))
        return inside + jnp.log(2.0) / 2 * (p_data._cdf(ends[0]) + 1 - p_data._cdf(ends[1]))

    return _descend(criterion, generator, iterations)


@in_float64
def least_criterion_by_danskin(p_data: Density | Pushforward, latent: Density, generator, iterations: int):
    """min over G of C(G), for a z that is unbounded and a G that may fold: at every step D* of the G that is, and V's gradient at it.

    .. math:: C(G) = \\int p_{data} \\log D^* dx + \\int p_z \\log(1 - D^*(G(z))) dz

    p_data may itself be the law of a generator, a teacher's. Raises ``ValueError`` if z is bounded: p_g then ends where z does.
    """
    if not all(latent.unbounded):
        raise ValueError(f"`latent` of least_criterion_by_danskin must be unbounded. Got {latent!r}.")
    grid, (z, log_dz) = jnp.asarray(grid_of(latent)), _nodes(latent)
    if isinstance(p_data, Pushforward):
        own, log_dx = _nodes(p_data.latent)
        x, log_p = jax.vmap(p_data.generator)(own), OnGrid(p_data.generator, p_data.latent, jnp.asarray(grid_of(p_data.latent))).log_prob
    else:
        (x, log_dx), log_p = _nodes(p_data), p_data._log_prob

    def criterion(g):
        weights, static = eqx.partition(g, eqx.is_inexact_array)
        frozen = eqx.combine(jax.lax.stop_gradient(weights), static)
        log_g = OnGrid(frozen, latent, grid).log_prob

        def logit(at, least=-jnp.inf):
            seen = log_g(at)
            known = jnp.where(seen > -jnp.inf, seen + jax.lax.stop_gradient(jnp.maximum(least - seen, 0.0)), least)
            return jnp.clip(log_p(at) - known, -700.0, 700.0)

        def logit_at(t):
            # G(t) has at least the density of its own branch, whatever the grid has missed.
            slope = jax.jvp(frozen, (t,), (jnp.ones_like(t),))[1]
            return logit(g(t), latent._log_prob(t) - jnp.log(jnp.abs(slope)))

        on_data, on_generated = jax.vmap(logit)(x), jax.vmap(logit_at)(z)
        return -jnp.sum(jnp.exp(log_dx) * jax.nn.softplus(-on_data)) - jnp.sum(jnp.exp(log_dz) * jax.nn.softplus(on_generated))

    return _descend(criterion, generator, iterations)


def _nodes(density: Density):
    """Quadrature nodes of a density, and the logarithms of their masses."""
    x, log_mass, _ = Pair(density, density).fixed_nodes(parts=NODES_BETWEEN)
    return jnp.asarray(x), jnp.asarray(log_mass)


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
