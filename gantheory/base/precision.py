"""Measurement is float64 whatever the user's jax.config says, and changes no global state."""

import functools
from collections import deque
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import equinox as eqx
import jax
import jax.core
import jax.numpy as jnp
import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

# What functions of the user's raised while JAX called them, the latest last. JAX itself raises an error of its own that quotes it.
_RAISED: deque[Exception] = deque(maxlen=1)


def in_float64(function: Callable[P, R]) -> Callable[P, R]:
    """Run ``function`` with 64-bit JAX types, for this call and this thread only.

    An exception of a function of the user's that JAX called is raised as it was.
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with jax.enable_x64(True):
            try:
                return function(*args, **kwargs)
            except jax.errors.JaxRuntimeError as told:
                if _RAISED and type(_RAISED[-1]).__name__ in str(told):
                    raise _RAISED.pop() from None
                raise

    return wrapper


def on_host(x: Any) -> Any:
    """A concrete array as NumPy float64, where no jax setting can round it; a traced one as it is."""
    return x if isinstance(x, jax.core.Tracer) else np.asarray(x, dtype=np.float64)


def promoted(module: Any) -> Any:
    """A network with its weights in float64: p_g is the law of *this* function of z, and that is what gets measured."""

    def wide(leaf):
        # `is_inexact_array_like` fails on tracers; `is_inexact_array` accepts them.
        return jnp.asarray(leaf, jnp.float64) if eqx.is_inexact_array(leaf) or eqx.is_inexact_array_like(leaf) else leaf

    return jax.tree.map(wide, module)


def afresh(function: Any) -> Any:
    """A plain function under an identity of its own; a module as it is.

    JAX knows a compiled program by the function's identity, and would use it again when a global or an attribute that it reads has changed.
    """
    plain = callable(function) and jax.tree_util.all_leaves([function])
    return functools.wraps(function, updated=())(lambda *given: function(*given)) if plain else function


@in_float64
def values_at(network: Any, points: Any) -> np.ndarray:
    """The values of a network at points (n,) or (n, d), on the host; weights and arithmetic are float64."""
    return np.asarray(jax.vmap(promoted(network))(jnp.asarray(points)))


def called_on_host(function: Callable[..., Any], x: Any, drop: int = 0) -> Any:
    """A function of NumPy arrays at a traced x, its values with so many of x's last axes dropped.

    Doubles go there and back as pairs of 32-bit words: a large program runs in a thread of its own, in which 64-bit types are whatever the
    user's jax.config says, and would be refused there.
    """
    shape = x.shape[: x.ndim - drop]

    def called(points, dtype):
        try:
            return np.array(function(points), dtype, order="C")
        except Exception as raised:
            _RAISED.append(raised)
            raise

    if x.dtype != jnp.float64:
        own = jax.ShapeDtypeStruct(shape, x.dtype)
        return jax.pure_callback(lambda a: called(np.asarray(a), a.dtype), own, x, vmap_method="broadcast_all")

    def on_words(words):
        points = np.asarray(np.ascontiguousarray(words).view(np.float64)[..., 0])
        return called(points, np.float64)[..., None].view(np.uint32)

    words = jax.lax.bitcast_convert_type(x, jnp.uint32)
    back = jax.pure_callback(on_words, jax.ShapeDtypeStruct((*shape, 2), jnp.uint32), words, vmap_method="broadcast_all")
    return jax.lax.bitcast_convert_type(back, jnp.float64)


def is_traced(*values: Any) -> bool:
    """Whether any of them stands for a value that is not known yet, under jit, grad or vmap."""
    return any(isinstance(value, jax.core.Tracer) for value in values)


def namespace_of(*values: Any) -> Any:
    """NumPy where all arrays are on the host, and nothing is compiled; else JAX's."""
    return np if all(isinstance(value, np.ndarray | np.generic) for value in values) else jnp


def shown(value: Any) -> str:
    """A parameter as its user wrote it, in a sentence of moderate length."""
    array = isinstance(value, np.ndarray | np.generic | jax.Array) and not jnp.issubdtype(value.dtype, jax.dtypes.prng_key)
    text = repr(value.tolist() if array else value)
    return text if len(text) <= 200 else text[:197] + "..."


def finite_parameter(owner: str, name: str, value: Any, positive: bool = False, infinite: bool = False) -> Any:
    """A parameter as host float64, or one sentence that says what it must be. A traced one is taken as it is."""
    if is_traced(value):
        return jnp.asarray(value)
    must = "positive and finite" if positive else "a number or infinite" if infinite else "finite"
    try:
        if isinstance(value, list | tuple) and is_traced(*value):
            return jnp.stack([jnp.asarray(one) for one in value])
        if np.asarray(value).dtype.kind in "US":  # NumPy takes the text of a number for the number
            raise TypeError
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"`{name}` of {owner} must be a number or an array of numbers. Got {shown(value)}.") from None
    if array.size == 0:
        raise ValueError(f"`{name}` of {owner} must be a number or an array of numbers. Got {shown(value)}.")
    if np.any(np.isnan(array)) or (not infinite and np.any(np.isinf(array))) or (positive and not np.all(array > 0)):
        raise ValueError(f"`{name}` of {owner} must be {must}. Got {shown(value)}.")
    return array


def require_key(owner: str, key: Any) -> None:
    """Raise ``ValueError`` unless it is one random key of JAX's, of the new kind or the old."""
    kind = getattr(key, "dtype", np.dtype(object))
    given = f"{kind} of shape {key.shape}" if hasattr(key, "shape") else shown(key)
    if not (jnp.ndim(key) == 0 if jnp.issubdtype(kind, jax.dtypes.prng_key) else kind == np.uint32 and jnp.ndim(key) == 1):
        raise ValueError(f"`key` of {owner} must be one JAX random key, such as jax.random.key(0). Got {given}.")


def require_order(owner: str, low: Any, high: Any) -> None:
    """Raise ``ValueError`` unless low < high, where both are known."""
    if not is_traced(low, high) and not np.all(np.asarray(low, np.float64) < np.asarray(high, np.float64)):
        raise ValueError(f"`high` of {owner} must be above `low`. Got low={shown(low)} and high={shown(high)}.")


def one_batch(owner: str, **parameters: Any) -> None:
    """Raise ``ValueError`` unless the parameters' shapes broadcast to one batch shape."""
    try:
        np.broadcast_shapes(*(parameter.shape for parameter in parameters.values()))
    except ValueError:
        shapes = ", ".join(f"{name} of {parameter.shape}" for name, parameter in parameters.items())
        raise ValueError(f"The parameters of {owner} must have shapes that broadcast. Got {shapes}.") from None
