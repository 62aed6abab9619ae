"""W₁ of two samples in several dimensions, by exact optimal transport between their rows, where these are few."""

import numpy as np
from jaxtyping import Float
from scipy import sparse
from scipy.optimize import linear_sum_assignment, linprog
from scipy.spatial.distance import cdist

from gantheory.samples.permutation import FEWER, Distance, tested

MOST_MATCHED = 1_000  # most rows of samples of one size: the time goes with the cube
MOST_FLOWS = 40_000  # most pairs of rows of samples of two sizes
MOST_TESTED = 300  # most rows of samples of one size that are permuted

Points = Float[np.ndarray, "n d"]
Others = Float[np.ndarray, "m d"]


def wasserstein1_of_rows(data: Points, generated: Others, rng: np.random.Generator) -> Distance | None:
    """W₁ between the empirical laws, the least mean distance over which the one is carried to the other.

    Of samples of one size it is a matching: by assignment, up to 1,000 rows, with a permutation test up to 300. Of others it is a linear
    program, up to 40,000 pairs. None beyond.

    Source:
      Peyré & Cuturi 2019, sections 2.2 and 3.1.
    """
    n, m = len(data), len(generated)
    if n != m:
        return Distance(_by_flows(cdist(data, generated)), None, None, (n, m)) if n * m <= MOST_FLOWS else None
    if n > MOST_MATCHED:
        return None
    pooled = np.concatenate([data, generated])
    costs = cdist(pooled, pooled) if n <= MOST_TESTED else None
    if costs is None:
        return Distance(_by_matching(cdist(data, generated)), None, None, (n, m))
    orders = [rng.permutation(2 * n) for _ in range(FEWER)]
    permuted = np.array([_by_matching(costs[order[:n, None], order[n:]]) for order in orders])
    return tested(_by_matching(costs[:n, n:]), permuted, (n, m))


def _by_matching(costs: Float[np.ndarray, "n n"]) -> float:
    return float(costs[linear_sum_assignment(costs)].mean())


def _by_flows(costs: Float[np.ndarray, "n m"]) -> float:
    """The least Σ flow · cost with every row of one sample sent, and every row of the other reached."""
    n, m = costs.shape
    sent = sparse.kron(sparse.eye(n), np.ones((1, m)))
    reached = sparse.kron(np.ones((1, n)), sparse.eye(m))
    masses = np.concatenate([np.full(n, 1 / n), np.full(m, 1 / m)])
    return float(linprog(costs.ravel(), A_eq=sparse.vstack([sent, reached]).tocsr(), b_eq=masses, method="highs").fun)
