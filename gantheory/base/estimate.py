"""What a measurement returns: a value with its error, or a typed word that the value is infinite. Never a bare float, never a nan.

An operator gives

    an Enclosure   between Enclosures and exact numbers
    an Estimate    between any of these and an Estimate
    a Divergent    between any of these and a Divergent, whose reason is kept; a number over a Divergent is 0
    Estimates      between any of these and Estimates, or an array, element by element

A number is the double, or the fraction, that it is: no rounding is counted for 0.1. The arithmetic is that of intervals, rounded outward
(``arithmetic``): where the operands' errors are true bounds, so is the result's. Errors add, they never cancel. An operation without
such a bound raises ``TypeError``, one without a value ``ValueError``, a divisor that may be 0 ``ZeroDivisionError``, and a result beyond
the largest double ``OverflowError``. ``float()`` takes the value and leaves the error behind.
"""

from gantheory.base.divergent import Divergent as Divergent
from gantheory.base.divergent import Measured as Measured
from gantheory.base.enclosure import Enclosure as Enclosure
from gantheory.base.enclosure import Undecided as Undecided
from gantheory.base.estimates import Estimates as Estimates
from gantheory.base.estimates import Finite as Finite
from gantheory.base.estimates import Outcome as Outcome
from gantheory.base.estimates import bounded as bounded
from gantheory.base.estimates import finite as finite
from gantheory.base.estimates import single as single
from gantheory.base.measured import Estimate as Estimate
from gantheory.base.measured import Points as Points
from gantheory.base.measured import Scalar as Scalar
