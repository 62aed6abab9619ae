"""JSD, KL, C(G) and V(G, D) between proved bounds, in nats: Arb's integration of the shipped log-densities, tails included."""

import math
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import jax
import numpy as np
from flint import arb, ctx

from gantheory.base.estimate import Divergent, Enclosure, Undecided
from gantheory.distributions import Density, Law, Pushforward
from gantheory.distributions.law import same
from gantheory.measurement.discriminators import OptimalDiscriminator
from gantheory.models.vae import VAE
from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.divergences import InfiniteError, jsd_within, kl_within
from gantheory.rigorous.ends import powers_at_ends
from gantheory.rigorous.expectation import value_within
from gantheory.rigorous.masses import mass_of, require_known, require_mass
from gantheory.rigorous.tilted import NetworkLaw
from gantheory.rigorous.variational import gap_within

GUARD = (0, 4, 10, 24)  # extra digits, tried in turn
AT_ENDS = 5  # extra digits where a density may be infinite
LEAST_BITS = 128  # precision at which doubles, and the ends of an interval that is made of them, are told apart
MOST_DIGITS = 10_000  # digits asked for at most
MOST_BITS = 2**16  # precision beyond which special functions take seconds
TOO_DEEP = "each operation of the program waits for another, too many in a row"
NOT_TRACED = jax.errors.JAXTypeError, jax.errors.JAXIndexError  # a program that JAX cannot trace


def jsd(p: Law | VAE, q: Law | VAE, digits: int = 15, seconds: float = 60.0) -> Enclosure | Undecided:
    """A proved interval of JSD(p, q), in nats.

    .. math:: JSD(p, q) = \\tfrac12 KL(p \\| m) + \\tfrac12 KL(q \\| m), \\quad m = (p + q)/2

    Of a decoder's law, a ``PiecewiseDecoded``, f and s are the lines and the scale that it holds, as doubles; of a ``VAE`` they are what
    its weights define in exact arithmetic. The doubles are a rounding of these for |z| up to 39.

    Args:
        p: a density on the line, the law of a generator that JAX can trace, or a ``VAE`` with a piecewise linear decoder.
        q: likewise; not both may be laws of generators.
        digits: the interval is at most 10^(1 - digits) wide.
        seconds: time allowed, about.

    Returns:
        An ``Enclosure``; or ``Undecided``, with the reason and the narrowest interval that was proved.

    Raises:
        TypeError: a law is not one density of the library's own on the line.
        ValueError: ``digits`` is not a whole number from 1 to 10,000.

    Source:
        Lin 1991, section IV; integrals in balls as in Johansson 2018, "Numerical integration in arbitrary-precision ball arithmetic".
    """
    return _enclosed(_unless_same(jsd_within), (p, q), digits, seconds)


def kl(p: Law | VAE, q: Law | VAE, digits: int = 15, seconds: float = 60.0) -> Enclosure | Divergent | Undecided:
    """A proved interval of KL(p‖q), in nats; or a proof that it is infinite.

    .. math:: KL(p \\| q) = \\int p \\log(p/q)\\, dx

    Args:
        p: a density on the line, the law of a generator that JAX can trace, or a ``VAE`` with a piecewise linear decoder.
        q: likewise; not both may be laws of generators.
        digits: the interval is at most 10^(1 - digits) wide.
        seconds: time allowed, about.

    Returns:
        An ``Enclosure``; ``Divergent``, with the region on which the integral is infinite; or ``Undecided``, with the reason and the
        narrowest interval that was proved.

    Raises:
        TypeError: a law is not one density of the library's own on the line.
        ValueError: ``digits`` is not a whole number from 1 to 10,000.

    Source:
        Kullback & Leibler 1951; integrals in balls as in Johansson 2018, "Numerical integration in arbitrary-precision ball arithmetic".
    """
    try:
        return _enclosed(_unless_same(kl_within), (p, q), digits, seconds)
    except InfiniteError as infinite:
        return Divergent(str(infinite))


def criterion(p_data: Law, p_g: Law | VAE, digits: int = 15, seconds: float = 60.0) -> Enclosure | Undecided:
    """A proved interval of C(G) = max_D V(G, D), in nats (Goodfellow et al. 2014, Theorem 1).

    .. math:: C(G) = -\\log 4 + 2 JSD(p_{data}, p_g)

    Args:
        p_data: a density on the line, or the law of a generator that JAX can trace.
        p_g: likewise, or a ``VAE`` as in ``jsd``; not both may be laws of generators.
        digits: the interval is at most 10^(1 - digits) wide.
        seconds: time allowed, about.

    Returns:
        An ``Enclosure``; or ``Undecided``, with the reason and the narrowest interval that was proved.

    Raises:
        TypeError: a law is not one density of the library's own on the line.
        ValueError: ``digits`` is not a whole number from 1 to 10,000.
    """

    def criterion_within(p: Law, q: Law, tolerance: arb, until: float) -> arb:
        """2 JSD - (P + Q) log 2, for the masses P and Q as they are: within rounding of 1."""
        masses = sum((mass_of(_density_of(law), tolerance, until) for law in (p, q)), arb(0))
        return 2 * _unless_same(jsd_within)(p, q, tolerance, until) - masses * arb(2).log()

    return _enclosed(criterion_within, (p_data, p_g), digits, seconds)


def value(p_data: Law, p_g: Law | VAE, D: Any, digits: int = 15, seconds: float = 60.0) -> Enclosure | Undecided:
    """A proved interval of V(G, D), in nats (Goodfellow et al. 2014, Eq. 1).

    .. math:: V(G, D) = E_{p_{data}}[\\log D] + E_{p_g}[\\log(1 - D)]

    Args:
        p_data: a density on the line, or the law of a generator that JAX can trace.
        p_g: likewise, or a ``VAE`` as in ``jsd``.
        D: has a method ``logit`` of one point, as a network of the library has, or is D* of these two laws.
        digits: the interval is at most 10^(1 - digits) wide.
        seconds: time allowed, about.

    Returns:
        An ``Enclosure``; or ``Undecided``, with the reason and the narrowest interval that was proved.

    Raises:
        TypeError: D has no method ``logit``, or a law is not one density of the library's own on the line.
        ValueError: ``digits`` is not a whole number from 1 to 10,000.
    """
    if type(D) is OptimalDiscriminator:
        if D.p_data is p_data and D.p_g is p_g:
            return criterion(p_data, p_g, digits, seconds)
        return Undecided("nothing is known of D* of another pair of laws: only that of p_data and p_g themselves", None)
    if not hasattr(D, "logit"):
        raise TypeError(f"`D` must have a method `logit`. Got {D!r}.")
    return _enclosed(lambda *rest: value_within(D, *rest), (p_data, p_g), digits, seconds)


def elbo_gap(p_data: Law, weights: Any, digits: int = 15, seconds: float = 60.0) -> Enclosure | Undecided:
    """A proved interval of what a variational bound hides, in nats (Kingma & Welling 2014, Eq. 1).

    .. math:: E_{p_{data}} KL(q(z|x) \\| p(z|x)) = E_{p_{data}}[\\log p(x) - ELBO(x)]

    Encoder, decoder and s are what the weights, as the numbers that they are, define in exact arithmetic.

    Args:
        p_data: a density on the line.
        weights: a ``VAE`` whose decoder is piecewise linear, such as a ReLU network.
        digits: the interval is at most 10^(1 - digits) wide.
        seconds: time allowed, about.

    Returns:
        An ``Enclosure``; or ``Undecided``, with the reason and the narrowest interval that was proved.

    Raises:
        TypeError: other weights, or a law that is not one density of the library's own on the line.
        ValueError: ``digits`` is not a whole number from 1 to 10,000.
    """
    if type(weights) is not VAE:
        raise TypeError(f"`weights` must be those of a variational autoencoder on the line, a VAE. Got {type(weights).__name__}.")
    if not isinstance(p_data, Density):
        raise TypeError(f"`p_data` must be a density on the line. Got {p_data!r}.")
    return _enclosed(lambda *rest: gap_within(weights, *rest), (p_data,), digits, seconds)


def _density_of(law: Law) -> Density:
    """A density on the line itself, or that of a generator's latent."""
    density = law.latent if isinstance(law, Pushforward) else law
    assert isinstance(density, Density)
    return density


def _unless_same(within: Callable[..., arb]) -> Callable[..., arb]:
    """A divergence that is 0 of a density and itself. Two generators are not compared: each would have to be shown to have a law."""

    def found(p: Law, q: Law, tolerance: arb, until: float) -> arb:
        if isinstance(p, Density) and same(p, q):
            require_mass(p, tolerance, until)
            return arb(0)
        return within(p, q, tolerance, until)

    return found


def closed_form(number: Callable[[], arb], digits: int = 15) -> Enclosure:
    """The interval of a number given by a formula in balls, such as ``lambda: arb(2).log()``."""
    before, ctx.prec = ctx.prec, math.ceil((digits + 8) * math.log2(10))
    try:
        return _as_enclosure(number())
    finally:
        ctx.prec = before


def _enclosed(within: Callable[..., arb], laws: tuple[Law | VAE, ...], digits: int, seconds: float) -> Enclosure | Undecided:
    """The interval that ``within(*laws, tolerance, until)`` proves, with ever more digits and precision until it is narrow enough."""
    if not isinstance(digits, int | np.integer) or not 1 <= digits <= MOST_DIGITS:
        raise ValueError(f"`digits` must be a whole number from 1 to {MOST_DIGITS}. Got {digits!r}.")
    for law in laws:
        if type(law) is not VAE and (not isinstance(law, Law) or law.dimension != 1):
            raise TypeError(f"A law must be one of the library's own on the line. Got {law!r}.")
    try:
        known = tuple(map(_known, laws))
    except UndecidedError as unknown:
        return Undecided(str(unknown), None)
    for law in known:
        if law.batch_shape:
            raise TypeError(f"A density must be one alone. Got {law!r}.")
    until, narrowest, why = time.monotonic() + seconds, None, "no interval was found"
    for guard in GUARD:
        if guard and time.monotonic() > until:
            break
        before = ctx.prec
        try:
            ctx.prec = _bits(digits + guard, known)
            found = _as_enclosure(within(*known, arb(10) ** -(digits + guard), until))
        except (UndecidedError, TimeoutError, NotImplementedError, RecursionError, *NOT_TRACED) as undecided:
            why = TOO_DEEP if isinstance(undecided, RecursionError) else str(undecided).partition("\n")[0].removesuffix(".")
            continue
        finally:
            ctx.prec = before
        narrowest = found if narrowest is None or found.width < narrowest.width else narrowest
        if narrowest.width <= Fraction(10) ** (1 - digits):
            return narrowest
        why = f"the narrowest interval, {narrowest!r}, is not as narrow as was asked"
    return Undecided(why, narrowest)


def _known(law: Law | VAE) -> Law:
    """A law of which enough is known; that of a VAE's network for the VAE. Raises ``UndecidedError`` for others."""
    if isinstance(law, VAE):
        return NetworkLaw(law)
    require_known(law)
    return law


def _bits(digits: int, laws: tuple[Law, ...]) -> int:
    """Arb's precision for an integral to so many digits.

    Next to an end where p ~ s^(a - 1), a mass of 10^-digits is within 10^(-digits/a) of it; of p log s, a few digits nearer.
    """
    powers = [power for law in laws if isinstance(law, Density) for power in powers_at_ends(law)]
    nearness, more = (max(1.0, 1 / min(powers)), AT_ENDS) if powers else (1.0, 0)
    bits = max(LEAST_BITS, math.ceil((nearness * (digits + more) + 8) * math.log2(10)))
    if bits > MOST_BITS:
        raise UndecidedError(f"{digits} digits next to an end where a density is infinite need {bits} bits, more than {MOST_BITS}")
    return bits


def _as_enclosure(ball: arb) -> Enclosure:
    if not ball.is_finite():
        raise UndecidedError("the integral could not be bounded")
    ends = []
    for end in (ball.lower(), ball.upper()):
        mantissa, exponent = end.man_exp()
        ends.append(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    return Enclosure(*ends)
