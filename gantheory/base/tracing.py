"""Whether JAX can look into a function, or only call it."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64


@in_float64
def traced_shape(function: Callable[..., Any], shape: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """The shape that a function gives for a float64 array of this one; None if JAX cannot trace it."""
    try:
        return np.shape(jax.eval_shape(function, jax.ShapeDtypeStruct(shape, jnp.float64)))
    except Exception:  # whatever a NumPy or PyTorch function says to a tracer
        return None


def traces(function: Callable[..., Any], shape: tuple[int, ...] = ()) -> bool:
    """Whether JAX can trace a function of a float64 array of this shape; else it is called back with NumPy arrays."""
    return traced_shape(function, shape) is not None
