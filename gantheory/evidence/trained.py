"""A real training, and what the claim says of its measured states: Figure 1's recipe, shortened, the same for every claim."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gantheory.evidence.claim import Judgement
from gantheory.evidence.quadrature import Comparison, Quadrature
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.measurement.state import Measurement, measure
from gantheory.training.run import Run

LENGTHS = experiment.Lengths(before=800, ascent=300, main=1_500, measured=1)
SEED = 0


@functools.cache
def states() -> dict[str, Run]:
    """The states of Figure 1's panels, by their letters; that of (d) has the history of Algorithm 1 from (a) on."""
    a = experiment.panel_a(SEED, LENGTHS)
    b = experiment.panel_b(a, LENGTHS)
    c = experiment.panel_c(b, LENGTHS)
    return {"a": a, "b": b, "c": c, "d": experiment.panel_d(a, SEED, LENGTHS)}


@functools.cache
def measured() -> dict[str, Measurement]:
    """V, C, 2 JSD and both gaps at each state, by the exact p_g."""
    return {panel: measure(run.p_data, run.p_g, run.discriminator) for panel, run in states().items()}


@dataclass(frozen=True)
class Trained:
    """``comparisons()`` are what the claim says of the training."""

    comparisons: Callable[[], Iterable[Comparison]]
    layer: str = "trained"

    def judge(self) -> Judgement:
        return Quadrature(self.comparisons, self.layer).judge()
