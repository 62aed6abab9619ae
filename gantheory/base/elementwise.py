"""Arithmetic of batches: interval arithmetic on their arrays, and their infinite elements one by one."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gantheory.base import arithmetic
from gantheory.base.arithmetic import Known
from gantheory.base.divergent import Divergent
from gantheory.base.measured import beyond_doubles
from gantheory.base.precision import is_traced


def elementwise(function: np.ufunc, batches: list[Any], exponent: tuple[int, ...]) -> tuple[Any, Any, dict[int, Divergent]]:
    """Value, error and infinite elements of a result. Raises ``OverflowError`` for an element beyond the largest double."""
    traced = is_traced(*(array for batch in batches for array in (batch.value, batch.error)))
    with np.errstate(all="ignore"):  # what is not finite is refused below
        value, error = getattr(arithmetic, function.__name__)(*(_known(batch, traced) for batch in batches), *exponent)
    if traced:
        return value, error, {}
    shape = np.broadcast_shapes(*(batch.shape for batch in batches))
    value, error = (np.array(np.broadcast_to(array, shape)) for array in (value, error))
    divergent = {}
    for at, elements in _infinite_elements(batches, shape):
        result = function(*elements, *exponent)
        value.flat[at], error.flat[at] = float(result), 0.0  # infinite, or exactly 0
        if isinstance(result, Divergent):
            divergent[at] = result
    sound = np.array(np.isfinite(value) & np.isfinite(error))
    sound.flat[list(divergent)] = True
    if not sound.all():
        raise beyond_doubles(function)
    return value, error, divergent


def _known(batch: Any, traced: bool) -> Known:
    """A batch's arrays, on the host without infinities; one element as Python's floats, which take the type of traced arrays."""
    value, error = batch.value, batch.error
    if batch.divergent and not traced:
        value = value.copy()
        value.flat[list(batch.divergent)] = 1.0
    return Known(value, error) if batch.shape or is_traced(value, error) else Known(value.item(), error.item())


def _infinite_elements(batches: list[Any], shape: tuple[int, ...]) -> Iterator[tuple[int, list[Any]]]:
    """The number of each element with an infinite operand, and its operands."""
    flat = [batch.reshape((-1,)) for batch in batches]
    places = [np.broadcast_to(np.arange(batch.value.size).reshape(batch.shape), shape).ravel() for batch in batches]
    infinite = [np.isin(place, list(batch.divergent)) for place, batch in zip(places, batches, strict=True)]
    for at in np.flatnonzero(np.any(infinite, axis=0)).tolist():
        yield at, [batch[place[at]] for batch, place in zip(flat, places, strict=True)]
