"""Python's and NumPy's operators, for types that say in one place what each of them does."""

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

import numpy as np

from gantheory.base.rounding import whole

Number = int | float | np.number | Fraction
ARITHMETIC = (np.add, np.subtract, np.multiply, np.divide, np.power, np.positive, np.negative, np.absolute)
ORDER = (np.less, np.less_equal, np.greater, np.greater_equal)


def _both_sides(function: np.ufunc):
    """``self`` operator ``other``, and ``other`` operator ``self``."""

    def from_left(self, other):
        return self._applied(function, self, other)

    def from_right(self, other):
        return self._applied(function, other, self)

    return from_left, from_right


def _of_one(function: np.ufunc):
    return lambda self: self._applied(function, self)


class Operators:
    """+ - * / ** and abs, with ``self`` on either side, and NumPy's functions of the same names.

    Every operand is taken as what ``operand_of`` makes of it, and the one of the highest ``rank`` gives the result, by its method
    ``_combined(function, operands, exponent)``: ``function`` is one of ARITHMETIC, ``exponent`` is empty or holds a power's int. Equality
    is the subclass's own; there is no order.
    """

    rank: ClassVar[int]

    def _combined(self, function: np.ufunc, operands: list[Any], exponent: tuple[int, ...]) -> Any:
        raise NotImplementedError

    def _applied(self, function: np.ufunc, *operands) -> Any:
        exponent = ()
        if function is np.power:
            operands, exponent = operands[:1], (whole(operands[1]),)
        taken = [operand for one in operands if (operand := operand_of(one)) is not None]
        if len(taken) < len(operands):
            return NotImplemented
        return max(taken, key=lambda operand: operand.rank)._combined(function, taken, exponent)

    def __array_ufunc__(self, function: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        if function in (np.equal, np.not_equal):
            same = type(operands[0]) is type(operands[1]) and operands[0] == operands[1]
            return same if function is np.equal else not same
        if function in ORDER:
            raise self._without_order()
        if method != "__call__" or options or function not in ARITHMETIC:
            raise TypeError(f"{type(self).__name__} has no {_call(function, method, options)}: no bound on the error is known.")
        return self._applied(function, *operands)

    def _without_order(self) -> TypeError:
        return TypeError(f"{type(self).__name__} has no order: compare the ends of the interval, `lower` and `upper`.")

    def __lt__(self, other: Any) -> bool:
        raise self._without_order()

    def __le__(self, other: Any) -> bool:
        raise self._without_order()

    def __gt__(self, other: Any) -> bool:
        raise self._without_order()

    def __ge__(self, other: Any) -> bool:
        raise self._without_order()

    if TYPE_CHECKING:

        @overload
        def __add__(self, other: Number | Self) -> Self: ...
        @overload
        def __add__(self, other: Any) -> Any: ...
        def __add__(self, other: Any) -> Any: ...
        def __radd__(self, other: Number) -> Self: ...

        @overload
        def __sub__(self, other: Number | Self) -> Self: ...
        @overload
        def __sub__(self, other: Any) -> Any: ...
        def __sub__(self, other: Any) -> Any: ...
        def __rsub__(self, other: Number) -> Self: ...

        @overload
        def __mul__(self, other: Number | Self) -> Self: ...
        @overload
        def __mul__(self, other: Any) -> Any: ...
        def __mul__(self, other: Any) -> Any: ...
        def __rmul__(self, other: Number) -> Self: ...

        @overload
        def __truediv__(self, other: Number | Self) -> Self: ...
        @overload
        def __truediv__(self, other: Any) -> Any: ...
        def __truediv__(self, other: Any) -> Any: ...
        def __rtruediv__(self, other: Number) -> Any: ...

        def __pow__(self, exponent: int) -> Any: ...
        def __pos__(self) -> Self: ...
        def __neg__(self) -> Self: ...
        def __abs__(self) -> Self: ...

    else:
        __add__, __radd__ = _both_sides(np.add)
        __sub__, __rsub__ = _both_sides(np.subtract)
        __mul__, __rmul__ = _both_sides(np.multiply)
        __truediv__, __rtruediv__ = _both_sides(np.divide)
        __pow__, __rpow__ = _both_sides(np.power)
        __pos__, __neg__, __abs__ = _of_one(np.positive), _of_one(np.negative), _of_one(np.absolute)


@functools.singledispatch
def operand_of(one: Any) -> Operators | None:
    """What an object counts as beside an operator; None if it is neither a measurement nor a number. Each kind is registered."""
    return None


@operand_of.register(Operators)
def _(one) -> Operators | None:
    return one


def _call(function: np.ufunc, method: str, options) -> str:
    name = function.__name__ if method == "__call__" else f"{function.__name__}.{method}"
    return f"np.{name}" + (f" with {', '.join(options)}" if options else "")
