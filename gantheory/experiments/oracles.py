"""What D's few steps, its minibatches and its capacity each cost G: the same training with each limit imposed or lifted.

There are three limits. *k*: D takes few steps an iteration (lifted: ten times as many). *batch*: samples stand for the densities (lifted:
integrals). *capacity*: D is a network (lifted: D* itself). With D* the number of D's steps makes no difference, so only six of the
eight combinations are different trainings. The cost of a limit is its Shapley value: what it adds to the final JSD, averaged over the
orders in which the limits can be imposed. What remains with all three lifted is G's own: its capacity and its optimiser.
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
from gantheory.training.run import Progress, Run

P_DATA = Mixture([0.3, 0.7], [Normal(-2.0, 0.5), Normal(1.0, 1.0)])
LATENT = Normal(0.0, 1.0)
STEPS, MEASURED = 3000, 30  # iterations, and measurements along the way
BATCH = 512
K, MANY = 5, 50  # D's steps an iteration, with the limit and without
LIMITS: tuple[str, ...] = ("k", "batch", "capacity")
FLOOR = 400  # L-BFGS iterations of G against D*


def untrained(seed: int) -> tuple[Generator, Discriminator]:
    """The pair with which every training starts."""
    key_g, key_d = jax.random.split(jax.random.key(seed))
    return Generator(32, 2, "gelu", key=key_g), Discriminator(32, 2, "gelu", key=key_d)


def trainings() -> list[frozenset[str]]:
    """The six sets of limits whose trainings differ."""
    every = (frozenset(limits) for n in range(len(LIMITS) + 1) for limits in itertools.combinations(LIMITS, n))
    return [limits for limits in every if limits == in_effect(limits)]


def in_effect(limits: frozenset[str]) -> frozenset[str]:
    """The limits that make a difference: with D* in place of a network, k makes none."""
    return limits if "capacity" in limits else limits - {"k"}


def play(limits: frozenset[str], seed: int, steps: int = STEPS, progress: Progress | None = None) -> Run:
    """One training under these limits, all else the same: the minimax game, Adam, rates that fall by a cosine.

    Args:
      limits: one of :func:`trainings`.
      seed: of the networks and the minibatches.
      steps: iterations of Algorithm 1.
      progress: called at every measurement.

    Returns:
      The run, with ``stopped`` set if it ended early.
    """
    generator, discriminator = untrained(seed)
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
    """The least C(G) found for a generator of this shape: L-BFGS with Danskin's gradient, from the same start.

    Args:
      seed: of the networks.
      iterations: of L-BFGS.

    Returns:
      The best generator, with the untrained discriminator, as a run without a history.
    """
    generator, discriminator = untrained(seed)
    best = least_criterion_by_danskin(P_DATA, LATENT, generator, iterations)
    return Run(P_DATA, LATENT, best, discriminator, {"iterations": iterations})


def teacher(seed: int) -> Pushforward:
    """A p_data that a generator of this shape can reach: the law of another such generator."""
    return Pushforward(untrained(seed + 100)[0], LATENT)


def shapley(worth: dict[frozenset[str], float]) -> dict[str, float]:
    """Each limit's part of worth[all] - worth[none]: what it adds, averaged over the orders in which the limits are imposed.

    .. math:: \\phi_i = \\frac{1}{n!} \\sum_{\\text{orders}} [v(S_i \\cup \\{i\\}) - v(S_i)]

    with :math:`S_i` the limits imposed before :math:`i`.

    Args:
      worth: the final JSD v under each set of :func:`trainings`, in nats.

    Returns:
      The parts, by limit; they sum to worth[all] - worth[none].

    Source:
      Shapley 1953, A value for n-person games.
    """
    parts = dict.fromkeys(LIMITS, 0.0)
    for order in itertools.permutations(LIMITS):
        imposed: frozenset[str] = frozenset()
        for limit in order:
            more = imposed | {limit}
            parts[limit] += (worth[in_effect(more)] - worth[in_effect(imposed)]) / math.factorial(len(LIMITS))
            imposed = more
    return parts
