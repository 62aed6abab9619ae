"""How a law is shown: as the call that makes it, with its parameters as numbers."""

from dataclasses import fields, is_dataclass
from typing import Any

import jax
import numpy as np

from gantheory.base.precision import is_traced

MOST = 6  # most numbers of an array that are all shown


def call_of(law: Any) -> str:
    """``Normal(0, 1)``: the name of a law's type, and what it was made with, for the law of a generator G and the law of z."""
    given = [getattr(law, field.name) for field in fields(law) if field.init] if is_dataclass(law) else [law.generator, law.latent]
    return f"{type(law).__name__}({', '.join(map(parameter, given))})"


def parameter(value: Any) -> str:
    """A parameter: a number, an array cut to a few, a law, or a function by its name."""
    if is_traced(value):
        return "traced"
    if isinstance(value, float | np.ndarray | np.generic | jax.Array):
        return _numbers(np.asarray(value))
    if isinstance(value, tuple | list):
        return f"[{_some([parameter(one) for one in value])}]"
    if callable(value) and not hasattr(value, "log_prob"):
        return getattr(value, "__name__", type(value).__name__)
    return repr(value)


def _numbers(array: Any) -> str:
    return repr(array.item()).removesuffix(".0") if array.ndim == 0 else f"[{_some([_numbers(one) for one in _ends(array)], len(array))}]"


def _ends(array: Any) -> Any:
    return array if len(array) <= MOST else array[[0, 1, -1]]


def _some(texts: list[str], count: int | None = None) -> str:
    count = len(texts) if count is None else count
    return ", ".join(texts) if count <= MOST else f"{texts[0]}, {texts[1]}, … {count} in all …, {texts[-1]}"
