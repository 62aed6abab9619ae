"""What D's few steps, its minibatches and its capacity each cost G: the same training with each limit in place or lifted.

Three limits: *k*, D's few steps an iteration (lifted: ten times as many); *batch*, samples in place of the whole densities (lifted: the
integrals); *capacity*, a D that is a network (lifted: D* itself). With D* the number of D's steps makes no difference, so that of the
eight combinations six are different trainings. The parts do not add up by themselves: they are Shapley values, the mean over the orders
of lifting of what each limit adds to the final JSD. What is left with all three lifted is G's own: its capacity, and its optimiser.
"""

import itertools
import math

import jax
import optax

from gantheory.distributions import Mixture, Normal, Pushforward
from gantheory.game.capacity import least_criterion_by_danskin
from gantheory.game.losses import minimax
from gantheory.game.networks import Discriminator, Generator
from gantheory.training.learning import train
from gantheory.training.run import Run

P_DATA = Mixture([0.3, 0.7], [Normal(-2.0, 0.5), Normal(1.0, 1.0)])
LATENT = Normal(0.0, 1.0)
STEPS, MEASURED = 3000, 30
BATCH = 512
K, MANY = 5, 50
LIMITS: tuple[str, ...] = ("k", "batch", "capacity")
FLOOR = 400  # iterations of L-BFGS


def networks(seed: int):
    key_g, key_d = jax.random.split(jax.random.key(seed))
    return Generator(32, 2, "gelu", key=key_g), Discriminator(32, 2, "gelu", key=key_d)


def trainings() -> list[frozenset[str]]:
    """The sets of limits whose trainings differ: without a limited capacity, k makes no difference."""
    every = (frozenset(limits) for n in range(len(LIMITS) + 1) for limits in itertools.combinations(LIMITS, n))
    return [limits for limits in every if limits == in_effect(limits)]


def in_effect(limits: frozenset[str]) -> frozenset[str]:
    return limits if "capacity" in limits else limits - {"k"}


def play(limits: frozenset[str], seed: int, progress=None, steps: int = STEPS) -> Run:
    """One training under these limits, all else the same: the game of the paper, Adam, a cosine rate."""
    generator, discriminator = networks(seed)
    against_optimum = "capacity" not in limits
    k = 1 if against_optimum else K if "k" in limits else MANY
    rates = optax.cosine_decay_schedule(2e-3, steps * k, alpha=0.01), optax.cosine_decay_schedule(1e-3, steps, alpha=0.01)
    return train(
        P_DATA,
        latent=LATENT,
        generator=generator,
        discriminator=discriminator,
        loss=minimax,
        optimizers=(optax.adam(rates[0], b1=0.5, b2=0.99), optax.adam(rates[1], b1=0.5, b2=0.99)),
        steps=steps,
        k=k,
        batch=BATCH,
        seed=seed,
        measure_every=max(1, steps // MEASURED),
        oracle=float(against_optimum),
        population="batch" not in limits,
        progress=progress,
    )


def floor(seed: int, iterations: int = FLOOR) -> Run:
    """The least C(G) found for a generator of this shape, by L-BFGS with Danskin's gradient, from the same start."""
    generator, discriminator = networks(seed)
    best = least_criterion_by_danskin(P_DATA, LATENT, generator, iterations)
    return Run(P_DATA, LATENT, best, discriminator, {"iterations": iterations})


def teacher(seed: int) -> Pushforward:
    """A p_data that a generator of this shape can reach: the law of another one."""
    return Pushforward(networks(seed + 100)[0], LATENT)


def shapley(worth: dict[frozenset[str], float]) -> dict[str, float]:
    """Each limit's part of worth[all] - worth[none]: the mean, over the orders in which limits are imposed, of what it adds."""
    parts = dict.fromkeys(LIMITS, 0.0)
    for order in itertools.permutations(LIMITS):
        imposed: frozenset[str] = frozenset()
        for limit in order:
            more = imposed | {limit}
            parts[limit] += (worth[in_effect(more)] - worth[in_effect(imposed)]) / math.factorial(len(LIMITS))
            imposed = more
    return parts
