"""What JAX's operations mean on arrays of balls: arithmetic as formulas, comparisons that may be undecided, reshaping.

An element of an array is an ``acb``; or a float, where it is infinite.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import acb, arb

from gantheory.rigorous.balls import UndecidedError, log_beta, log_normal_mass, log_sum_exp, single

COMPARE: dict[str, Callable[..., Any]] = {"lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}


def compared(name: str, a: acb | float, b: acb | float) -> bool:
    """The outcome of one of ``COMPARE``. Raises ``UndecidedError`` where the balls are too wide."""
    if not (isinstance(a, acb) and isinstance(b, acb)):
        return bool(COMPARE[name](*(float(v.real.mid()) if isinstance(v, acb) else v for v in (a, b))))
    apart = a.real - b.real
    if apart > 0 or (apart >= 0 and name in ("ge", "lt")):
        return name in ("gt", "ge")
    if apart < 0 or (apart <= 0 and name in ("le", "gt")):
        return name in ("lt", "le")
    raise UndecidedError(f"{a} {name} {b}")


def equal(a: acb, b: acb) -> bool:
    """Whether a = b. Raises ``UndecidedError`` where the balls are too wide."""
    apart = a - b
    if apart == 0:
        return True
    if apart.real.contains(0) and apart.imag.contains(0):
        raise UndecidedError(f"{a} = {b}")
    return False


def _real(a: acb | float) -> arb:
    return a.real if isinstance(a, acb) else arb(a)


# Operations that give a line, a + b x, of one line and constants.
PRODUCTS = {"mul", "dot_general", "div"}
# Operations that give a line of lines wherever no comparison changes, or that compare them.
LINEAR = {"add", "add_any", "sub", "neg", "max", "min", "abs", "select_n", "reduce_sum", "eq", "ne", "and", "or", "not", *COMPARE}
# Operations that choose between two expressions: given the outcome of the comparison, and the operands.
CORNERS: dict[str, Callable[..., Any]] = {
    "max": lambda first, a, b: np.where(first, a, b),
    "min": lambda first, a, b: np.where(first, b, a),
    "abs": lambda positive, a: np.where(positive, a, -a),
    "sign": lambda positive, a: np.where(positive, single(acb(1)), single(acb(-1))),
}
# The same operations on real balls, where no comparison need be decided.
OF_BALLS: dict[str, Callable[..., Any]] = {
    "max": lambda a, b: acb(_real(a).max(_real(b))),
    "min": lambda a, b: acb(_real(a).min(_real(b))),
    "abs": lambda a: acb(abs(_real(a))),
}
LOGIC: dict[str, Callable[..., Any]] = {"and": np.logical_and, "or": np.logical_or, "not": np.logical_not}
# Formulas, evaluated by ``evaluation`` and written into code by ``straight``; ``an`` says whether the result must be analytic.
ARITHMETIC = {
    "add": "{0} + {1}",
    "add_any": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0} * {1}",
    "div": "{0} / {1}",
    "neg": "-{0}",
    "log": "{0}.log(analytic=an)",
    "log1p": "(1 + {0}).log(analytic=an)",
    "exp": "{0}.exp()",
    "expm1": "{0}.expm1()",
    "tanh": "{0}.tanh()",
    "logistic": "1 / (1 + (-{0}).exp())",
    "sqrt": "{0}.sqrt(analytic=an)",
    "square": "{0} * {0}",
    "integer_pow": "{0} ** {power}",
    "erf": "{0}.erf()",
}


def _broadcast(inputs: list[np.ndarray], shape: tuple[int, ...], parameters: dict[str, Any]) -> np.ndarray:
    own = [1] * len(shape)
    for axis, to in enumerate(parameters["broadcast_dimensions"]):
        own[to] = inputs[0].shape[axis]
    return np.broadcast_to(inputs[0].reshape(own), shape)


def _slice(inputs: list[np.ndarray], shape: tuple[int, ...], parameters: dict[str, Any]) -> np.ndarray:
    strides = parameters["strides"] or (1,) * len(parameters["start_indices"])
    ends = zip(parameters["start_indices"], parameters["limit_indices"], strides, strict=True)
    return inputs[0][tuple(slice(*each) for each in ends)]


def _contract(inputs: list[np.ndarray], parameters: dict[str, Any]) -> np.ndarray:
    (left, right), batch = parameters["dimension_numbers"]
    if any(batch):
        raise NotImplementedError("A matrix product must be one without a batch.")
    return np.tensordot(*inputs, axes=(tuple(left), tuple(right)))


# Operations that only move elements: given the inputs, the shape of the output and the primitive's parameters.
RESHAPING: dict[str, Callable[[list[np.ndarray], tuple[int, ...], dict[str, Any]], np.ndarray]] = {
    "broadcast_in_dim": _broadcast,
    "reshape": lambda inputs, shape, parameters: inputs[0].reshape(shape),
    "squeeze": lambda inputs, shape, parameters: inputs[0].reshape(shape),
    "expand_dims": lambda inputs, shape, parameters: inputs[0].reshape(shape),
    "transpose": lambda inputs, shape, parameters: np.transpose(inputs[0], parameters["permutation"]),
    "slice": _slice,
    "stack": lambda inputs, shape, parameters: np.stack(inputs, parameters["axis"]),
    "concatenate": lambda inputs, shape, parameters: np.concatenate(inputs, parameters["dimension"]),
}
# Sums: given the inputs and the primitive's parameters.
SUMS: dict[str, Callable[[list[np.ndarray], dict[str, Any]], np.ndarray]] = {
    "reduce_sum": lambda inputs, parameters: np.asarray(np.sum(inputs[0], axis=tuple(parameters["axes"])), object),
    "dot_general": lambda inputs, parameters: np.asarray(_contract(inputs, parameters), object),
}
# Jitted functions that stand for what they are called, not for the approximations in them: given the inputs, and whether the result must
# be analytic.
SPECIAL: dict[str, Callable[[list[np.ndarray], bool], np.ndarray]] = {
    "log_beta": lambda inputs, analytic: np.asarray(np.frompyfunc(log_beta, 2, 1)(*inputs), object),
    "log_normal_mass": lambda inputs, analytic: np.asarray(np.frompyfunc(_log_normal_mass, 2, 1)(*inputs), object),
    "log_sum_exp": lambda inputs, analytic: single(log_sum_exp(inputs[0], analytic)),
}


def _log_normal_mass(low: acb | float, high: acb | float) -> acb:
    return log_normal_mass(*(end if isinstance(end, acb) else acb(arb(end)) for end in (low, high)))
