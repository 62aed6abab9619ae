"""Whether JAX can look into a function, or only call it."""

from collections.abc import Callable, Hashable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.base.programs import kind_of

MOST_KINDS = 1_000  # kinds of modules whose shapes are kept

_shapes: dict[Hashable, tuple[int, ...] | None] = {}  # by (the kind of a module, the shape it was given)


@in_float64
def traced_shape(function: Callable[..., Any], shape: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """The shape that a function gives for a float64 array of this one; None if JAX cannot trace it.

    Modules of one kind, as a training makes them, are traced once.
    """
    kind = kind_of(function)
    if kind is None:
        return _traced_shape(function, shape)
    if (kind, shape) not in _shapes:
        if len(_shapes) >= MOST_KINDS:
            _shapes.clear()
        _shapes[kind, shape] = _traced_shape(function, shape)
    return _shapes[kind, shape]


def _traced_shape(function: Callable[..., Any], shape: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return np.shape(jax.eval_shape(function, jax.ShapeDtypeStruct(shape, jnp.float64)))
    except Exception:  # whatever a NumPy or PyTorch function says to a tracer
        return None


def traces(function: Callable[..., Any], shape: tuple[int, ...] = ()) -> bool:
    """Whether JAX can trace a function of a float64 array of this shape; else it is called back with NumPy arrays."""
    return traced_shape(function, shape) is not None
