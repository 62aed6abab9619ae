"""Stratified z: one point from each of m parts of equal mass, so that no minibatch misses a part of p_z by chance.

The i-th of m points is F⁻¹((i + U_i)/m), U_i uniform on [0, 1): a jittered grid of quantiles. Each minibatch mean of a function of z has
the expectation that independent draws give, and for a smooth function a variance of order m⁻³ in place of m⁻¹ (Owen 2013, chapter 8).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.special import ndtri
from jaxtyping import Array, Float, PRNGKeyArray

from gantheory.distributions import Cauchy, Exponential, Laplace, Law, Normal, Product, Uniform

HALF_STEP = 2.0**-24  # half the spacing of jax.random.uniform in float32: it keeps a draw from 0 and 1, where z may be infinite


class Inverse(NamedTuple):
    """F⁻¹ of a family at loc 0 and scale 1, from below and from above, each exact where its argument is small."""

    below: Callable[..., Any]  # x with F(x) = u
    above: Callable[..., Any]  # x with F(x) = 1 - u
    unit: Callable[..., Any]  # a law of the family -> (loc, scale)


INVERSES: dict[type[Law], Inverse] = {
    Normal: Inverse(ndtri, lambda u: -ndtri(u), lambda p: (p.loc, p.scale)),
    Uniform: Inverse(lambda u: u, lambda u: 1 - u, lambda p: (p.low, p.high - p.low)),
    Laplace: Inverse(lambda u: jnp.log(2 * u), lambda u: -jnp.log(2 * u), lambda p: (p.loc, p.scale)),
    Cauchy: Inverse(lambda u: -1 / jnp.tan(jnp.pi * u), lambda u: 1 / jnp.tan(jnp.pi * u), lambda p: (p.loc, p.scale)),
    Exponential: Inverse(lambda u: -jnp.log1p(-u), lambda u: -jnp.log(u), lambda p: (0.0, 1 / p.rate)),
}


def require_strata(latent: Law) -> None:
    """Raise ``ValueError`` unless the quantiles of each coordinate of z have a formula here."""
    parts = _parts(latent)
    if not parts or any(type(part) not in INVERSES for part in parts):
        names = ", ".join(family.__name__ for family in INVERSES)
        raise ValueError(f"`latent` must be one of {names}, or a Product of two of them, for `stratified`. Got {latent!r}.")


def one_from_each(latent: Law, key: PRNGKeyArray, shape: tuple[int, ...]) -> Float[Array, "..."]:
    """Minibatches of z: the last axis of ``shape`` counts the strata, the axes before it are independent.

    On the plane each coordinate is stratified, in an order of its own: a Latin hypercube (McKay, Beckman, Conover 1979).
    """
    parts = _parts(latent)
    order, *keys = jax.random.split(key, 1 + len(parts))
    drawn = [_line(part, own, shape) for part, own in zip(parts, keys, strict=True)]
    if len(drawn) == 1:
        return drawn[0]
    x, y = drawn
    return jnp.stack([x, jax.random.permutation(order, y, axis=-1, independent=True)], -1)


def _parts(latent: Law) -> list[Any]:
    """The laws of z's coordinates, if these are independent; else none."""
    if latent.dimension == 1:
        return [latent]
    if isinstance(latent, Product) and len(latent.weights) == 1:
        return [jax.tree.map(lambda leaf: leaf[0], part) for part in (latent.x, latent.y)]
    return []


def _line(density: Any, key: PRNGKeyArray, shape: tuple[int, ...]) -> Float[Array, "..."]:
    inverse = INVERSES[type(density)]
    share = jax.random.uniform(key, shape, jnp.float32) + HALF_STEP
    stratum, count = jnp.arange(shape[-1]), shape[-1]
    low, high = (stratum + share) / count, (stratum[::-1] + (1 - share)) / count
    loc, scale = (jnp.asarray(part, jnp.float32) for part in inverse.unit(density))
    return loc + scale * jnp.where(low < high, inverse.below(low), inverse.above(high))
