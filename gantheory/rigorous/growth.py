"""How fast a network may grow, |f(x)| <= c + L |x|, which bounds what it contributes beyond the cut of the line."""

from functools import singledispatch
from typing import Any

import numpy as np
from flint import acb, arb

from gantheory.game.networks import Discriminator, Generator
from gantheory.rigorous.balls import exact
from gantheory.rigorous.evaluation import Evaluation, decisions_at
from gantheory.rigorous.program import Program

# The largest |slope| of each activation, rounded up. jax.nn.gelu is the tanh approximation; the exact form also stays below 1.13.
STEEPEST = {"tanh": 1.0, "relu": 1.0, "leaky_relu": 1.0, "elu": 1.0, "gelu": 1.13, "silu": 1.1, "softplus": 1.0}


def growth_of(function: Any, program: Program) -> tuple[arb, arb]:
    """(c, L) with |f(x)| <= c + L |x| for a network of the library, or a function whose program is one line.

    Raises ``NotImplementedError`` for others.
    """
    somewhere = exact(1 / 3)
    decisions = decisions_at(program, somewhere)
    value = Evaluation(program, acb(somewhere), False, decisions).number()
    if program.is_piecewise_linear and not decisions:  # one line
        steepness = abs(Evaluation(program, acb(somewhere + 1), False, {}).number() - value)
    else:
        steepness = _steepness(function)
    return abs(value) + steepness * somewhere, steepness


@singledispatch
def _steepness(function: Any) -> arb:
    """A Lipschitz constant of a network."""
    raise NotImplementedError(f"A network must be one of the library's own, so that its growth is known. Got {function!r}.")


@_steepness.register
def _(function: Generator) -> arb:
    return abs(exact(function.unit.scale)) * (_product(function) + (abs(exact(function.slope)) if function.skip else arb(0)))


@_steepness.register
def _(function: Discriminator) -> arb:
    """That of its layers, per unit of the data."""
    return _product(function) / abs(exact(function.unit.scale))


def _product(function: Generator | Discriminator) -> arb:
    """The product of the layers' greatest row sums of |weights| and of the activations' steepest slopes."""
    steepest = exact(STEEPEST[function.activation]) * exact(1 + 1e-12)
    total = arb(1)
    for i, layer in enumerate(function.mlp.layers):
        rows = np.abs(np.asarray(layer.weight, np.float64))
        total *= max((sum((exact(w) for w in row), arb(0)) for row in rows), key=float) * (1 if i == 0 else steepest)
    return total
