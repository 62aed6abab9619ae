"""Loops and choices of JAX, written out: a scan, a while loop whose length does not depend on x, a cond of two programs."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jax.extend.core import JaxprEqn

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.rigorous.operations import DOMAIN
from gantheory.rigorous.program import Program, Source
from gantheory.rigorous.rewriting import aval, row

Walk = Callable[[Any, list[Source]], list[Source]]  # records a program inside the program, at given inputs


def _scan(program: Program, eqn: JaxprEqn, inputs: list[Source], walk: Walk) -> list[Source]:
    """A loop of known length, written out."""
    of = eqn.params
    constants, carried = inputs[: of["num_consts"]], inputs[of["num_consts"] : of["num_consts"] + of["num_carry"]]
    arrays, collected = inputs[of["num_consts"] + of["num_carry"] :], []
    for i in reversed(range(of["length"])) if of["reverse"] else range(of["length"]):
        each = [np.asarray(one[i]) if isinstance(one, np.ndarray) else row(program, one, 0, i, program.shape_of(one)[1:]) for one in arrays]
        found = walk(of["jaxpr"], [*constants, *carried, *each])
        carried = found[: of["num_carry"]]
        collected.append(found[of["num_carry"] :])
    if not collected:
        return [*carried, *(np.zeros(aval(one).shape) for one in eqn.outvars[of["num_carry"] :])]
    columns = list(zip(*(reversed(collected) if of["reverse"] else collected), strict=True))
    return [*carried, *(_stacked(program, list(column)) for column in columns)]


def _stacked(program: Program, column: list[Source]) -> Source:
    if all(isinstance(one, np.ndarray) for one in column):
        return np.stack([np.asarray(one) for one in column])
    kinds, most = zip(*map(program.kind_of, column), strict=True)
    shape = (len(column), *program.shape_of(column[0]))
    return program.add("stack", column, shape, {"axis": 0}, "b" if set(kinds) == {"b"} else "f", max(most))


def _while(program: Program, eqn: JaxprEqn, inputs: list[Source], walk: Walk) -> list[Source]:
    """A loop whose condition does not depend on x, written out."""
    of = eqn.params
    first, second = of["cond_nconsts"], of["cond_nconsts"] + of["body_nconsts"]
    of_cond, of_body, carried = inputs[:first], inputs[first:second], inputs[second:]
    while True:
        (goes_on,) = walk(of["cond_jaxpr"], [*of_cond, *carried])
        if isinstance(goes_on, int):
            raise UnknownOperationError("while of a length that depends on x", DOMAIN)
        if not goes_on:
            return carried
        carried = walk(of["body_jaxpr"], [*of_body, *carried])


def _cond(program: Program, eqn: JaxprEqn, inputs: list[Source], walk: Walk) -> list[Source]:
    """One of some programs; of two where the choice depends on x."""
    which, *rest = inputs
    branches = eqn.params["branches"]
    if isinstance(which, np.ndarray):
        at = min(max(int(which), 0), len(branches) - 1)
        return walk(branches[at], rest)
    outs = [aval(one) for one in eqn.outvars]
    if len(branches) != 2 or program.steps[which].most > 1 or any(out.dtype.kind != "f" for out in outs):
        return [program.add("cond of more than two programs", inputs, out.shape) for out in outs]
    no, yes = (walk(branch, rest) for branch in branches)
    second = program.add("gt", [which, np.asarray(0.5)], (), kind="b")
    return [program.add("select_n", [second, a, b], out.shape) for a, b, out in zip(no, yes, outs, strict=True)]


LOOPS: dict[str, Callable[[Program, JaxprEqn, list[Source], Walk], list[Source]]] = {"scan": _scan, "while": _while, "cond": _cond}
