"""The options of ``gantheory train``, made from the fields of ``Settings``. The command line alone imports this, and typer with it."""

import functools
import inspect
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from gantheory.training.settings import OPTIONS, Settings, fields_of, require_own_options

CONFIG = inspect.Parameter(
    "config",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        Path | None,
        typer.Option(help="A TOML file of settings, or the folder of a run, whose run.toml it is; other options win over it."),
    ],
)


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` as typer reads it: ``--config`` and an option for each setting in place of its first argument, a ``Settings``."""

    @functools.wraps(command)
    def with_options(config: Path | None = None, **given: Any) -> None:
        options = {name: given.pop(name) for name in OPTIONS}
        options["column"] = tuple(options["column"] or ()) or None
        values = fields_of({name: value for name, value in options.items() if value is not None})
        command(_joined(config, values), **given)

    _, *rest = inspect.signature(command, eval_str=True).parameters.values()
    parameters = [CONFIG, *map(_parameter, OPTIONS), *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in rest)]
    with_options.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportAttributeAccessIssue]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def _joined(config: Path | None, given: dict[str, Any]) -> Settings:
    from gantheory.training.spec import joined, read_spec

    spec = {} if config is None else read_spec(config)
    settings = joined(spec, given)
    require_own_options(settings, spec | given)
    return settings


def _parameter(name: str) -> inspect.Parameter:
    """An option that is None where it is not given, so that a spec's value can be told from it."""
    first, *others = OPTIONS[name]
    kind, defaults = typing.get_type_hints(Settings)[first.name], [one.default for one in (first, *others)]
    if name == "column":
        kind = list[str]
    if first.metadata["pair"] and others:
        kind = tuple[kind, kind]
    option = typer.Option(*_flags(name, kind), help=_help(name, defaults))
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option])


def _flags(name: str, kind: Any) -> list[str]:
    """Of a switch, so that it can be set back: --spectral/--no-spectral, --no-header/--header."""
    word = name.replace("_", "-")
    if kind is not bool:
        return []
    return [f"--{word}/--{word.removeprefix('no-') if word.startswith('no-') else f'no-{word}'}"]


def _help(name: str, defaults: list[Any]) -> str:
    """What the option is, with its unit and its default, if it has some."""
    about = OPTIONS[name][0].metadata
    if about["option"] and len(defaults) == 1:
        return f"The same of {'D' if name.endswith('_d') else 'G'} alone; it wins over --{about['option']}."
    parts = [f"{about['help']}.", *([f"[unit: {about['unit']}]"] if about["unit"] else [])]
    if defaults[0] is True:
        parts.append("[default: yes]")
    elif defaults[0] not in (None, ()) and defaults[0] is not False:
        parts.append(f"[default: {' '.join(map(str, defaults if about['pair'] else defaults[:1]))}]")
    return " ".join(parts)
