"""The mistakes: each operator is given a node of the syntax tree and yields what may stand in its place, or in a part's place.

An edit is a node, whose source is replaced, and the new source. ``text`` gives a node's source, in parentheses where it needs them.

No operator makes what is the same by nature. That an error is larger than it need be, that a cap or a tolerance is twice what it was, or
that a rule has one node more, changes nothing that is promised.
"""

import ast
import math
import re
from collections.abc import Callable, Iterator

Text = Callable[[ast.AST], str]
Edits = Iterator[tuple[ast.AST, str]]

OPERATIONS = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.Pow: "*"}
REVERSED = {ast.Lt: ">", ast.LtE: ">", ast.Gt: "<", ast.GtE: "<", ast.Eq: "!=", ast.NotEq: "=="}
STRICT = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}  # and not
FUNCTIONS = {  # of math, NumPy and JAX
    "log": "log2",
    "log1p": "log",
    "exp": "exp2",
    "expm1": "exp",
    "sqrt": "cbrt",
    "sin": "cos",
    "cos": "sin",
    "floor": "ceil",
    "ceil": "floor",
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "argmin": "argmax",
    "argmax": "argmin",
    "any": "all",
    "all": "any",
    "mean": "sum",
    "sum": "mean",
}
BUILT_IN = {"min": "max", "max": "min", "any": "all", "all": "any"}
TAILS = {"cdf": "sf", "_cdf": "_sf", "logcdf": "logsf", "log_cdf": "log_sf"}
TAILS |= {sf: cdf for cdf, sf in TAILS.items()}
ENDS = {"low": "high", "high": "low", "lower": "upper", "upper": "lower", "z_low": "z_high", "z_high": "z_low"}
SYMMETRIC = {"max", "min", "maximum", "minimum", "logaddexp", "hypot", "union1d", "intersect1d", "array_equal"}  # in their arguments
ASKING = {"isinstance", "getattr", "hasattr", "issubclass", "cast"}  # with which no two arguments can be swapped
ERROR = re.compile(r"(^|_)(errors?|doubts?|noise|rounding|slack)($|_[pqd]$)")  # a name of what is added for an error
TUNED = re.compile(r"(np\.array|np\.finfo|float|arb|\.eps|[-+*<\d.,e_()\[\]\s])*")
SLOPE = re.compile(r"^(slopes?|jacobian)$")
LOG_SLOPE = re.compile(r"^log_(slope|jacobian)$")


def arithmetic(node: ast.AST, text: Text) -> Edits:
    """Another operation between the same two. Not of a tolerance, which is a choice."""
    if isinstance(node, ast.BinOp) and not _is_tolerance(node) and (sign := OPERATIONS.get(type(node.op))):
        yield node, f"({text(node.left)} {sign} {text(node.right)})"


def factor(node: ast.AST, text: Text) -> Edits:
    """A factor dropped, or a product doubled."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div) and not _is_tolerance(node):
        yield node, text(node.left)
        yield node, text(node.right)
        yield node, f"(2 * {text(node)})"


def term(node: ast.AST, text: Text) -> Edits:
    """A term dropped."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield node, text(node.left)
        yield node, text(node.right) if isinstance(node.op, ast.Add) else f"(-{text(node.right)})"


def sign(node: ast.AST, text: Text) -> Edits:
    """A sign lost, or one too many before what is returned."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield node, text(node.operand)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.BinOp) and type(node.value.op) in OPERATIONS:
        yield node.value, f"(-{text(node.value)})"


def constant(node: ast.AST, text: Text) -> Edits:
    """Off by one; doubled. Not of what is written with an exponent: 1e-12 is a tolerance, or a cap."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and "e" not in text(node).lower():
        yield node, repr(node.value + 1)
        if node.value not in (0, 1) and math.isfinite(node.value * 2):
            yield node, repr(node.value * 2)


def steps(node: ast.AST, text: Text) -> Edits:
    """One step too few, or too many. Not of linspace, whose count is one of nodes."""
    if isinstance(node, ast.Call) and _name(node.func) in ("range", "arange", "fori_loop") and _plain(node) and node.args:
        last = node.args[0 if len(node.args) == 1 else 1]
        yield last, f"({text(last)} - 1)"
        yield last, f"({text(last)} + 1)"


def comparison(node: ast.AST, text: Text) -> Edits:
    """The other way round. Strict for not strict between counts and at ends alone: other numbers are equal where nothing hangs on it."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = node.left, node.comparators[0]
        orders = [REVERSED.get(type(node.ops[0]))]
        if any(_counts(each) or _name(each) in ENDS for each in (left, right)):
            orders.append(STRICT.get(type(node.ops[0])))
        yield from ((node, f"({text(left)} {order} {text(right)})") for order in orders if order)


def logic(node: ast.AST, text: Text) -> Edits:
    """And for or; a condition dropped; a negation lost."""
    if isinstance(node, ast.BoolOp):
        yield node, "(" + (" or " if isinstance(node.op, ast.And) else " and ").join(map(text, node.values)) + ")"
        yield from ((node, text(value)) for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield node, f"({text(node.left)} {'|' if isinstance(node.op, ast.BitAnd) else '&'} {text(node.right)})"
        yield node, text(node.left)
        yield node, text(node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node, text(node.operand)


def swap(node: ast.AST, text: Text) -> Edits:
    """Two neighbouring arguments swapped."""
    if isinstance(node, ast.Call) and _plain(node) and _name(node.func) not in SYMMETRIC | ASKING:
        words = [text(argument) for argument in node.args]
        named = [f"{each.arg}={text(each.value)}" if each.arg else f"**{text(each.value)}" for each in node.keywords]
        for i in range(_name(node.func) == "clip", len(words) - 1):  # clip(low, x, high) is clip(x, low, high)
            if words[i] != words[i + 1]:
                swapped = [*words[:i], words[i + 1], words[i], *words[i + 2 :], *named]
                yield node, f"{text(node.func)}({', '.join(swapped)})"


def function(node: ast.AST, text: Text) -> Edits:
    """A neighbouring function: log2 for log."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _name(node.func.value) in ("math", "np", "jnp"):
        yield from _renamed(node.func, FUNCTIONS, text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _renamed(node.func, BUILT_IN, text)


def tail(node: ast.AST, text: Text) -> Edits:
    """The other tail."""
    yield from _renamed(node, TAILS, text)


def support(node: ast.AST, text: Text) -> Edits:
    """The other end of the support; the other infinity."""
    yield from _renamed(node, ENDS, text)
    if _loaded(node) and _name(node) == "inf":
        yield node, f"(-{text(node)})"


def slope(node: ast.AST, text: Text) -> Edits:
    """|G'| taken for 1."""
    if _loaded(node) and SLOPE.search(_name(node)):
        yield node, f"({text(node)} * 0 + 1)"
    if _loaded(node) and LOG_SLOPE.search(_name(node)):
        yield node, f"({text(node)} * 0)"


def error(node: ast.AST, text: Text) -> Edits:
    """An error lost, or a thousand times too small: not too large, which is a bound too."""
    if _loaded(node) and ERROR.search(_name(node)):
        yield from ((node, f"({text(node)} * {by})") for by in ("0", "1e-3"))


def branch(node: ast.AST, text: Text) -> Edits:
    """One branch taken always."""
    if isinstance(node, ast.IfExp):
        yield node, text(node.body)
        yield node, text(node.orelse)
    if isinstance(node, ast.Call) and _name(node.func) == "where" and _plain(node) and len(node.args) == 3:
        yield node, text(node.args[1])
        yield node, text(node.args[2])
    if isinstance(node, ast.If):
        yield node.test, "False"
        if not isinstance(node.body[-1], ast.Raise):
            yield node.test, "True"


def key(node: ast.AST, text: Text) -> Edits:
    """A key of random numbers used again."""
    if isinstance(node, ast.Call) and _plain(node) and node.args and _name(node.func) in ("split", "fold_in"):
        whose = node.func.value if isinstance(node.func, ast.Attribute) else None
        if _name(node.func) == "fold_in":
            yield node, text(node.args[0])
        elif whose is not None and _name(whose) == "random":
            count = text(node.args[1]) if len(node.args) > 1 else "2"
            yield node, f"([{text(node.args[0])}] * {count})"


def statement(node: ast.AST, text: Text) -> Edits:
    """A statement skipped, whose variable then keeps the value that it had; a call for its effect skipped."""
    changes = isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield node, "pass"
    elif changes and any(isinstance(each, ast.Name) and each.id == node.targets[0].id for each in ast.walk(node.value)):
        yield node, "pass"


OPERATORS = {
    each.__name__: each
    for each in (
        arithmetic,
        factor,
        term,
        sign,
        constant,
        steps,
        comparison,
        logic,
        swap,
        function,
        tail,
        support,
        slope,
        error,
        branch,
        key,
        statement,
    )
}


def tuned(node: ast.AST, text: Text) -> bool:
    """Whether it is a module's own number as it stands: a cap, a tolerance, a number of nodes. No value that is promised hangs on one."""
    if not isinstance(node, ast.Assign) or not TUNED.fullmatch(text(node.value)):
        return False
    return all(each.id.isupper() for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name))


def _name(node: ast.AST) -> str:
    """The last word of a dotted name, "" of anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _loaded(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)


def _counts(node: ast.AST) -> bool:
    """Whether it is a whole number or how many there are of something."""
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    return _name(node) in ("size", "ndim") or (isinstance(node, ast.Call) and _name(node.func) == "len")


def _is_tolerance(node: ast.BinOp) -> bool:
    return "tolerance" in (_name(node.left), _name(node.right))


def _plain(node: ast.Call) -> bool:
    """Whether no argument is starred."""
    return not any(isinstance(argument, ast.Starred) for argument in node.args)


def _renamed(node: ast.AST, names: dict[str, str], text: Text) -> Edits:
    if _loaded(node) and (other := names.get(_name(node))):
        yield node, f"{text(node.value)}.{other}" if isinstance(node, ast.Attribute) else other
