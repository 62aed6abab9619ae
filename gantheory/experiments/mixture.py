"""A mixture of two Gaussians learnt from samples: how far the game of Goodfellow et al. 2014 gets on the line with minibatches alone.

G's weights are averaged along the way; D has one layer more than G. The recipe was found by trial, then fixed: D's depth on seeds 0 to 4,
rates and steps on seeds 0 and 1.
"""

import jax
import optax

from gantheory.distributions import Mixture, Normal
from gantheory.game.losses import non_saturating
from gantheory.game.networks import Discriminator, Generator
from gantheory.training.learning import train
from gantheory.training.run import Progress, Run

P_DATA = Mixture([0.3, 0.7], [Normal(-2.0, 0.5), Normal(1.0, 1.0)])
LATENT = Normal(0.0, 1.0)
STEPS, MEASURED = 14_000, 28  # iterations, and measurements along the way
K, BATCH = 5, 512
DEPTH_D = 3  # hidden layers of D
SEEDS = 5  # trainings in the figure


def play(seed: int, steps: int = STEPS, progress: Progress | None = None, measured: int = MEASURED, depth_d: int = DEPTH_D) -> Run:
    """One training.

    Args:
      seed: of the networks and the minibatches.
      steps: iterations of Algorithm 1.
      progress: called at every measurement.
      measured: measurements after the start.
      depth_d: hidden layers of D.

    Returns:
      The run, with ``stopped`` set if it ended early.
    """
    key_g, key_d = jax.random.split(jax.random.key(seed))
    rates = optax.cosine_decay_schedule(3e-3, K * steps, alpha=0.01), optax.cosine_decay_schedule(1e-3, steps, alpha=0.01)
    return train(
        P_DATA,
        latent=LATENT,
        generator=Generator(32, 2, "gelu", key=key_g),
        discriminator=Discriminator(32, depth_d, "gelu", key=key_d),
        loss=non_saturating,
        optimizers=(optax.adam(rates[0], b1=0.5, b2=0.999), optax.adam(rates[1], b1=0.5, b2=0.999)),
        steps=steps,
        k=K,
        batch=BATCH,
        seed=seed,
        measure_every=max(1, steps // measured),
        average=0.999,
        progress=progress,
    )
