"""A training as a file: its settings by their names, in TOML, from which the same run is made again to the last bit.

A spec may use the short forms of the command too, such as ``width`` for both networks. A data file that it names lies relative to it.
"""

import json
import os
import tomllib
import typing
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from gantheory import datasets
from gantheory.base.words import meant
from gantheory.training.settings import OF_ROWS, OPTIONS, Settings, fields_of, settings_of

NAME = "run.toml"  # the spec that every run of the command leaves in its folder


class Kind(NamedTuple):
    """A kind of value: ``words`` complete the sentence "It must be …"."""

    words: str
    holds: Callable[[Any], bool]
    taken: Callable[[Any], Any]


KINDS: dict[Any, Kind] = {
    bool: Kind("true or false", lambda value: isinstance(value, bool), bool),
    int: Kind("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool), int),
    float: Kind("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool), float),
    str: Kind("text in quotes", lambda value: isinstance(value, str), str),
    tuple[str, ...]: Kind(
        'a list of texts, such as ["x"]',
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
        tuple,
    ),
}


def spec_of(settings: Settings, folder: Path) -> str:
    """The spec of these settings, for a file in ``folder``; what is not given is left out."""
    lines = [f"# gantheory {version('gantheory')}. The same run again: gantheory train --config {NAME} --out FOLDER"]
    for one in settings_of(settings):
        value = getattr(settings, one.name)
        if one.name == "data" and value is not None and value not in datasets.names():
            value = os.path.relpath(value, folder)
        if value not in (None, ()):
            lines.append(f"{one.name} = {_in_toml(value)}")
    return "\n".join(lines) + "\n"


def read_spec(path: Path) -> dict[str, Any]:
    """What a spec gives, by the names of the settings. The spec of a run's folder is its ``run.toml``.

    Raises ``ValueError``, in one sentence, for a file that cannot be read or is not TOML, a name that is no setting, or a value of another
    kind than the setting's.
    """
    path = path / NAME if path.is_dir() else path
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"`--config` must be a file that can be read. Got {path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"`--config` must be a file of lines such as `steps = 300`, in TOML and UTF-8. Got {path}: {error}.") from None
    for name in given:
        if name not in OPTIONS:
            raise ValueError(f"{path} must give settings of `gantheory train` only. Got {name!r}{meant(name, OPTIONS)}")
    values = fields_of({name: _taken(name, value, path) for name, value in given.items()})
    if values.get("data") is not None and values["data"] not in datasets.names():
        values["data"] = os.path.relpath(path.parent / values["data"])
    return values


def joined(spec: dict[str, Any], given: dict[str, Any]) -> Settings:
    """The settings of a spec, over which those that are given by themselves win.

    Other data replace the spec's: a density given replaces a file and how it is read, a file given replaces a density.
    """
    replaced = ("data", *OF_ROWS) if "p_data" in given else ("p_data",) if "data" in given else ()
    return Settings(**{name: value for name, value in spec.items() if name not in replaced} | given)


def _taken(name: str, value: Any, path: Path) -> Any:
    """The value of an option, of the kind of its setting; for a short form also a pair, D's and G's."""
    own = OPTIONS[name]
    kind = KINDS[_kind_of(own[0].name)]
    if len(own) > 1 and isinstance(value, list) and len(value) == len(own):
        return [_taken(one.name, part, path) for one, part in zip(own, value, strict=True)]
    if not kind.holds(value):
        both = ", or two of them, D's and G's" if len(own) > 1 else ""
        raise ValueError(f"`{name}` in {path} must be {kind.words}{both}. Got {value!r}.")
    return kind.taken(value)


def _kind_of(name: str) -> Any:
    """The type of a setting, without the None of one that need not be given."""
    hint = typing.get_type_hints(Settings)[name]
    return next((one for one in typing.get_args(hint) if one in KINDS), hint) if hint not in KINDS else hint


def _in_toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_in_toml, value))}]"
    return repr(float(value) if isinstance(value, float) else int(value))
