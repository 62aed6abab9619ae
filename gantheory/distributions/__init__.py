"""Densities with their exact facts: formula, support, landmarks for quadrature, sampler."""

from gantheory.distributions.density import Density as Density
from gantheory.distributions.mixture import Mixture as Mixture
from gantheory.distributions.normal import Normal as Normal
from gantheory.distributions.record import from_record as from_record
from gantheory.distributions.record import to_record as to_record
from gantheory.distributions.uniform import Uniform as Uniform
