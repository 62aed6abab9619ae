"""What usual estimates of JSD from samples make of a state, beside the exact one: histograms, and kernel density estimates."""

from typing import Any

import jax
import numpy as np

from gantheory.base.estimate import finite
from gantheory.base.precision import in_float64
from gantheory.distributions import Density
from gantheory.measurement.divergences import jsd, jsd_integrand
from gantheory.training.data import kde, silverman

SIZES = (100, 1000, 10_000)
BINS = (10, 30, 100, 300)
KERNELS = 1000  # at most, of a kernel estimate


@in_float64
def bench(p_data: Density, p_g: Any, seed: int = 0) -> list[dict[str, Any]]:
    """Rows {estimate, samples, jsd}: JSD between histograms on common bins, and between Gaussian kernel estimates, for growing samples.

    Of samples only: the exact value is ``jsd(p_data, p_g)``.
    """
    key_x, key_g = jax.random.split(jax.random.key(seed))
    x, fake = p_data.sample(key_x, (max(SIZES),)), p_g.sample(key_g, (max(SIZES),))
    rows: list[dict[str, Any]] = []
    for size in SIZES:
        low, high = (end(np.concatenate([x[:size], fake[:size]])) for end in (np.min, np.max))
        for bins in BINS:
            shares = [np.histogram(points[:size], bins, (low, high))[0] / size for points in (x, fake)]
            with np.errstate(divide="ignore"):
                estimate = float(np.sum(jsd_integrand(*(np.log(share) for share in shares))))
            rows.append({"estimate": f"histogram, {bins} bins", "samples": size, "jsd": estimate})
        if size <= KERNELS:
            p, q = (kde(points[:size], max(silverman(points[:size]), 1e-12)) for points in (x, fake))
            rows.append({"estimate": "kernels, Silverman", "samples": size, "jsd": finite(jsd(p, q)).value})
    return rows
