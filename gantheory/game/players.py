"""The game that is played, which stays fixed, and the state of its two players, which learn."""

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Float32, Int, PRNGKeyArray

from gantheory.base.words import got
from gantheory.distributions import Law
from gantheory.game.losses import Loss

IN_TURN = ("alternating", "simultaneous")  # ways of updating in which each player takes steps of its own: Algorithm 1 and its variant
TOGETHER = ("extragradient", "optimistic", "consensus", "sga", "rk4")  # those in which both move once, at the same time
UPDATES = IN_TURN + TOGETHER
WEIGHTED = {"consensus": 1.0, "sga": 1.0, "rk4": 0.0}  # those that have a weight, and which it is if none is given


@runtime_checkable
class HasLogit(Protocol):
    """A discriminator: ``logit`` maps one point x to D's output, log D(x) - log(1 - D(x)) in the games where that is a logit."""

    def logit(self, x: Any, /) -> Any: ...


class Game(eqx.Module):
    """What stays fixed while the players learn. All fields are given by keyword.

    Members of an ensemble may differ in the arrays and in the ``float`` numbers of these fields, and in nothing else.

    Attributes:
      p_data: law of the data.
      latent: law p_z of the noise, of the dimension of the data.
      loss: what each player descends.
      penalty: term added to D's loss, a function of (D's logit, data points, generated points, key); None adds none.
      discriminator_optimizer: D's optimiser.
      generator_optimizer: G's optimiser.
      k: steps of D per iteration.
      batch: points (or packs) per minibatch, m in the paper.
      generator_steps: steps of G per iteration.
      updates: how the players move, one of ``UPDATES``. Alternating, G's steps are against D as it is after its own steps of the
        iteration; simultaneous, as it was before. The others move both together (:mod:`gantheory.game.joint`).
      updates_weight: γ of consensus, λ of symplectic gradient adjustment (sga), or λ of ODE-GAN's regulariser (rk4); of no effect in the
        other ways. None is 1, and 0 for rk4.
      average: β of the moving average of G's weights, in [0, 1); None keeps no average.
      noise: standard deviation of the instance noise at an iteration, in the data's unit; None adds none.
      packing: points of one kind that D judges together (Lin et al. 2018).
      oracle: share of D* in the logit that G's steps are against, in [0, 1]; None uses the trained D alone.
      grid: points of z, shape (n,), from which the p_g inside D* is computed; required with ``oracle``.
      population: (points of x, points of z), of shape (batch,) each, used at every step in place of random minibatches.
      stratified: whether the z of a minibatch are one from each of ``batch`` strata of equal mass, in every coordinate.
      only: "D" or "G" if only this player learns.
    """

    _: KW_ONLY
    p_data: Law
    latent: Law
    loss: Loss
    penalty: Callable | None = None
    discriminator_optimizer: optax.GradientTransformation
    generator_optimizer: optax.GradientTransformation
    k: int
    batch: int
    generator_steps: int = 1
    updates: str = "alternating"
    updates_weight: float | Array | None = None
    average: float | Array | None = None
    noise: Callable | None = None
    packing: int = 1
    oracle: float | Array | None = None
    grid: np.ndarray | Array | None = None
    population: tuple[np.ndarray | Array, np.ndarray | Array] | None = None
    stratified: bool = False
    only: str | None = None

    def __check_init__(self) -> None:
        """Raise ``ValueError`` for an unknown way of moving, and for one of both players together where they are to move otherwise."""
        if self.updates not in UPDATES:
            raise ValueError(f"`updates` must be one of {', '.join(UPDATES)}. {got(self.updates, UPDATES)}")
        if self.updates in IN_TURN:
            return
        why = f"for {self.updates} updates, in which both players move once, together"
        for name, steps in (("k", self.k), ("generator_steps", self.generator_steps)):
            if steps != 1:
                raise ValueError(f"`{name}` must be 1 {why}. Got {steps}.")
        for name, given in (("oracle", self.oracle), ("only", self.only)):
            if given is not None:
                raise ValueError(f"`{name}` must be left alone {why}. Got {given}.")

    @property
    def own_weight(self) -> float | Array | None:
        """The weight of the way in which the players move; None if it has none."""
        return WEIGHTED.get(self.updates) if self.updates_weight is None else self.updates_weight

    @property
    def minibatch(self) -> tuple[int, ...]:
        """The shape of one step's minibatch: (m,), or (m, packing) for packs."""
        return (self.batch,) if self.packing == 1 else (self.batch, self.packing)

    def generated(self, generator: Callable, z: Float[Array, "..."]) -> Float[Array, "..."]:
        """G at every latent point of an array with any number of leading axes."""
        each = generator
        for _ in range(z.ndim - (self.latent.dimension - 1)):
            each = jax.vmap(each)
        return each(z)

    def discriminator_loss(
        self, discriminator: HasLogit, x: Float[Array, "m *point"], fake: Float[Array, "m *point"], key: PRNGKeyArray | None
    ) -> Float[Array, ""]:
        """What D descends on data and generated points: its loss, and the penalty, which may draw with ``key``."""
        logits = jax.vmap(discriminator.logit)
        return self.loss.discriminator(logits(x), logits(fake)) + (self.penalty(discriminator.logit, x, fake, key) if self.penalty else 0.0)

    def generator_loss(
        self,
        generator: Callable,
        discriminator: HasLogit,
        z: Float[Array, "m *latent"],
        x: Float[Array, "m *point"] | None,
        noise: Float[Array, "m *point"] | float,
    ) -> Float[Array, ""]:
        """What G descends on points of z; ``x`` are data, if the game compares, ``noise`` is added to G's points."""
        logits = jax.vmap(discriminator.logit)
        return self.loss.generator(None if x is None else logits(x), logits(self.generated(generator, z) + noise))


class State(eqx.Module):
    """The players in the course of a game.

    Attributes:
      discriminator: D.
      generator: G.
      discriminator_memory: state of D's optimiser.
      generator_memory: state of G's optimiser.
      averaged: moving average of G's weights; None if the game keeps none.
      iteration: iterations played.
      losses: (D's loss, G's loss) on the last minibatch.
      last_gradients: (G's gradient, D's) of the last iteration, of which optimistic updates make use; None in other ways.
    """

    discriminator: Any
    generator: Any
    discriminator_memory: Any
    generator_memory: Any
    averaged: Any
    iteration: Int[Array, "*members"]
    losses: Float32[Array, "*members 2"]
    last_gradients: Any = None

    @property
    def measured_generator(self) -> Any:
        """The G whose law is reported: the averaged one if the game keeps an average, otherwise the last one."""
        return self.generator if self.averaged is None else eqx.combine(self.averaged, self.generator)


def initial_state(game: Game, discriminator: HasLogit, generator: Callable) -> State:
    """The state before the first iteration, with fresh optimisers."""
    weights_d, weights_g = (eqx.filter(network, eqx.is_inexact_array) for network in (discriminator, generator))
    memories = game.discriminator_optimizer.init(weights_d), game.generator_optimizer.init(weights_g)
    averaged = None if game.average is None else weights_g
    last = jax.tree.map(jnp.zeros_like, (weights_g, weights_d)) if game.updates == "optimistic" else None
    return State(discriminator, generator, *memories, averaged, jnp.zeros((), jnp.int32), jnp.zeros(2, jnp.float32), last)
