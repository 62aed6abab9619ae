"""The maximum mean discrepancy under a Gaussian kernel, in closed form: of Gaussians and mixtures of them on the line."""

from typing import Any

import numpy as np

from gantheory.base.estimate import Estimate
from gantheory.distributions import Mixture, Normal
from gantheory.distributions.line.external import as_law
from gantheory.quadrature.dimensions import common_dimension

BLOCK = 1024  # Gaussians whose kernels with all others are held at a time
ROUNDING = 256 * float(np.finfo(float).eps)  # of sums of weighted exponentials, the moduli of the weights summing to 2


def mmd2(p: Any, q: Any, bandwidth: float) -> Estimate:
    """MMD², the squared maximum mean discrepancy under a Gaussian kernel, in [0, 2]; 0 only where p = q.

    .. math:: \\mathrm{MMD}^2(p, q) = E\\,k(X, X') + E\\,k(Y, Y') - 2 E\\,k(X, Y), \\qquad k(x, y) = e^{-(x - y)^2 / (2 h^2)}

    Of Gaussians that is a closed form, E k(X, Y) = h/s exp(-(μ - ν)²/(2 s²)), s² = h² + σ² + τ². Of rows it is in ``compare_samples``.

    Args:
      p: a ``Normal``, or a ``Mixture`` of them such as ``from_samples`` gives, on the line.
      q: another.
      bandwidth: h, in the unit of x.

    Returns:
      An ``Estimate``.

    Raises:
      ValueError: other laws, a batch, or a bandwidth that is not positive.

    Source:
      Gretton et al. 2012, Lemma 6.
    """
    if not (bandwidth > 0 and np.isfinite(bandwidth)):
        raise ValueError(f"`bandwidth` of mmd2 must be positive and finite. Got {bandwidth!r}.")
    common_dimension(p, q)
    (one, own), (other, others) = _gaussians(p), _gaussians(q)
    weights, (loc, scale) = np.concatenate([one, -other]), np.concatenate([own, others], axis=1)
    total = 0.0
    for start in range(0, len(weights), BLOCK):
        block = slice(start, start + BLOCK)
        width = np.hypot(np.hypot(scale[block, None], scale), bandwidth)
        with np.errstate(over="ignore", under="ignore"):
            kernels = bandwidth / width * np.exp(-(((loc[block, None] - loc) / width) ** 2) / 2)
        total += float(np.sum(weights[block, None] * weights * kernels))
    return Estimate(max(total, 0.0), ROUNDING)


def _gaussians(law: Any) -> tuple[np.ndarray, np.ndarray]:
    """(weights, (locations, scales)) of a mixture of Gaussians. Raises ``ValueError`` for any other law."""
    law = as_law(law)
    parts = [law] if isinstance(law, Normal) else law._parts() if isinstance(law, Mixture) else []
    gaussians = [part for part in parts if isinstance(part, Normal)]
    if not parts or law.batch_shape or len(gaussians) < len(parts):
        raise ValueError(f"`p` and `q` of mmd2 must be single Gaussians, or mixtures of Gaussians, on the line. Got {law!r}.")
    weights = np.ravel(law.weights) if isinstance(law, Mixture) else np.ones(1)
    parameters = [np.broadcast_arrays(*(np.ravel(number) for number in (part.loc, part.scale))) for part in gaussians]
    return weights, np.concatenate(parameters, axis=1)
