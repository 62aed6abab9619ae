"""How fast a network may grow: |f(x)| <= c + L |x|, by which what it does beyond the cut of the line is bounded."""

import numpy as np
from flint import acb, arb

from gantheory.game.networks import Discriminator, Generator
from gantheory.rigorous.balls import exact
from gantheory.rigorous.program import Evaluation, Program, decisions_at

# The largest slopes of the activations, rounded up; GELU's is 1.13 in either form.
STEEPEST = {"tanh": 1.0, "relu": 1.0, "leaky_relu": 1.0, "elu": 1.0, "gelu": 1.13, "silu": 1.1, "softplus": 1.0}


def growth(function, program: Program) -> tuple[arb, arb]:
    """(c, L) with |f(x)| <= c + L |x|, f as the program has it, of a network of the library or a line.

    Raises ``NotImplementedError`` for others.
    """
    somewhere, decisions = exact(1 / 3), decisions_at(program, exact(1 / 3))
    value = Evaluation(program, acb(somewhere), False, decisions).value()
    if program.is_piecewise_linear and not decisions:  # one line
        steepness = abs((Evaluation(program, acb(somewhere + 1), False, {}).value() - value).real)
    else:
        steepness = _steepness(function)
    return abs(value.real) + steepness * somewhere, steepness


def _steepness(function) -> arb:
    if isinstance(function, Generator | Discriminator):
        steepest = exact(STEEPEST[function.activation]) * exact(1 + 1e-12)
        total = arb(1)
        for i, layer in enumerate(function.mlp.layers):
            rows = np.abs(np.asarray(layer.weight, np.float64))
            total *= max((sum((exact(w) for w in row), arb(0)) for row in rows), key=float) * (1 if i == 0 else steepest)
        scale = abs(exact(function.unit.scale))
        if isinstance(function, Discriminator):
            return total / scale
        return scale * (total + (abs(exact(function.slope)) if function.skip else arb(0)))
    raise NotImplementedError(f"A network must be one of the library's own, so that its growth is known. Got {function!r}.")
