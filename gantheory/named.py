"""Divergences by name, of densities by expression: what `gantheory divergence` prints."""

import json
from collections.abc import Callable
from typing import Any

from gantheory.base.estimate import Divergent, Enclosure, Measured, Undecided
from gantheory.base.words import got
from gantheory.distributions.record import to_record
from gantheory.distributions.text import parse
from gantheory.measurement import divergences
from gantheory.measurement.chernoff import renyi, skew_geometric_jsd
from gantheory.measurement.energy import energy_distance
from gantheory.measurement.minimax import criterion
from gantheory.measurement.wasserstein import wasserstein1

IN_UNITS_OF_X = {"wasserstein1": wasserstein1, "energy_distance": energy_distance}
OF_ALPHA = {"alpha_divergence": divergences.alpha_divergence, "renyi": renyi, "skew_geometric_jsd": skew_geometric_jsd}
DIVERGENCES: dict[str, Callable[..., Any]] = divergences.DIVERGENCES | {"criterion": criterion} | IN_UNITS_OF_X | OF_ALPHA
WITH_DEFAULT = ("skew_geometric_jsd",)  # those whose α is ½ if not said otherwise
PROVED = ("jsd", "kl", "criterion")
UNITS = {function.__name__: "1" for function in (*divergences.WITHOUT_UNIT, divergences.alpha_divergence)} | dict.fromkeys(
    IN_UNITS_OF_X, "those of x"
)  # of all others, nats
MOST_DIGITS = 17
PROVED_DIGITS = 15  # digits of a proved interval, if not said otherwise


def lines_of(
    name: str, p: str, q: str, digits: int | None, as_json: bool, proved: bool = False, alpha: float | None = None
) -> tuple[list[str], str]:
    """A divergence by name, as lines to print.

    Args:
      name: one of ``DIVERGENCES``.
      p: the expression of a density, with numbers for parameters.
      q: that of another of the same dimension.
      digits: decimals to print; None for all.
      as_json: print an object.
      proved: print two decimals between which the number is proved to lie.
      alpha: the α of those in ``OF_ALPHA``.

    Returns:
      (the lines, why they fall short of what was asked, or "").

    Raises:
      ValueError: an unknown name, an expression that names no density, or what the divergence refuses.
    """
    if name not in DIVERGENCES:
        raise ValueError(f"A divergence must be one of {', '.join(DIVERGENCES)}. {got(name, DIVERGENCES)}")
    if proved and name not in PROVED:
        raise ValueError(f"A proved interval must be of one of {', '.join(PROVED)}. Got {name!r}.")
    if alpha is None and name in OF_ALPHA and name not in WITH_DEFAULT:
        raise ValueError(f"`--alpha` must be given for {name}. Got none.")
    if alpha is not None and name not in OF_ALPHA:
        raise ValueError(f"`--alpha` must go with one of {', '.join(OF_ALPHA)}. Got it beside {name}.")
    if digits is not None and not proved and not 0 <= digits <= MOST_DIGITS:
        raise ValueError(f"`--digits` must be between 0 and {MOST_DIGITS}. Got {digits}.")
    densities = parse(p), parse(q)
    if any(density.batch_shape for density in densities):
        raise ValueError(f"Each density must be one, with numbers for parameters. Got {p!r} and {q!r}.")
    if proved and any(density.dimension != 1 for density in densities):
        raise ValueError(f"A proved interval must be of densities on the line. Got {p!r} and {q!r}.")
    if proved:
        return _proved(name, densities, PROVED_DIGITS if digits is None else digits, as_json)
    measured = DIVERGENCES[name](*densities, **({} if alpha is None else {"alpha": alpha}))
    line, short = _line(measured, digits)
    return [_json(name, densities, measured.record()) if as_json else line], short


def _line(measured: Measured, digits: int | None) -> tuple[str, str]:
    """(the number as a line, why it has fewer digits than were asked for, or "")."""
    if isinstance(measured, Divergent):
        return repr(measured), ""
    if digits is None:
        return f"{measured.value!r} ± {measured.error:.1g}", ""
    known = measured.error <= 0.5 * 10.0**-digits
    short = f"{digits} decimals must be known to half of the last. Got an error of {measured.error:.1g}."
    return f"{measured.value:.{digits}f}", "" if known else short


def _proved(name: str, densities, digits: int, as_json: bool) -> tuple[list[str], str]:
    from gantheory import rigorous  # with it comes Arb, which the other divergences do without

    found = getattr(rigorous, name)(*densities, digits=digits)
    decimals = digits + 2
    line = f"{found:.{decimals}f}, proved" if isinstance(found, Enclosure) else repr(found)
    short = f"{digits} digits could not be proved: {found.why}." if isinstance(found, Undecided) else ""
    return [_json(name, densities, found.record(decimals)) if as_json else line], short


def _json(name: str, densities, number: dict) -> str:
    p, q = (to_record(density) for density in densities)
    return json.dumps({"divergence": name, "p": p, "q": q, "units": UNITS.get(name, "nats"), **number}, ensure_ascii=False)
