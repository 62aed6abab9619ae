"""What an operator makes of measurements, numbers and arrays: exact interval arithmetic for one number, rounded for arrays."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from gantheory.base import arithmetic, infinities, rational
from gantheory.base.arithmetic import Known
from gantheory.base.estimates import Estimates, Outcome
from gantheory.base.measured import Divergent, Estimate, Measured
from gantheory.base.operands import batch_of, single_of
from gantheory.base.precision import is_traced
from gantheory.base.rational import Interval
from gantheory.base.rounding import up, whole


def applied(function: np.ufunc, *operands) -> Any:
    """An operator's result; ``NotImplemented`` where an operand is no measurement, no number and no array of numbers."""
    exponent = ()
    if function is np.power:
        operands, exponent = operands[:1], (whole(operands[1]),)
    singles = [single for operand in operands if (single := single_of(operand)) is not None]
    if len(singles) == len(operands):
        return _of_singles(function, singles, exponent)
    batches = [batch for operand in operands if (batch := batch_of(operand)) is not None]
    return _of_batches(function, batches, exponent) if len(batches) == len(operands) else NotImplemented


# One number


def _of_singles(function: np.ufunc, operands: list[Measured], exponent: tuple) -> Measured:
    finite = [operand for operand in operands if isinstance(operand, Estimate)]
    if len(finite) < len(operands):
        return getattr(infinities, function.__name__)(*operands, *exponent)
    lower, upper = getattr(rational, function.__name__)(*(_interval(operand) for operand in finite), *exponent)
    with np.errstate(all="ignore"):
        value = float(function(*(operand.value for operand in finite), *exponent))
    if math.isinf(value):
        raise _beyond_doubles(function)
    error = up(max(upper - Fraction(value), Fraction(value) - lower))
    return Estimate(value, max(error, _slack(finite, value)) if function in (np.add, np.subtract) else error)


def _interval(one: Estimate) -> Interval:
    value, error = Fraction(one.value), Fraction(one.error)
    return Interval(value - error, value + error)


def _slack(terms: list[Estimate], value: float) -> float:
    """A sum's error and one ulp of its value, enough for a constant such as log 4 that was itself rounded to nearest."""
    slack = sum(term.error for term in terms) + math.ulp(value)
    return slack if math.isfinite(slack) else 0.0


def _beyond_doubles(function: np.ufunc) -> OverflowError:
    return OverflowError(f"The result of {function.__name__} must be within the range of doubles.")


# A batch


def _of_batches(function: np.ufunc, batches: list[Estimates], exponent: tuple) -> Any:
    traced = is_traced(*(array for batch in batches for array in (batch.value, batch.error)))
    with np.errstate(all="ignore"):  # what is not finite is refused below
        value, error = getattr(arithmetic, function.__name__)(*(_known(batch, traced) for batch in batches), *exponent)
    if traced:
        return Estimates(value, error)
    shape = np.broadcast_shapes(*(batch.shape for batch in batches))
    value, error = (np.array(np.broadcast_to(array, shape)) for array in (value, error))
    divergent = {}
    for at, elements in _infinite_elements(batches, shape):
        result = getattr(infinities, function.__name__)(*elements, *exponent)
        value.flat[at], error.flat[at] = float(result), 0.0  # infinite, or exactly 0
        if isinstance(result, Divergent):
            divergent[at] = result
    sound = np.array(np.isfinite(value) & np.isfinite(error))
    sound.flat[list(divergent)] = True
    if not sound.all():
        raise _beyond_doubles(function)
    return Estimates(value, error, divergent)


def _known(batch: Estimates, traced: bool) -> Known:
    """A batch's arrays, on the host without infinities; one element as Python's floats, which take the type of traced arrays."""
    value, error = batch.value, batch.error
    if batch.divergent and not traced:
        value = value.copy()
        value.flat[list(batch.divergent)] = 1.0
    return Known(value, error) if batch.shape or is_traced(value, error) else Known(value.item(), error.item())


def _infinite_elements(batches: list[Estimates], shape: tuple[int, ...]) -> Iterator[tuple[int, list[Outcome]]]:
    """The number of each element with an infinite operand, and its operands."""
    flat = [batch.reshape((-1,)) for batch in batches]
    places = [np.broadcast_to(np.arange(batch.value.size).reshape(batch.shape), shape).ravel() for batch in batches]
    infinite = [np.isin(place, list(batch.divergent)) for place, batch in zip(places, batches, strict=True)]
    for at in np.flatnonzero(np.any(infinite, axis=0)).tolist():
        yield at, [batch[place[at]] for batch, place in zip(flat, places, strict=True)]
