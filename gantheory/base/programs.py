"""Compiled programs of a user's function, which end when the function does.

A module gives its weights, which are arguments, and one program serves all modules of a kind. A plain function is part of its program: in
one cache for all functions, every lambda that was ever measured would stay in memory, with its programs and the arrays that it refers to.
"""

import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any

import equinox as eqx
import jax


def compiled(body: Callable[..., Any]) -> Callable[..., Any]:
    """``body`` of a function of the user's and arrays, compiled for each kind of module, and for each plain function.

    The programs of a plain function hang on that function, and end with it.
    """
    shared = eqx.filter_jit(body)

    @functools.wraps(body)
    def call(function: Any, *arrays: Any) -> Any:
        if not isinstance(function, FunctionType):
            return shared(function, *arrays)
        programs = vars(function).setdefault("_programs", {})
        if body not in programs:
            programs[body] = jax.jit(functools.wraps(body)(lambda *given: body(function, *given)))
        return programs[body](*arrays)

    return call
