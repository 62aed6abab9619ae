"""What a trained game would do next: the eigenvalues of its field at the end of a run, over all weights of both players.

The gradients are those of the whole laws, by quadrature, and not of minibatches.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gantheory.base.estimate import Outcome, Undecided
from gantheory.base.precision import in_float64
from gantheory.game.losses import Loss
from gantheory.stability.against_best import AgainstBest, against_best
from gantheory.stability.exact_game import ExactGame
from gantheory.stability.low_rank import NULL
from gantheory.stability.one_iteration import OneIteration, one_iteration
from gantheory.stability.symmetries import Symmetry, symmetries_of
from gantheory.training.run import Run, run_of

AT_REST = 1e-7  # |v| that counts as 0, beside what quadrature leaves open


@dataclass(frozen=True, repr=False)
class GameSpectrum:
    """Eigenvalues of v' at the end of a run, v the field of both players' exact gradients.

    Attributes:
      eigenvalues: all of them, by falling real part.
      slopes: largest |v| of G's weights, and of D's; both are 0 at rest.
      null: how many eigenvalues count as 0, at a 1e-9th of the largest.
      symmetries: the exact symmetries that were found. Each gives eigenvalues that are 0; the others are of directions that these data
        and these networks hardly tell apart.
      iteration: one iteration of the run's own training, linearised; or why that is not known.
      discriminator_gap: C(G) - V(G, D), as the run measured it at its end; or why it has none.
      against_best: G alone against the best D; or why that is not known.
      quadrature: largest change of an entry of v where the panels are doubled.
      sizes: numbers of G's weights, and of D's.
    """

    eigenvalues: np.ndarray
    slopes: tuple[float, float]
    null: int
    symmetries: tuple[Symmetry, ...]
    iteration: OneIteration | Undecided
    discriminator_gap: Outcome | Undecided
    against_best: AgainstBest | Undecided
    quadrature: float
    sizes: tuple[int, int]

    @property
    def growing(self) -> np.ndarray:
        """The eigenvalues along which the flow leaves the point, besides those that count as 0."""
        return self.eigenvalues[np.real(self.eigenvalues) > NULL * np.abs(self.eigenvalues).max()]

    @property
    def at_rest(self) -> bool:
        """Whether v is 0 at the end of the run, as far as quadrature tells."""
        return max(self.slopes) <= AT_REST + self.quadrature

    @property
    def stable(self) -> bool | None:
        """Whether the run's own iterations come back to the end point, to first order; None if it is not at rest, or nothing tells."""
        return self.iteration.contracts if self.at_rest and isinstance(self.iteration, OneIteration) else None

    def __repr__(self) -> str:
        leading = ", ".join(f"{value:.4g}" for value in self.eigenvalues[:4])
        fastest = self.eigenvalues[int(np.argmax(np.abs(np.imag(self.eigenvalues))))]
        exact = sum(one.dimension for one in self.symmetries if one.null)
        rest = "at rest" if self.at_rest else "not at rest, so that v' tells what is next, and no more"
        return "\n".join(
            [
                f"{sum(self.sizes)} eigenvalues of v', {self.sizes[0]} weights of G and {self.sizes[1]} of D",
                f"largest real parts     {leading}",
                f"fastest turning        {fastest:.4g}",
                f"growing                {len(self.growing)}",
                f"counted as 0           {self.null}, {exact} by exact symmetries",
                *(f"  {one}" for one in self.symmetries),
                *([f"  {self.null - exact} directions that hardly change either loss, and are no symmetries"] if self.null > exact else []),
                f"|v| at the end         {self.slopes[0]:.2g} of G, {self.slopes[1]:.2g} of D: {rest}",
                f"one iteration          {self.iteration}{self._what_that_says()}",
                f"C(G) - V(G, D)         {self.discriminator_gap}",
                f"against the best D     {self.against_best}",
            ]
        )

    def _what_that_says(self) -> str:
        if isinstance(self.iteration, Undecided):
            return ""
        if not self.at_rest:
            return "\n  of no point of rest: it tells how two runs from nearby part, and not whether one returns"
        return {True: "\n  it returns", False: "\n  it leaves", None: "\n  it neither returns nor leaves, to first order"}[self.stable]


@in_float64
def spectrum(
    run: Run | str | Path,
    *,
    loss: Loss | str | None = None,
    penalty: Callable[..., Any] | None = None,
    optimizers: Sequence[Any] | None = None,
) -> GameSpectrum:
    """The eigenvalues of the game's Jacobian v' at the end of a run, v = (-∂L_G/∂θ, -∂L_D/∂ψ) by quadrature over p_data and p_z.

    Args:
      run: on the line; or the folder that it was saved into.
      loss: what each player descends; that of the run's settings if None.
      penalty: an ``R1``, an ``R2`` or a ``Sum`` of them; that of the run's settings if None.
      optimizers: D's and G's, as ``gt.train`` was given them; those of the run's settings if None, which only ``gantheory train`` records.

    Returns:
      A ``GameSpectrum``. The time is that of some thousand gradients, and of the eigenvalues of a dense matrix.

    Raises:
      ValueError: a run on the plane; players that have kinks, as ReLU has, or more than 6000 weights; G's points beyond D's reach; a law
        that is no density; a loss that is relativistic or has kinks; another penalty; packs, noise or smoothed labels.

    Source:
      Mescheder, Nowozin & Geiger 2017, section 3; Berard et al. 2020 for trained networks.
    """
    game = ExactGame(run_of("`run` of spectrum", run), loss, penalty)
    jacobian = game.jacobian()
    v, quadrature = game.slopes()
    values = jacobian.eigenvalues()
    values = values[np.lexsort((-np.imag(values), -np.real(values)))]
    of_g, of_d = (float(np.abs(part).max()) for part in game.split(v))
    return GameSpectrum(
        values,
        (of_g, of_d),
        int((np.abs(values) <= NULL * np.abs(values).max()).sum()),
        symmetries_of(game, jacobian),
        one_iteration(game, v, jacobian, optimizers),
        _discriminator_gap(game),
        against_best(game),
        quadrature,
        game.sizes,
    )


def _discriminator_gap(game: ExactGame) -> Outcome | Undecided:
    if not game.loss.logit:
        return Undecided("D's output is no logit in this game")
    gap = game.run.measured().discriminator_gap
    return Undecided("the run did not measure it") if gap is None else gap
