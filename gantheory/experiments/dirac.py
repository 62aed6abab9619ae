"""The Dirac-GANs of Mescheder, Geiger & Nowozin 2018, with the settings of their figures."""

from typing import NamedTuple

import numpy as np

from gantheory.dynamics.differentiable import DifferentiableGame, with_consensus
from gantheory.dynamics.dirac import dirac
from gantheory.dynamics.integrators import SIMULTANEOUS, Integrator, alternating

STEP, STEPS, START = 0.2, 500, (1.0, 1.0)


class Variant(NamedTuple):
    """A game of the figure.

    Attributes:
      title: above its column.
      game: the game.
      rests: whether steps of .2 from (1, 1) bring it to rest at (0, 0), for each of ``SCHEDULES``. Those of the paper do so for all or for
        none; consensus is Mescheder, Nowozin & Geiger's of 2017, and five steps of D throw it out.
    """

    title: str
    game: DifferentiableGame
    rests: tuple[bool, ...]


NEVER, ALWAYS = (False,) * 3, (True,) * 3
VARIANTS = (
    Variant("GAN", dirac(), NEVER),
    Variant("non-saturating", dirac("non_saturating"), NEVER),
    Variant("WGAN, clip 1", dirac("wasserstein", clip=1.0), NEVER),
    Variant("WGAN-GP, λ .7, target 1", dirac("wasserstein", penalty=0.7, target=1.0), NEVER),
    Variant("instance noise, σ .7", dirac(noise=0.7), ALWAYS),
    Variant("R1, γ .3", dirac(r1=0.3), ALWAYS),
    Variant("R1, γ 1", dirac(r1=1.0), ALWAYS),
    Variant("consensus, γ 1", with_consensus(dirac(), 1.0), (True, True, False)),
)
SCHEDULES: dict[str, Integrator] = {
    "simultaneous": SIMULTANEOUS,
    "alternating, $n_D = 1$": alternating(1, generator_first=True),
    "alternating, $n_D = 5$": alternating(5, generator_first=True),
}
GAMMAS = np.linspace(0, 1.5, 151)  # of the paths of eigenvalues
