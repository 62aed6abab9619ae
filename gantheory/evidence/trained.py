"""The measured states of one real training: Figure 1's recipe, shortened, the same for every claim; and those of one's own."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.comparison import Comparison
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.state import CANNOT, State
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.training.run import Run

LENGTHS = experiment.Lengths(before=650, ascent=150, main=1_100, measured=1)
SEED = 0
ONE_INTEGRAL = "of a generator on the plane D's gap is known as the difference C - V only"  # why the three are not compared


@functools.cache
def runs() -> dict[str, Run]:
    """The runs that end at Figure 1's panels, by letter; that of (d) has the history of Algorithm 1 from (a) on."""
    a = experiment.panel_a(SEED, LENGTHS)
    b = experiment.panel_b(a, LENGTHS)
    c = experiment.panel_c(b, LENGTHS)
    return {"a": a, "b": b, "c": c, "d": experiment.panel_d(a, SEED, LENGTHS)}


@functools.cache
def states() -> dict[str, State]:
    """The state at the end of each, measured anew."""
    return {panel: State(run.p_data, run.p_g, run.discriminator) for panel, run in runs().items()}


@dataclass(frozen=True)
class Trained:
    """Measured numbers of a training, compared within their errors.

    Attributes:
      comparisons: makes the comparisons that hold if the claim is true.
      layer: the layer that the judgement is for.
    """

    comparisons: Callable[[], Iterable[Comparison]]
    layer: str = "trained"

    def judge(self) -> Judgement:
        """As that of :class:`Quadrature`."""
        return Quadrature(self.comparisons, self.layer).judge()


@dataclass(frozen=True)
class OfState:
    """Measured numbers of a state, compared within their errors: of those of Figure 1, or of one of one's own.

    Attributes:
      of_state: makes the comparisons that hold of a state if the claim is true.
      of_figure: makes those of Figure 1's training as a whole, beside those of its states.
      on_plane: the reason why a state on the plane cannot be judged, if it cannot.
      layer: the layer that the judgement is for.
    """

    of_state: Callable[[State], Iterable[Comparison]]
    of_figure: Callable[[], Iterable[Comparison]] = tuple
    on_plane: str = ""
    layer: str = "trained"

    def judge(self) -> Judgement:
        """As that of :class:`Quadrature`, on the four states of Figure 1's training."""
        return Quadrature(self._of_training, self.layer).judge()

    def _of_training(self) -> Iterable[Comparison]:
        for panel, state in states().items():
            for one in self.of_state(state):
                yield Comparison(f"({panel}): {one.what}", one.left, one.relation, one.right)
        yield from self.of_figure()

    def judge_on(self, state: State) -> Judgement:
        """As that of :class:`Quadrature`, on a state of one's own.

        SKIPPED on the plane where that says nothing; UNDECIDED if the state does not meet a hypothesis, or has no numbers to compare.
        """
        if self.on_plane and state.p_data.dimension == 2:
            return Judgement(self.layer, Verdict.SKIPPED, None, self.on_plane)
        unmet = state.unmet()
        if unmet:
            return Judgement(self.layer, Verdict.UNDECIDED, None, f"a hypothesis is not met: {unmet}")
        try:
            return Quadrature(lambda: self.of_state(state), self.layer).judge()
        except CANNOT as error:
            return Judgement(self.layer, Verdict.UNDECIDED, None, f"not compared: {str(error).rstrip('.')}")
