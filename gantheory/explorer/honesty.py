"""How far the usual estimates of JSD from samples, by histograms and by kernel density estimates, are from the exact JSD."""

from typing import Any

import jax
import numpy as np

from gantheory.base.estimate import finite
from gantheory.base.precision import in_float64
from gantheory.distributions import Density
from gantheory.measurement import integrands
from gantheory.measurement.divergences import jsd
from gantheory.training.kernel_density import kde, silverman

SIZES = (100, 1000, 10_000)  # samples from each of p_data and p_g
BINS = (10, 30, 100, 300)  # bins of the histograms
KERNELS = 1000  # largest sample that kernel estimates are made from


@in_float64
def bench(p_data: Density, p_g: Any, seed: int = 0) -> list[dict[str, Any]]:
    """Estimates of JSD(p_data, p_g) in nats, from samples alone; the exact value is ``jsd(p_data, p_g)``.

    Args:
        p_data: The data's density.
        p_g: The generator's law; only its samples are used.
        seed: Seed of the samples.

    Returns:
        Rows {estimate, samples, jsd}: for each sample size, JSD between histograms on common bins, and between Gaussian kernel
        density estimates with Silverman's bandwidth.
    """
    key_x, key_g = jax.random.split(jax.random.key(seed))
    x, fake = p_data.sample(key_x, (max(SIZES),)), p_g.sample(key_g, (max(SIZES),))
    rows: list[dict[str, Any]] = []
    for size in SIZES:
        low, high = (end(np.concatenate([x[:size], fake[:size]])) for end in (np.min, np.max))
        for bins in BINS:
            shares = [np.histogram(points[:size], bins, (low, high))[0] / size for points in (x, fake)]
            with np.errstate(divide="ignore"):
                estimate = float(np.sum(integrands.jsd(*(np.log(share) for share in shares))))
            rows.append({"estimate": f"histogram, {bins} bins", "samples": size, "jsd": estimate})
        if size <= KERNELS:
            p, q = (kde(points[:size], max(silverman(points[:size]), 1e-12)) for points in (x, fake))
            rows.append({"estimate": "kernels, Silverman", "samples": size, "jsd": finite(jsd(p, q)).value})
    return rows
