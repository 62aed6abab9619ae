"""Divergences by name, of densities by expression: what `gantheory divergence` prints."""

import json
from collections.abc import Callable

from gantheory.base.estimate import Divergent, Enclosure, Measured, Undecided
from gantheory.distributions import PlaneDensity
from gantheory.distributions.record import to_record
from gantheory.distributions.text import parse
from gantheory.measurement.divergences import chi2, hellinger2, jeffreys, jsd, kl, reverse_kl, total_variation, triangular
from gantheory.measurement.minimax import criterion
from gantheory.measurement.wasserstein import wasserstein1

DIVERGENCES: dict[str, Callable] = {
    function.__name__: function
    for function in (jsd, criterion, kl, reverse_kl, jeffreys, total_variation, hellinger2, chi2, triangular, wasserstein1)
}
PROVED = ("jsd", "kl", "criterion")
MOST_DIGITS = 17


def lines_of(name: str, p: str, q: str, digits: int | None, as_json: bool, proved: bool = False) -> tuple[list[str], str]:
    """(what to print, why that falls short of what was asked, if it does). Raises ``ValueError`` for what cannot be evaluated."""
    if name not in DIVERGENCES:
        raise ValueError(f"A divergence must be one of {', '.join(DIVERGENCES)}. Got {name!r}.")
    if proved and name not in PROVED:
        raise ValueError(f"A proved interval must be of one of {', '.join(PROVED)}. Got {name!r}.")
    if digits is not None and not proved and not 0 <= digits <= MOST_DIGITS:
        raise ValueError(f"`--digits` must be between 0 and {MOST_DIGITS}. Got {digits}.")
    densities = parse(p), parse(q)
    if any(isinstance(density, PlaneDensity) or density.batch_shape for density in densities):
        raise ValueError(f"Each density must be one on the line, with numbers for parameters. Got {p!r} and {q!r}.")
    if proved:
        return _proved(name, densities, 15 if digits is None else digits, as_json)
    measured = DIVERGENCES[name](*densities)
    line, short = _line(measured, digits)
    return [_json(name, densities, measured.record()) if as_json else line], short


def _line(measured: Measured, digits: int | None) -> tuple[str, str]:
    """(the number as a line, why it has fewer digits than were asked for, if it has)."""
    if isinstance(measured, Divergent):
        return repr(measured), ""
    if digits is None:
        return f"{measured.value!r} ± {measured.error:.1g}", ""
    known = measured.error <= 0.5 * 10.0**-digits
    short = f"{digits} decimals must be known to half of the last. Got an error of {measured.error:.1g}."
    return f"{measured.value:.{digits}f}", "" if known else short


def _proved(name: str, densities, digits: int, as_json: bool) -> tuple[list[str], str]:
    from gantheory import rigorous

    found = getattr(rigorous, name)(*densities, digits=digits)
    decimals = digits + 2
    line = f"{found:.{decimals}f}, proved" if isinstance(found, Enclosure) else repr(found)
    short = f"{digits} digits could not be proved: {found.why}." if isinstance(found, Undecided) else ""
    return [_json(name, densities, found.record(decimals)) if as_json else line], short


def _json(name: str, densities, number: dict) -> str:
    p, q = (to_record(density) for density in densities)
    return json.dumps({"divergence": name, "p": p, "q": q, "units": _units(name), **number}, ensure_ascii=False)


def _units(name: str) -> str:
    """Of the value: W₁ is a length, and what is no mean of a logarithm is a plain number."""
    return {"wasserstein1": "those of x"}.get(name, "1" if name in ("total_variation", "hellinger2", "chi2", "triangular") else "nats")
