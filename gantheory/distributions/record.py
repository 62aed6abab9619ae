"""A density as plain data, and back, to the last bit: {"Normal": {"loc": 0.0, "scale": 1.0}}."""

import dataclasses
from collections.abc import Callable

import numpy as np

from gantheory.distributions.beta import Beta
from gantheory.distributions.density import Density
from gantheory.distributions.histogram import Histogram
from gantheory.distributions.laplace import Exponential, Laplace
from gantheory.distributions.mixture import Mixture
from gantheory.distributions.normal import Normal
from gantheory.distributions.student_t import Cauchy, StudentT
from gantheory.distributions.truncated_normal import TruncatedNormal
from gantheory.distributions.uniform import Uniform

FAMILIES: dict[str, Callable[..., Density]] = {
    family.__name__: family
    for family in (Normal, Uniform, Laplace, Cauchy, StudentT, Exponential, Beta, TruncatedNormal, Histogram, Mixture)
}


def to_record(density: Density) -> dict:
    return {type(density).__name__: {field.name: _plain(getattr(density, field.name)) for field in dataclasses.fields(density)}}


def _plain(value):
    if isinstance(value, Density):
        return to_record(value)
    if isinstance(value, tuple):
        return [to_record(part) for part in value]
    array = np.asarray(value)
    return array.tolist() if np.isfinite(array).all() else np.where(np.isinf(array), array.astype(str), array).tolist()  # JSON has no inf


def from_record(record: dict) -> Density:
    ((name, parameters),) = record.items()
    return FAMILIES[name](**{key: _value(value) for key, value in parameters.items()})


def _value(plain):
    if isinstance(plain, dict):
        return from_record(plain)
    return [from_record(part) for part in plain] if isinstance(plain, list) and plain and isinstance(plain[0], dict) else plain
