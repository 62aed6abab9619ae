"""gantheory: the theory of generative adversarial networks, checked against real trained networks."""

from importlib.metadata import version as _version

from gantheory.distributions import Beta as Beta
from gantheory.distributions import Cauchy as Cauchy
from gantheory.distributions import Exponential as Exponential
from gantheory.distributions import Histogram as Histogram
from gantheory.distributions import Laplace as Laplace
from gantheory.distributions import Mixture as Mixture
from gantheory.distributions import Normal as Normal
from gantheory.distributions import StudentT as StudentT
from gantheory.distributions import TruncatedNormal as TruncatedNormal
from gantheory.distributions import Uniform as Uniform
from gantheory.distributions import as_density as as_density
from gantheory.distributions import from_scipy as from_scipy
from gantheory.divergences import chi2 as chi2
from gantheory.divergences import gradient as gradient
from gantheory.divergences import hellinger2 as hellinger2
from gantheory.divergences import jeffreys as jeffreys
from gantheory.divergences import jsd as jsd
from gantheory.divergences import kl as kl
from gantheory.divergences import reverse_kl as reverse_kl
from gantheory.divergences import skew_jsd as skew_jsd
from gantheory.divergences import total_variation as total_variation
from gantheory.divergences import triangular as triangular
from gantheory.estimate import Divergent as Divergent
from gantheory.estimate import Enclosure as Enclosure
from gantheory.estimate import Estimate as Estimate
from gantheory.estimate import Estimates as Estimates
from gantheory.estimate import Undecided as Undecided
from gantheory.f_divergences import F_GAN as F_GAN
from gantheory.f_divergences import f_divergence as f_divergence
from gantheory.learning import train as train
from gantheory.measurement import Measurement as Measurement
from gantheory.measurement import measure as measure
from gantheory.minimax import criterion as criterion
from gantheory.minimax import discriminator_gap as discriminator_gap
from gantheory.minimax import optimal_discriminator as optimal_discriminator
from gantheory.minimax import value as value
from gantheory.networks import Discriminator as Discriminator
from gantheory.networks import Generator as Generator
from gantheory.plane import MultivariateNormal as MultivariateNormal
from gantheory.plane import PlanePushforward as PlanePushforward
from gantheory.plane import Product as Product
from gantheory.plane import checkerboard as checkerboard
from gantheory.plane import grid as grid
from gantheory.plane import moons as moons
from gantheory.plane import on_box as on_box
from gantheory.plane import pinwheel as pinwheel
from gantheory.plane import ring as ring
from gantheory.plane import spiral as spiral
from gantheory.plane.measurement import measure_plane as measure_plane
from gantheory.pushforward import Pushforward as Pushforward
from gantheory.run import Run as Run
from gantheory.run import load as load
from gantheory.smoothing import smoothed as smoothed
from gantheory.verdicts import verify as verify
from gantheory.wasserstein import wasserstein1 as wasserstein1

__version__ = _version("gantheory")


def __getattr__(name: str):
    """``gt.rigorous``, ``gt.theorems`` and ``gt.explore``, imported when first asked for: Arb, SymPy and a server come with them."""
    import importlib

    if name in ("rigorous", "theorems"):
        return importlib.import_module(f"gantheory.{name}")
    if name == "explore":
        return importlib.import_module("gantheory.explorer.notebook").explore
    raise AttributeError(f"module 'gantheory' has no attribute {name!r}")
