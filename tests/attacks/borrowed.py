"""Functions that JAX is told wrong things about: derivatives that are not theirs, and names that the library uses for others."""

from collections.abc import Callable

import jax
import jax.numpy as jnp


@jax.custom_jvp
def lying(x):
    return x


lying.defjvp(lambda primals, tangents: (primals[0], 3.0 * tangents[0]))


@jax.custom_vjp
def deceitful(x):
    return 2.0 * x


deceitful.defvjp(lambda x: (2.0 * x, None), lambda _, ct: (-5.0 * ct,))


@jax.custom_jvp
def flat(x):
    return x + jnp.tanh(x)


flat.defjvp(lambda primals, tangents: (primals[0] + jnp.tanh(primals[0]), 0.0 * tangents[0]))


def _impostor(name: str, function: Callable) -> Callable:
    """The function, jitted under a name that the library uses for another."""
    function.__name__ = name
    return jax.jit(function)


IMPOSTORS = {
    "log_sum_exp": _impostor("log_sum_exp", lambda terms: jnp.log(jnp.exp(2 * terms[0]) + jnp.exp(2 * terms[1])) / 2),
    "log_beta": _impostor("log_beta", lambda a, b: a * b + a),
    "log_normal_mass": _impostor("log_normal_mass", lambda a, b: jnp.tanh(b - a)),
    "logistic": _impostor("logistic", lambda x: 2 * x),
    "exp": _impostor("exp", lambda x: x + 1),
    "logsumexp": _impostor("logsumexp", lambda terms: terms[0] + 2 * terms[1]),
    "relu": _impostor("relu", lambda x: -x),
    "_where": _impostor("_where", lambda x: x / 2),
}
