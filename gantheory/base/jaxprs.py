"""One walk over a JAX program, shared by all that read one in another domain: as formulas, on balls, as lines.

The walk reads literals and constants and enters calls; an interpreter says what each other operation means in its domain.
"""

from collections.abc import Callable, Sequence
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, primitives

# The primitives that only call a program: those of jit, core calls, custom_jvp, custom_vjp and checkpoint.
CALLS: set[Any] = {
    primitives.jit_p,
    primitives.call_p,
    primitives.closed_call_p,
    primitives.custom_jvp_call_p,
    primitives.custom_vjp_call_p,
    primitives.remat_p,
}


class UnknownOperationError(NotImplementedError):
    """A JAX operation that has no meaning in an interpreter's domain."""

    def __init__(self, operation: str, domain: str):
        super().__init__(f"A JAX operation must be one whose meaning for {domain} is known. Got {operation!r}.")


def walk(
    program: ClosedJaxpr | Jaxpr,
    inputs: Sequence[Any],
    apply: Callable[[JaxprEqn, list[Any]], Sequence[Any]],
    constant: Callable[[Any], Any] = lambda value: value,
) -> list[Any]:
    """The outputs of a program, in an interpreter's domain.

    Calls are entered; derivatives given by custom_jvp and custom_vjp are not looked at.

    Args:
        program: what ``jax.make_jaxpr`` gives, or a program inside one.
        inputs: the program's inputs, as elements of the domain.
        apply: gives the outputs of one operation at its inputs. Raises ``UnknownOperationError`` for one without a meaning.
        constant: turns a constant or a literal of the program into an element of the domain.

    Returns:
        The program's outputs, as elements of the domain.
    """
    jaxpr, constants = (program.jaxpr, program.consts) if isinstance(program, ClosedJaxpr) else (program, [])
    known = dict(zip(jaxpr.constvars, map(constant, constants), strict=True)) | dict(zip(jaxpr.invars, inputs, strict=True))

    def read(atom):
        return constant(atom.val) if isinstance(atom, Literal) else known[atom]

    for eqn in jaxpr.eqns:
        given = [read(atom) for atom in eqn.invars]
        if eqn.primitive in CALLS:
            found = walk(_called(eqn), given, apply, constant)
        else:
            found = apply(eqn, given)
        known |= dict(zip(eqn.outvars, found, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _called(eqn: JaxprEqn) -> ClosedJaxpr | Jaxpr:
    return eqn.params["jaxpr"] if "jaxpr" in eqn.params else eqn.params["call_jaxpr"]
