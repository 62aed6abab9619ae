"""Zeros of functions of one variable."""

from collections.abc import Callable

from gmpy2 import mpfr

from .effort import Undecided

ZERO_STEPS = 200  # largest number of steps towards a zero
BISECT_EVERY = 8  # steps after which the bracket is halved, in case the Illinois method is slow
TOUCH_STEPS = 60  # largest number of steps towards an extremum

Function = Callable[[mpfr], mpfr]


def find_zero(function: Function, a: mpfr, b: mpfr, fa: mpfr, fb: mpfr) -> mpfr:
    """A zero between a and b, by the Illinois method; raises Undecided if it takes too long."""
    for count in range(ZERO_STEPS):
        c = (a + b) / 2 if count % BISECT_EVERY == BISECT_EVERY - 1 else b - fb * (b - a) / (fb - fa)
        fc = function(c)
        if not fc:
            return c
        if (fc > 0) != (fb > 0):
            a, fa = b, fb
        else:
            fa /= 2
        b, fb = c, fc
        if abs(b - a) <= abs(b) * mpfr("1e-40") or abs(fc) <= abs(fa) * mpfr("1e-38"):
            return b
    raise Undecided("zero")


def other_sign(function: Function, a: mpfr, b: mpfr, positive: bool) -> list[tuple[mpfr, mpfr]]:
    """A point between a and b, and the value there, whose sign is the other one, if the search for the extremum meets such a point."""
    for _ in range(TOUCH_STEPS):
        third = (b - a) / 3
        c, d = a + third, b - third
        fc, fd = function(c), function(d)
        for t, value in ((c, fc), (d, fd)):
            if value and (value > 0) != positive:
                return [(t, value)]
        if abs(fc) < abs(fd):
            b = d
        else:
            a = c
    return []
