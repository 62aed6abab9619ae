"""A density written as text, such as 'Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])': parsed, never evaluated as code."""

import ast
import inspect

from gantheory.distributions.density import Density
from gantheory.distributions.record import FAMILIES

SIGNS = {ast.USub: -1.0, ast.UAdd: 1.0}


def parse(text: str) -> Density:
    """The density that the expression names: calls of the public constructors on numbers, lists and one another, and nothing else.

    Raises ``ValueError`` with one sentence otherwise.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"A density must be an expression such as Normal(0, 1). Got {text!r}.") from None
    density = _build(tree, text)
    if not isinstance(density, Density):
        raise ValueError(f"A density must be one of {', '.join(FAMILIES)} with its parameters. Got {text!r}.")
    return density


def _build(node: ast.expr, text: str):
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.UnaryOp(op=op, operand=ast.Constant() as operand) if type(op) in SIGNS:
            return SIGNS[type(op)] * _build(operand, text)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_build(element, text) for element in elements]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in FAMILIES and all(k.arg for k in keywords):
            arguments = [_build(a, text) for a in args], {str(k.arg): _build(k.value, text) for k in keywords}
            try:
                inspect.signature(FAMILIES[name]).bind(*arguments[0], **arguments[1])
            except TypeError as error:
                raise ValueError(f"{name} must be given {inspect.signature(FAMILIES[name])}: {error}. Got {text!r}.") from None
            return FAMILIES[name](*arguments[0], **arguments[1])
    known = ", ".join(FAMILIES)
    raise ValueError(f"A density must be built from numbers, lists and {known}. Got {ast.unparse(node)!r} in {text!r}.")
