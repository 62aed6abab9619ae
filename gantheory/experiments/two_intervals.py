"""Li, Madry, Peebles & Schmidt 2017: a mixture of two Gaussians learnt against D that says "data" on two intervals.

    L(μ, D) = P_{p*}(D) - P_{p_μ}(D),  p_μ = ½ N(μ₁, 1) + ½ N(μ₂, 1),  D = [l₁, r₁] ∪ [l₂, r₂]

G descends L in μ; D either is the best for each μ, where L is the total variation, or ascends L in its four ends, as a network would.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats import norm

from gantheory.base.precision import in_float64

TRUTH = (-0.5, 0.5)  # the paper's
STEP, STEPS, BEST_STEPS = 0.3, 3_000, 800  # of G, in turn with D's, and against the best D; own choices
SIDE = 24  # starts along each side of the square of μ
FARTHEST = 4.0  # |μ| of a start
GRID = np.linspace(-14.0, 14.0, 561)  # on which p* > p_μ is looked for
CLOSE, ONE_PLACE = 0.1, 0.02  # distance of μ from the truth that counts as found, and of μ₁ from μ₂ that counts as collapsed


def starts() -> np.ndarray:
    """μ at the start, (n, 2), on a square, with μ₁ < μ₂: the other half is the same."""
    side = np.linspace(-FARTHEST, FARTHEST, SIDE)
    grid = np.stack(np.meshgrid(side, side, indexing="ij"), -1).reshape(-1, 2)
    return grid[grid[:, 0] < grid[:, 1]]


def density(mu: Any, x: Any) -> Any:
    """p_μ at x, (n,). In JAX."""
    return jnp.mean(norm.pdf(x[:, None] - mu), axis=1)


def best_loss(mu: Any) -> Any:
    """L at the best D, which is p* > p_μ, as a function of μ whose gradient holds D fast (Danskin). In JAX."""
    apart = jax.lax.stop_gradient(density(jnp.asarray(TRUTH), GRID) - density(mu, GRID))
    low, high = apart[:-1], apart[1:]
    crossing = low * high < 0
    share = jnp.where(crossing, jnp.maximum(low, high) / jnp.where(crossing, jnp.abs(high - low), 1.0), (low + high) > 0)
    mass = jnp.mean(norm.cdf(GRID[1:, None] - mu) - norm.cdf(GRID[:-1, None] - mu), axis=1)
    return -jnp.sum(share * mass)


def loss(mu: Any, ends: Any) -> Any:
    """L at intervals, (2, 2), an interval whose ends are in the wrong order counting as minus its mass. In JAX."""

    def mass(of):
        return jnp.mean(norm.cdf(ends[:, 1, None] - of) - norm.cdf(ends[:, 0, None] - of), axis=1).sum()

    return mass(jnp.asarray(TRUTH)) - mass(mu)


@in_float64
def against_best(first: np.ndarray) -> np.ndarray:
    """μ at the end of runs from (n, 2) starts against the best D."""
    return np.asarray(_against_best(jnp.asarray(first)))


@jax.jit
@partial(jax.vmap)
def _against_best(mu):
    return jax.lax.fori_loop(0, BEST_STEPS, lambda _, now: now - STEP * jax.grad(best_loss)(now), mu)


@in_float64
def against_steps(first: np.ndarray, seed: int) -> np.ndarray:
    """μ at the end of runs from (n, 2) starts, D and G taking a step each in turn; D's ends start anywhere in ±4, in order."""
    ends = np.random.default_rng(seed).uniform(-FARTHEST, FARTHEST, (len(first), 2, 2))
    return np.asarray(_against_steps(jnp.asarray(first), jnp.asarray(np.sort(ends, axis=-1))))


@jax.jit
@partial(jax.vmap)
def _against_steps(mu, ends):
    def one(_, state):
        mu, ends = state
        ends = ends + STEP * jax.grad(loss, 1)(mu, ends)
        return mu - STEP * jax.grad(loss)(mu, ends), ends

    return jax.lax.fori_loop(0, STEPS, one, (mu, ends))[0]


def found(mu: np.ndarray) -> np.ndarray:
    """Whether each μ, in either order, is the truth."""
    return np.abs(np.sort(mu, axis=-1) - np.asarray(TRUTH)).max(-1) <= CLOSE


def collapsed(mu: np.ndarray) -> np.ndarray:
    """Whether both Gaussians of each μ are at one place."""
    return np.abs(np.diff(mu, axis=-1))[..., 0] <= ONE_PLACE
