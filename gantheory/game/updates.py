"""Optimisers that are known by what they compute, so that a training is not compiled anew for each object that optax makes.

An optax optimiser is a pair of new functions, also where another one computes the same.
"""

import collections
import functools
import itertools
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import numpy as np
import optax
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, Var, jaxpr_as_fun
from jaxtyping import Array

from gantheory.base.forms import form
from gantheory.game.players import Game, State


class Program:
    """A program and the tree of its outputs. Programs of equal forms are equal."""

    run: Callable[..., list[Any]]
    outputs: Any
    known_by: tuple[Hashable, ...]
    hashed: int

    def __init__(self, program: ClosedJaxpr, outputs: Any):
        self.run, self.outputs = jaxpr_as_fun(program), outputs
        self.known_by = form(program), outputs
        self.hashed = hash(self.known_by)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.known_by == other.known_by

    def __hash__(self) -> int:
        return self.hashed


class Update(eqx.Module):
    """The update of an optimiser, as its program for weights of some shapes.

    Attributes:
      rate: the number by which the program would multiply every step last, if it is one: in optax, minus a constant learning rate. As an
        array it is an argument of what is compiled.
      program: the rest.
    """

    rate: np.ndarray | Array | None
    program: Program = eqx.field(static=True)

    def __call__(self, updates: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        """The steps to add to the weights, and the optimiser's new state."""
        steps, memory = jax.tree.unflatten(self.program.outputs, self.program.run(*jax.tree.leaves((updates, state, params))))
        return steps if self.rate is None else jax.tree.map(lambda step: self.rate * step, steps), memory


def with_known_optimizers(game: Game, state: State) -> Game:
    """The game with optimisers that equal every other one that computes the same on players of these shapes, or that but for its rate.

    The optimiser of a player that does not learn is left as it is.
    """
    known = {}
    if game.only != "G":
        known["discriminator_optimizer"] = _known(game.discriminator_optimizer, state.discriminator, state.discriminator_memory)
    if game.only != "D":
        known["generator_optimizer"] = _known(game.generator_optimizer, state.generator, state.generator_memory)
    return replace(game, **known)


def _known(optimizer: optax.GradientTransformation, network: Any, memory: Any) -> optax.GradientTransformation:
    weights = eqx.filter(network, eqx.is_inexact_array)
    leaves, tree = jax.tree.flatten((weights, memory))
    widest = jax.dtypes.canonicalize_dtype(float)  # of the numbers that the user's settings of JAX allow
    return optax.GradientTransformation(_begun, _traced(optimizer.update, tree, tuple(map(jax.typeof, leaves)), widest))


@functools.lru_cache(maxsize=64)
def _traced(update: Callable[..., Any], tree: Any, types: tuple[Any, ...], _widest: Any) -> Update:
    """An optimiser's update of weights and a memory of some types. JAX keeps traces too, but finding one there takes it 2 ms."""
    like = [jax.ShapeDtypeStruct(one.shape, one.dtype, weak_type=one.weak_type) for one in types]
    weights, memory = jax.tree.unflatten(tree, like)
    traced = jax.jit(update).trace(weights, memory, weights)
    outputs = jax.tree.structure(traced.out_info)
    rate, jaxpr = _without_rate(traced.jaxpr.jaxpr, outputs.children()[0].num_leaves)
    return Update(rate, Program(ClosedJaxpr(jaxpr, traced.jaxpr.consts), outputs))


def _begun(params: Any) -> Any:
    raise NotImplementedError("An optimiser in the course of a training has a state.")


def _without_rate(jaxpr: Any, steps: int) -> tuple[np.ndarray | None, Jaxpr]:
    """(the number by which a program multiplies each of its first ``steps`` outputs last, the rest of it), or (None, all of it)."""
    read = collections.Counter(id(atom) for atom in itertools.chain(jaxpr.outvars, *(eqn.invars for eqn in jaxpr.eqns)))
    products = {id(eqn.outvars[0]): eqn for eqn in jaxpr.eqns if _by_a_number(eqn)}
    last = [products[id(step)] for step in jaxpr.outvars[:steps] if id(step) in products and read[id(step)] == 1]
    rates = {(float(eqn.invars[0].val), eqn.invars[0].aval.dtype) for eqn in last}
    if len(last) < steps or len(rates) != 1:
        return None, jaxpr
    rest = [eqn for eqn in jaxpr.eqns if not any(eqn is one for one in last)]
    return np.asarray(*rates.pop()), jaxpr.replace(eqns=rest, outvars=[eqn.invars[1] for eqn in last] + jaxpr.outvars[steps:])


def _by_a_number(eqn: Any) -> bool:
    """Whether an operation multiplies a variable by a number, and keeps its shape and type."""
    number, variable = eqn.invars if eqn.primitive.name == "mul" else (None, None)
    return isinstance(number, Literal) and isinstance(variable, Var) and variable.aval == eqn.outvars[0].aval
