"""Games in a few parameters: their vector field, its eigenvalues, and what each way of stepping along it does."""

from gantheory.dynamics.classic import bilinear as bilinear
from gantheory.dynamics.classic import linear_quadratic as linear_quadratic
from gantheory.dynamics.classic import nagarajan_kolter as nagarajan_kolter
from gantheory.dynamics.differentiable import DifferentiableGame as DifferentiableGame
from gantheory.dynamics.differentiable import with_consensus as with_consensus
from gantheory.dynamics.differentiable import with_time_scale as with_time_scale
from gantheory.dynamics.dirac import dirac as dirac
from gantheory.dynamics.integrators import INTEGRATORS as INTEGRATORS
from gantheory.dynamics.integrators import integrator_of as integrator_of
from gantheory.dynamics.integrators import trajectory as trajectory
from gantheory.dynamics.portrait import phase_portrait as phase_portrait
from gantheory.dynamics.spectra import Spectrum as Spectrum
from gantheory.dynamics.spectra import largest_stable_step as largest_stable_step
from gantheory.dynamics.spectra import multipliers as multipliers
from gantheory.dynamics.spectra import spectrum_at as spectrum_at
from gantheory.dynamics.spectra import step_derivative as step_derivative
