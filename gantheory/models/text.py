"""A method as text, such as ``flow`` or ``rbm(hidden=8, k=5)``: parsed, never evaluated as code. And as plain data, and back."""

import ast
import re
from dataclasses import MISSING, asdict, fields
from typing import Any

from gantheory.base.words import got, meant
from gantheory.models.contrastive import ContrastiveDivergence
from gantheory.models.diffusion import DenoisingDiffusion
from gantheory.models.energy import EnergyDistance
from gantheory.models.flow import FlowLikelihood
from gantheory.models.linear_vae import LinearVariationalBayes
from gantheory.models.method import Method
from gantheory.models.mmd import MeanDiscrepancy
from gantheory.models.rbm import RBMLikelihood
from gantheory.models.vae import VariationalBayes

METHODS: dict[str, type[Any]] = {
    one.name: one
    for one in (
        ContrastiveDivergence,
        RBMLikelihood,
        VariationalBayes,
        LinearVariationalBayes,
        FlowLikelihood,
        DenoisingDiffusion,
        EnergyDistance,
        MeanDiscrepancy,
    )
}
CALL = re.compile(r"\s*([\w-]+)\s*(?:\((.*)\))?\s*", re.DOTALL)


def method_of(text: str, owner: str = "The method", others: tuple[str, ...] = ()) -> Method:
    """The method that a text names.

    Args:
      text: a name in ``METHODS``, perhaps with options in parentheses.
      owner: what a message calls it.
      others: names that the caller knows besides, for the message.

    Raises:
      ValueError: an unknown name or option, or a value that the method refuses.
    """
    found = CALL.fullmatch(text)
    name = found[1] if found else text
    if name not in METHODS:
        known = (*others, *METHODS)
        raise ValueError(f"{owner} must be one of {', '.join(known)}. {got(name, known)}")
    assert found
    return _made(name, _options(found[2] or "", text))


def method_to_record(method: Any) -> dict[str, Any]:
    """The method's name and its options; the kind of one that is none of the library's."""
    return {method.name: asdict(method)} if METHODS.get(method.name) is type(method) else {type(method).__name__: None}


def method_from_record(record: dict[str, Any]) -> Method | None:
    """The method that ``method_to_record`` made a record of; None if it is none of the library's."""
    ((name, options),) = record.items()
    return None if options is None else _made(name, options)


def text_of(method: Any) -> str:
    """A method as the text that names it, if it is of the library."""
    if METHODS.get(method.name) is not type(method):
        return repr(method)
    options = ", ".join(f"{name}={value!r}" for name, value in asdict(method).items())
    return f"{method.name}({options})"


def usage_of(method: type[Any]) -> str:
    """A method's name with its options at their defaults."""
    options = (one.name if one.default is MISSING else f"{one.name}={one.default!r}" for one in fields(method))
    return f"{method.name}({', '.join(options)})"


def _options(text: str, whole: str) -> dict[str, Any]:
    """Options as keyword arguments that are literals."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        assert isinstance(call, ast.Call) and not call.args and all(one.arg for one in call.keywords)
        return {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    except (SyntaxError, ValueError, AssertionError, MemoryError, RecursionError):
        raise ValueError(f"A method's options must be names and values, such as flow(units=16). Got {whole!r}.") from None


def _made(name: str, options: dict[str, Any]) -> Method:
    known = [one.name for one in fields(METHODS[name])]
    for option in options:
        if option not in known:
            raise ValueError(f"An option of {name} must be one of {', '.join(known)}. Got {option!r}{meant(option, known)}")
    needed = [one.name for one in fields(METHODS[name]) if one.default is MISSING and one.name not in options]
    if needed:
        raise ValueError(f"`{needed[0]}` of {name} must be given, as in '{name}({needed[0]}=8)'. Got {name!r} without it.")
    return METHODS[name](**options)
