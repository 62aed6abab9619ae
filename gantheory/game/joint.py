"""Steps of both players together, on one minibatch: the ways of ``gantheory.dynamics``, of networks and with any optimiser.

With the gradients g(w) = (∂L_G/∂θ, ∂L_D/∂ψ) of the weights w = (θ, ψ), v = -g is the game's field. A way makes of g what is given to
each player's optimiser in place of its gradient; with plain steps w becomes what the integrator of the same name makes of it. The same x,
z, noise and penalty's key stand for both players, and for all evaluations in a step. Derivatives of g are products with one vector: no
matrix is made.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from gantheory.game.minibatches import Minibatches
from gantheory.game.players import Game, HasLogit, State

Tree = Any  # (of G's weights, of D's)


class Step(NamedTuple):
    """What a way of moving is given.

    Attributes:
      w: the weights.
      gradients: g as a function of the weights.
      first: g(w).
      ahead: (what the optimisers would be given, a share) -> the weights after this share of their steps from w.
      last: ``first`` of the iteration before; at the first iteration that of this one. None if the game keeps none.
      weight: γ or λ of the way, if it has one.
    """

    w: Tree
    gradients: Callable[[Tree], Tree]
    first: Tree
    ahead: Callable[[Tree, float], Tree]
    last: Tree
    weight: Any


def _combined(function: Callable[..., Any], *trees: Tree) -> Tree:
    return jax.tree.map(function, *trees)


def _extragradient(step: Step) -> Tree:
    """g at the weights that the optimisers' own steps would lead to (Korpelevich 1976; Gidel et al. 2019, section 3.1).

    The optimisers' memory then takes up this gradient alone, and their schedules count one step. In Gidel et al.'s Adam it takes up both.
    """
    return step.gradients(step.ahead(step.first, 1.0))


def _optimistic(step: Step) -> Tree:
    """2 g of this iteration less g of the last one (Daskalakis et al. 2018)."""
    return _combined(lambda new, old: 2 * new - old, step.first, step.last)


def _consensus(step: Step) -> Tree:
    """g + γ g'ᵀg: both players also descend γ/2 ‖g‖² (Mescheder, Nowozin & Geiger 2017, Eq. 8)."""
    back = jax.vjp(step.gradients, step.w)[1]
    return _combined(lambda own, other: own + step.weight * other, step.first, *back(step.first))


def _sga(step: Step) -> Tree:
    """g + λ Aᵀg, A = (g' - g'ᵀ)/2: symplectic gradient adjustment (Balduzzi et al. 2018, Eq. 4, without alignment)."""
    back = jax.vjp(step.gradients, step.w)[1]
    along = jax.jvp(step.gradients, (step.w,), (step.first,))[1]
    return _combined(lambda own, a, b: own + step.weight * (a - b) / 2, step.first, *back(step.first), along)


def _runge_kutta(step: Step) -> Tree:
    """(g₁ + 2 g₂ + 2 g₃ + g₄)/6 of four stages, each with both players, and in D's part λ ∂/∂ψ ‖∂L_G/∂θ‖² at w (Qin et al. 2020, ODE-GAN).

    Where the optimisers' steps are h v, with h of each player's own, the stages make a Runge-Kutta step of length 1 of the flow w' = h v.
    The regulariser is no part of them: it is one plain step more of D alone, as in the paper's notebook. There, however, each player's
    stages hold the other one still.
    """
    second = step.gradients(step.ahead(step.first, 0.5))
    third = step.gradients(step.ahead(second, 0.5))
    fourth = step.gradients(step.ahead(third, 1.0))
    given = _combined(lambda a, b, c, d: (a + 2 * b + 2 * c + d) / 6, step.first, second, third, fourth)
    if isinstance(step.weight, float) and step.weight == 0:
        return given
    of_g, of_d = given
    return of_g, _combined(lambda own, regularised: own + step.weight * regularised, of_d, _of_slope(step))


def _of_slope(step: Step) -> Tree:
    """∂/∂ψ ‖∂L_G/∂θ‖²: how D makes G's slope steeper."""
    theta, psi = step.w
    back = jax.vjp(lambda own: step.gradients((theta, own))[0], psi)[1]
    return back(optax.tree_utils.tree_scale(2.0, step.first[0]))[0]


# Those of TOGETHER, in its order.
WAYS: dict[str, Callable[[Step], Tree]] = {
    "extragradient": _extragradient,
    "optimistic": _optimistic,
    "consensus": _consensus,
    "sga": _sga,
    "rk4": _runge_kutta,
}


def moved_together(game: Game, draws: Minibatches, state: State) -> State:
    """The state after one step of both players, but for the iteration and the average.

    Args:
      game: the game, with ``updates`` in ``TOGETHER``.
      draws: of the iteration; the z are those of G's step, and give D's generated points too.
      state: the state before.
    """
    x, z, noise, key = draws.x[0], draws.z[0], draws.noise[0], draws.penalty_keys[0]
    compared = None if draws.compared is None else draws.compared[0]
    w, static = eqx.partition((state.generator, state.discriminator), eqx.is_inexact_array)
    optimizers, memories = (game.generator_optimizer, game.discriminator_optimizer), (state.generator_memory, state.discriminator_memory)

    def loss_g(theta, psi):
        generator, discriminator = eqx.combine((theta, psi), static)
        return game.generator_loss(generator, discriminator, z, compared, noise)

    def loss_d(psi, theta):
        generator, discriminator = eqx.combine((theta, psi), static)
        return game.discriminator_loss(discriminator, x, game.generated(generator, z) + noise, key)

    def with_losses(at):
        theta, psi = at
        (value_g, of_g), (value_d, of_d) = jax.value_and_grad(loss_g)(theta, psi), jax.value_and_grad(loss_d)(psi, theta)
        return (of_g, of_d), jnp.stack([value_d, value_g])

    def steps(gradients):
        return zip(*(one.update(*rest) for one, *rest in zip(optimizers, gradients, memories, w, strict=True)), strict=True)

    def ahead(gradients, share):
        displacements, _ = steps(gradients)
        return eqx.apply_updates(w, optax.tree_utils.tree_scale(share, displacements))

    first, losses = with_losses(w)
    last = state.last_gradients
    if last is not None:
        last = _combined(lambda new, old: jnp.where(state.iteration == 0, new, old), first, last)
    given = WAYS[game.updates](Step(w, lambda at: with_losses(at)[0], first, ahead, last, game.own_weight))
    displacements, (memory_g, memory_d) = steps(given)
    generator, discriminator = eqx.combine(eqx.apply_updates(w, displacements), static)
    return replace(
        state,
        generator=generator,
        discriminator=discriminator,
        generator_memory=memory_g,
        discriminator_memory=memory_d,
        losses=losses,
        last_gradients=None if last is None else first,
    )


FACTOR = 1024.0  # of a gradient, by which a plain step must grow


def require_flow(game: Game, generator: Callable[..., Any], discriminator: HasLogit) -> None:
    """Raise ``ValueError`` if the players are to follow a flow, by rk4, and an optimiser's step is no gradient times a rate."""
    both = (("D", game.discriminator_optimizer, discriminator), ("G", game.generator_optimizer, generator))
    for name, optimizer, network in both if game.updates == "rk4" else ():
        if not _is_plain(optimizer, network):
            raise ValueError(
                "`optimizers` must take plain gradient steps, as optax.sgd(1e-2) or `--optimizer sgd` does, for rk4 updates: "
                f"others follow no flow. Got one for {name} whose step is not linear in the gradient, or depends on earlier ones."
            )


def _is_plain(optimizer: optax.GradientTransformation, network: Any) -> bool:
    """Whether the steps are proportional to the gradient, and the same after other gradients."""
    weights = eqx.filter(network, eqx.is_inexact_array)
    gradient = jax.tree.map(lambda leaf: 1 + jnp.arange(leaf.size, dtype=leaf.dtype).reshape(leaf.shape) / leaf.size, weights)
    memory = optimizer.init(weights)

    def step(factor, memory):
        steps, memory = optimizer.update(optax.tree_utils.tree_scale(factor, gradient), memory, weights)
        return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(steps)]), memory

    (once, memory_of_one), (more, memory_of_more) = step(1.0, memory), step(FACTOR, memory)
    (after, _), (other, _) = step(1.0, memory_of_one), step(1.0, memory_of_more)
    return np.allclose(FACTOR * once, more, 1e-5, 0.0, True) and np.allclose(after, other, 1e-5, 0.0, True)
