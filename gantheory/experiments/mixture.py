"""A mixture of two Gaussians learnt from samples: how far the game of the paper gets on the line, with nothing but minibatches.

G's weights are averaged along the way; D has one layer more than G. The recipe was found by trial on seeds 0 to 4 (D's depth) and 0 and 1
(rates, steps), then fixed.
"""

import jax
import optax

from gantheory.distributions import Mixture, Normal
from gantheory.game.losses import non_saturating
from gantheory.game.networks import Discriminator, Generator
from gantheory.training.learning import train
from gantheory.training.run import Run

P_DATA = Mixture([0.3, 0.7], [Normal(-2.0, 0.5), Normal(1.0, 1.0)])
LATENT = Normal(0.0, 1.0)
STEPS, MEASURED = 14_000, 28
K, BATCH = 5, 512
SEEDS = 5


def play(seed: int, progress=None, steps: int = STEPS) -> Run:
    key_g, key_d = jax.random.split(jax.random.key(seed))
    rates = optax.cosine_decay_schedule(3e-3, K * steps, alpha=0.01), optax.cosine_decay_schedule(1e-3, steps, alpha=0.01)
    return train(
        P_DATA,
        latent=LATENT,
        generator=Generator(32, 2, "gelu", key=key_g),
        discriminator=Discriminator(32, 3, "gelu", key=key_d),
        loss=non_saturating,
        optimizers=(optax.adam(rates[0], b1=0.5, b2=0.999), optax.adam(rates[1], b1=0.5, b2=0.999)),
        steps=steps,
        k=K,
        batch=BATCH,
        seed=seed,
        measure_every=max(1, steps // MEASURED),
        average=0.999,
        progress=progress,
    )
