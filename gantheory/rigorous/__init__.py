"""Proved intervals: the same quantities as the rest of the library, between two fractions, by ball arithmetic on the shipped code."""

from gantheory.rigorous.enclosures import criterion as criterion
from gantheory.rigorous.enclosures import elbo_gap as elbo_gap
from gantheory.rigorous.enclosures import jsd as jsd
from gantheory.rigorous.enclosures import kl as kl
from gantheory.rigorous.enclosures import value as value
