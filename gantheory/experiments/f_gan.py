"""f-GAN's univariate example (Nowozin, Cseke, Tomioka 2016): a Gaussian N(μ, σ²) is fitted to a mixture by playing the game of one f.

No Gaussian is the mixture, so each divergence has its own optimum. The paper does not give the parameters of the mixture;
with those below, the exact optima agree with the published ones to about 3e-4. Batch and networks are the paper's. The optimiser is
ours: Adam with a falling rate, and the average of (μ, σ) along the way.
"""

import functools
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import scipy.optimize

from gantheory.base.estimate import finite
from gantheory.distributions import Mixture, Normal
from gantheory.game.losses import LOSSES
from gantheory.game.networks import Discriminator, Unit
from gantheory.measurement.f_divergences import f_divergence
from gantheory.training.learning import train
from gantheory.training.run import Progress, Run

P_DATA = Mixture([0.33, 0.67], [Normal(-1.0, 0.255), Normal(2.0, 1.415)])
LATENT = Normal(0.0, 1.0)
UNIT = Unit(1.0, 1.8)  # rough mean and standard deviation of the mixture, as D's unit of x
STEPS, K, BATCH = 6_000, 3, 1024
AVERAGE = 0.999  # β of the moving average of (μ, σ), about the last thousand iterations
HELD_OUT = 1_000_000  # fresh draws from each law for the bound F


class Published(NamedTuple):
    """A column of the paper's table.

    Attributes:
      divergence: D_f at the optimum, in nats.
      bound: F of the trained pair.
      loc: the optimal μ.
      trained_loc: the trained μ.
      scale: the optimal σ.
      trained_scale: the trained σ.
    """

    divergence: float
    bound: float
    loc: float
    trained_loc: float
    scale: float
    trained_scale: float


PUBLISHED = {
    "kl": Published(0.2831, 0.2801, 1.0100, 1.0335, 1.8308, 1.8236),
    "reverse_kl": Published(0.2480, 0.2415, 1.5782, 1.5624, 1.6319, 1.6403),
    "jensen_shannon": Published(0.1280, 0.1226, 1.3070, 1.2854, 1.7542, 1.7659),
    "jeffreys": Published(0.5705, 0.5151, 1.3218, 1.2295, 1.7034, 1.8087),
    "pearson": Published(0.6457, 0.6379, 0.5737, 0.6157, 1.9274, 1.9031),
}


class Affine(eqx.Module):
    """G(z) = μ + σ z, whose law is N(μ, σ²) for a standard Gaussian z."""

    loc: jax.Array
    scale: jax.Array

    def __call__(self, z: jax.Array) -> jax.Array:
        return self.loc + self.scale * z


def fitted(run: Run) -> Normal:
    """The trained Gaussian: p_g in closed form."""
    return Normal(float(run.generator.loc), abs(float(run.generator.scale)))


def play(name: str, seed: int, steps: int = STEPS, progress: Progress | None = None) -> Run:
    """The training for one divergence.

    Args:
      name: one of PUBLISHED.
      seed: of the networks and the minibatches.
      steps: iterations of Algorithm 1.
      progress: called at every measurement.

    Returns:
      The run, with ``stopped`` set if it ended early.
    """

    def optimizer(rate, length):
        return optax.adam(optax.cosine_decay_schedule(rate, max(1, length), alpha=0.02), b1=0.5, b2=0.99)

    return train(
        P_DATA,
        latent=LATENT,
        generator=Affine(jnp.zeros(()), jnp.ones(())),
        discriminator=Discriminator(64, 2, "tanh", UNIT, key=jax.random.key(seed)),
        loss=LOSSES[f"f_gan_{name}"],
        optimizers=(optimizer(3e-3, steps * K), optimizer(3e-3, steps)),
        steps=steps,
        k=K,
        batch=BATCH,
        seed=seed,
        average=AVERAGE,
        measure_every=max(1, steps // 20),
        progress=progress,
    )


@functools.cache
def optimum(name: str) -> tuple[float, float, float]:
    """(D_f, μ, σ) of the best Gaussian, found by minimising the exact divergence; D_f in nats.

    .. math:: \\min_{\\mu, \\sigma} D_f(P \\,\\Vert\\, N(\\mu, \\sigma^2))
    """

    def divergence(theta):
        return float(finite(f_divergence(name, P_DATA, Normal(theta[0], float(np.exp(theta[1]))))))

    found = scipy.optimize.minimize(divergence, [1.2, 0.5], method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-11})
    return float(found.fun), float(found.x[0]), float(np.exp(found.x[1]))


def held_out_bound(name: str, run: Run, seed: int) -> tuple[float, float]:
    """(F, its standard error) of the trained T on fresh draws, in nats.

    .. math:: F(\\theta, T) = E_P[T] - E_{Q_\\theta}[f^*(T)] \\le D_f(P \\,\\Vert\\, Q_\\theta) \\quad \\text{for every } T

    Args:
      name: one of PUBLISHED.
      run: the training for this divergence.
      seed: the training's own seed; the draws use another one.

    Returns:
      The mean over HELD_OUT draws of each law, and its standard error.

    Source:
      Nowozin, Cseke, Tomioka 2016, Eq. 4.
    """
    keys = jax.random.split(jax.random.key(seed + 1_000_000))
    loss, output = LOSSES[f"f_gan_{name}"], jax.vmap(run.discriminator.logit)
    pays = [
        np.asarray(side(output(jnp.asarray(density.sample(key, HELD_OUT), jnp.float32))), np.float64)
        for side, density, key in ((loss.on_data, P_DATA, keys[0]), (loss.on_generated, fitted(run), keys[1]))
    ]
    return float(-sum(p.mean() for p in pays)), float(np.sqrt(sum(p.var(ddof=1) / HELD_OUT for p in pays)))
