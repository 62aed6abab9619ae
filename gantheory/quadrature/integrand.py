"""What is integrated: a function F of two densities at a point, and for some of a discriminator's logit there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

# (β, n) if F/max(p, q) goes like |r|^n e^(β|r|) as r = log(p/q) -> +∞, and the same for r -> -∞.
Growth = tuple[tuple[float, float], tuple[float, float]]
LEVEL = (0.0, 0.0)

# The logit of D at nodes: a function of points x and of log p and log q there, on the host. D* needs only the latter two.
Logit = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Integrand:
    """F(log p, log q), or F(log p, log q, logit of D), in JAX, with what quadrature must know of it.

    F is homogeneous of degree 1 in (p, q), so that a change of variables goes into both densities alike. It is 0 where both are 0, and
    inf where it is infinite; never nan.
    """

    function: Callable[..., Any]
    bounded: bool = False  # whether |F| <= p + q, so that nothing is to be looked at where both have no mass
    needs_logit: bool = False
    growth: Growth | None = None  # None if unknown

    def __call__(self, log_p: Any, log_q: Any, logit: Any = None) -> Any:
        """F at points of one shape; ``logit`` is ignored by an F that does not need it."""
        return self.function(log_p, log_q, logit) if self.needs_logit else self.function(log_p, log_q)


def bounded(function: Callable[..., Any]) -> Integrand:
    """Decorator: an integrand with |F| <= p + q."""
    return Integrand(function, bounded=True, growth=(LEVEL, LEVEL))


def growing(upward: tuple[float, float], downward: tuple[float, float] = LEVEL) -> Callable[[Callable[..., Any]], Integrand]:
    """Decorator: an integrand of a growth that is known."""
    return lambda function: Integrand(function, growth=(upward, downward))


def of_logit(function: Callable[..., Any]) -> Integrand:
    """Decorator: an integrand that needs the logit of D."""
    return Integrand(function, needs_logit=True)


def values_of(integrands: Iterable[Integrand], log_p: Any, log_q: Any, logit: Any = None) -> jax.Array:
    """Every F at every point: shape (integrands, *points)."""
    return jnp.stack([F(log_p, log_q, logit) for F in integrands])


def mass_of_p(log_p: Any, log_q: Any) -> jax.Array:
    return jnp.exp(log_p)


def mass_of_q(log_p: Any, log_q: Any) -> jax.Array:
    return jnp.exp(log_q)


@bounded
def mass_of_p_alone(log_p, log_q):
    """p where q is 0."""
    return jnp.where(log_q == -jnp.inf, jnp.exp(log_p), 0.0)


@bounded
def mass_of_q_alone(log_p, log_q):
    """q where p is 0."""
    return jnp.where(log_p == -jnp.inf, jnp.exp(log_q), 0.0)


# Integrated beside everything else, to see what a partition misses.
MASSES = (Integrand(mass_of_p, True, growth=(LEVEL, (-1.0, 0.0))), Integrand(mass_of_q, True, growth=((-1.0, 0.0), LEVEL)))
MASSES_ALONE = (mass_of_p_alone, mass_of_q_alone)
