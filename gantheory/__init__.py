"""gantheory: the theory of generative adversarial networks, checked against real trained networks."""

from importlib.metadata import version as _version

from gantheory.algorithm1 import train as train
from gantheory.distributions import Mixture as Mixture
from gantheory.distributions import Normal as Normal
from gantheory.distributions import Uniform as Uniform
from gantheory.divergences import jsd as jsd
from gantheory.divergences import kl as kl
from gantheory.divergences import total_variation as total_variation
from gantheory.estimate import Divergent as Divergent
from gantheory.estimate import Estimate as Estimate
from gantheory.measurement import Measurement as Measurement
from gantheory.measurement import measure as measure
from gantheory.minimax import criterion as criterion
from gantheory.minimax import discriminator_gap as discriminator_gap
from gantheory.minimax import optimal_discriminator as optimal_discriminator
from gantheory.minimax import value as value
from gantheory.networks import Discriminator as Discriminator
from gantheory.networks import Generator as Generator
from gantheory.pushforward import Pushforward as Pushforward
from gantheory.run import Run as Run
from gantheory.run import load as load

__version__ = _version("gantheory")
