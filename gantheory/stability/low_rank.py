"""Jacobians of which most directions are flat, as products of two thin matrices, found from random directions (Halko et al. 2011)."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

FIRST_RANK, MORE = 512, 256  # random directions that are tried first, and how many more each time
TRIED = 8  # other directions by which they are judged
FLAT = 1e-9  # largest share of their images that may be left
NULL = 1e-9  # size of an eigenvalue, as a share of the largest, that counts as 0


class Factors(NamedTuple):
    """A = Q B, with orthonormal columns of Q, shape (n, rank), and B of shape (rank, n)."""

    q: np.ndarray
    b: np.ndarray

    def times(self, u: np.ndarray) -> np.ndarray:
        """A u."""
        return self.q @ (self.b @ u)

    def eigenvalues(self) -> np.ndarray:
        """All n of them: those of B Q, and 0."""
        n, rank = self.q.shape
        return np.concatenate([np.linalg.eigvals(self.b @ self.q), np.zeros(n - rank)])


def factors_of(along: Callable[[np.ndarray], np.ndarray], across: Callable[[np.ndarray], np.ndarray], size: int) -> Factors:
    """The factors of a square matrix A that is known by its products.

    Args:
      along: takes rows u to rows (A u)ᵀ.
      across: takes rows u to rows uᵀ A.
      size: n.

    Returns:
      Q whose columns span A's range but for a billionth; all columns, Q = 1, where A is small or its rank is not.
    """
    random = np.random.default_rng(0)
    tried = along(random.standard_normal((TRIED, size))).T if 2 * FIRST_RANK < size else np.zeros((size, 0))
    images = np.zeros((size, 0))
    while 2 * (rank := FIRST_RANK if not images.size else images.shape[1] + MORE) < size:
        images = np.concatenate([images, along(random.standard_normal((rank - images.shape[1], size))).T], axis=1)
        q, _ = np.linalg.qr(images)
        if np.linalg.norm(tried - q @ (q.T @ tried)) <= FLAT * np.linalg.norm(tried):
            return Factors(q, across(q.T))
    return Factors(np.eye(size), along(np.eye(size)).T)
