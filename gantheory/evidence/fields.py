"""A game's field and its derivative as expressions, read off the shipped losses; and what one step along the field does."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp
from jax.flatten_util import ravel_pytree

from gantheory.dynamics.differentiable import DifferentiableGame
from gantheory.dynamics.integrators import Integrator
from gantheory.evidence.lift import Known, Witness, lifted_array


def field_of(game: DifferentiableGame, point: Sequence[Any], witness: Witness, known: Known = ()) -> Any:
    """v at a point of expressions, a column."""
    return sp.Matrix(lifted_array(game.field, [point], witness, known))


def derivative_of(game: DifferentiableGame, point: Sequence[Any], witness: Witness, known: Known = ()) -> Any:
    """v' at a point of expressions."""

    def along(direction):
        return lambda w: jax.jvp(game.field, (w,), (jnp.asarray(direction, w.dtype),))[1]

    columns = [lifted_array(along(direction), [point], witness, known) for direction in np.eye(len(point))]
    return sp.Matrix(np.stack(columns, axis=1))


def step_of(game: DifferentiableGame, way: Integrator, state: Sequence[Any], h: Any, witness: Witness) -> Any:
    """Where one step takes w and, behind it, what the way remembers: a column."""
    zeros = np.zeros(sum(game.sizes))
    _, back = ravel_pytree((zeros, way.begun(game, jnp.asarray(zeros))))
    return sp.Matrix(lifted_array(lambda flat, h: ravel_pytree(way.step(game, *back(flat), h))[0], [state, h], witness))


def at_one_point(nodes: np.ndarray, masses: np.ndarray, x: sp.Expr) -> Known:
    """What makes an integral by a rule the integrand at x: all nodes of the rule are there, and have the same mass.

    A field is linear in the masses, so that its expectation over x is what the rule stands for.
    """
    return (nodes, x), (masses, sp.Rational(1, len(masses)))
