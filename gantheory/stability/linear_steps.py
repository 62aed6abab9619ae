"""Algorithm 1 where every gradient is linear in the weights: one iteration as a matrix over weights and velocities.

A player's step is u ← β u + (H w of its own weights), w ← w + u, with H = c v', c the gain of its optimiser, and β its memory.
"""

from typing import NamedTuple

import numpy as np

from gantheory.game.players import IN_TURN
from gantheory.stability.low_rank import Factors

MOST = 192  # directions of each player that are kept
POWERS = 1  # rounds that turn random directions towards them
TRIED = 8  # other random directions that tell what is left out


class LinearGame(NamedTuple):
    """H in the few directions in which it moves the weights; along all others they stay.

    Attributes:
      h: (s, s).
      of_d: which of the s are directions of D's weights.
      memory: (s,), β of each direction's player.
      left_out: share of the steps along some random directions that is left out.
    """

    h: np.ndarray
    of_d: np.ndarray
    memory: np.ndarray
    left_out: float


def reduced(left: np.ndarray, right: np.ndarray, gain: np.ndarray, sizes: tuple[int, int], memory: tuple[float, float]) -> LinearGame:
    """c L R in the directions of each player that it reaches most.

    Args:
      left: L, (n, p).
      right: R, (p, n).
      gain: c, (n,), of each weight.
      sizes: numbers of G's weights, and of D's.
      memory: β of G's optimiser, and of D's.
    """
    random = np.random.default_rng(0)
    bases, lost = [], []
    for start, size in ((0, sizes[0]), (sizes[0], sizes[1])):
        own = gain[start : start + size, None] * left[start : start + size]
        if size <= MOST:
            bases.append(np.eye(size))
            continue
        images, tried = (own @ (right @ random.standard_normal((len(gain), count))) for count in (MOST, TRIED))
        for _ in range(POWERS):
            images = own @ (right @ (right.T @ (own.T @ np.linalg.qr(images)[0])))
        basis = np.linalg.qr(images)[0]
        bases.append(basis)
        lost.append(float(np.linalg.norm(tried - basis @ (basis.T @ tried)) / np.linalg.norm(tried)))
    both = np.zeros((len(gain), sum(basis.shape[1] for basis in bases)))
    of_g = bases[0].shape[1]
    both[: sizes[0], :of_g], both[sizes[0] :, of_g:] = bases
    of_d = np.arange(both.shape[1]) >= of_g
    h = (both.T @ (gain[:, None] * left)) @ (right @ both)
    return LinearGame(h, of_d, np.where(of_d, memory[1], memory[0]), max(lost, default=0.0))


def effective(jacobian: Factors, updates: str, weight: float) -> tuple[np.ndarray, np.ndarray]:
    """(L, R) with L R the derivative of what a way gives to the optimisers at rest, where it is a correction of v.

    Consensus makes it A - γ AᵀA of A = v', and sga A - λ (Aᵀ - A)A/2.
    """
    q, b = jacobian
    if updates == "consensus":
        return np.hstack([q, b.T]), np.vstack([b, -weight * b])
    if updates == "sga":
        return np.hstack([q, b.T]), np.vstack([b + weight / 2 * (b @ q) @ b, -weight / 2 * b])
    return q, b


def step_matrix(game: LinearGame, updates: str, steps: tuple[int, int]) -> np.ndarray:
    """One iteration, a square matrix over weights, and velocities and last gradients where a way has them.

    Args:
      game: the game.
      updates: one of ``UPDATES``.
      steps: of D and of G in an iteration.
    """
    size, one = len(game.h), np.eye(len(game.h))
    none, beta = np.zeros((size, size)), np.diag(game.memory)
    if updates in IN_TURN:
        of_d, of_g = (
            np.linalg.matrix_power(_step(game, moving), count) for moving, count in zip((game.of_d, ~game.of_d), steps, strict=True)
        )
        # At once, either player's steps are against the other as it was: both changes add.
        whole = of_g @ of_d if updates == "alternating" else of_d + of_g - np.eye(2 * size)
    elif updates == "extragradient":
        # The gradient at w + β u + H w.
        given = np.hstack([game.h @ (one + game.h), game.h @ beta])
        whole = _moved(given, beta)
    elif updates == "optimistic":
        velocity = np.hstack([2 * game.h, beta, -one])
        whole = np.vstack([velocity + np.hstack([one, none, none]), velocity, np.hstack([game.h, none, none])])
    elif updates == "rk4":
        h = game.h
        return one + h @ (one + h @ (one + h @ (one + h / 4) / 3) / 2)
    else:
        whole = _moved(np.hstack([game.h, none]), beta)
    remembers = bool(np.any(game.memory)) or updates == "optimistic"
    return whole if remembers else whole[:size, :size]


def _step(game: LinearGame, moving: np.ndarray) -> np.ndarray:
    """One step of one player."""
    own, one = moving[:, None].astype(float), np.eye(len(moving))
    velocity = np.hstack([own * game.h, (1 - own) * one + own * np.diag(game.memory)])
    return np.vstack([own * velocity + np.hstack([one, 0 * one]), velocity])


def _moved(given: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Both players' step, given what the optimisers are given."""
    one = np.eye(len(beta))
    velocity = given + np.hstack([0 * one, beta])
    return np.vstack([velocity + np.hstack([one, 0 * one]), velocity])
