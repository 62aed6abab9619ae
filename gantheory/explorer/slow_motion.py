"""One iteration of Algorithm 1, line by line, by the same functions that training calls."""

from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np

from gantheory.explorer.mode import Mode
from gantheory.game.algorithm1 import discriminator_step, generator_step, judge, opponent
from gantheory.game.minibatches import minibatches
from gantheory.game.players import State

SHOWN = 96  # points of a minibatch that the page draws

# Algorithm 1 of Goodfellow et al. 2014, with the noise prior written p_z.
LINES = (
    "sample minibatch of m noise samples z from p_z",
    "sample minibatch of m examples x from p_data",
    "update D by ascending its stochastic gradient",
    "sample minibatch of m noise samples z from p_z",
    "update G by descending its stochastic gradient",
)


class Moment(NamedTuple):
    """The game after one line of Algorithm 1."""

    line: int  # index in LINES
    repeat: str  # which repetition of the line, as in "2 of 5"
    state: State  # the players after the line
    x: Any = None  # examples to draw
    fake: Any = None  # points of G to draw
    z: Any = None


_minibatches = eqx.filter_jit(minibatches)
_ascend = eqx.filter_jit(discriminator_step)


@eqx.filter_jit
def _descend(game, generator, memory, against, z, x, noise):
    return generator_step(game, generator, memory, judge(game, against, generator), z, x, noise)


def moments(mode: Mode, state: State) -> list[Moment]:
    """The next iteration, one moment per executed line. It agrees with the compiled training step to rounding, not to the bit."""
    game, state = mode.game, mode.played(state)
    before, steps = state.discriminator, game.generator_steps
    drawn, found = _minibatches(game, mode.key, state), []
    for i in range(game.k):
        repeat = f"{i + 1} of {game.k}"
        x, fake = (np.asarray(points[i][:SHOWN], np.float64) for points in (drawn.x, drawn.fake))
        found += [Moment(0, repeat, state, fake=fake), Moment(1, repeat, state, x, fake)]
        d, memory, _ = _ascend(game, state.discriminator, state.discriminator_memory, drawn.x[i], drawn.fake[i], drawn.penalty_keys[i])
        if game.only != "G":
            state = replace(state, discriminator=d, discriminator_memory=memory)
        found.append(Moment(2, repeat, state, x, fake))
    if game.only == "D":
        return found
    for i in range(steps):
        repeat, z = f"{i + 1} of {steps}", drawn.z[i]
        points = np.asarray(jax.vmap(state.generator)(z[:SHOWN]), np.float64)
        found.append(Moment(3, repeat, state, fake=points))
        compared = None if drawn.compared is None else drawn.compared[i]
        against = opponent(game, before, state.discriminator)
        g, memory, _ = _descend(game, state.generator, state.generator_memory, against, z, compared, drawn.noise[i])
        state = replace(state, generator=g, generator_memory=memory)
        found.append(Moment(4, repeat, state, fake=np.asarray(jax.vmap(g)(z[:SHOWN]), np.float64)))
    return found
