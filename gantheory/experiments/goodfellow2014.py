"""The training behind Figure 1 of Goodfellow et al. 2014. The paper names no distribution and no network: these are ours.

A pair of networks is first trained on N(0.6, 1). Then the data move to N(0, 1) and stay there: p_g has the right shape in the wrong
place, and D knows the old place. Nothing else is done to either network.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gantheory.base.precision import in_float64, promoted, values_at
from gantheory.distributions import Normal, Uniform
from gantheory.game import losses
from gantheory.game.algorithm1 import full_batch_descent
from gantheory.game.capacity import best_discriminator, least_criterion
from gantheory.game.networks import Discriminator, Generator
from gantheory.game.penalties import R1
from gantheory.game.players import Game
from gantheory.measurement.discriminators import optimal_discriminator, probability_of
from gantheory.training.learning import train
from gantheory.training.run import Progress, Run

P_DATA = Normal(0.0, 1.0)
P_DATA_BEFORE = Normal(0.6, 1.0)
LATENT = Uniform(-1.0, 1.0)
RECIPE: dict[str, Any] = {"loss": losses.non_saturating, "penalty": R1(7e-4), "k": 10, "batch": 256}
RATES = (4e-3, 2e-3)  # Adam's initial learning rates, D's and G's
CARRIED_ON = 1_000_000  # offset of the seed from (a) to (d), so that the draws differ
HALF_WIDTH = 0.2  # largest half-width of a neighbourhood of a breakpoint of p_g
MASS_LEFT_OUT = 0.02  # mass of p_data + p_g in all these neighbourhoods together, at most
COMPARED_AT = np.linspace(-12, 12, 480_001)  # x at which D and D* are compared
FULL_BATCH = np.linspace(-1, 1, 4097)[:-1] + 1 / 4096  # equally spaced z, the midpoints of 4096 cells


@dataclass(frozen=True)
class Lengths:
    """The length of each phase; tests shorten them.

    Attributes:
      before: iterations of Algorithm 1 before the data move.
      moved: iterations after the move, slow and with k = 1, to panel (a).
      ascent: L-BFGS iterations of D, from (a) to panel (b).
      descent: full-batch steps of G, from (b) to panel (c).
      main: iterations of Algorithm 1, from (a) to panel (d).
      floor: L-BFGS iterations of G against D*.
      measured: measurements during ``main``.
    """

    before: int = 4_000
    moved: int = 20
    ascent: int = 1_500
    descent: int = 50
    main: int = 22_000
    floor: int = 4_000
    measured: int = 60


FULL = Lengths()


def optimizers(iterations: int) -> tuple[optax.GradientTransformation, optax.GradientTransformation]:
    """Adam for D and for G. G's rate reaches its minimum after three quarters of ``iterations``, so that D can catch up with it."""
    rate_d, rate_g = RATES
    fall_d = optax.cosine_decay_schedule(rate_d, iterations * RECIPE["k"], alpha=1e-2)
    fall_g = optax.cosine_decay_schedule(rate_g, round(0.75 * iterations), alpha=1e-3)
    return optax.adam(fall_d, b1=0.5, b2=0.99), optax.adam(fall_g, b1=0.5, b2=0.99)


def untrained(seed: int) -> tuple[Generator, Discriminator]:
    """The pair of networks before any training."""
    key_g, key_d = jax.random.split(jax.random.key(seed))
    return Generator(activation="tanh", key=key_g), Discriminator(width=48, activation="gelu", reach=4.0, key=key_d)


def panels(seed: int, lengths: Lengths = FULL, progress: Progress | None = None) -> dict[str, Run]:
    """The four states of Figure 1, by the letters of its panels; that of (d) has the history of Algorithm 1 from (a) on.

    Args:
      seed: of the networks and the minibatches.
      lengths: of the phases.
      progress: called at every measurement of a training.

    Returns:
      The runs, in the order of the panels; that of (d) with ``stopped`` set if it ended early.

    Raises:
      ValueError: the training before (a) broke down.
    """
    a = panel_a(seed, lengths, progress)
    b = panel_b(a, lengths)
    return {"a": a, "b": b, "c": panel_c(b, lengths), "d": panel_d(a, seed, lengths, progress)}


def panel_a(seed: int, lengths: Lengths = FULL, progress: Progress | None = None) -> Run:
    """D partially accurate: both networks were trained on the data's old place, then for a few slow iterations on the new one.

    Args:
      seed: of the networks and the minibatches.
      lengths: of the phases.
      progress: called at every measurement.

    Raises:
      ValueError: the training broke down.
    """
    generator, discriminator = untrained(seed)
    before = train(
        P_DATA_BEFORE,
        generator=generator,
        discriminator=discriminator,
        optimizers=optimizers(lengths.before + lengths.main),
        steps=lengths.before,
        measure_every=lengths.before,
        progress=progress,
        latent=LATENT,
        seed=seed,
        **RECIPE,
    ).finished()
    slow = optax.adam(1e-3, b1=0.5, b2=0.99), optax.adam(1e-4, b1=0.5, b2=0.99)
    return train(
        P_DATA,
        generator=before.generator,
        discriminator=before.discriminator,
        optimizers=slow,
        steps=lengths.moved,
        measure_every=lengths.moved,
        latent=LATENT,
        seed=seed,
        **{**RECIPE, "k": 1},
    ).finished()


def panel_b(a: Run, lengths: Lengths = FULL) -> Run:
    """D close to D*: the G of (a), and D after full-batch ascent of V(G, D).

    Args:
      a: the state of panel (a).
      lengths: of the phases.
    """
    discriminator = best_discriminator(P_DATA, a.p_g, a.discriminator, lengths.ascent)
    return Run(P_DATA, LATENT, a.generator, discriminator, {"from": "a", "iterations": lengths.ascent})


def panel_c(b: Run, lengths: Lengths = FULL) -> Run:
    """G after small full-batch steps of plain gradient descent on its loss, against the frozen D of (b).

    Args:
      b: the state of panel (b).
      lengths: of the phases.
    """
    rate = 2e-3
    frozen = Game(
        p_data=P_DATA,
        latent=LATENT,
        loss=RECIPE["loss"],
        discriminator_optimizer=optax.identity(),
        generator_optimizer=optax.sgd(rate),
        k=0,
        batch=FULL_BATCH.size,
    )
    generator = full_batch_descent(frozen, b.generator, b.discriminator, jnp.asarray(FULL_BATCH, jnp.float32), lengths.descent)
    return Run(P_DATA, LATENT, generator, b.discriminator, {"from": "b", "steps": lengths.descent, "rate": rate})


def panel_d(a: Run, seed: int, lengths: Lengths = FULL, progress: Progress | None = None) -> Run:
    """The end of the training: Algorithm 1 continued from (a).

    Args:
      a: the state of panel (a).
      seed: that of :func:`panel_a`; the draws differ.
      lengths: of the phases.
      progress: called at every measurement.

    Returns:
      The run, with ``stopped`` set if it ended early.
    """
    return train(
        P_DATA,
        latent=LATENT,
        generator=a.generator,
        discriminator=a.discriminator,
        optimizers=optimizers(lengths.main),
        steps=lengths.main,
        seed=seed + CARRIED_ON,
        measure_every=max(1, lengths.main // lengths.measured),
        progress=progress,
        **RECIPE,
    )


def floor(seed: int, lengths: Lengths = FULL) -> Run:
    """The least C(G) found for a generator of this shape: minimised itself, with no discriminator and no samples.

    Args:
      seed: of the networks.
      lengths: of the phases.

    Returns:
      The best generator, with the untrained discriminator, as a run without a history.
    """
    generator, discriminator = untrained(seed)
    return Run(P_DATA, LATENT, least_criterion(P_DATA, LATENT, generator, lengths.floor), discriminator, {"iterations": lengths.floor})


@dataclass(frozen=True)
class Disagreement:
    """How far D is from D* outside neighbourhoods of p_g's breakpoints, where D* jumps and no continuous D can follow.

    Attributes:
      sup: the largest |D - D*| there.
      at: the x where it is reached.
      neighbourhoods: the intervals left out.
      mass_left_out: their mass under p_data + p_g, whose total is 2.
    """

    sup: float
    at: float
    neighbourhoods: list[tuple[float, float]]
    mass_left_out: float


def disagreement(state: Run) -> Disagreement:
    """The largest |D - D*| on the fine grid COMPARED_AT, outside neighbourhoods of the breakpoints of p_g.

    Args:
      state: D is its discriminator, D* that of its p_data and p_g. All breakpoints get an equal share of MASS_LEFT_OUT, and each
        neighbourhood is the widest, up to HALF_WIDTH, that holds no more than this share.
    """
    p, q = state.p_data, state.p_g
    share = MASS_LEFT_OUT / max(1, len(q.breakpoints))
    widths = np.linspace(0, HALF_WIDTH, 2001)
    left_out, mass = [], 0.0
    for at in q.breakpoints:
        around = sum(density.cdf(at + widths) - density.cdf(at - widths) for density in (p, q))
        width = widths[np.searchsorted(around, share, side="right") - 1]
        left_out.append((float(at - width), float(at + width)))
        mass += float(np.interp(width, widths, around))
    x = COMPARED_AT
    gap = np.abs(probability_of(state.discriminator)(x) - optimal_discriminator(p, q)(x))
    gap[np.any([(low <= x) & (x <= high) for low, high in left_out], axis=0)] = 0
    return Disagreement(float(gap.max()), float(x[gap.argmax()]), left_out, mass)


@in_float64
def movement(b: Run, c: Run) -> dict[str, float]:
    """How x = G(z) moved from (b) to (c), compared with the gradient of D, at equally spaced z.

    Args:
      b: the state of panel (b), whose D is meant.
      c: the state of panel (c).

    Returns:
      ``median_step``, the median of |Δx|; ``mean_step_times_gradient``, the mean of Δx ∂x log D; ``aligned_share``, the share of
      the sum of |Δx D'| where Δx and D' have the same sign.
    """
    before, after = (values_at(state.generator, FULL_BATCH) for state in (b, c))
    d = promoted(b.discriminator)
    step, slope = after - before, np.asarray(jax.vmap(jax.grad(d))(jnp.asarray(before)))
    climb = np.asarray(jax.vmap(jax.grad(lambda x: jax.nn.log_sigmoid(d.logit(x))))(jnp.asarray(before)))
    along = step * slope
    return {
        "median_step": float(np.median(np.abs(step))),
        "mean_step_times_gradient": float(np.mean(step * climb)),
        "aligned_share": float(along[along > 0].sum() / np.abs(along).sum()),
    }
