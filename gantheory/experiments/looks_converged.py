"""The run that looks converged and is not: an ordinary GAN with no penalty, k = 1, and nothing else wrong with it.

After 20,000 iterations V sits near -log 4 and D near ½, while 2 JSD(p_data, p_g) is near .2: G has folded, and at every fold p_g has an
integrable spike that a smooth D cannot see.
"""

import equinox as eqx
import jax
import optax

from gantheory.distributions import Normal, Uniform
from gantheory.game import losses
from gantheory.game.networks import Discriminator, Generator, he_normal
from gantheory.training.learning import train
from gantheory.training.run import Run

P_DATA = Normal(1.0, 0.5)
LATENT = Uniform(-1.0, 1.0)
STEPS, MEASURED = 20_000, 50


def he_start(network, key):
    return eqx.tree_at(lambda n: n.mlp, network, he_normal(network.mlp, jax.random.fold_in(key, 1)))


def run(seed: int, progress=None, steps: int = STEPS) -> Run:
    key_g, key_d = jax.random.split(jax.random.key(seed))
    rate = optax.cosine_decay_schedule(1e-3, steps, alpha=0.01)
    return train(
        P_DATA,
        latent=LATENT,
        generator=he_start(Generator(skip=False, key=key_g), key_g),
        discriminator=he_start(Discriminator(key=key_d), key_d),
        loss=losses.non_saturating,
        optimizers=(optax.adam(rate, b1=0.5), optax.adam(rate, b1=0.5)),
        steps=steps,
        batch=256,
        seed=seed,
        measure_every=max(1, steps // MEASURED),
        progress=progress,
    )
