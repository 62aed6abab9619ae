"""Densities on the line: each family's formula, support, breaks, tails, moments and sampler. ``FAMILIES`` are those with a name."""

from gantheory.distributions.line.beta import Beta
from gantheory.distributions.line.density import Density
from gantheory.distributions.line.external import as_density, from_scipy
from gantheory.distributions.line.gamma import Gamma
from gantheory.distributions.line.gumbel import Gumbel
from gantheory.distributions.line.histogram import Histogram
from gantheory.distributions.line.laplace import Exponential, Laplace
from gantheory.distributions.line.log_normal import LogNormal
from gantheory.distributions.line.logistic import Logistic
from gantheory.distributions.line.mixture import Mixture
from gantheory.distributions.line.normal import Normal
from gantheory.distributions.line.pareto import Pareto
from gantheory.distributions.line.student_t import Cauchy, StudentT
from gantheory.distributions.line.truncated_normal import TruncatedNormal
from gantheory.distributions.line.uniform import Uniform
from gantheory.distributions.line.von_mises import VonMises
from gantheory.distributions.line.weibull import Weibull

FAMILIES = (
    *(Normal, Uniform, Laplace, Cauchy, StudentT, Exponential, Beta, TruncatedNormal, Histogram, Mixture),
    *(Logistic, Gumbel, Gamma, Weibull, LogNormal, Pareto),
)
REFUSED = (VonMises,)  # those that are asked for by name, and told why they are none

__all__ = [
    "Beta",
    "Cauchy",
    "Density",
    "Exponential",
    "Gamma",
    "Gumbel",
    "Histogram",
    "Laplace",
    "LogNormal",
    "Logistic",
    "Mixture",
    "Normal",
    "Pareto",
    "StudentT",
    "TruncatedNormal",
    "Uniform",
    "VonMises",
    "Weibull",
    "as_density",
    "from_scipy",
]
