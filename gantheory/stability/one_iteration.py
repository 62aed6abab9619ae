"""One iteration of a run's own training at its end, linearised: the multipliers of Algorithm 1, with its optimisers' memory.

Gradients are the whole laws': v' w for weights w from the end. Adam and RMSprop divide them by the root of an average of squares. It is
held at E g², of the gradients g of one minibatch at the end point, whose noise keeps it from falling with the gradients. Then a step is
linear, and what it multiplies is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gantheory.base.estimate import Undecided
from gantheory.game.networks import STANDARD
from gantheory.game.players import IN_TURN
from gantheory.stability.exact_game import ExactGame
from gantheory.stability.linear_steps import effective, reduced, step_matrix
from gantheory.stability.low_rank import NULL, Factors
from gantheory.stability.optimizer_rules import Rule, rule_of
from gantheory.training.settings import OPTIONS, Settings
from gantheory.training.setup import arguments_of

ROUNDING = 1e-12  # distance of a multiplier's size from 1 that is none
CORRECTED = ("consensus", "sga")  # ways in which what an optimiser is given has a noise that is not the gradient's


@dataclass(frozen=True, repr=False)
class OneIteration:
    """What an iteration multiplies small distances from the end point by, to first order, on the whole laws.

    Where a second moment is held, small are distances over which the gradients stay below their noise.

    Attributes:
      multipliers: by falling size, those of the optimisers' memory included, without those that count as 1.
      unmoved: along how many directions of weights the multiplier counts as 1.
      left_out: share of the steps along some random directions that is left out.
      rules: D's optimiser and G's, with their rates at the end of their schedules.
      way: how the players move.
    """

    multipliers: np.ndarray
    unmoved: int
    left_out: float
    rules: tuple[Rule, Rule]
    way: str

    @property
    def largest(self) -> float:
        """The largest size of a multiplier that does not count as 1."""
        return float(np.abs(self.multipliers).max(initial=0.0))

    @property
    def contracts(self) -> bool | None:
        """Whether all multipliers that do not count as 1 are below 1 in size; None where rounding, or what was left out, decides."""
        doubt = ROUNDING + self.left_out
        return None if abs(self.largest - 1) <= doubt else self.largest < 1

    def __repr__(self) -> str:
        d, g = self.rules
        held = ", second moments held" if any(rule.decay for rule in self.rules) else ""
        return f"largest multiplier {self.largest:.8g} in size, {self.unmoved} count as 1\n  {self.way}; D {d}, G {g}{held}"


def one_iteration(game: ExactGame, v: np.ndarray, jacobian: Factors, optimizers: Sequence[Any] | None) -> OneIteration | Undecided:
    """The multipliers of one iteration of the run, or why they are not known.

    Args:
      game: the game.
      v: its field at the end.
      jacobian: v' there.
      optimizers: D's and G's; those that the run's settings tell, if None.
    """
    told = game.run.settings
    updates = "simultaneous" if told.get("simultaneous") else told.get("updates", "alternating")
    steps = told.get("k", 1), told.get("generator_steps", 1)
    weight = told.get("updates_weight")
    if updates == "rk4" and weight:
        return Undecided("ODE-GAN's regulariser is not linearised")
    if told.get("average") is not None:
        return Undecided("the run's G is an average, and no state of its training")
    rules = _rules(game, optimizers, steps)
    if isinstance(rules, Undecided):
        return rules
    squares = _squares(game, v, updates) if any(rule.decay for rule in rules) else np.zeros(len(game.w))
    if isinstance(squares, Undecided):
        return squares
    rule_d, rule_g = rules
    of_g, of_d = game.split(squares)
    gain = np.concatenate([rule_g.gain(of_g), rule_d.gain(of_d)])
    given = effective(jacobian, updates, 1.0 if weight is None else weight)
    linear = reduced(*given, gain, game.sizes, (rule_g.memory, rule_d.memory))
    found = np.linalg.eigvals(step_matrix(linear, updates, steps))
    found = found[np.argsort(-np.abs(found))]
    far = np.abs(found - 1)
    moved = far > NULL * far.max(initial=0.0)
    unmoved = len(game.w) - len(linear.h) + int((~moved).sum())
    way = f"{updates}, k = {steps[0]}" if updates in IN_TURN else updates
    return OneIteration(found[moved], unmoved, linear.left_out, rules, way)


def _rules(game: ExactGame, optimizers: Sequence[Any] | None, steps: tuple[int, int]) -> tuple[Rule, Rule] | Undecided:
    """D's rule and G's at the end of the run."""
    told = game.run.settings
    if optimizers is None and "rates" not in told:  # which every run of the command has
        return Undecided("the run does not tell its optimisers: give `optimizers`")
    taken = game.run.history[-1].step if game.run.history else told.get("steps", 0)
    both = _told_optimizers(told) if optimizers is None else optimizers
    of_d, of_g = (rule_of(one, taken * each) for one, each in zip(both, steps, strict=True))
    if of_d is None or of_g is None:
        return Undecided(f"{'D' if of_d is None else 'G'}'s optimiser is none of adam, rmsprop and sgd as they are, at a rate above 0")
    return of_d, of_g


def _told_optimizers(told: dict[str, Any]) -> Sequence[Any]:
    """Those of a run of ``gantheory train``."""
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items() if name in OPTIONS}
    settings = Settings.from_options(given)
    return arguments_of(settings, STANDARD)["optimizers"]


def _squares(game: ExactGame, v: np.ndarray, updates: str) -> np.ndarray | Undecided:
    """E g² of each weight's gradient g on one minibatch: v² and the variance of a mean of ``batch`` points of x and of z."""
    told = game.run.settings
    if updates in CORRECTED:
        return Undecided(f"the noise of what {updates} gives to an optimiser that divides by it is not known")
    if told.get("population"):
        return Undecided("without noise the second moments of an optimiser fall with the gradients, and its steps are not linear")
    if told.get("stratified") or "batch" not in told:
        return Undecided(
            "the noise of a minibatch is not known" + (", being stratified" if told.get("stratified") else " without its size")
        )
    of_z, of_x = _variance(game.of_one_z(game.z[0]), game.z[1]), _variance(game.of_one_x(game.x[0]), game.x[1])
    variance = (of_z + np.concatenate([np.zeros(game.sizes[0]), of_x])) / told["batch"]
    # Optimistic steps are given 2 g - g of the last minibatch.
    return v**2 + (5 * variance if updates == "optimistic" else variance)


def _variance(values: np.ndarray, mass: np.ndarray) -> np.ndarray:
    return mass @ (values - mass @ values / mass.sum()) ** 2
