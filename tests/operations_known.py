"""Every operation that a proof may meet, as JAX writes it and as mpmath knows it."""

import jax
import jax.numpy as jnp
import mpmath
from jax import lax

# By the name of the step: the function in JAX, in mpmath, and the interval in which it is defined.
EVERYWHERE = (-6.0, 6.0)
ABOVE_0 = (0.01, 6.0)
INSIDE_1 = (-0.99, 0.99)
ONE_NUMBER = {
    "neg": (lambda x: -x, lambda x: -x, EVERYWHERE),
    "log": (jnp.log, mpmath.log, ABOVE_0),
    "log1p": (jnp.log1p, mpmath.log1p, (-0.99, 6.0)),
    "exp": (jnp.exp, mpmath.exp, EVERYWHERE),
    "expm1": (jnp.expm1, mpmath.expm1, EVERYWHERE),
    "exp2": (jnp.exp2, lambda x: mpmath.mpf(2) ** x, EVERYWHERE),
    "tanh": (jnp.tanh, mpmath.tanh, EVERYWHERE),
    "sinh": (jnp.sinh, mpmath.sinh, EVERYWHERE),
    "cosh": (jnp.cosh, mpmath.cosh, EVERYWHERE),
    "asinh": (jnp.arcsinh, mpmath.asinh, EVERYWHERE),
    "acosh": (lax.acosh, mpmath.acosh, (1.01, 6.0)),
    "atanh": (jnp.arctanh, mpmath.atanh, INSIDE_1),
    "sin": (jnp.sin, mpmath.sin, EVERYWHERE),
    "cos": (jnp.cos, mpmath.cos, EVERYWHERE),
    "tan": (jnp.tan, mpmath.tan, (-1.5, 1.5)),
    "asin": (jnp.arcsin, mpmath.asin, INSIDE_1),
    "acos": (jnp.arccos, mpmath.acos, INSIDE_1),
    "atan": (jnp.arctan, mpmath.atan, EVERYWHERE),
    "logistic": (jax.nn.sigmoid, lambda x: 1 / (1 + mpmath.exp(-x)), EVERYWHERE),
    "sqrt": (jnp.sqrt, mpmath.sqrt, ABOVE_0),
    "rsqrt": (lax.rsqrt, lambda x: 1 / mpmath.sqrt(x), ABOVE_0),
    "root_3": (jnp.cbrt, lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), EVERYWHERE),
    "square": (jnp.square, lambda x: x * x, EVERYWHERE),
    "integer_pow": (lambda x: x**5, lambda x: x**5, EVERYWHERE),
    "negative_integer_pow": (lambda x: x**-3, lambda x: x**-3, ABOVE_0),
    "pow": (lambda x: x**1.75, lambda x: x**1.75, ABOVE_0),
    "erf": (jax.scipy.special.erf, mpmath.erf, EVERYWHERE),
    "erfc": (jax.scipy.special.erfc, mpmath.erfc, EVERYWHERE),
    "lgamma": (lax.lgamma, mpmath.loggamma, ABOVE_0),
    "digamma": (lax.digamma, mpmath.digamma, ABOVE_0),
}
TWO_NUMBERS = {
    "add": (lambda x: x + jnp.sin(x), lambda x: x + mpmath.sin(x), EVERYWHERE),
    "sub": (lambda x: x - jnp.sin(x), lambda x: x - mpmath.sin(x), EVERYWHERE),
    "mul": (lambda x: x * jnp.sin(x), lambda x: x * mpmath.sin(x), EVERYWHERE),
    "div": (lambda x: jnp.sin(x) / (2 + jnp.cos(x)), lambda x: mpmath.sin(x) / (2 + mpmath.cos(x)), EVERYWHERE),
    "pow": (lambda x: (2 + jnp.cos(x)) ** jnp.sin(x), lambda x: (2 + mpmath.cos(x)) ** mpmath.sin(x), EVERYWHERE),
}
# Where nothing is smooth.
CORNERED = {
    "max": (lambda x: jnp.maximum(x, jnp.sin(3 * x)), lambda x: max(x, mpmath.sin(3 * x)), EVERYWHERE),
    "min": (lambda x: jnp.minimum(x, jnp.sin(3 * x)), lambda x: min(x, mpmath.sin(3 * x)), EVERYWHERE),
    "abs": (jnp.abs, abs, EVERYWHERE),
    "sign": (jnp.sign, mpmath.sign, EVERYWHERE),
    "floor": (jnp.floor, mpmath.floor, EVERYWHERE),
    "ceil": (jnp.ceil, mpmath.ceil, EVERYWHERE),
    "round": (jnp.round, mpmath.nint, EVERYWHERE),
    "trunc": (jnp.trunc, lambda x: mpmath.floor(x) if x > 0 else mpmath.ceil(x), EVERYWHERE),
    "rem": (lambda x: jnp.fmod(x, 0.75), lambda x: mpmath.sign(x) * mpmath.fmod(abs(x), mpmath.mpf("0.75")), EVERYWHERE),
    "mod": (lambda x: jnp.mod(x, 0.75), lambda x: x - mpmath.mpf("0.75") * mpmath.floor(x / mpmath.mpf("0.75")), EVERYWHERE),
    "clamp": (lambda x: lax.clamp(-1.0, x, 2.0), lambda x: min(max(x, -1), 2), EVERYWHERE),
    "where": (lambda x: jnp.where(x > 1, x**2, -x), lambda x: x**2 if x > 1 else -x, EVERYWHERE),
    "nested": (
        lambda x: jnp.where((x > -2) & ~(x >= 2), jnp.sin(x), jnp.where(x == 3, 0.0, 1.0)),
        lambda x: mpmath.sin(x) if -2 < x < 2 else mpmath.mpf(1),
        EVERYWHERE,
    ),
    "fmax": (lambda x: jnp.fmax(jnp.log(x), -1.0), lambda x: max(mpmath.log(x), mpmath.mpf(-1)) if x > 0 else mpmath.mpf(-1), EVERYWHERE),
    "sqrt or not": (lambda x: jnp.where(jnp.sqrt(x) >= 0, x, 3 * x), lambda x: x if x >= 0 else 3 * x, EVERYWHERE),
    "softplus": (jax.nn.softplus, lambda x: mpmath.log1p(mpmath.exp(x)), EVERYWHERE),
    "elu": (jax.nn.elu, lambda x: x if x > 0 else mpmath.expm1(x), EVERYWHERE),
    "count": (lambda x: jnp.sum(x > jnp.arange(-3.0, 3.0)), lambda x: mpmath.mpf(sum(x > k for k in range(-3, 3))), EVERYWHERE),
    "maximum of many": (
        lambda x: jnp.max(jnp.stack([x, -x, jnp.sin(5 * x)])),
        lambda x: max(x, -x, mpmath.sin(5 * x)),
        EVERYWHERE,
    ),
}


def _turned(x):
    return lax.fori_loop(0, 4, lambda i, carried: jnp.sin(carried) + x * i / 8, x)


def _turned_by_mpmath(x):
    carried = x
    for i in range(4):
        carried = mpmath.sin(carried) + x * i / 8
    return carried


def _whole(x):
    """Integers with the wrap and division rules of int8: 100 + 100 is -56, -7 // 2 is -4."""
    wrapped = (jnp.full((), 100, jnp.int8) + jnp.full((), 100, jnp.int8)).astype(jnp.float64)
    return x * wrapped + jnp.asarray(-7) // jnp.asarray(2)


# Control flow, moves of elements and whole numbers.
STRUCTURED = {
    "fori_loop": (_turned, _turned_by_mpmath, EVERYWHERE),
    "while_loop": (
        lambda x: lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, c[1] * x), (0, x))[1],
        lambda x: x**4,
        EVERYWHERE,
    ),
    "scan": (
        lambda x: jnp.sum(lax.scan(lambda c, w: (c + w * x, c), x, jnp.array([1.0, 2.0, 4.0]))[1]),
        lambda x: x + 2 * x + 4 * x,
        EVERYWHERE,
    ),
    "reversed scan": (
        lambda x: lax.scan(lambda c, w: (c * w + x, None), x, jnp.array([1.0, 2.0, 4.0]), reverse=True)[0],
        lambda x: ((x * 4 + x) * 2 + x) + x,
        EVERYWHERE,
    ),
    "cond": (lambda x: lax.cond(x > 1, jnp.sin, jnp.cos, x), lambda x: mpmath.sin(x) if x > 1 else mpmath.cos(x), EVERYWHERE),
    "split": (lambda x: jnp.split(jnp.stack([x, 2 * x, 3 * x]), 3)[1][0], lambda x: 2 * x, EVERYWHERE),
    "dynamic_slice": (lambda x: lax.dynamic_slice(jnp.stack([x, 2 * x, 3 * x]), (5,), (1,))[0], lambda x: 3 * x, EVERYWHERE),
    "flip": (lambda x: jnp.flip(jnp.stack([x, 2 * x]))[0], lambda x: 2 * x, EVERYWHERE),
    "matrix": (
        lambda x: (jnp.arange(6.0).reshape(2, 3) @ jnp.stack([x, x * x, 1 + 0 * x]))[1],
        lambda x: 3 * x + 4 * x * x + 5,
        EVERYWHERE,
    ),
    "whole numbers": (_whole, lambda x: -56 * x - 4, EVERYWHERE),
    "stop_gradient": (lambda x: x * lax.stop_gradient(x), lambda x: x * x, EVERYWHERE),
    "logsumexp": (
        lambda x: jax.scipy.special.logsumexp(jnp.stack([x, 2 * x, -x])),
        lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(2 * x) + mpmath.exp(-x)),
        EVERYWHERE,
    ),
}
SMOOTH = {**ONE_NUMBER, **{f"two: {name}": row for name, row in TWO_NUMBERS.items()}}
ALL = {**SMOOTH, **CORNERED, **STRUCTURED}
