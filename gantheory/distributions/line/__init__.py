"""Densities on the line: each family's formula, support, breaks, tails, moments and sampler. ``FAMILIES`` are those with a name."""

from gantheory.distributions.line.beta import Beta
from gantheory.distributions.line.density import Density
from gantheory.distributions.line.external import as_density, from_scipy
from gantheory.distributions.line.histogram import Histogram
from gantheory.distributions.line.laplace import Exponential, Laplace
from gantheory.distributions.line.mixture import Mixture
from gantheory.distributions.line.normal import Normal
from gantheory.distributions.line.student_t import Cauchy, StudentT
from gantheory.distributions.line.truncated_normal import TruncatedNormal
from gantheory.distributions.line.uniform import Uniform

FAMILIES = (Normal, Uniform, Laplace, Cauchy, StudentT, Exponential, Beta, TruncatedNormal, Histogram, Mixture)

__all__ = [
    "Beta",
    "Cauchy",
    "Density",
    "Exponential",
    "Histogram",
    "Laplace",
    "Mixture",
    "Normal",
    "StudentT",
    "TruncatedNormal",
    "Uniform",
    "as_density",
    "from_scipy",
]
