"""A state of the game to judge claims on: p_data, p_g and D, of a run or of anybody's making."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gantheory.distributions.line.external import as_law
from gantheory.measurement.state import measure
from gantheory.quadrature.dimensions import common_dimension
from gantheory.training.run import Run, run_of

CANNOT = (ValueError, ArithmeticError, TypeError)  # what a D that is no D raises, or arithmetic with infinities


@dataclass(frozen=True)
class State:
    """A state of the game.

    Raises ``ValueError`` for what is no law, or laws of different dimensions.

    Attributes:
      p_data: the law of the data, on the line or on the plane: a density of the library, or what ``gt.as_density`` takes.
      p_g: the law of the generator's output, such as ``gt.Pushforward(G, latent)`` for any function G.
      discriminator: D, as in ``gt.value``.
    """

    p_data: Any
    p_g: Any
    discriminator: Any

    def __post_init__(self) -> None:
        for name in ("p_data", "p_g"):
            object.__setattr__(self, name, as_law(getattr(self, name)))
        common_dimension(self.p_data, self.p_g)

    @cached_property
    def measured(self) -> Any:
        """V, C, 2 JSD and both gaps, by the exact p_g: a ``Measurement``, or a ``PlaneMeasurement``."""
        return measure(self.p_data, self.p_g, self.discriminator)

    def unmet(self) -> str:
        """Why D does not meet the hypothesis of the theory, that its values are probabilities; "" if it does."""
        try:
            return "" if self.measured.value is not None else "D must judge points of its own"
        except CANNOT as error:
            return str(error).rstrip(".")


def state_of(thing: Any) -> State:
    """A state as it is; that at the end of a run, or of the run that was saved into a folder.

    Raises ``ValueError`` for anything else, and for a run whose D gives no probability, so that it has no V.
    """
    if isinstance(thing, State):
        return thing
    if not isinstance(thing, Run | str | Path):
        raise ValueError(f"`on` of verify must be a Run, the folder of one, or a State(p_data, p_g, D). Got {type(thing).__name__}.")
    run = run_of("`on` of verify", thing)
    if run.judge is None:
        raise ValueError("The D of a run must give the probability that one point is data, as V reads it. Got one that gives none.")
    return State(run.p_data, run.p_g, run.discriminator)
