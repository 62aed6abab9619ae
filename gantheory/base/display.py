"""Numbers with errors as text: for f-strings and for notebooks."""

from decimal import ROUND_CEILING, Decimal, InvalidOperation, localcontext
from fractions import Fraction


def formatted(value: float, error: float, spec: str) -> str:
    """``value`` as ``spec`` has it ± an error of two digits, rounded up, that has in it what the digits of the value leave out."""
    shown = format(value, spec)
    try:
        digits = Fraction(Decimal(shown.strip().replace(",", "").replace("_", "")))
    except InvalidOperation:
        raise ValueError(f"The format of an Estimate must be one that writes a number. Got {spec!r}.") from None
    apart = Fraction(error) + abs(digits - Fraction(value))
    with localcontext(prec=2, rounding=ROUND_CEILING):
        return f"{shown} ± {Decimal(apart.numerator) / Decimal(apart.denominator):.2g}"


def in_latex(number: str) -> str:
    r"""4e-13 as 4 \times 10^{-13}."""
    mantissa, _, exponent = number.partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def in_html(number: str) -> str:
    """4e-13 as 4 × 10<sup>−13</sup>."""
    mantissa, _, exponent = number.replace("-", "−").partition("e")
    sign = "−" if exponent.startswith("−") else ""
    return f"{mantissa} × 10<sup>{sign}{int(exponent.strip('−+'))}</sup>" if exponent else mantissa
