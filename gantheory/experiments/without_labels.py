"""Ways to learn without labels, on one mixture of two Gaussians, each within half a minute on one core.

The recipes were found by trial on seeds 0 and 1; the figure's seeds are others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Measured, single
from gantheory.distributions import Law, Pushforward
from gantheory.experiments import mixture
from gantheory.experiments.mixture import P_DATA
from gantheory.game.capacity import least_criterion_by_danskin
from gantheory.measurement.divergences import jsd, kl
from gantheory.measurement.integrands import LOG4
from gantheory.measurement.wasserstein import wasserstein1
from gantheory.models.contrastive import ContrastiveDivergence
from gantheory.models.diffusion import DenoisingDiffusion
from gantheory.models.energy import EnergyDistance
from gantheory.models.flow import FlowLikelihood
from gantheory.models.method import Method
from gantheory.models.nearest import least_jsd
from gantheory.models.split import Split
from gantheory.models.vae import VariationalBayes
from gantheory.training.fitted import Fit
from gantheory.training.fitting import fit
from gantheory.training.run import Progress, Run

SEEDS, FIRST_SEED = 5, 100  # trainings of each way in the figure, and the seed of the first
BATCH = 512
AVERAGE = 0.999  # β of the moving average of the weights
ITERATIONS = 400  # of L-BFGS, for a family's floor


@dataclass(frozen=True)
class Way:
    """One method with its recipe.

    Attributes:
      name: of its runs' folder.
      title: of its column.
      formula: its split, in LaTeX.
      steps: iterations of the whole training.
      claimed: bound on the JSD of every seed.
      loses: where the JSD that is left comes from, in one sentence, with LaTeX.
      play: a training by (seed, steps, progress).
      unit: of its objective.
    """

    name: str
    title: str
    formula: str
    steps: int
    claimed: float
    loses: str
    play: Callable[[int, int, Progress | None], Run | Fit]
    unit: str = "nats"


@dataclass(frozen=True)
class Learnt:
    """What a training came to, in exact numbers.

    Attributes:
      seed: of the training.
      steps: its iterations.
      law: the model's.
      split: its objective, split.
      distances: from the law of the data, by name.
      parameters: how many numbers were trained; of a GAN those of G and of D, of a VAE all.
    """

    seed: int
    steps: int
    law: Law
    split: Split
    distances: dict[str, Measured]
    parameters: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """The numbers, for a JSON record."""
        parts = {name: getattr(self.split, name).record() for name in ("objective", "divergence", "gap")}
        distances = {name: one.record() for name, one in self.distances.items()}
        return {"seed": self.seed, "steps": self.steps, **parts, "sign": self.split.sign, **distances, "parameters": list(self.parameters)}


def learnt(ended: Run | Fit) -> Learnt:
    """The exact numbers of a training."""
    law, split, parameters = (ended.p_g, _split_of_game(ended), _counts(ended)) if isinstance(ended, Run) else _of_fit(ended)
    distances: dict[str, Any] = {
        "jsd": jsd(P_DATA, law),
        "kl": kl(P_DATA, law),
        "reverse_kl": kl(law, P_DATA),
        "wasserstein1": wasserstein1(P_DATA, law),
    }
    return Learnt(ended.settings["seed"], ended.settings["steps"], law, split, distances, parameters)


def least_jsd_of_family(ended: Run | Fit, iterations: int = ITERATIONS) -> Measured:
    """The capacity floor of a trained model's family: the least JSD found from there by descending JSD itself."""
    if isinstance(ended, Fit):
        return single(jsd(P_DATA, ended.method.law(least_jsd(ended.method, P_DATA, ended.weights, iterations))))
    generator = least_criterion_by_danskin(P_DATA, ended.latent, ended.generator, iterations)
    return single(jsd(P_DATA, Pushforward(generator, ended.latent)))


def _of_fit(ended: Fit) -> tuple[Law, Split, tuple[int, ...]]:
    return ended.law, ended.split(), (ended.parameters,)


def _split_of_game(ended: Run) -> Split:
    """V + log 4 = 2 JSD - the discriminator's gap."""
    of = ended.measured()
    assert isinstance(of.value, Estimate | Divergent) and isinstance(of.discriminator_gap, Estimate | Divergent)
    return Split(of.value + LOG4, single(of.two_jsd), of.discriminator_gap, -1)


def _counts(ended: Run) -> tuple[int, ...]:
    networks = (jax.tree.leaves(eqx.filter(network, eqx.is_inexact_array)) for network in (ended.generator, ended.discriminator))
    return tuple(sum(np.size(leaf) for leaf in leaves) for leaves in networks)


def game(seed: int, steps: int, progress: Progress | None = None) -> Run:
    """The GAN: the game of ``experiments.mixture`` in fewer iterations, against a D of as many layers as G."""
    return mixture.play(seed, steps, progress, measured=1, depth_d=2)


def fitted(method: Method, rate: float) -> Callable[[int, int, Progress | None], Fit]:
    """A training of a method at a rate, by seed and steps."""

    def play(seed: int, steps: int, progress: Progress | None = None) -> Fit:
        how = {"batch": BATCH, "rate": rate, "average": AVERAGE, "measure_every": max(1, steps)}
        return fit(P_DATA, method, steps=steps, seed=seed, progress=progress, **how)

    return play


WAYS = (
    Way(
        "gan",
        "GAN",
        r"$V + \log 4 = 2\,\mathrm{JSD} - \mathrm{gap}$",
        6_000,
        6e-4,
        "Loses what $D$ does not see: where $D$ is not $D^*$, $G$ is not pushed.",
        game,
    ),
    Way(
        "rbm",
        "RBM, by CD-1",
        r"$\mathrm{CD}_1 = \mathrm{KL} - \mathrm{gap}$",
        40_000,
        2e-4,
        "Hides little, as one Gibbs step takes the data near $p$; 22 numbers tie 1,024 Gaussians.",
        fitted(ContrastiveDivergence(hidden=10), 5e-3),
    ),
    Way(
        "vae",
        "VAE",
        r"$-\mathrm{ELBO} - h = \mathrm{KL} + \mathrm{gap}$",
        40_000,
        3e-4,
        "Pays more for its gap than for $p$: $q(z|x)$ is Gaussian, the posterior is not.",
        fitted(VariationalBayes(), 3e-3),
    ),
    Way(
        "flow",
        "Flow",
        r"$-E\log p - h = \mathrm{KL}$",
        40_000,
        6e-4,
        "Has no gap, and shape to spare: four times the steps halve what is left.",
        fitted(FlowLikelihood(), 5e-3),
    ),
    Way(
        "diffusion",
        "Diffusion",
        r"$-\mathrm{ELBO} - h = \mathrm{KL} + \mathrm{gap}$",
        40_000,
        3e-3,
        "Pays most for its gap: each step back is Gaussian, the posterior is not.",
        fitted(DenoisingDiffusion(), 3e-3),
    ),
    Way(
        "energy",
        "Energy distance",
        r"$2\int (F - G)^2$",
        32_000,
        3e-3,
        "Hardly feels a ripple of $p$, which moves distribution functions little.",
        fitted(EnergyDistance(), 2e-3),
        "units of $x$",
    ),
)
