"""Whether JAX can look into a function, or only call it."""

import jax
import jax.numpy as jnp

from gantheory.base.precision import in_float64


@in_float64
def traces(function, shape: tuple[int, ...] = ()) -> bool:
    """Whether JAX can trace a function of a float64 array of this shape; else it is called back with NumPy arrays."""
    try:
        jax.eval_shape(function, jax.ShapeDtypeStruct(shape, jnp.float64))
    except Exception:  # whatever a NumPy or PyTorch function says to a tracer
        return False
    return True
