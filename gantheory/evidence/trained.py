"""A real training, and what the claim says of every state that was measured."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import jax
import optax

from gantheory import losses
from gantheory.distributions import Normal
from gantheory.evidence.claim import Judgement
from gantheory.evidence.quadrature import Comparison, Quadrature
from gantheory.learning import train
from gantheory.networks import Discriminator, Generator
from gantheory.run import Run


@functools.cache
def run() -> Run:
    """One short training, the same for every claim: N(1, 2²) from a standard Gaussian z, the non-saturating game."""
    key_g, key_d = jax.random.split(jax.random.key(0))
    return train(
        Normal(1.0, 2.0),
        latent=Normal(0.0, 1.0),
        generator=Generator(16, 2, key=key_g),
        discriminator=Discriminator(16, 2, key=key_d),
        loss=losses.non_saturating,
        optimizers=(optax.adam(2e-3, b1=0.5), optax.adam(1e-3, b1=0.5)),
        steps=600,
        k=5,
        batch=256,
        seed=0,
        measure_every=200,
    )


@dataclass(frozen=True)
class Trained:
    """``comparisons(run)`` are what the claim says of a run's measured states."""

    comparisons: Callable[[Run], Iterable[Comparison]]
    layer: str = "trained"

    def judge(self) -> Judgement:
        return Quadrature(lambda: self.comparisons(run()), self.layer).judge()
