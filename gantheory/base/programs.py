"""Compiled programs: for few sizes of arrays; and those of a user's function, which end when the function does.

A module gives its weights, which are arguments, and one program serves all modules of a kind. A plain function is part of its program: in
one cache for all functions, every lambda that was ever measured would stay in memory, with its programs and the arrays that it refers to.
"""

import functools
import weakref
from collections.abc import Callable, Hashable
from types import FunctionType
from typing import Any

import equinox as eqx
import jax

HELD = "_gantheory_programs"  # attribute of a function: (the function, its programs)


def compiled(body: Callable[..., Any]) -> Callable[..., Any]:
    """``body`` of a function of the user's and arrays, compiled for each kind of module, and for each plain function.

    The programs of a plain function hang on that function, and end with it.
    """
    shared = eqx.filter_jit(body)

    @functools.wraps(body)
    def call(function: Any, *arrays: Any) -> Any:
        if not isinstance(function, FunctionType):
            return shared(function, *arrays)
        programs = _programs_of(function)
        if body not in programs:
            programs[body] = jax.jit(functools.wraps(body)(lambda *given: body(function, *given)))
        return programs[body](*arrays)

    return call


def _programs_of(function: FunctionType) -> dict[Callable[..., Any], Callable[..., Any]]:
    """The programs that hang on a function, by their bodies. ``functools.wraps`` copies a function's attributes, also those of another."""
    owner, programs = vars(function).get(HELD, (None, {}))
    if owner is None or owner() is not function:
        programs = {}
        vars(function)[HELD] = weakref.ref(function), programs
    return programs


def kind_of(module: Any) -> Hashable:
    """All of a module that its programs depend on: everything but its arrays' values.

    None of a plain function, and of a module with parts that cannot be compared.
    """
    if jax.tree_util.all_leaves([module]):
        return None
    leaves, structure = jax.tree.flatten(module)
    kind = structure, tuple((leaf.shape, str(leaf.dtype)) if isinstance(leaf, jax.Array) else (type(leaf), leaf) for leaf in leaves)
    try:
        hash(kind)
    except TypeError:
        return None
    return kind


def few_sizes(count: int) -> int:
    """The next power of 2, at least 8, so that arrays padded to it are compiled for few sizes only."""
    return max(8, 1 << (count - 1).bit_length())
