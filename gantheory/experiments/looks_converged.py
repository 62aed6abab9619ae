"""A run that looks converged and is not: an ordinary GAN without a penalty, k = 1.

After 20,000 iterations V is near -log 4 and D near ½, while 2 JSD(p_data, p_g) is near .2: G has folded, and at every fold p_g has an
integrable spike that a smooth D cannot see.
"""

from typing import TypeVar

import equinox as eqx
import jax
import optax

from gantheory.distributions import Normal, Uniform
from gantheory.game import losses
from gantheory.game.networks import Discriminator, Generator, initialized
from gantheory.training.learning import train
from gantheory.training.run import Progress, Run

Player = TypeVar("Player", Generator, Discriminator)

P_DATA = Normal(1.0, 0.5)
LATENT = Uniform(-1.0, 1.0)
STEPS, MEASURED = 20_000, 50  # iterations, and measurements along the way


def he_start(network: Player, key: jax.Array) -> Player:
    """A network with He's normal initial weights in place of its own.

    Args:
      network: a Generator or a Discriminator.
      key: that of the network; the new weights use one derived from it.
    """
    return eqx.tree_at(lambda n: n.mlp, network, initialized(network.mlp, "he_normal", jax.random.fold_in(key, 1)))


def play(seed: int, steps: int = STEPS, progress: Progress | None = None) -> Run:
    """The training.

    Args:
      seed: of the networks and the minibatches.
      steps: iterations of Algorithm 1.
      progress: called at every measurement.

    Returns:
      The run, with ``stopped`` set if it ended early.
    """
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
