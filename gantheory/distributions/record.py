"""A density as plain data, and back, to the last bit: {"Normal": {"loc": 0.0, "scale": 1.0}}."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from gantheory.distributions import line, plane
from gantheory.distributions.law import Law

FAMILIES: dict[str, Callable[..., Law]] = {family.__name__: family for family in (*line.FAMILIES, *plane.FAMILIES)}


def to_record(density: Any) -> dict[str, Any]:
    """The family's name and its parameters."""
    return {
        type(density).__name__: {field.name: _plain(getattr(density, field.name)) for field in dataclasses.fields(density) if field.init}
    }


def _plain(value):
    if isinstance(value, Law):
        return to_record(value)
    if isinstance(value, tuple):
        return [to_record(part) for part in value]
    array = np.asarray(value)
    return array.tolist() if np.isfinite(array).all() else np.where(np.isinf(array), array.astype(str), array).tolist()  # JSON has no inf


def from_record(record: dict[str, Any]) -> Law:
    """The law that ``to_record`` made a record of."""
    ((name, parameters),) = record.items()
    return FAMILIES[name](**{key: _value(value) for key, value in parameters.items()})


def _value(plain):
    if isinstance(plain, dict):
        return from_record(plain)
    if isinstance(plain, list) and plain and isinstance(plain[0], dict):
        return [from_record(part) for part in plain]
    return np.asarray(plain, np.float64) if np.asarray(plain).dtype.kind == "U" else plain  # infinite numbers are written as text
