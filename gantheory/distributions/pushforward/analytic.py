"""Whether G is analytic by its program: then it is constant on no stretch of z, unless on all, whatever its last bits say."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import JaxprEqn, primitives

from gantheory.base.jaxprs import UnknownOperationError, walk

# Analytic on the whole line, but for poles. A root or a logarithm is not: √(z²) is |z|, and so is exp(log(z²)/2); nor is asin(sin z).
_NAMES = """
add asinh atan broadcast_in_dim concatenate copy cos cosh div dot_general erf erfc exp exp2 expm1 integer_pow logistic mul neg reduce_sum
reshape sin sinh slice square squeeze sub tan tanh transpose
"""
ANALYTIC: frozenset[Any] = frozenset(getattr(primitives, f"{name}_p") for name in _NAMES.split())


def is_analytic(generator: Any) -> bool:
    """Whether a function () -> () is made of analytic operations alone, as a network of tanh is, and one of ReLU is not.

    Args:
      generator: the function; one that JAX cannot trace is not known to be analytic.
    """
    try:
        walk(jax.make_jaxpr(generator)(jnp.zeros(())), [None], _noted)
    except (UnknownOperationError, TypeError, ValueError, jax.errors.JAXTypeError):
        return False
    return True


def _noted(eqn: JaxprEqn, _: list[Any]) -> list[None]:
    if eqn.primitive not in ANALYTIC and not _widens(eqn):
        raise UnknownOperationError(eqn.primitive.name, "analytic functions")
    return [None] * len(eqn.outvars)


def _widens(eqn: JaxprEqn) -> bool:
    """Whether an operation turns numbers into those of another floating type."""
    types = [getattr(atom.aval, "dtype", bool) for atom in (*eqn.invars, *eqn.outvars)]
    return eqn.primitive is primitives.convert_element_type_p and all(jnp.issubdtype(one, jnp.floating) for one in types)
