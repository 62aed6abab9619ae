"""Exact symmetries of a game in its weights: lines and curves of weights along which neither player's function, or no loss, changes.

They are looked for where a weight changes nothing, where two act alike, in the scale of each array of weights, and in D's constant. A
candidate is kept only if steps of finite length along it change nothing at the nodes of x and z, beyond rounding. Smooth tanh networks in
general position have no others, but for discrete ones, the signs and the order of units (Sussmann 1992, for one hidden layer; Fefferman
1994, for more), which have no direction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import numpy as np

from gantheory.stability.exact_game import ExactGame
from gantheory.stability.low_rank import Factors

ALIKE = 1e-12  # 1 - |cos| of the effects of two weights that may act alike
STILL = 1e-12  # change of a function that is rounding, as a share of its largest value
POINTWISE = 1e-9  # difference of two such effects at any one node, as a share of the effect there
MOST = 0.5  # share of the nodes at which they must have one
UNMOVED = 1e-10  # |v'u|, as a share of |v'||u|, that counts as 0
APART = 1e-8  # what a direction of length 1 must have beyond others to count beside them
LENGTHS = (0.5, -0.7)  # of the finite steps


@dataclass(frozen=True)
class Symmetry:
    """Directions of one kind along which both functions stay, or both losses.

    Attributes:
      kind: what they are.
      directions: in the weights w = (θ, ψ), linearly independent rows.
      null: whether v' takes them to 0. Where v is not 0 it need not: the weights beside these may be without this symmetry.
    """

    kind: str
    directions: np.ndarray
    null: bool

    @property
    def dimension(self) -> int:
        """Of what the directions span."""
        return len(self.directions)

    def __str__(self) -> str:
        return f"{self.dimension} of {self.kind}{'' if self.null else ', not 0 under v′, since v is not 0'}"


def symmetries_of(game: ExactGame, jacobian: Factors) -> tuple[Symmetry, ...]:
    """The symmetries at the end of a run, each kind without what those before it span.

    Args:
      game: the game.
      jacobian: v' there.
    """
    found: list[Symmetry] = []
    spanned = np.zeros((0, len(game.w)))
    size = np.linalg.norm(jacobian.b)
    for kind, candidates in _candidates(game):
        kept: dict[bool, list[np.ndarray]] = {True: [], False: []}
        for u in candidates:
            beyond = u - spanned.T @ (spanned @ u)
            if (length := np.linalg.norm(beyond)) > APART * np.linalg.norm(u):
                spanned = np.concatenate([spanned, beyond[None] / length])
                kept[bool(np.linalg.norm(jacobian.times(u)) <= UNMOVED * size * np.linalg.norm(u))].append(u)
        found += [Symmetry(kind, np.array(own), null) for null, own in kept.items() if own]
    return tuple(found)


def _candidates(game: ExactGame) -> Iterator[tuple[str, list[np.ndarray]]]:
    """(kind, its directions), each of which has passed its finite steps."""
    theta, psi = (np.asarray(own) for own in game.split(game.w))
    points = np.concatenate([game.x[0], np.asarray(jax.vmap(game.generator(theta))(game.z[0]))])
    g = jax.jit(lambda own: jax.vmap(game.generator(own))(game.z[0]))
    d = jax.jit(lambda own: jax.vmap(game.discriminator(own).logit)(points))
    of_g = jax.jit(jax.vmap(jax.grad(lambda own, z: game.generator(own)(z)), (None, 0)))(theta, game.z[0])
    of_d = jax.jit(jax.vmap(jax.grad(lambda own, x: game.discriminator(own).logit(x)), (None, 0)))(psi, points)
    for name, own, function, effects, network, start in (
        ("G", theta, g, np.asarray(of_g), game.run.generator, 0),
        ("D", psi, d, np.asarray(of_d), game.run.discriminator, len(theta)),
    ):
        unit, largest = np.eye(len(own)), np.abs(effects).max(axis=0)
        idle = largest == 0
        kinds = {
            f"weights of {name} that change nothing": list(unit[idle]),
            f"weights of {name} that act alike": _alike(effects, idle, own, unit),
            f"scales of {name}'s arrays": _scales(network, own),
        }
        for kind, candidates in kinds.items():
            yield kind, [np.pad(u, (start, len(game.w) - start - len(own))) for u in candidates if _stays(function, own, u)]
        if name == "D":
            same = ~idle & (np.ptp(effects, axis=0) <= STILL * largest)
            constants = [np.pad(u, (start, 0)) for u in unit[same]]
            field = jax.jit(lambda w: game.field(w, (game.x, game.z)))
            yield "D's constant, which this loss does not see", [u for u in constants if _stays(field, np.asarray(game.w), u)]


def _stays(function: Callable[..., Any], own: np.ndarray, u: np.ndarray) -> bool:
    """Whether a function of weights is the same at finite steps along a line, or along the curve w exp(t u/w) that begins like it."""
    before = np.asarray(function(own))
    far = STILL * max(1.0, np.abs(before).max())
    curve = np.divide(u, own, out=np.zeros_like(u), where=(u != 0) & (own != 0))
    ways = [lambda t: own + t * u] + ([lambda t: own * np.exp(t * curve)] if np.all(own[u != 0] != 0) else [])
    return any(all(np.abs(np.asarray(function(way(t))) - before).max() <= far for t in LENGTHS) for way in ways)


def _alike(effects: np.ndarray, idle: np.ndarray, own: np.ndarray, unit: np.ndarray) -> list[np.ndarray]:
    """Differences of two weights of which each changes the function as the other does, to first order."""
    directions = effects / np.where(idle, 1.0, np.linalg.norm(effects, axis=0))
    cosines = directions.T @ directions
    first = np.where(np.abs(cosines) >= 1 - ALIKE, np.arange(len(own)), len(own)).min(axis=1, initial=len(own))
    pairs = [(int(one), int(other)) for other, one in enumerate(first) if one < other and not idle[other]]
    size = np.linalg.norm(effects, axis=0)
    scale = np.where(own != 0, own, 1.0)  # so that the curve has a rate of 1
    found = []
    for i, j in pairs:
        ratio = np.sign(cosines[i, j]) * size[i] / size[j]
        # Where a unit is off but in a tail, its weights have one effect there: they are alike only as far as these nodes tell.
        everywhere = np.abs(effects[:, i] - ratio * effects[:, j]) <= POINTWISE * np.abs(effects[:, i])
        if everywhere.all() and (effects[:, i] != 0).mean() >= MOST:
            found.append(scale[i] * (unit[i] - ratio * unit[j]))
    return found


def _scales(network: Any, own: np.ndarray) -> list[np.ndarray]:
    """Each array of weights as a direction: its own scale."""
    found, start = [], 0
    for leaf in jax.tree.leaves(eqx.filter(network, eqx.is_inexact_array)):
        mask = np.zeros(len(own))
        mask[start : start + leaf.size] = own[start : start + leaf.size]
        found += [mask] if mask.any() else []
        start += leaf.size
    return found
