"""The options of ``gantheory train``, made from the fields of ``Settings``. The command line alone imports this, and typer with it."""

import functools
import inspect
import typing
from collections.abc import Callable
from typing import Annotated, Any

import typer

from gantheory.training.settings import OPTIONS, Settings


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` as typer reads it: an option for each setting in place of its first argument, a ``Settings``."""

    @functools.wraps(command)
    def with_options(**given: Any) -> None:
        options = {name: given.pop(name) for name in OPTIONS}
        command(Settings.from_options(options | {"column": tuple(options["column"] or ())}), **given)

    _, *rest = inspect.signature(command, eval_str=True).parameters.values()
    parameters = [_parameter(name) for name in OPTIONS] + [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in rest]
    with_options.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportAttributeAccessIssue]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def _parameter(name: str) -> inspect.Parameter:
    first, *others = OPTIONS[name]
    unit = first.metadata["unit"]
    kind, default = typing.get_type_hints(Settings)[first.name], first.default
    if name == "column":
        kind, default = list[str] | None, None
    if first.metadata["pair"]:
        kind, default = tuple[kind, kind], (default, *(one.default for one in others))
    flag = ["--" + name.replace("_", "-")] if kind is bool else []
    option = typer.Option(*flag, help=f"{first.metadata['help']}.{f' [unit: {unit}]' if unit else ''}")
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option])
