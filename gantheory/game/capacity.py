"""Capacity: how near networks of a given shape come to D* or to p_data, with no opponent and no samples, their share in every gap.

The integrals are taken on fixed quadrature nodes and optimised by L-BFGS in float64. The result is measured afterwards, adaptively, like
any other network.
"""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import scipy.optimize
from jax.flatten_util import ravel_pytree
from threadpoolctl import threadpool_limits

from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Density, Law, Pushforward
from gantheory.distributions.pushforward.on_grid import OnGrid, grid_of
from gantheory.measurement import integrands
from gantheory.quadrature.pair import Pair

PARTS_FOR_D = 16  # panels of every row: so dense that no network dips between nodes
NODES_BETWEEN = 4  # panels of every row, for expectations
PANELS, ORDER = 64, 8  # panels of composite Gauss-Legendre in z, and points in each


@in_float64
def best_discriminator(p_data: Law, p_g: Law, discriminator: Any, iterations: int) -> Any:
    """The D of a given shape with the largest V(G, D) found: D trained on, G unchanged.

    Args:
      p_data: the law of the data, on the line.
      p_g: the law of the generator's output.
      discriminator: the network to start from, with ``logit`` of one point.
      iterations: of L-BFGS.
    """
    x, log_p, log_q = (jnp.asarray(a) for a in Pair(p_data, p_g).fixed_nodes(parts=PARTS_FOR_D))
    return descend(lambda d: -jnp.sum(integrands.value(log_p, log_q, jax.vmap(d.logit)(x))), discriminator, iterations)


@in_float64
def least_criterion(p_data: Density, latent: Density, generator: Any, iterations: int) -> Any:
    """The G of a given shape with the least C(G) found, for a bounded z: G trained against D* itself.

    For G monotone on z in [a, b], in the coordinate z and with j the integrand of JSD,

    .. math:: JSD = \\int_a^b j(p_{data}(G)\\,G',\\; p_z)\\, dz + \\tfrac12 \\log 2 \\cdot P_{data}(x \\notin [G(a), G(b)])

    Args:
      p_data: the density of the data.
      latent: the density of z.
      generator: the network to start from.
      iterations: of L-BFGS.

    Raises:
      ValueError: a z that is not bounded.
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

    return descend(criterion, generator, iterations)


@in_float64
def least_criterion_by_danskin(p_data: Density | Pushforward, latent: Density, generator: Any, iterations: int) -> Any:
    """The G of a given shape with the least C(G) found, for an unbounded z and a G that may fold: V's gradient at the present G's D*.

    .. math:: C(G) = \\int p_{data} \\log D^* dx + \\int p_z \\log(1 - D^*(G(z))) dz

    Args:
      p_data: the density of the data, or the law of another generator, a teacher.
      latent: the density of z.
      generator: the network to start from.
      iterations: of L-BFGS.

    Raises:
      ValueError: a bounded z, since p_g then ends where z does.
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
            # p_g at G(t) is at least the density of t's own branch, whatever the grid has missed.
            slope = jax.jvp(frozen, (t,), (jnp.ones_like(t),))[1]
            return logit(g(t), latent._log_prob(t) - jnp.log(jnp.abs(slope)))

        on_data, on_generated = jax.vmap(logit)(x), jax.vmap(logit_at)(z)
        return -jnp.sum(jnp.exp(log_dx) * jax.nn.softplus(-on_data)) - jnp.sum(jnp.exp(log_dz) * jax.nn.softplus(on_generated))

    return descend(criterion, generator, iterations)


def _nodes(density: Density):
    """Quadrature nodes of a density, and the logarithms of their masses."""
    x, log_mass, _ = Pair(density, density).fixed_nodes(parts=NODES_BETWEEN)
    return jnp.asarray(x), jnp.asarray(log_mass)


def descend(objective: Callable[[Any], Any], network: Any, iterations: int) -> Any:
    """The network after L-BFGS, its weights of the dtype they had. Near an optimum the gradient vanishes slowly: only iterations end it.

    Args:
      objective: what is minimised, in JAX, of the network with weights in float64.
      network: where to start, a tree.
      iterations: of L-BFGS.
    """
    dtypes = jax.tree.map(lambda leaf: leaf.dtype, eqx.filter(network, eqx.is_inexact_array))
    weights, static = eqx.partition(promoted(network), eqx.is_inexact_array)
    start, unravel = ravel_pytree(weights)
    compiled = jax.jit(jax.value_and_grad(lambda flat: objective(eqx.combine(unravel(flat), static))))
    with threadpool_limits(1, user_api="blas"):  # on vectors of a thousand weights, threads cost more than they save
        found = scipy.optimize.minimize(
            lambda flat: tuple(np.asarray(part) for part in compiled(flat)),
            np.asarray(start),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": iterations, "maxfun": 2 * iterations, "maxcor": 50, "ftol": 0, "gtol": 0},
        )
    return eqx.combine(jax.tree.map(jnp.asarray, unravel(jnp.asarray(found.x)), dtypes), static)
