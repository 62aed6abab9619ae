"""What JAX's operations mean on arrays of balls: arithmetic as formulas, comparisons that may be undecided, reshaping."""

from collections.abc import Callable

import numpy as np
from flint import acb, arb

from gantheory.rigorous.balls import UndecidedError, log_beta, log_normal_mass, log_sum_exp, single

COMPARE: dict[str, Callable] = {"lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}


def compared(name: str, a, b) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return bool(COMPARE[name](*(float(v) if isinstance(v, float) else float(v.real.mid()) for v in (a, b))))
    apart = a.real - b.real
    if apart > 0 or (apart >= 0 and name in ("ge", "lt")):
        return name in ("gt", "ge")
    if apart < 0 or (apart <= 0 and name in ("le", "gt")):
        return name in ("lt", "le")
    raise UndecidedError(f"{a} {name} {b}")


def real(a) -> arb:
    return arb(a) if isinstance(a, float) else a.real


def equal(a, b) -> bool:
    apart = a - b
    if apart == 0:
        return True
    if apart.real.contains(0) and apart.imag.contains(0):
        raise UndecidedError(f"{a} = {b}")
    return False


PRODUCTS = {"mul", "dot_general", "div"}
LINEAR = {"add", "add_any", "sub", "neg", "max", "min", "abs", "select_n", "reduce_sum", "eq", "ne", "and", "or", "not", *COMPARE}
CORNERS: dict[str, Callable] = {
    "max": lambda first, a, b: np.where(first, a, b),
    "min": lambda first, a, b: np.where(first, b, a),
    "abs": lambda positive, a: np.where(positive, a, -a),
    "sign": lambda positive, a: np.where(positive, single(acb(1)), single(acb(-1))),
}
OF_BALLS: dict[str, Callable] = {
    "max": lambda a, b: acb(real(a).max(real(b))),
    "min": lambda a, b: acb(real(a).min(real(b))),
    "abs": lambda a: acb(abs(real(a))),
}
LOGIC: dict[str, Callable] = {"and": np.logical_and, "or": np.logical_or, "not": np.logical_not}
ARITHMETIC = {  # as formulas: evaluated here, and written into straight-line code
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


def _broadcast(inputs, step):
    shape = [1] * len(step.shape)
    for axis, to in enumerate(step.parameters["broadcast_dimensions"]):
        shape[to] = inputs[0].shape[axis]
    return np.broadcast_to(inputs[0].reshape(shape), step.shape)


def _slice(inputs, step):
    how = step.parameters
    strides = how["strides"] or (1,) * len(how["start_indices"])
    return inputs[0][tuple(slice(*ends) for ends in zip(how["start_indices"], how["limit_indices"], strides, strict=True))]


def _contract(inputs, step):
    (left, right), batch = step.parameters["dimension_numbers"]
    if any(batch):
        raise NotImplementedError("A matrix product must be one without a batch.")
    return np.tensordot(*inputs, axes=(tuple(left), tuple(right)))


RESHAPING: dict[str, Callable] = {
    "broadcast_in_dim": _broadcast,
    "reshape": lambda inputs, step: inputs[0].reshape(step.shape),
    "squeeze": lambda inputs, step: inputs[0].reshape(step.shape),
    "expand_dims": lambda inputs, step: inputs[0].reshape(step.shape),
    "transpose": lambda inputs, step: np.transpose(inputs[0], step.parameters["permutation"]),
    "slice": _slice,
    "stack": lambda inputs, step: np.stack(inputs, step.parameters["axis"]),
    "concatenate": lambda inputs, step: np.concatenate(inputs, step.parameters["dimension"]),
}
NAMED: dict[str, Callable] = {
    "log_beta": lambda run, inputs, step: np.asarray(np.frompyfunc(log_beta, 2, 1)(*inputs), object),
    "log_normal_mass": lambda run, inputs, step: np.asarray(np.frompyfunc(_mass_between, 2, 1)(*inputs), object),
    "log_sum_exp": lambda run, inputs, step: single(log_sum_exp(inputs[0], run.analytic)),
    "reduce_sum": lambda run, inputs, step: np.asarray(np.sum(inputs[0], axis=tuple(step.parameters["axes"])), object),
    "dot_general": lambda run, inputs, step: np.asarray(_contract(inputs, step), object),
}


def _mass_between(low, high):
    return log_normal_mass(*(acb(arb(end)) if isinstance(end, float) else end for end in (low, high)))
