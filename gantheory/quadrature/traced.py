"""∫ F(p, q) dx of traced parameters: differentiated on the host where they are known, and on a fixed partition where they are not."""

from collections.abc import Callable, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from gantheory.base.precision import in_float64, is_traced
from gantheory.quadrature.integrand import Integrand
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.slopes import Pull, value_and_pull


def traced_integrals(pair: Pair, functions: Sequence[Integrand], fixed: Callable[[Pair, Sequence[Integrand]], Any]) -> tuple[Any, Any]:
    """(values, errors) of several F, arrays (functions, n).

    Under ``jax.grad`` alone the parameters are known numbers: values and derivatives are integrated on the host, as exactly as they are
    without it. Under ``jit`` or ``vmap`` they are those of a fixed partition.

    Args:
      pair: plain densities with traced parameters.
      functions: the integrands.
      fixed: what gives (values, errors) of a pair on a fixed partition, in JAX.
    """

    def on_fixed(p, q):
        return _compiled(fixed, tuple(functions), p, q)

    def forward(p, q):
        if is_traced(*jax.tree.leaves((p, q))):
            return jax.vjp(on_fixed, p, q)
        value, error, pull = value_and_pull(Pair(p, q), functions)
        return (jnp.asarray(value), jnp.asarray(error)), _Known(pull)

    @in_float64
    def backward(pull, weights):
        return pull(weights[0]) if isinstance(pull, _Known) else pull(weights)

    integrals = jax.custom_vjp(on_fixed)
    integrals.defvjp(forward, backward)
    return integrals(*pair.stacked)


@eqx.filter_jit
def _compiled(fixed: Callable[[Pair, Sequence[Integrand]], Any], functions: Sequence[Integrand], p: Any, q: Any) -> tuple[Any, Any]:
    """One program, also under a ``vmap`` alone, where each of many hundred operations would be compiled by itself."""
    return tuple(fixed(Pair(p, q), functions))


@jax.tree_util.register_static
class _Known:
    """What pulls weights back to known parameters, carried from the forward pass to the backward pass."""

    def __init__(self, pull: Pull):
        self.pull = pull

    def __call__(self, weights):
        return jax.tree.map(jnp.asarray, self.pull(weights))
