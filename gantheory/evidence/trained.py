"""The measured states of one real training: Figure 1's recipe, shortened, the same for every claim."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gantheory.evidence.claim import Judgement
from gantheory.evidence.comparison import Comparison
from gantheory.evidence.quadrature import Quadrature
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.measurement.state import measure
from gantheory.training.run import Run

LENGTHS = experiment.Lengths(before=800, ascent=300, main=1_500, measured=1)
SEED = 0


@functools.cache
def states() -> dict[str, Run]:
    """The states of Figure 1's panels, by letter; that of (d) has the history of Algorithm 1 from (a) on."""
    a = experiment.panel_a(SEED, LENGTHS)
    b = experiment.panel_b(a, LENGTHS)
    c = experiment.panel_c(b, LENGTHS)
    return {"a": a, "b": b, "c": c, "d": experiment.panel_d(a, SEED, LENGTHS)}


@functools.cache
def measured() -> dict[str, Any]:
    """The ``Measurement`` of each state, by letter: V, C, 2 JSD and both gaps, by the exact p_g."""
    return {panel: measure(run.p_data, run.p_g, run.discriminator) for panel, run in states().items()}


@dataclass(frozen=True)
class Trained:
    """Measured numbers of the training, compared within their errors.

    Attributes:
      comparisons: makes the comparisons that hold if the claim is true.
      layer: the layer that the judgement is for.
    """

    comparisons: Callable[[], Iterable[Comparison]]
    layer: str = "trained"

    def judge(self) -> Judgement:
        """As that of :class:`Quadrature`."""
        return Quadrature(self.comparisons, self.layer).judge()
