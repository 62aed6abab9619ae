"""The shipped functions as mathematics: a JAX program read as a SymPy expression, so that a claim is about the code that runs.

A program branches at comparisons. Each is decided at a *witness*, a point given for the symbols: the expression equals the program
on the whole region around the witness in which no comparison changes. An array is an array of expressions.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
import sympy as sp
from jax.extend.core import JaxprEqn

from gantheory.base.jaxprs import UnknownOperationError, walk
from gantheory.base.precision import in_float64
from gantheory.base.primitives import HALF_LOG_TAU_P
from gantheory.rigorous.operations import RESHAPING, contracted

Witness = dict[sp.Symbol, Any]
Known = Sequence[tuple[Any, Any]]  # constants of a program, numbers or arrays, each with the expression that all its elements stand for

SAME = {"convert_element_type", "stop_gradient", "copy", "optimization_barrier"}
COMPARE: dict[str, Callable[..., Any]] = {
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "and": lambda x, y: x and y,
    "or": lambda x, y: x or y,
}
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "add_any": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "neg": lambda x: -x,
    "log": sp.log,
    "exp": sp.exp,
    "log1p": lambda x: sp.log(1 + x),
    "expm1": lambda x: sp.exp(x) - 1,
    "tanh": lambda x: (sp.exp(2 * x) - 1) / (sp.exp(2 * x) + 1),
    "logistic": lambda x: 1 / (1 + sp.exp(-x)),
    "sqrt": sp.sqrt,
    "square": lambda x: x**2,
}


def lifted(function: Callable[..., Any], arguments: list[Any], witness: Witness, known: Known = ()) -> sp.Expr:
    """A JAX function of numbers as an expression, valid on the region around a witness in which no comparison changes.

    Args:
        function: takes numbers, or arrays, and returns one number.
        arguments: SymPy expressions, or arrays of them, to put in their place.
        witness: a value for each symbol, at which every comparison of the program is decided.
        known: constants of the program that stand for expressions: a parameter that must be a number when the program is made.

    Returns:
        The expression. Doubles in it are rational numbers, but for the doubles next to log 2 and log 4, which stand for those.

    Raises:
        NotImplementedError: the program has an operation that has no meaning here.
    """
    return sp.sympify(lifted_array(function, arguments, witness, known).item())


@in_float64
def lifted_array(function: Callable[..., Any], arguments: list[Any], witness: Witness, known: Known = ()) -> np.ndarray:
    """A JAX function that returns an array, as an array of expressions. All else is as in ``lifted``."""
    expressions = [_each(sp.sympify, np.asarray(argument, object)) for argument in arguments]
    # A function of its own each time: JAX would keep the program of one that it knows, whatever has become of what it calls.
    program = jax.make_jaxpr(lambda *given: function(*given))(*(np.full(one.shape, 0.5) for one in expressions))
    (value,) = walk(program, expressions, lambda eqn, inputs: _apply(eqn, inputs, witness), constant=lambda one: _constant(one, known))
    return value


def _each(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """A function of elements, on arrays of one shape. Elements that are the same objects are computed once."""
    found: dict[tuple[int, ...], Any] = {}

    def of(*elements):
        key = tuple(map(id, elements))
        if key not in found:
            found[key] = function(*elements)
        return found[key]

    return np.asarray(np.frompyfunc(of, len(arrays), 1)(*arrays), object)


def _apply(eqn: JaxprEqn, inputs: list[np.ndarray], witness: Witness) -> list[np.ndarray]:
    name, params, shape = eqn.primitive.name, eqn.params, getattr(eqn.outvars[0].aval, "shape", ())
    if eqn.primitive is HALF_LOG_TAU_P:
        return [np.asarray(sp.log(2 * sp.pi) / 2, object)]
    if name in SAME:
        return [inputs[0]]
    if name in RESHAPING:
        return [RESHAPING[name](inputs, shape, params)]
    if name == "split":
        return np.split(inputs[0], np.cumsum(params["sizes"])[:-1], params["axis"])
    if name == "pad" and all(low >= 0 and high >= 0 and not inner for low, high, inner in params["padding_config"]):
        return [np.pad(inputs[0], [ends[:2] for ends in params["padding_config"]], constant_values=inputs[1].item())]
    if name == "reduce_sum":
        return [np.asarray(inputs[0].sum(axis=params["axes"]), object)]
    if name == "dot_general":
        return [np.asarray(contracted(inputs, params), object)]
    return [_each(lambda *elements: _element(eqn, elements, witness), *inputs)]


def _element(eqn: JaxprEqn, inputs: Sequence[Any], witness: Witness) -> Any:
    name = eqn.primitive.name
    if name in COMPARE:
        return bool(COMPARE[name](*(_at(x, witness) for x in inputs)))
    if name == "not":
        return not inputs[0]
    if name == "is_finite":
        return bool(sp.sympify(_at(inputs[0], witness)).is_finite)
    if name == "select_n":
        which = inputs[0] if isinstance(inputs[0], bool) else bool(_at(inputs[0], witness))
        return inputs[1 + int(which)]
    if name in ("max", "min"):
        first, second = (_at(x, witness) for x in inputs)
        return inputs[0] if (first >= second) == (name == "max") else inputs[1]
    if name == "abs":
        return inputs[0] if _at(inputs[0], witness) >= 0 else -inputs[0]
    if name == "sign":
        return sp.sign(_at(inputs[0], witness))
    if name == "integer_pow":
        return inputs[0] ** eqn.params["y"]
    if name in ARITHMETIC:
        return ARITHMETIC[name](*inputs)
    raise UnknownOperationError(name, "SymPy expressions")


def _constant(constant: Any, known: Known) -> np.ndarray:
    """A constant of the program as expressions: those that it stands for, or its doubles."""
    numbers = np.asarray(constant)
    for one, expression in known:
        if numbers.shape == np.shape(one) and np.array_equal(numbers, one):
            return np.full(numbers.shape, sp.sympify(expression), object)
    return np.asarray(np.frompyfunc(_exact, 1, 1)(numbers), object)


def _exact(constant: Any) -> Any:
    """A double as the rational number that it is; the doubles next to log 2 and log 4 stand for those."""
    number = np.asarray(constant).item()
    if isinstance(number, bool):
        return number
    if not np.isfinite(number):
        return sp.oo if number > 0 else -sp.oo if number < 0 else sp.nan
    for whole in (2, 4):
        if number == float(np.log(whole)):
            return sp.log(whole)
    return sp.Rational(*float(number).as_integer_ratio())


def _at(expression: Any, witness: Witness) -> Any:
    """The value at the witness, to 30 digits."""
    return expression if isinstance(expression, bool) else sp.N(sp.sympify(expression).subs(witness), 30)


def is_zero(expression: sp.Expr) -> bool:
    """Whether an expression of logarithms and rational functions, in positive symbols, is 0: decided, not guessed.

    Every logarithm is split over the irreducible factors of its argument. Logarithms of different primes and irreducible polynomials
    are independent over the rational functions, so each can be replaced by a symbol of its own, and all must cancel.
    """
    atoms: dict[sp.Expr, sp.Symbol] = {}

    def symbol_of(factor):
        return atoms.setdefault(factor, sp.Dummy(f"log({factor})"))

    def split(argument):
        total = sp.Integer(0)
        for part, sign in zip(sp.fraction(sp.cancel(sp.together(argument))), (1, -1), strict=True):
            factored: Any = sp.factor_list(part)
            number = sp.sympify(factored[0])
            primes: Any = sp.factorrat(number) if number.is_Rational else {number: 1}  # a root of a number stays one
            for factor, power in [*primes.items(), *factored[1]]:
                total += sign * power * symbol_of(sp.sympify(factor))
        return total

    # π is no root of anything here: it is one more symbol.
    without_pi = expression.subs(sp.pi, sp.Dummy("pi", positive=True)) if expression.has(sp.pi) else expression
    inner = without_pi.replace(sp.log, lambda argument: split(argument))
    return not inner.has(sp.exp) and sp.cancel(sp.together(inner)) == 0
