"""Functions that stay one operation in a JAX program, so that an interpreter of programs knows them for what they are.

A jitted function is known in a program by its name alone, which any other function may have. A primitive is an object: an operation of a
program is the library's own if its primitive is.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.core
import numpy as np
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir


def primitive(name: str, function: Callable[..., jax.Array]) -> tuple[Primitive, Callable[..., jax.Array]]:
    """(a primitive, a function that applies it): computes, differentiates and batches as ``function`` does, of arrays to one array."""
    made = Primitive(name)
    made.def_impl(jax.jit(function))
    made.def_abstract_eval(lambda *inputs: _abstract(function, inputs))
    lower = mlir.lower_fun(function, multiple_results=False)

    def lowered(context: Any, *inputs: Any) -> Any:
        with jax.enable_x64(context.avals_out[0].dtype == np.float64):  # a program is lowered after the call that traced it
            return lower(context, *inputs)

    mlir.register_lowering(made, lowered)
    ad.primitive_jvps[made] = lambda primals, tangents: jax.jvp(function, primals, tuple(map(ad.instantiate_zeros, tangents)))
    batching.primitive_batchers[made] = lambda inputs, axes: (jax.vmap(function, axes)(*inputs), 0)

    def apply(*inputs: Any) -> jax.Array:
        return made.bind(*map(jax.numpy.asarray, inputs))

    apply.__name__, apply.__doc__ = name, function.__doc__
    return made, apply


def _abstract(function, inputs) -> jax.core.ShapedArray:
    out = jax.eval_shape(function, *(jax.ShapeDtypeStruct(one.shape, one.dtype) for one in inputs))
    return jax.core.ShapedArray(out.shape, out.dtype, weak_type=out.weak_type)


# The irrational constants of the library's own densities. In a program of the user's, a double is the double that it is.
PI_P: Primitive
HALF_LOG_TAU_P: Primitive
pi: Callable[..., jax.Array]
half_log_tau: Callable[..., jax.Array]
PI_P, pi = primitive("pi", lambda: jax.numpy.asarray(float(np.pi)))
HALF_LOG_TAU_P, half_log_tau = primitive("half_log_tau", lambda: jax.numpy.asarray(float(np.log(2 * np.pi)) / 2))
