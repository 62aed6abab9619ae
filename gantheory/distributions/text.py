"""A density written as text, such as 'Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])': parsed, never evaluated as code."""

import ast
import inspect
import math

from gantheory.base.words import meant
from gantheory.distributions import line, plane
from gantheory.distributions.law import Law
from gantheory.distributions.line.external import as_law

CONSTRUCTORS = {one.__name__: one for one in (*line.FAMILIES, *plane.FAMILIES, *plane.SHAPES)}
REFUSED = {one.__name__: one for one in line.REFUSED}

LONGEST = 10_000  # most characters of an expression
SIGNS: dict[type, float] = {ast.USub: -1.0, ast.UAdd: 1.0}


def parse(text: str) -> Law:
    """The density that the expression names: calls of the public constructors on numbers, ``inf``, lists and one another, and nothing else.

    Raises ``ValueError`` with one sentence otherwise.
    """
    if len(text) > LONGEST:
        raise ValueError(f"A density's expression must have at most {LONGEST} characters. Got {len(text)}.")
    try:
        density = _build(ast.parse(text.strip(), mode="eval").body, text)
    except (SyntaxError, UnicodeError, MemoryError, RecursionError, OverflowError):
        raise ValueError(f"A density must be an expression such as Normal(0, 1). Got {text!r}.") from None
    if not isinstance(density, Law):
        raise ValueError(f"A density must be one of {', '.join(CONSTRUCTORS)} with its parameters. Got {text!r}.")
    return density


as_law.register(str, parse)


def _build(node: ast.expr, text: str):
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id="inf"):
            return math.inf
        case ast.UnaryOp(op=op, operand=ast.Constant() | ast.Name(id="inf") as operand) if type(op) in SIGNS:
            return SIGNS[type(op)] * _build(operand, text)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_build(element, text) for element in elements]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in CONSTRUCTORS and _distinct(keywords):
            arguments = [_build(a, text) for a in args], {str(k.arg): _build(k.value, text) for k in keywords}
            try:
                inspect.signature(CONSTRUCTORS[name]).bind(*arguments[0], **arguments[1])
            except TypeError as error:
                raise ValueError(f"{name} must be given {inspect.signature(CONSTRUCTORS[name])}: {error}. Got {text!r}.") from None
            return CONSTRUCTORS[name](*arguments[0], **arguments[1])
        case ast.Call(func=ast.Name(id=name)) if name in REFUSED:
            REFUSED[name]()
    known = ", ".join(CONSTRUCTORS)
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    unknown = meant(name, CONSTRUCTORS if name not in CONSTRUCTORS else ())
    raise ValueError(f"A density must be built from numbers, lists and {known}. Got {ast.unparse(node)!r} in {text!r}{unknown}")


def _distinct(keywords: list[ast.keyword]) -> bool:
    names = [keyword.arg for keyword in keywords]
    return None not in names and len(set(names)) == len(names)
