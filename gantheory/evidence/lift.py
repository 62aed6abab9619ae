"""The shipped functions as mathematics: a JAX program read as a SymPy expression, so that a claim is about the code that runs.

A program branches at comparisons. Each is decided at a *witness*, a point given for the symbols: the expression equals the program
on the whole region around the witness in which no comparison changes.
"""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import sympy as sp
from jax.extend.core import JaxprEqn

from gantheory.base.jaxprs import UnknownOperationError, walk
from gantheory.base.precision import in_float64

Witness = dict[sp.Symbol, Any]

SAME = {"convert_element_type", "stop_gradient", "copy", "optimization_barrier", "squeeze", "reshape", "broadcast_in_dim"}
OF_ONE_ELEMENT = {"reduce_sum", "dot_general"}  # of arrays of one element a sum is the element, and a product of matrices is a product
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


@in_float64
def lifted(function: Callable[..., Any], arguments: list[Any], witness: Witness) -> sp.Expr:
    """A JAX function of numbers as an expression, valid on the region around a witness in which no comparison changes.

    Args:
        function: takes numbers and returns one number.
        arguments: SymPy expressions to put in their place.
        witness: a value for each symbol, at which every comparison of the program is decided.

    Returns:
        The expression. Doubles in it are rational numbers, but for the doubles next to log 2 and log 4, which stand for those.

    Raises:
        NotImplementedError: the program has an operation that has no meaning here.
    """
    program = jax.make_jaxpr(function)(*[np.float64(0.5)] * len(arguments))
    expressions = [sp.sympify(argument) for argument in arguments]
    (value,) = walk(program, expressions, lambda eqn, inputs: [_apply(eqn, inputs, witness)], constant=_exact)
    return sp.sympify(value)


def _apply(eqn: JaxprEqn, inputs: list[Any], witness: Witness) -> Any:
    name = eqn.primitive.name
    if name in SAME:
        return inputs[0]
    if name in OF_ONE_ELEMENT and all(getattr(atom.aval, "size", 0) == 1 for atom in eqn.invars):
        return sp.prod(inputs)
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
            primes: Any = sp.factorrat(sp.Rational(factored[0]))
            for factor, power in [*primes.items(), *factored[1]]:
                total += sign * power * symbol_of(sp.sympify(factor))
        return total

    inner = expression.replace(sp.log, lambda argument: split(argument))
    return not inner.has(sp.exp) and sp.cancel(sp.together(inner)) == 0
