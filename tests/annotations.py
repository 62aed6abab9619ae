"""Annotations of gantheory are checked while it is tested. Imported before gantheory, this makes it cheap.

jaxtyping compares the sizes of a call's arrays. For that it binds the arguments and checks them three times. Most functions take no array;
to check those in the same way was a fifth of the suite's time.
"""

import functools
import inspect
from typing import Any, get_args

import jaxtyping

with_sizes = jaxtyping.jaxtyped


def has_array(annotation: Any) -> bool:
    if inspect.isclass(annotation) and issubclass(annotation, jaxtyping.AbstractArray):
        return True
    return any(map(has_array, get_args(annotation)))


def jaxtyped(*, typechecker):
    """What jaxtyping puts before each function and class of the packages it watches: sizes are compared where there are arrays."""

    def checked(function):
        if isinstance(function, classmethod | staticmethod):
            return type(function)(checked(function.__func__))
        if isinstance(function, property):
            return property(*(each and checked(each) for each in (function.fget, function.fset, function.fdel)))
        if inspect.isclass(function) or any(map(has_array, function.__annotations__.values())):
            return with_sizes(function, typechecker=typechecker)
        if not function.__annotations__:
            return function
        with_types = typechecker(function)

        @functools.wraps(function)
        def call(*args, **kwargs):
            return (function if jaxtyping.config.jaxtyping_disable else with_types)(*args, **kwargs)

        return call

    return checked


jaxtyping.jaxtyped = jaxtyped
