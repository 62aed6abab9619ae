"""Measurement is float64 whatever the user's jax.config says, and changes no global state."""

import functools

import equinox as eqx
import jax
import jax.core
import jax.numpy as jnp
import numpy as np


def in_float64(function):
    """Run ``function`` with 64-bit JAX types, for this call and this thread only."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with jax.enable_x64(True):
            return function(*args, **kwargs)

    return wrapper


def on_host(x):
    """A concrete array as NumPy float64, where no jax setting can round it; a traced one as it is."""
    return x if isinstance(x, jax.core.Tracer) else np.asarray(x, dtype=np.float64)


def promoted(module):
    """A network with its weights in float64: p_g is the law of *this* function of z, and that is what gets measured."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64) if eqx.is_inexact_array_like(leaf) else leaf, module)


def finite_parameter(owner: str, name: str, value, positive: bool = False) -> np.ndarray:
    """A parameter as host float64, or one sentence that says what it must be."""
    must = "positive and finite" if positive else "finite"
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"`{name}` of {owner} must be a number or an array of numbers. Got {value!r}.") from None
    if array.size == 0:
        raise ValueError(f"`{name}` of {owner} must be a number or an array of numbers. Got {value!r}.")
    if not np.all(np.isfinite(array)) or (positive and not np.all(array > 0)):
        raise ValueError(f"`{name}` of {owner} must be {must}. Got {value!r}.")
    return array


def one_batch(owner: str, **parameters: np.ndarray) -> None:
    """Raise ``ValueError`` unless the parameters' shapes broadcast to one batch shape."""
    try:
        np.broadcast_shapes(*(parameter.shape for parameter in parameters.values()))
    except ValueError:
        shapes = ", ".join(f"{name} of {parameter.shape}" for name, parameter in parameters.items())
        raise ValueError(f"The parameters of {owner} must have shapes that broadcast. Got {shapes}.") from None
