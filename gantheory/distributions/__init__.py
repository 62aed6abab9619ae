"""p_data and p_g: densities with their exact facts, and the laws of generators."""

from gantheory.distributions.law import Law as Law
from gantheory.distributions.line import *
from gantheory.distributions.plane import *
from gantheory.distributions.pushforward import *
