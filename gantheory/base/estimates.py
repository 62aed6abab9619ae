"""A batch of measurements."""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, overload

import jax
import jax.core
import numpy as np

from gantheory.base.divergent import Divergent, Measured
from gantheory.base.elementwise import elementwise
from gantheory.base.measured import Estimate
from gantheory.base.operators import Operators, operand_of
from gantheory.base.precision import is_traced
from gantheory.base.rounding import add_up, ulp

MOST_ROWS = 30  # elements shown in a notebook
EVERY_INTEGER = 2.0**53  # up to here every integer is a double


@dataclass(frozen=True, eq=False)
class Estimates(Operators):
    """Estimates of a batch: arrays of one shape. Where one is infinite its value is ±inf, and indexing gives the ``Divergent``.

    Under jit or grad the arrays are traced, and an infinite value is ±inf without a reason. Nothing can be refused there: what is divided
    by a number that may be 0 gets an infinite error.

    Args:
      value: the values.
      error: how far each may be from the truth.
      divergent: the infinite elements, by their number in row-major order.

    Raises:
      ValueError: arrays of two shapes, or an element that is neither infinite nor an Estimate.
    """

    rank = 3

    value: Any
    error: Any
    divergent: dict[int, Divergent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if is_traced(self.value, self.error):
            return
        value, error = (np.asarray(a, np.float64) for a in (self.value, self.error))
        if value.shape != error.shape:
            raise ValueError(f"`value` and `error` of Estimates must have the same shape. Got {value.shape} and {error.shape}.")
        sound = (np.isfinite(value) & np.isfinite(error) & (error >= 0)).ravel()
        sound[list(self.divergent)] = True
        for wrong in np.flatnonzero(~sound)[:1]:
            Estimate(value.flat[wrong], error.flat[wrong])  # raises
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "error", error)

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def lower(self) -> Any:
        """value - error, rounded down."""
        with np.errstate(invalid="ignore"):  # of the infinite ones
            return -add_up(-self.value, self.error)

    @property
    def upper(self) -> Any:
        """value + error, rounded up."""
        with np.errstate(invalid="ignore"):
            return add_up(self.value, self.error)

    def record(self) -> Any:
        """As JSON has it: the elements' records in lists."""
        return [one.record() for one in self] if self.shape else self[()].record()

    def _combined(self, function: np.ufunc, operands: list[Any], exponent: tuple[int, ...]) -> "Estimates":
        return Estimates(*elementwise(function, [_batch(operand) for operand in operands], exponent))

    def __eq__(self, other: Any) -> bool:
        """Whether every value, every error and every infinity is the same: one answer, not an array."""
        if not isinstance(other, Estimates):
            return NotImplemented
        return np.array_equal(self.value, other.value) and np.array_equal(self.error, other.error) and self.divergent == other.divergent

    def __hash__(self) -> int:
        raise TypeError("A batch of Estimates is arrays, and has no hash.")

    def __float__(self) -> float:
        """The value of a batch of shape (). Raises ``TypeError`` for any other, as an array does."""
        return float(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator["Estimate | Divergent | Estimates"]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> "Estimate | Divergent | Estimates":
        numbers = np.arange(self.value.size).reshape(self.shape)[index]
        if np.ndim(numbers):
            own = {new: self.divergent[old] for new, old in enumerate(numbers.ravel().tolist()) if old in self.divergent}
            return Estimates(self.value[index], self.error[index], own)
        return self.divergent.get(int(numbers)) or Estimate(float(self.value[index]), float(self.error[index]))

    def reshape(self, shape: tuple[int, ...]) -> "Estimates":
        return Estimates(self.value.reshape(shape), self.error.reshape(shape), self.divergent)

    def __format__(self, spec: str) -> str:
        return f"[{', '.join(format(one, spec) for one in self)}]" if spec else repr(self)

    def _repr_html_(self) -> str:
        rows = [(number, self.reshape((-1,))[number]) for number in range(min(self.value.size, MOST_ROWS))]
        more = "<tr><td>…</td><td></td></tr>" if self.value.size > MOST_ROWS else ""
        return f"<table>{''.join(f'<tr><td>{number}</td><td>{html.escape(repr(one))}</td></tr>' for number, one in rows)}{more}</table>"


def _batch(operand: Any) -> Estimates:
    """An operand as a batch, of shape () if it is one number."""
    if isinstance(operand, Estimates):
        return operand
    if isinstance(operand, Divergent):
        return Estimates(float(operand), 0.0, {0: operand})
    one = operand.estimate()
    return Estimates(one.value, one.error)


@operand_of.register(jax.core.Tracer)
def _(array) -> Operators | None:
    return Estimates(array, 0 * array)


@operand_of.register(np.ndarray)
@operand_of.register(jax.Array)
def _(array) -> Operators | None:
    """An array of real numbers, each of which is exactly what it is; one of shape () is a number."""
    array = np.asarray(array)
    if not array.shape:
        return operand_of(array[()])
    if array.dtype.kind not in "iuf":
        return None
    value = array.astype(np.float64)
    inexact = np.abs(value) >= EVERY_INTEGER if array.dtype.kind in "iu" else value != array
    return Estimates(value, np.where(inexact, ulp(value), 0.0))


Finite = Estimate | Estimates  # what a bounded quantity is
Outcome = Measured | Estimates  # what any quantity is; Estimates for a batch


@overload
def single(measured: Finite) -> Estimate: ...
@overload
def single(measured: Outcome) -> Measured: ...
def single(measured: Outcome) -> Measured:
    """The measurement of one pair of laws. Raises ``TypeError`` for a batch."""
    if isinstance(measured, Estimates):
        raise TypeError(f"A single quantity must be measured here. Got a batch of shape {measured.shape}.")
    return measured


@overload
def finite(measured: Measured) -> Estimate: ...
@overload
def finite(measured: Outcome) -> Finite: ...
def finite(measured: Outcome) -> Finite:
    """The Estimate, or the batch's Estimates, of a quantity that its definition bounds. Raises ``TypeError`` for a ``Divergent``."""
    if isinstance(measured, Divergent):
        raise TypeError(f"A bounded quantity must be an Estimate. Got {measured!r}.")
    return measured


def bounded(measured: Finite, largest: float) -> Finite:
    """What lies in [0, largest] by its definition, clamped there. Its error reaches to the farther end at most."""
    if isinstance(measured, Estimate):
        value = min(measured.value, largest)
        return Estimate(value, min(measured.error, max(value, largest - value) * (1 + 4 * float(ulp(1.0)))))
    value = measured.value.clip(max=largest)
    farthest = (largest - value).clip(min=value) * (1 + 4 * float(np.finfo(value.dtype).eps))
    return Estimates(value, measured.error.clip(max=farthest), measured.divergent)
