"""What a JAX program computes, as a value that can be compared: neither names nor the functions that were traced matter.

Python cannot tell that two functions compute the same, and JAX knows them by their identity. Their programs can be compared.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, Var


def form(program: ClosedJaxpr | Jaxpr) -> tuple[Hashable, ...]:
    """The operations of a program, their types and its constants. Programs of equal forms compute the same, to the bit.

    What has no form of its own, such as a Python function that is called back, equals itself alone: programs that compute the same may
    then have unequal forms.

    Args:
        program: what ``jax.make_jaxpr`` gives, or a program inside one.
    """
    jaxpr, constants = (program.jaxpr, program.consts) if isinstance(program, ClosedJaxpr) else (program, [])
    number: dict[Var, int] = {}

    def bound(variables):
        for variable in variables:
            number[variable] = len(number)
        return tuple(variable.aval for variable in variables)

    def read(atom: Any) -> Hashable:
        if not isinstance(atom, Literal):
            return number[atom]
        return atom.aval, np.asarray(atom.val, getattr(atom.aval, "dtype", None)).tobytes()

    head = tuple(map(_form_of, constants)), bound(jaxpr.constvars), bound(jaxpr.invars)
    lines = tuple((eqn.primitive, tuple(map(read, eqn.invars)), _form_of(eqn.params), bound(eqn.outvars)) for eqn in jaxpr.eqns)
    return *head, lines, tuple(map(read, jaxpr.outvars))


class _Itself:
    """A thing without a form, equal to itself alone. It is kept, so that no other takes its place in memory."""

    def __init__(self, thing: Any):
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


def _form_of(value: Any) -> Hashable:
    """A parameter or a constant of a program. With its type, since 1 == 1.0 == True."""
    if isinstance(value, ClosedJaxpr | Jaxpr):
        return form(value)
    if isinstance(value, Mapping):
        return tuple((name, _form_of(part)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return type(value), *map(_form_of, value)
    if isinstance(value, float):
        return float, value.hex()  # tells 0.0 from -0.0
    if isinstance(value, np.ndarray | np.generic | jax.Array):
        if jnp.issubdtype(value.dtype, jax.dtypes.extended):  # random keys
            return _Itself(value)
        return str(value.dtype), value.shape, np.asarray(value).tobytes()
    return (type(value), value) if isinstance(value, Hashable) else _Itself(value)
