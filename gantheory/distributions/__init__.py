"""Densities with their exact facts: formula, support, breakpoints, tails, moments, landmarks for quadrature, sampler."""

from gantheory.distributions.beta import Beta as Beta
from gantheory.distributions.density import Density as Density
from gantheory.distributions.external import as_density as as_density
from gantheory.distributions.external import from_scipy as from_scipy
from gantheory.distributions.histogram import Histogram as Histogram
from gantheory.distributions.laplace import Exponential as Exponential
from gantheory.distributions.laplace import Laplace as Laplace
from gantheory.distributions.mixture import Mixture as Mixture
from gantheory.distributions.normal import Normal as Normal
from gantheory.distributions.student_t import Cauchy as Cauchy
from gantheory.distributions.student_t import StudentT as StudentT
from gantheory.distributions.truncated_normal import TruncatedNormal as TruncatedNormal
from gantheory.distributions.uniform import Uniform as Uniform
