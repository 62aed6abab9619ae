"""Operations of which hostile programs are made: what JAX computes, and what NumPy computes for it.

Each pair means the same function of real numbers, and of nan and ±inf; ``test_attacks.py`` compares them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from scipy import special

from attacks import borrowed


class Operation(NamedTuple):
    """One operation on arrays of one shape.

    Attributes:
      traced: in JAX.
      truth: in NumPy.
      kind: "smooth", analytic on its domain; "narrow", analytic, with features that few points see; "corner", continuous and made of
        comparisons; "jump", piecewise constant or with jumps; "odd", of primitives that a prover need not know.
      scalar: whether JAX's takes numbers only, of shape ().
    """

    traced: Callable[..., Any]
    truth: Callable[..., Any]
    kind: str
    scalar: bool = False


def _fori(x):
    return lax.fori_loop(0, 3, lambda i, v: 0.75 * v + 0.25 * x + 0.125, x)


def _scan(x):
    return lax.scan(lambda v, c: (v * c + 1.0, None), x, jnp.array([0.5, 2.0, 1.0]))[0]


def _while(x):
    return lax.while_loop(lambda v: (v < 0.0) & (v > -100.0), lambda v: v + 1.0, x)  # not for ever, far out


def _sliced(x):
    return lax.dynamic_slice_in_dim(jnp.stack([x, -x, 2 * x]), jnp.where(x > 0.25, 2, 1), 1)[0]


def _whole(x):
    """x's whole part as XLA has it: 0 of nan."""
    return np.nan_to_num(np.trunc(x), nan=0.0, posinf=2**31 - 1, neginf=-(2**31)).clip(-(2**31), 2**31 - 1).astype(np.int32)


def _elu(x):
    return np.where(x > 0, x, np.expm1(np.where(x > 0, 0.0, x)))


def _safe_root(x):
    """|x|^½ by a double where, as cautious programs have it."""
    return jnp.where(x != 0, jnp.sqrt(jnp.where(x != 0, jnp.abs(x), 1.0)), 0.0)


UNARY: dict[str, Operation] = {
    # analytic
    "neg": Operation(lambda x: -x, lambda x: -x, "smooth"),
    "exp": Operation(jnp.exp, np.exp, "smooth"),
    "exp2": Operation(jnp.exp2, np.exp2, "smooth"),
    "expm1": Operation(jnp.expm1, np.expm1, "smooth"),
    "log": Operation(jnp.log, np.log, "smooth"),
    "log2": Operation(jnp.log2, np.log2, "smooth"),
    "log1p": Operation(jnp.log1p, np.log1p, "smooth"),
    "sqrt": Operation(jnp.sqrt, np.sqrt, "smooth"),
    "rsqrt": Operation(lax.rsqrt, lambda x: 1 / np.sqrt(x), "smooth"),
    "tanh": Operation(jnp.tanh, np.tanh, "smooth"),
    "logistic": Operation(jax.nn.sigmoid, special.expit, "smooth"),
    "softplus": Operation(jax.nn.softplus, lambda x: np.logaddexp(x, 0), "smooth"),
    "sin": Operation(jnp.sin, np.sin, "smooth"),
    "cos": Operation(jnp.cos, np.cos, "smooth"),
    "atan": Operation(jnp.arctan, np.arctan, "smooth"),
    "sinh": Operation(jnp.sinh, np.sinh, "smooth"),
    "asinh": Operation(jnp.arcsinh, np.arcsinh, "smooth"),
    "erf": Operation(jax.scipy.special.erf, special.erf, "smooth"),
    "erfc": Operation(jax.scipy.special.erfc, special.erfc, "smooth"),
    "square": Operation(jnp.square, np.square, "smooth"),
    "cube": Operation(lambda x: x**3, lambda x: x**3, "smooth"),
    "fifth": Operation(lambda x: lax.integer_pow(x, 5), lambda x: x**5, "smooth"),
    "inverse": Operation(lambda x: x**-1, lambda x: 1 / x, "smooth"),
    "inverse_square": Operation(lambda x: lax.integer_pow(x, -2), lambda x: x**-2.0, "smooth"),
    "zeroth": Operation(lambda x: x + lax.integer_pow(x, 0), lambda x: x + 1.0, "smooth"),
    "stopped": Operation(lax.stop_gradient, lambda x: x, "smooth"),
    "half_stopped": Operation(lambda x: x + lax.stop_gradient(x), lambda x: 2 * x, "smooth"),
    "cancelled": Operation(lambda x: 2 * x - lax.stop_gradient(x), lambda x: 2 * x - x, "smooth"),
    "lying": Operation(borrowed.lying, lambda x: x, "smooth"),
    "deceitful": Operation(borrowed.deceitful, lambda x: 2 * x, "smooth"),
    "flat": Operation(borrowed.flat, lambda x: x + np.tanh(x), "smooth"),
    "remat": Operation(jax.checkpoint(lambda x: x + 0.5 * jnp.sin(x)), lambda x: x + 0.5 * np.sin(x), "smooth"),
    "single": Operation(lambda x: x.astype(jnp.float32).astype(jnp.float64), lambda x: np.float64(np.float32(x)), "smooth"),
    "stacked": Operation(lambda x: jnp.sum(jnp.stack([x, 2 * x, 0.5 * x])[1:], axis=0), lambda x: 2.5 * x, "smooth"),
    # made of comparisons, continuous
    "abs": Operation(jnp.abs, np.abs, "corner"),
    "relu": Operation(jax.nn.relu, lambda x: np.maximum(x, 0), "corner"),
    "leaky": Operation(lambda x: jnp.where(x >= 0, x, 0.25 * x), lambda x: np.where(x >= 0, x, 0.25 * x), "corner"),
    "elu": Operation(jax.nn.elu, _elu, "corner"),
    "clip": Operation(lambda x: jnp.clip(x, -1.0, 2.0), lambda x: np.minimum(np.maximum(x, -1.0), 2.0), "corner"),
    "root_of_size": Operation(_safe_root, lambda x: np.sqrt(np.abs(x)), "corner"),
    "cbrt": Operation(jnp.cbrt, np.cbrt, "corner"),
    "power_of_size": Operation(lambda x: jnp.abs(x) ** 1.5, lambda x: np.abs(x) ** 1.5, "corner"),
    # with jumps
    "sign": Operation(jnp.sign, np.sign, "jump"),
    "floor": Operation(jnp.floor, np.floor, "jump"),
    "ceil": Operation(jnp.ceil, np.ceil, "jump"),
    "round": Operation(jnp.round, np.round, "jump"),
    "sawtooth": Operation(lambda x: x - jnp.floor(x), lambda x: x - np.floor(x), "jump"),
    "mod": Operation(lambda x: jnp.mod(x, 1.5), lambda x: np.mod(x, 1.5), "jump"),
    "rem": Operation(lambda x: lax.rem(x, jnp.float64(1.5)), lambda x: np.fmod(x, 1.5), "jump"),
    "whole": Operation(lambda x: x.astype(jnp.int32).astype(jnp.float64), lambda x: np.float64(_whole(x)), "jump"),
    "thirds": Operation(
        lambda x: (jnp.int32(jnp.clip(8 * x, -1e3, 1e3)) // 3).astype(jnp.float64) + x / 8,
        lambda x: np.float64(_whole(np.minimum(np.maximum(8 * x, -1e3), 1e3)) // 3) + x / 8,
        "jump",
    ),
    "wrapped": Operation(
        lambda x: (jnp.int32(jnp.clip(20 * x, -1e3, 1e3)).astype(jnp.int8) * jnp.int8(7)).astype(jnp.float64) / 64 + x / 8,
        lambda x: np.float64(_whole(np.minimum(np.maximum(20 * x, -1e3), 1e3)).astype(np.int8) * np.int8(7)) / 64 + x / 8,
        "jump",
    ),
    "nan_to_num": Operation(lambda x: jnp.nan_to_num(jnp.log(x), nan=-3.0), lambda x: np.nan_to_num(np.log(x), nan=-3.0), "jump"),
    "finite": Operation(
        lambda x: jnp.where(jnp.isfinite(jnp.sqrt(x)), x, 2 * x), lambda x: np.where(np.isfinite(np.sqrt(x)), x, 2 * x), "jump"
    ),
    "root_or": Operation(lambda x: jnp.where(jnp.sqrt(x) >= 0, x, 3 * x), lambda x: np.where(np.sqrt(x) >= 0, x, 3 * x), "jump"),
    "not_root": Operation(lambda x: jnp.where(~(jnp.sqrt(x) < 0.5), x, 3 * x), lambda x: np.where(~(np.sqrt(x) < 0.5), x, 3 * x), "jump"),
    "never": Operation(lambda x: jnp.where(x != x, 5.0, x), lambda x: np.where(x != x, 5.0, x), "jump"),
    "zero_only": Operation(lambda x: jnp.where(x == 0, 7.0, x), lambda x: np.where(x == 0, 7.0, x), "jump"),
    "heaviside": Operation(lambda x: x + jnp.heaviside(x, 0.5), lambda x: x + np.heaviside(x, 0.5), "jump"),
    # analytic, but nowhere near as wide as the rest: a grid, or a few nodes, may not see them
    "late": Operation(lambda x: x + jax.nn.sigmoid(300 * (x - 2.5)), lambda x: x + special.expit(300 * (x - 2.5)), "narrow"),
    "power_late": Operation(
        lambda x: x - 0.5 * lax.integer_pow(x / 3, 60) / (1 + lax.integer_pow(x / 3, 60)),
        lambda x: x - 0.5 * special.expit(60 * np.log(np.abs(x / 3))),
        "narrow",
    ),
    "bump": Operation(
        lambda x: x + 0.01 * jnp.exp(-((100 * (x - 0.6875)) ** 2)), lambda x: x + 0.01 * np.exp(-((100 * (x - 0.6875)) ** 2)), "narrow"
    ),
    "spike": Operation(lambda x: x + jnp.exp(-((1e3 * (x - 0.3)) ** 2)), lambda x: x + np.exp(-((1e3 * (x - 0.3)) ** 2)), "narrow"),
    "needle": Operation(
        lambda x: x + 2 * jnp.exp(-((1e7 * (x - 0.1)) ** 2)), lambda x: x + 2 * np.exp(-((1e7 * (x - 0.1)) ** 2)), "narrow"
    ),
    "cliff": Operation(lambda x: x + jnp.tanh(1e5 * (x - 0.2)), lambda x: x + np.tanh(1e5 * (x - 0.2)), "narrow"),
    "ripple": Operation(lambda x: x + 0.002 * jnp.sin(400 * x), lambda x: x + 0.002 * np.sin(400 * x), "narrow"),
    # of primitives that need not be known
    "fori": Operation(_fori, lambda x: x + 0.125 * (1 + 0.75 + 0.75**2), "odd"),
    "scan": Operation(_scan, lambda x: (x * 0.5 + 1) * 2 + 1 + 1, "odd"),
    "while": Operation(_while, lambda x: np.where((x < 0) & (x > -100), x - np.floor(x), x), "odd", scalar=True),
    "cond": Operation(
        lambda x: lax.cond(x > 0.5, lambda v: v, lambda v: 2 * v - 0.5, x), lambda x: np.minimum(x, 2 * x - 0.5), "odd", True
    ),
    "switch": Operation(
        lambda x: lax.switch((x > 0).astype(jnp.int32), [lambda v: v, lambda v: 3 * v], x), lambda x: np.where(x > 0, 3 * x, x), "odd", True
    ),
    "split": Operation(lambda x: jnp.split(jnp.stack([x, 2 * x]), 2)[1][0], lambda x: 2 * x, "odd"),
    "sliced": Operation(_sliced, lambda x: np.where(x > 0.25, 2 * x, -x), "odd", scalar=True),
    "gathered": Operation(
        lambda x: jnp.stack([x, 2 * x])[(x > 0).astype(jnp.int32)], lambda x: np.where(x > 0, 2 * x, x), "odd", scalar=True
    ),
    "sorted": Operation(
        lambda x: jnp.sort(jnp.stack([x, x**2, 1 - x]), axis=0)[0], lambda x: np.sort(np.stack([x, x**2, 1 - x]), axis=0)[0], "odd"
    ),
    "argmax": Operation(
        lambda x: x + jnp.argmax(jnp.stack([x, 0.5 * x + 0.25, -x]), axis=0),
        lambda x: x + np.argmax(np.stack([x, 0.5 * x + 0.25, -x]), axis=0),
        "odd",
    ),
    "cumsum": Operation(lambda x: jnp.cumsum(jnp.stack([x, x, 1.0 + 0 * x]), axis=0)[2], lambda x: 2 * x + 1 + 0 * x, "odd"),
    "prod": Operation(lambda x: jnp.prod(jnp.stack([x, 1 + x]), axis=0), lambda x: x * (1 + x), "odd"),
    "lgamma": Operation(lambda x: lax.lgamma(1.5 + x * x), lambda x: special.gammaln(1.5 + x * x), "odd"),
    "bits": Operation(
        lambda x: lax.bitcast_convert_type(lax.bitcast_convert_type(x, jnp.int64) & jnp.int64(2**63 - 1), jnp.float64), np.abs, "odd"
    ),
    "tilted": Operation(lambda x: jax.grad(lambda v: v**3)(x) + x, lambda x: 3 * x**2 + x, "smooth", scalar=True),
    "false_log_sum_exp": Operation(
        lambda x: borrowed.IMPOSTORS["log_sum_exp"](jnp.stack([x, 2 * x])), lambda x: np.logaddexp(2 * x, 4 * x) / 2, "odd"
    ),
    "false_log_beta": Operation(lambda x: borrowed.IMPOSTORS["log_beta"](x, 1.5 + 0 * x), lambda x: (1.5 + 0 * x) * x + x, "odd"),
    "false_log_normal_mass": Operation(
        lambda x: borrowed.IMPOSTORS["log_normal_mass"](0 * x, 2 * x), lambda x: np.tanh(2 * x - 0 * x), "odd"
    ),
    "false_logistic": Operation(borrowed.IMPOSTORS["logistic"], lambda x: 2 * x, "odd"),
    "false_exp": Operation(borrowed.IMPOSTORS["exp"], lambda x: x + 1, "odd"),
    "false_logsumexp": Operation(lambda x: borrowed.IMPOSTORS["logsumexp"](jnp.stack([x, 1 + x])), lambda x: 3 * x + 2, "odd"),
    "false_relu": Operation(borrowed.IMPOSTORS["relu"], lambda x: -x, "odd"),
    "false_where": Operation(borrowed.IMPOSTORS["_where"], lambda x: x / 2, "odd"),
}

BINARY: dict[str, Operation] = {
    "add": Operation(lambda a, b: a + b, np.add, "smooth"),
    "sub": Operation(lambda a, b: a - b, np.subtract, "smooth"),
    "mul": Operation(lambda a, b: a * b, np.multiply, "smooth"),
    "div": Operation(lambda a, b: a / b, np.divide, "smooth"),
    "logaddexp": Operation(jnp.logaddexp, np.logaddexp, "smooth"),
    "max": Operation(jnp.maximum, np.maximum, "corner"),
    "min": Operation(jnp.minimum, np.minimum, "corner"),
    "hypot": Operation(lambda a, b: jnp.sqrt(a * a + b * b), lambda a, b: np.sqrt(a * a + b * b), "smooth"),
    "pow": Operation(jnp.power, np.power, "smooth"),
    "fmax": Operation(jnp.fmax, np.fmax, "jump"),
    "fmin": Operation(jnp.fmin, np.fmin, "jump"),
    "atan2": Operation(jnp.arctan2, np.arctan2, "odd"),
}

COMPARISONS: dict[str, Callable[..., Any]] = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "not_lt": lambda a, b: ~(a < b),
    "not_ge": lambda a, b: ~(a >= b),
    "either": lambda a, b: (a < b) | (a > b + 1),
    "both": lambda a, b: (a < b) & (a > b - 1),
    "one_of": lambda a, b: (a < b) ^ (a < b - 1),
}

# where(comparison(a, b), c, d)
CHOICES: dict[str, Operation] = {
    f"where_{name}": Operation(
        lambda a, b, c, d, compare=compare: jnp.where(compare(a, b), c, d),
        lambda a, b, c, d, compare=compare: np.where(compare(a, b), c, d),
        "jump",
    )
    for name, compare in COMPARISONS.items()
}

OPERATIONS = UNARY | BINARY | CHOICES
