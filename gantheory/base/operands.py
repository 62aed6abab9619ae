"""What may stand beside a measurement: a number as an Estimate, an array as a batch."""

import functools
import numbers
from typing import Any

import jax
import jax.core
import numpy as np

from gantheory.base.enclosure import Enclosure
from gantheory.base.estimates import Estimates
from gantheory.base.measured import Divergent, Estimate, Measured
from gantheory.base.rounding import exact, ulp

EVERY_INTEGER = 2.0**53  # up to here every integer is a double


@functools.singledispatch
def single_of(operand: Any) -> Measured | None:
    """One measurement, or one number as an Estimate; None for what is neither. Raises ``ValueError`` for nan and infinite."""
    return None


@single_of.register(Estimate)
@single_of.register(Divergent)
def _(operand) -> Measured | None:
    return operand


@single_of.register(Enclosure)
def _(operand) -> Measured | None:
    return operand.estimate()


@single_of.register(bool)
def _(operand) -> Measured | None:
    return None


@single_of.register(numbers.Real)
def _(operand) -> Measured | None:
    return Estimate(exact(operand), 0)


@single_of.register(np.ndarray)
@single_of.register(jax.Array)
def _(operand) -> Measured | None:
    return None if operand.shape else single_of(np.asarray(operand)[()])


@functools.singledispatch
def batch_of(operand: Any) -> Estimates | None:
    """A batch, of shape () for one number; None for what is no measurement and no array of real numbers."""
    single = single_of(operand)
    if isinstance(single, Divergent):
        return Estimates(float(single), 0.0, {0: single})
    return single and Estimates(single.value, single.error)


@batch_of.register(Estimates)
def _(operand) -> Estimates | None:
    return operand


@batch_of.register(jax.core.Tracer)
def _(operand) -> Estimates | None:
    return Estimates(operand, 0 * operand)


@batch_of.register(np.ndarray)
@batch_of.register(jax.Array)
def _(operand) -> Estimates | None:
    array = np.asarray(operand)
    if array.dtype.kind not in "iuf":
        return None
    value = array.astype(np.float64)
    inexact = np.abs(value) >= EVERY_INTEGER if array.dtype.kind in "iu" else value != array
    return Estimates(value, np.where(inexact, ulp(value), 0.0))
