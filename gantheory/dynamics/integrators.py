"""Ways of stepping along a game's field v, as pure maps of w: what Algorithm 1 becomes where gradients are exact.

Each is a ``step(game, w, memory, h)``; h is the step of all parameters. What a way remembers is a tree of arrays.
"""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.base.words import got
from gantheory.dynamics.differentiable import DifferentiableGame, positive


class Integrator(NamedTuple):
    """A way of stepping.

    Attributes:
      name: as ``INTEGRATORS`` knows it.
      step: (game, w, memory, h) -> (w, memory), in JAX.
      begun: (game, w) -> the memory before the first step, in JAX.
      factor: by what it multiplies, along an eigenvector of v' of eigenvalue λ, the distance to rest, as a function of hλ; None if that
        follows from no eigenvalue alone.
      source: the paper.
    """

    name: str
    step: Callable[..., tuple[Any, Any]]
    begun: Callable[..., Any] = lambda game, w: ()
    factor: Callable[[Any], Any] | None = None
    source: str = ""


def _ended(game: DifferentiableGame, w: Any) -> Any:
    return w if game.projected is None else game.projected(w)


def simultaneous(correction: Callable[[Any, Any], Any] | None = None) -> Callable[..., Any]:
    """w + h (v + what a correction makes of v and v')."""

    def step(game, w, memory, h):
        v = game.field(w)
        if correction is not None:
            v = v + correction(v, game.jacobian(w))
        return _ended(game, w + h * v), memory

    return step


def consensus(gamma: float = 1.0) -> Integrator:
    """w + h (v - γ v'ᵀv): both players also descend γ/2 ‖v‖² (Mescheder, Nowozin & Geiger 2017, Eq. 8)."""
    positive("gamma", "consensus", gamma)
    return Integrator("consensus", simultaneous(lambda v, slope: -gamma * slope.T @ v), source="Mescheder, Nowozin & Geiger 2017")


def symplectic(strength: float = 1.0) -> Integrator:
    """w + h (v - λ Aᵀv), A = (v' - v'ᵀ)/2: symplectic gradient adjustment (Balduzzi et al. 2018, Eq. 4, without alignment).

    In their sign ξ = -v, of Jacobian -v': ξ + λ A(ξ)ᵀξ becomes -(v - λ Aᵀv).
    """
    positive("strength", "symplectic", strength)
    return Integrator("sga", simultaneous(lambda v, slope: -strength * ((slope - slope.T) / 2).T @ v), source="Balduzzi et al. 2018")


def alternating(discriminator_steps: int = 1, generator_steps: int = 1, generator_first: bool = False) -> Integrator:
    """So many steps of D, then so many of G against the new D, as in Algorithm 1; or G's first, as in Mescheder et al. 2018."""
    for name, count in (("discriminator_steps", discriminator_steps), ("generator_steps", generator_steps)):
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise ValueError(f"`{name}` of alternating must be a whole number of at least 0. Got {count!r}.")
    plan = [(1, discriminator_steps), (0, generator_steps)]

    def step(game, w, memory, h):
        moving = np.arange(sum(game.sizes)) >= game.sizes[0]
        for player, count in reversed(plan) if generator_first else plan:
            for _ in range(count):
                w = _ended(game, w + h * jnp.where(moving == bool(player), game.field(w), 0.0))
        return w, memory

    return Integrator("alternating", step, source="Goodfellow et al. 2014, Algorithm 1")


def _extragradient(game, w, memory, h):
    return _ended(game, w + h * game.field(w + h * game.field(w))), memory


def _optimistic(game, w, memory, h):
    v = game.field(w)
    return _ended(game, w + h * (2 * v - memory)), v


def _runge_kutta(game, w, memory, h):
    first = game.field(w)
    second = game.field(w + h / 2 * first)
    third = game.field(w + h / 2 * second)
    fourth = game.field(w + h * third)
    return _ended(game, w + h / 6 * (first + 2 * second + 2 * third + fourth)), memory


def _proximal(game, w, memory, h):
    """w⁺ = w + h v(w⁺), by Newton's steps from w."""

    def improved(_, new):
        return new - jnp.linalg.solve(jnp.eye(len(w)) - h * game.jacobian(new), new - w - h * game.field(new))

    new = jax.lax.fori_loop(0, NEWTON, improved, w)
    solved = jnp.max(jnp.abs(new - w - h * game.field(new))) <= SOLVED * (1 + jnp.max(jnp.abs(new)))
    return _ended(game, jnp.where(solved, new, jnp.nan)), memory


NEWTON = 12  # steps of Newton's method in a proximal step
SOLVED = 1e-10  # what may be left of its equation, as a share of w; a run ends where it is not solved
SIMULTANEOUS = Integrator("simultaneous", simultaneous(), factor=lambda z: 1 + z, source="Mescheder et al. 2017")
EXTRAGRADIENT = Integrator("extragradient", _extragradient, factor=lambda z: 1 + z + z**2, source="Korpelevich 1976; Gidel et al. 2019")
OPTIMISTIC = Integrator("optimistic", _optimistic, lambda game, w: game.field(w), source="Daskalakis et al. 2018")
RK4 = Integrator("rk4", _runge_kutta, factor=lambda z: 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24, source="Qin et al. 2020")
PROXIMAL = Integrator("proximal", _proximal, factor=lambda z: 1 / (1 - z), source="Rockafellar 1976")

# A way by its name, each with its parameters at their defaults.
INTEGRATORS: dict[str, Integrator] = {
    one.name: one for one in (SIMULTANEOUS, alternating(), EXTRAGRADIENT, OPTIMISTIC, consensus(), symplectic(), RK4, PROXIMAL)
}


def integrator_of(integrator: Integrator | str) -> Integrator:
    """An integrator, or the one of that name.

    Args:
      integrator: an ``Integrator``, or a name of ``INTEGRATORS``.

    Raises:
      ValueError: another name.
    """
    if isinstance(integrator, Integrator):
        return integrator
    if integrator not in INTEGRATORS:
        raise ValueError(f"`integrator` must be one of {', '.join(INTEGRATORS)}. {got(integrator, INTEGRATORS)}")
    return INTEGRATORS[integrator]


@in_float64
def trajectory(game: DifferentiableGame, start: Any, integrator: Integrator | str, h: float, steps: int) -> np.ndarray:
    """w along a run, (steps + 1, m + n), in float64, from the projected start on.

    Args:
      game: the game.
      start: w, (m + n,).
      integrator: one of ``INTEGRATORS``, its name, or one with parameters of its own, such as ``alternating(5)``.
      h: step, > 0.
      steps: how many, at least 0.

    Raises:
      ValueError: a point, a step or a number of steps that is none, an unknown integrator, or a run that does not stay finite.
    """
    way, w = integrator_of(integrator), game.point(start)
    h = positive("h", "trajectory", h)
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"`steps` of trajectory must be a whole number of at least 0. Got {steps!r}.")
    first = _ended(game, jnp.asarray(w))

    found = np.concatenate([np.asarray(first)[None], np.asarray(_run(game, way, int(steps), first, np.float64(h)))])
    lost = ~np.isfinite(found).all(axis=1)
    if lost.any():
        raise ValueError(
            f"`h` of trajectory must be smaller: step {int(np.argmax(lost))} of {way.name} has no solution, or is infinite. Got {h:g}."
        )
    return found


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def _run(game: DifferentiableGame, way: Integrator, steps: int, first: Any, h: Any) -> Any:
    def one(carry, _):
        carry = way.step(game, *carry, h)
        return carry, carry[0]

    return jax.lax.scan(one, (first, way.begun(game, first)), length=steps)[1]
