"""The JAX operations that may occur in a proof, and what each means on arrays of balls. What is not here is not known.

An element of an array is an ``acb``, a real number in a ball; or a float: ±inf, or nan where the program's value is nan for certain.

============================  ===========================================================================
``ELEMENTWISE``               formulas, each with the domain in which it is the operation's value
``COMPARE``, ``EQUAL``        true or false; of nan as IEEE has it; undecided where balls overlap
``CORNERS``                   one of two expressions, or a whole number, by a comparison
``LOGIC``                     of bools
``RESHAPING``, ``SUMS``       moves and sums of elements
``SPECIAL``                   the library's own primitives
============================  ===========================================================================
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from flint import acb, arb

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.base.primitives import HALF_LOG_TAU_P, PI_P
from gantheory.distributions.line.log_beta import LOG_BETA_P
from gantheory.distributions.line.mixture import LOG_SUM_EXP_P
from gantheory.distributions.line.truncated_normal import LOG_NORMAL_MASS_P
from gantheory.rigorous.balls import UndecidedError, as_ball, log_beta, log_normal_mass, log_sum_exp, single

DOMAIN = "Arb balls"
LARGEST_EXPONENT = 4096  # power of 2 beyond which, up or down, no number is rounded to a whole one

# How a number must lie for an operation to be defined.
POSITIVE, NOT_NEGATIVE, NOT_ZERO = "positive", "not negative", "not 0"


class Elementwise(NamedTuple):
    """A formula of balls; ``an`` says whether its value must be analytic. It holds where ``within`` is as ``must``; all reals if None."""

    formula: str
    within: str | None = None
    must: str = POSITIVE
    is_nan_outside: bool = False  # whether JAX gives nan wherever ``within`` is negative


ELEMENTWISE: dict[str, Elementwise] = {
    "add": Elementwise("{0} + {1}"),
    "add_any": Elementwise("{0} + {1}"),
    "sub": Elementwise("{0} - {1}"),
    "mul": Elementwise("{0} * {1}"),
    "div": Elementwise("{0} / {1}", "{1}", NOT_ZERO),
    "neg": Elementwise("-{0}"),
    "log": Elementwise("{0}.log(analytic=an)", "{0}", POSITIVE, True),
    "log1p": Elementwise("(1 + {0}).log(analytic=an)", "1 + {0}", POSITIVE, True),
    "exp": Elementwise("{0}.exp()"),
    "expm1": Elementwise("{0}.expm1()"),
    "exp2": Elementwise("exp2({0}, an)"),
    "tanh": Elementwise("{0}.tanh()"),
    "sinh": Elementwise("{0}.sinh()"),
    "cosh": Elementwise("{0}.cosh()"),
    "asinh": Elementwise("asinh({0}, an)"),
    "acosh": Elementwise("acosh({0}, an)", "{0} - 1", NOT_NEGATIVE, True),
    "atanh": Elementwise("atanh({0}, an)", "1 - {0} * {0}", POSITIVE, True),
    "sin": Elementwise("{0}.sin()"),
    "cos": Elementwise("{0}.cos()"),
    "tan": Elementwise("{0}.tan()", "{0}.cos()", NOT_ZERO),
    "asin": Elementwise("asin({0}, an)", "1 - {0} * {0}", NOT_NEGATIVE, True),
    "acos": Elementwise("acos({0}, an)", "1 - {0} * {0}", NOT_NEGATIVE, True),
    "atan": Elementwise("atan({0}, an)"),
    "logistic": Elementwise("1 / (1 + (-{0}).exp())"),
    "sqrt": Elementwise("{0}.sqrt(analytic=an)", "{0}", NOT_NEGATIVE, True),
    "rsqrt": Elementwise("{0}.rsqrt(analytic=an)", "{0}", POSITIVE, True),
    "root_3": Elementwise("root_3({0}, an)", "{0}", POSITIVE),  # ours: of |x| in cbrt(x)
    "square": Elementwise("{0} * {0}"),
    "integer_pow": Elementwise("{0} ** {power}"),
    "negative_integer_pow": Elementwise("{0} ** {power}", "{0}", NOT_ZERO),
    "pow": Elementwise("power({0}, {1}, an)", "{0}", POSITIVE),
    "erf": Elementwise("{0}.erf()"),
    "erfc": Elementwise("{0}.erfc()"),
    "lgamma": Elementwise("lgamma({0}, an)", "{0}", POSITIVE),
    "digamma": Elementwise("digamma({0}, an)", "{0}", POSITIVE),
}

COMPARE: dict[str, Callable[..., Any]] = {"lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}
EQUAL = {"eq", "ne"}
LOGIC: dict[str, Callable[..., Any]] = {"and": np.logical_and, "or": np.logical_or, "not": np.logical_not, "xor": np.logical_xor}
TWO_SIDED = {"max", "min", "abs"}  # the outcome says whether the first is at least the second, or 0
WHOLE = {"floor", "ceil", "round", "trunc"}  # the outcome is the whole number
CORNERS = {*TWO_SIDED, *WHOLE, "sign"}

# Operations that give a line, a + b x, of one line and constants.
PRODUCTS = {"mul", "dot_general", "div"}
# Operations that give a line of lines wherever no comparison changes, or that compare them.
LINEAR = {"add", "add_any", "sub", "neg", "reduce_sum", "select_n", "chosen", *CORNERS, *EQUAL, *LOGIC, *COMPARE}


class Margin(NamedTuple):
    """What makes an outcome true: that ``upper`` - ``lower`` is positive, or at least 0 where not ``strict``.

    It is ``at_ends`` too, where the program has no value at 0.
    """

    upper: Any
    lower: Any
    strict: bool
    at_ends: bool = False


def margins(name: str, outcome: Any, a: Any, b: Any) -> list[Margin]:
    """What must be positive for the outcome of a comparison, a corner or a domain (of which ``a`` is ``within``) to be as it is.

    ``a`` and ``b`` are elements, or words for them. Whole numbers and 0 are balls.
    """
    zero = acb(0)
    match name:
        case "gt" | "lt":
            a, b = (a, b) if name == "gt" else (b, a)
            return [Margin(a, b, True) if outcome else Margin(b, a, False)]
        case "ge" | "le":
            a, b = (a, b) if name == "ge" else (b, a)
            return [Margin(a, b, False) if outcome else Margin(b, a, True)]
        case "max" | "min" | "abs":
            b = zero if name == "abs" else b
            return [Margin(a, b, False) if outcome else Margin(b, a, False)]
        case "sign":
            return [Margin(a, zero, True) if outcome > 0 else Margin(zero, a, True)]
        case "floor" | "ceil" | "round" | "trunc":
            low, high, strict_low, strict_high = _cell(name, int(outcome))
            return [Margin(a, acb(low), strict_low), Margin(acb(high), a, strict_high)]
        case "positive" | "not 0":
            return [Margin(a, zero, True, True) if outcome > 0 else Margin(zero, a, True, name == "not 0")]
        case "not negative":
            return [Margin(a, zero, False) if outcome > 0 else Margin(zero, a, True)]
    raise UndecidedError(f"a decision by {name!r} is not known")


def _cell(name: str, n: int) -> tuple[arb, arb, bool, bool]:
    """The ends of the interval that is rounded to n, and whether each is left out."""
    if name == "round":  # halves go to the even neighbour, or away from 0: either way they are only two points
        return arb(n) - arb(1) / 2, arb(n) + arb(1) / 2, True, True
    if name == "floor" or (name == "trunc" and n > 0):
        return arb(n), arb(n + 1), False, True
    if name == "ceil" or n < 0:
        return arb(n - 1), arb(n), True, False
    return arb(-1), arb(1), True, True


def compared(name: str, a: acb | float, b: acb | float) -> bool:
    """The outcome of one of ``COMPARE``: false of nan. Raises ``UndecidedError`` where the balls are too wide."""
    if not (isinstance(a, acb) and isinstance(b, acb)):
        return bool(COMPARE[name](*(0.0 if isinstance(v, acb) else v for v in (a, b))))  # beside an infinity any finite number will do
    apart = a.real - b.real
    if apart > 0 or (apart >= 0 and name in ("ge", "lt")):
        return name in ("gt", "ge")
    if apart < 0 or (apart <= 0 and name in ("le", "gt")):
        return name in ("lt", "le")
    raise UndecidedError(f"a comparison ({name}) of two numbers near {a.real.str(5, radius=False)}")


def equal(a: acb | float, b: acb | float) -> bool:
    """Whether a = b, which nan never does. Raises ``UndecidedError`` where the balls are too wide."""
    if not (isinstance(a, acb) and isinstance(b, acb)):
        return isinstance(a, float) and isinstance(b, float) and a == b
    apart = a.real - b.real
    if apart == 0:
        return True
    if apart.contains(0):
        raise UndecidedError(f"a comparison (eq) of two numbers near {a.real.str(5, radius=False)}")
    return False


def rounded(name: str, a: acb | float) -> int:
    """The whole number to which one of ``WHOLE`` takes a number. Raises ``UndecidedError`` where that is not certain."""
    if not isinstance(a, acb):
        return 0  # stays what it is: see ``cornered``
    middle = _fraction(a.real.mid())
    toward_0 = "floor" if middle >= 0 else "ceil"
    kind = toward_0 if name == "trunc" else name
    n = {"floor": middle.__floor__, "ceil": middle.__ceil__, "round": middle.__round__}[kind]()
    for margin in margins(name, n, a, None):
        apart = (margin.upper - margin.lower).real
        if not (apart > 0 if margin.strict else apart >= 0):
            raise UndecidedError(f"{name} of a number near {a.real.str(8, radius=False)}")
    return n


def _fraction(number: arb) -> Fraction:
    if not number.is_finite():
        raise UndecidedError("a whole number near infinity")
    mantissa, exponent = number.man_exp()
    if abs(exponent) > LARGEST_EXPONENT:
        raise UndecidedError("a number too large or too small to be rounded to a whole one")
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def side(name: str, must: str, a: acb | float, is_nan_outside: bool) -> int:
    """Where an element lies as to the domain of an operation: 1 inside; -1 outside, or on the other side of 0; 0 if it is exactly 0.

    Raises ``UndecidedError`` where that is not certain, or where the operation has no value that is known there.
    """
    if not isinstance(a, acb):
        return 1 if a > 0 else -1 if a < 0 else 0
    if a.real > 0 or (must == NOT_NEGATIVE and a.real >= 0):
        return 1
    if a.real < 0 and (is_nan_outside or must == NOT_ZERO):
        return -1
    if a.real == 0 and name == "log":
        return 0
    raise UndecidedError(f"{name} may leave its domain, near {a.real.str(5, radius=False)}")


def _broadcast(inputs: list[np.ndarray], shape: tuple[int, ...], parameters: dict[str, Any]) -> np.ndarray:
    own = [1] * len(shape)
    for axis, to in enumerate(parameters["broadcast_dimensions"]):
        own[to] = inputs[0].shape[axis]
    return np.broadcast_to(inputs[0].reshape(own), shape)


def _slice(inputs: list[np.ndarray], shape: tuple[int, ...], parameters: dict[str, Any]) -> np.ndarray:
    strides = parameters["strides"] or (1,) * len(parameters["start_indices"])
    ends = zip(parameters["start_indices"], parameters["limit_indices"], strides, strict=True)
    return inputs[0][tuple(slice(*each) for each in ends)]


def contracted(inputs: list[np.ndarray], parameters: dict[str, Any]) -> np.ndarray:
    """A matrix product of balls. Raises ``UndecidedError`` for infinite numbers, and for nan."""
    (left, right), batch = parameters["dimension_numbers"]
    if any(batch):
        raise UnknownOperationError("dot_general with a batch", DOMAIN)
    if any(isinstance(one, float) for array in inputs for one in array.ravel()):
        raise UndecidedError("a matrix product of infinite numbers, or of nan")
    found = np.asarray(np.tensordot(*inputs, axes=(tuple(left), tuple(right))), object)
    return found if all(array.size for array in inputs) else np.asarray(np.frompyfunc(as_ball, 1, 1)(found), object)  # an empty sum is 0


# Operations that only move elements: given the inputs, the shape of the output and the primitive's parameters.
RESHAPING: dict[str, Callable[[list[np.ndarray], tuple[int, ...], dict[str, Any]], np.ndarray]] = {
    "broadcast_in_dim": _broadcast,
    "reshape": lambda inputs, shape, parameters: inputs[0].reshape(shape),
    "squeeze": lambda inputs, shape, parameters: inputs[0].reshape(shape),
    "expand_dims": lambda inputs, shape, parameters: inputs[0].reshape(shape),
    "transpose": lambda inputs, shape, parameters: np.transpose(inputs[0], parameters["permutation"]),
    "rev": lambda inputs, shape, parameters: np.flip(inputs[0], parameters["dimensions"]),
    "slice": _slice,
    "stack": lambda inputs, shape, parameters: np.stack(inputs, parameters["axis"]),
    "concatenate": lambda inputs, shape, parameters: np.concatenate(inputs, parameters["dimension"]),
}
SUMS = {"reduce_sum", "dot_general"}
# The library's own primitives by their names in a program's steps: two constants, and three functions.
PRIMITIVES = {PI_P: "own pi", HALF_LOG_TAU_P: "own half_log_tau", LOG_BETA_P: "own log_beta", LOG_NORMAL_MASS_P: "own log_normal_mass"}
PRIMITIVES[LOG_SUM_EXP_P] = "own log_sum_exp"
# Those that must not vary with x, as functions of arrays of balls.
SPECIAL: dict[str, Callable[..., np.ndarray]] = {
    "own pi": lambda: single(acb(arb.pi())),
    "own half_log_tau": lambda: single(acb((2 * arb.pi()).log() / 2)),
    "own log_beta": lambda *inputs: np.asarray(np.frompyfunc(_log_beta, 2, 1)(*inputs), object),
    "own log_normal_mass": lambda *inputs: np.asarray(np.frompyfunc(_log_normal_mass, 2, 1)(*inputs), object),
}
KNOWN = {*ELEMENTWISE, *COMPARE, *EQUAL, *LOGIC, *CORNERS, *RESHAPING, *SUMS, *PRIMITIVES.values(), "select_n", "chosen", "is_finite"}


def _log_beta(a: acb | float, b: acb | float) -> acb:
    if not (isinstance(a, acb) and isinstance(b, acb)):
        raise UndecidedError("log B(a, b) of an infinite number, or of nan")
    return log_beta(a, b)


def _log_normal_mass(low: acb | float, high: acb | float) -> acb:
    return log_normal_mass(*(end if isinstance(end, acb) else acb(arb(end)) for end in (low, high)))


def log_of_sum(terms: np.ndarray, an: bool) -> acb | float:
    """log Σ e^t of some elements; nan if one is nan, inf if one is inf."""
    return no_sum(terms) or log_sum_exp(terms, an)


def no_sum(terms: Iterable[Any]) -> float | None:
    """log Σ e^t where a term is nan, or +inf; None where no term is."""
    floats = [term for term in terms if isinstance(term, float)]
    return float("nan") if any(map(np.isnan, floats)) else np.inf if np.inf in floats else None


def of_floats(name: str, given: tuple[Any, ...]) -> float | Any:
    """An elementwise operation of which an input is nan or infinite. Raises ``UndecidedError`` where its value is not known."""
    floats = [one for one in given if isinstance(one, float)]
    if any(map(np.isnan, floats)) and name != "pow":
        return float("nan")
    infinite = set(floats)
    if name in ("add", "add_any") and len(infinite) == 1:
        return infinite.pop()
    if name == "sub" and len(given) == 2 and len(floats) == 1:
        return given[0] if isinstance(given[0], float) else -given[1]
    if name == "neg":
        return -given[0]
    if (name == "mul" and len(floats) == 1) or (name == "div" and isinstance(given[0], float) and len(floats) == 1):
        (finite,) = (one.real for one in given if not isinstance(one, float))
        if finite > 0 or finite < 0:
            return floats[0] if finite > 0 else -floats[0]
    if name in ("exp", "exp2") and given[0] == -np.inf:
        return acb(0)
    if name in ("exp", "exp2", "log", "log1p", "sqrt") and given[0] == np.inf:
        return np.inf
    raise UndecidedError(f"{name} of an infinite number")
