"""The integrands whose integrals over all panels give the seven divergences."""

from collections.abc import Callable

from gmpy2 import exp, log, mpfr, sqrt

from .finiteness import Finite

# Positions among the integrands. HEL is squared Hellinger, TRI the triangular discrimination, D is p - q, XD is x (p - q).
P, Q, JSD, KL, HEL, CHI2, TRI, D, XD = range(9)
TESTED = (P, Q, JSD, KL, HEL, CHI2, TRI, XD)  # those whose errors are estimated; XD is last, and its scale is that of W₁


def integrands(p: mpfr, q: mpfr, log_q: Callable[[], mpfr], x: mpfr, finite: Finite) -> tuple[mpfr, ...]:
    """The integrands at one point.

    Args:
        p: value of the first density.
        q: value of the second density, which may have underflowed to 0.
        log_q: logarithm of the second density, called only where q is 0 and p is not.
        x: the point, from the problem's centre.
        finite: integrals to be taken; the integrands of the others are 0.

    Returns:
        Nine values, in the order of P … XD.
    """
    zero = mpfr(0)
    d, total = p - q, p + q
    p_log = log(2 * p / total) if p else zero
    q_log = log(2 * q / total) if q else zero
    root = sqrt(p) - sqrt(q)
    square = d * d
    if p and q:
        kl, chi2 = p * (p_log - q_log) - d, square / q
    elif p and (finite.kl or finite.chi2):  # q has underflowed
        ratio = log(p) - log_q()
        kl, chi2 = p * ratio - d, p * exp(ratio)
    else:
        kl, chi2 = -d, q
    return (
        p,
        q,
        (p * p_log + q * q_log) / 2,
        kl if finite.kl else zero,
        root * root / 2,
        chi2 if finite.chi2 else zero,
        square / total if total else zero,
        d,
        x * d if finite.wasserstein1 else zero,
    )
