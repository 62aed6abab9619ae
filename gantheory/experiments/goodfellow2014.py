"""The run behind Figure 1 of Goodfellow et al. 2014. The paper gives no distribution and no network: these are ours, fixed beforehand.

A pair of networks is first trained on N(0.6, 1). Then the data move to N(0, 1), where they stay: p_g has the right shape in the wrong
place, and D knows the old place. Nothing else is done to either network.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Normal, Uniform
from gantheory.game import losses
from gantheory.game.algorithm1 import Game, full_batch_descent
from gantheory.game.capacity import best_discriminator, least_criterion
from gantheory.game.networks import Discriminator, Generator
from gantheory.game.penalties import R1
from gantheory.measurement.minimax import logit_of, optimal_discriminator, sigmoid
from gantheory.training.learning import train
from gantheory.training.run import Run

P_DATA = Normal(0.0, 1.0)
P_DATA_BEFORE = Normal(0.6, 1.0)
LATENT = Uniform(-1.0, 1.0)
RECIPE: dict[str, Any] = {"loss": losses.non_saturating, "penalty": R1(7e-4), "k": 10, "batch": 256}
RATES = (4e-3, 2e-3)  # Adam's for D and G, at the start
CARRIED_ON = 1_000_000  # added to the seed after (a), for other draws than before it
HALF_WIDTH, MASS_LEFT_OUT = 0.2, 0.02  # of the neighbourhoods of p_g's breakpoints: at most, in all
FULL_BATCH = np.linspace(-1, 1, 4097)[:-1] + 1 / 4096  # equally spaced z


@dataclass(frozen=True)
class Lengths:
    """How long each phase takes; tests shorten them."""

    before: int = 4_000  # iterations on the data's old place
    moved: int = 20  # iterations after the move, k = 1 and slow: panel (a)
    ascent: int = 1_500  # L-BFGS iterations of D: panel (b)
    descent: int = 50  # full-batch steps of G: panel (c)
    main: int = 22_000  # iterations of Algorithm 1 from (a): panel (d)
    floor: int = 4_000  # L-BFGS iterations of G against D*
    measured: int = 60  # measurements of the main phase


FULL = Lengths()


def optimizers(iterations: int) -> tuple[optax.GradientTransformation, optax.GradientTransformation]:
    """Adam for D and G. G comes to rest over the last part, in which D catches up with it."""
    rate_d, rate_g = RATES
    fall_d = optax.cosine_decay_schedule(rate_d, iterations * RECIPE["k"], alpha=1e-2)
    fall_g = optax.cosine_decay_schedule(rate_g, round(0.75 * iterations), alpha=1e-3)
    return optax.adam(fall_d, b1=0.5, b2=0.99), optax.adam(fall_g, b1=0.5, b2=0.99)


def networks(seed: int) -> tuple[Generator, Discriminator]:
    key_g, key_d = jax.random.split(jax.random.key(seed))
    return Generator(activation="tanh", key=key_g), Discriminator(width=48, activation="gelu", reach=4.0, key=key_d)


def panel_a(seed: int, lengths: Lengths = FULL, progress=None) -> Run:
    """D partial: both were trained on the data's old place, and have had a few slow iterations on the new one."""
    generator, discriminator = networks(seed)
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
    """The same G, D trained on: full-batch ascent of V(G, D) in D."""
    discriminator = best_discriminator(P_DATA, a.p_g, a.discriminator, lengths.ascent)
    return Run(P_DATA, LATENT, a.generator, discriminator, {"from": "a", "iterations": lengths.ascent})


def panel_c(b: Run, lengths: Lengths = FULL) -> Run:
    """G moved by small full-batch steps of plain gradient descent on its loss, with (b)'s D frozen."""
    rate = 2e-3
    frozen = Game(P_DATA, LATENT, RECIPE["loss"], None, optax.identity(), optax.sgd(rate), k=0, batch=FULL_BATCH.size)
    generator = full_batch_descent(frozen, b.generator, b.discriminator, jnp.asarray(FULL_BATCH, jnp.float32), lengths.descent)
    return Run(P_DATA, LATENT, generator, b.discriminator, {"from": "b", "steps": lengths.descent, "rate": rate})


def panel_d(a: Run, seed: int, lengths: Lengths = FULL, progress=None) -> Run:
    """Trained to the end: Algorithm 1 carried on from (a)."""
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
    """The least C(G) found for a generator of this shape, from its own start, with no discriminator."""
    generator, discriminator = networks(seed)
    return Run(P_DATA, LATENT, least_criterion(P_DATA, LATENT, generator, lengths.floor), discriminator, {"iterations": lengths.floor})


@dataclass(frozen=True)
class Disagreement:
    """How far D is from D* on the line, outside neighbourhoods of p_g's breakpoints, where D* jumps and no continuous D can follow."""

    sup: float
    at: float
    neighbourhoods: list[tuple[float, float]]
    mass_left_out: float  # of p_data + p_g, whose whole mass is 2


def disagreement(state: Run) -> Disagreement:
    """sup |D - D*| over the line. Around each breakpoint of p_g is left out as much as holds its share of MASS_LEFT_OUT."""
    p, q = state.p_data, state.p_g
    share = MASS_LEFT_OUT / len(q.breakpoints)
    widths = np.linspace(0, HALF_WIDTH, 2001)
    left_out, mass = [], 0.0
    for at in q.breakpoints:
        around = sum(density.cdf(at + widths) - density.cdf(at - widths) for density in (p, q))
        width = widths[np.searchsorted(around, share, side="right") - 1]
        left_out.append((float(at - width), float(at + width)))
        mass += float(np.interp(width, widths, around))
    x = np.linspace(-12, 12, 480_001)
    gap = np.abs(sigmoid(logit_of(state.discriminator)(x)) - optimal_discriminator(p, q)(x))
    gap[np.any([(low <= x) & (x <= high) for low, high in left_out], axis=0)] = 0
    return Disagreement(float(gap.max()), float(x[gap.argmax()]), left_out, mass)


@in_float64
def movement(b: Run, c: Run) -> dict[str, float]:
    """How x = G(z) moved from (b) to (c), against the gradient of D's log-probability of data, at equally spaced z."""
    z = jnp.asarray(FULL_BATCH)
    before, after = (np.asarray(jax.vmap(promoted(state.generator))(z)) for state in (b, c))
    d = promoted(b.discriminator)
    step, slope = after - before, np.asarray(jax.vmap(jax.grad(d))(jnp.asarray(before)))
    climb = np.asarray(jax.vmap(jax.grad(lambda x: jax.nn.log_sigmoid(d.logit(x))))(jnp.asarray(before)))
    along = step * slope
    return {
        "median_step": float(np.median(np.abs(step))),
        "mean_step_times_gradient": float(np.mean(step * climb)),
        "aligned_share": float(along[along > 0].sum() / np.abs(along).sum()),
    }
