"""The shipped functions as mathematics: a JAX program read off as a SymPy expression, so that a claim is about what runs.

A program has branches, taken by comparisons. Each is decided at a *witness*, a point given for the symbols: the expression is the
program's on the whole region around the witness in which no comparison changes.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.extend.core
import numpy as np
import sympy as sp

from gantheory.base.precision import in_float64

SAME = {"convert_element_type", "stop_gradient", "copy", "optimization_barrier", "squeeze", "reshape", "broadcast_in_dim"}
CALLS = {"jit", "pjit", "closed_call", "custom_jvp_call", "custom_vjp_call", "remat"}
COMPARE: dict[str, Callable] = {
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "and": lambda x, y: x and y,
    "or": lambda x, y: x or y,
}
ARITHMETIC: dict[str, Callable] = {
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
def lifted(function: Callable, arguments: list[Any], witness: dict[sp.Symbol, Any]) -> sp.Expr:
    """``function`` of numbers, at SymPy expressions for its arguments, on the region around ``witness``.

    Raises ``NotImplementedError`` for an operation that it does not know.
    """
    program = jax.make_jaxpr(function)(*[np.float64(0.5)] * len(arguments))
    (value,) = _run(program.jaxpr, program.consts, [sp.sympify(argument) for argument in arguments], witness)
    return sp.sympify(value)


def _run(program, constants, arguments, witness):
    known = dict(zip(program.constvars, map(_exact, constants), strict=True))
    known |= dict(zip(program.invars, arguments, strict=True))

    def read(variable):
        return _exact(variable.val) if isinstance(variable, jax.extend.core.Literal) else known[variable]

    for step in program.eqns:
        inputs = [read(variable) for variable in step.invars]
        known |= dict(zip(step.outvars, _apply(step, inputs, witness), strict=True))
    return [read(variable) for variable in program.outvars]


def _apply(step, inputs, witness):
    name, parameters = step.primitive.name, step.params
    if name in CALLS:
        inner = parameters.get("jaxpr") or parameters["call_jaxpr"]
        return _run(getattr(inner, "jaxpr", inner), getattr(inner, "consts", []), inputs, witness)
    if name in SAME:
        return inputs[:1]
    if name in COMPARE:
        return [bool(COMPARE[name](*(_at(x, witness) for x in inputs)))]
    if name == "not":
        return [not inputs[0]]
    if name == "is_finite":
        return [bool(sp.sympify(_at(inputs[0], witness)).is_finite)]
    if name == "select_n":
        which = inputs[0] if isinstance(inputs[0], bool) else bool(_at(inputs[0], witness))
        return [inputs[1 + int(which)]]
    if name in ("max", "min"):
        first, second = (_at(x, witness) for x in inputs)
        return [inputs[0] if (first >= second) == (name == "max") else inputs[1]]
    if name == "abs":
        return [inputs[0] if _at(inputs[0], witness) >= 0 else -inputs[0]]
    if name == "sign":
        return [sp.sign(_at(inputs[0], witness))]
    if name == "integer_pow":
        return [inputs[0] ** parameters["y"]]
    if name in ARITHMETIC:
        return [ARITHMETIC[name](*inputs)]
    raise NotImplementedError(f"A JAX operation must be one that SymPy is told of. Got {name!r}.")


def _exact(constant):
    """A double as the rational number that it is; the nearest doubles to log 2 and log 4 stand for those."""
    number = np.asarray(constant).item()
    if isinstance(number, bool):
        return number
    if not np.isfinite(number):
        return sp.oo if number > 0 else -sp.oo if number < 0 else sp.nan
    for whole in (2, 4):
        if number == float(np.log(whole)):
            return sp.log(whole)
    return sp.Rational(*float(number).as_integer_ratio())


def _at(expression, witness):
    return expression if isinstance(expression, bool) else sp.N(sp.sympify(expression).subs(witness), 30)


def is_zero(expression: sp.Expr) -> bool:
    """Whether an expression of logarithms and rational functions, in positive symbols, is 0: decided, not guessed.

    Every logarithm is split over the irreducible factors of what it is of. Logarithms of different primes and irreducible polynomials are
    independent over the rational functions, so that they may stand as symbols, and all must cancel.
    """
    atoms: dict[sp.Expr, sp.Symbol] = {}

    def symbol_of(factor):
        return atoms.setdefault(factor, sp.Dummy(f"log({factor})"))

    def split(of):
        total = sp.Integer(0)
        for part, sign in zip(sp.fraction(sp.cancel(sp.together(of))), (1, -1), strict=True):
            factored: Any = sp.factor_list(part)
            primes: Any = sp.factorrat(sp.Rational(factored[0]))
            for factor, power in [*primes.items(), *factored[1]]:
                total += sign * power * symbol_of(sp.sympify(factor))
        return total

    inner = expression.replace(sp.log, lambda of: split(of))
    return not inner.has(sp.exp) and sp.cancel(sp.together(inner)) == 0
