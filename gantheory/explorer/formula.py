"""Functions of x written as text, such as 'exp(-x**4/4 + x**2)'. The text is parsed, never evaluated as code."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

LONGEST = 1000  # characters of a formula
MOST_PARTS = 300  # nodes of its syntax tree
CONSTANTS = {"pi": np.pi, "e": np.e}
FUNCTIONS = {name: getattr(np, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "cosh", "abs", "maximum", "minimum")}
OPERATIONS: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


def function_of(text: str) -> Callable[[np.ndarray], np.ndarray]:
    """The formula as a function of an array x. It may contain numbers, x, pi, e, + - * / **, ^ for **, and ``FUNCTIONS``.

    Raises ``ValueError`` with one sentence for anything else.
    """
    if len(text) > LONGEST:
        raise ValueError(f"A formula must have at most {LONGEST} characters. Got {len(text)}.")
    try:
        tree = ast.parse(text.strip().replace("^", "**"), mode="eval").body
        parts = sum(1 for _ in ast.walk(tree))
        if parts > MOST_PARTS:
            raise ValueError(f"A formula must have at most {MOST_PARTS} parts. Got {parts}.")
        _checked(tree)
    except (SyntaxError, MemoryError, RecursionError):
        raise ValueError(f"A formula must be one of x, such as exp(-x**2/2). Got {text!r}.") from None

    def function(x: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.broadcast_to(_value(tree, np.asarray(x, np.float64)), np.shape(x))

    return function


def _checked(node: ast.expr) -> None:
    """Raises ``ValueError`` for what ``_value`` cannot evaluate."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return
        case ast.Name(id=name) if name == "x" or name in CONSTANTS:
            return
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _checked(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            _checked(left)
            return _checked(right)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            wanted = 2 if name in ("maximum", "minimum") else 1
            if len(args) == wanted:
                for argument in args:
                    _checked(argument)
                return
    known = ", ".join(("x", *CONSTANTS, *FUNCTIONS))
    raise ValueError(f"A formula must be built from numbers, + - * / ** and {known}. Got {ast.unparse(node)[:80]!r}.")


def _value(node: ast.expr, x: np.ndarray) -> np.ndarray | np.float64:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return x if name == "x" else np.float64(CONSTANTS[name])
        case ast.UnaryOp(op=op, operand=operand):
            return -_value(operand, x) if isinstance(op, ast.USub) else _value(operand, x)
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATIONS[type(op)](_value(left, x), _value(right, x))
        case ast.Call(func=ast.Name(id=name), args=args):
            return FUNCTIONS[name](*(_value(argument, x) for argument in args))
    raise AssertionError(ast.dump(node))
