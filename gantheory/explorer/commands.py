"""A page's messages, checked before anything is done: each becomes a function of the lab, or is refused in one sentence."""

import json
from collections.abc import Callable
from typing import Any

from gantheory.explorer.checks import number, one_of, shortened, whole
from gantheory.explorer.lab import MOST_STEPS, PLAYERS, Lab
from gantheory.explorer.settings import BOUNDS


def message_of(text: str) -> dict[str, Any]:
    """The message in a text. Raises ``ValueError`` unless it is a JSON object with a word under ``do``."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not isinstance(message.get("do"), str):
        raise ValueError(f"A message must be a JSON object that says what to `do`. Got {shortened(text)}.")
    return message


def steps_of(message: dict[str, Any]) -> int:
    """The iterations to play before the next picture."""
    return whole(message, "steps", 1, MOST_STEPS)


def only_of(message: dict[str, Any]) -> str | None:
    """The player that learns, if only one does."""
    return one_of(message.get("only"), "only", PLAYERS)


def _step(message: dict[str, Any]) -> Callable[[Lab], None]:
    steps, only = steps_of(message), only_of(message)
    return lambda lab: lab.advance(steps, only)


def _seek(message: dict[str, Any]) -> Callable[[Lab], None]:
    iteration = whole(message, "iteration", 0, 2**31 - 1)
    return lambda lab: lab.seek(iteration)


def _reset(message: dict[str, Any]) -> Callable[[Lab], None]:
    seed = None if message.get("seed") is None else whole(message, "seed", 0, int(BOUNDS["seed"][1]))
    return lambda lab: lab.reset(seed)


def _move(message: dict[str, Any]) -> Callable[[Lab], None]:
    shift, scale = number(message, "shift", -1e6, 1e6), number(message, "scale", 0.01, 100.0)
    return lambda lab: lab.move(shift, scale)


COMMANDS: dict[str, Callable[[dict[str, Any]], Callable[[Lab], None]]] = {
    "step": _step,
    "seek": _seek,
    "reset": _reset,
    "move": _move,
    "fork": lambda message: Lab.fork,
    "unfork": lambda message: Lab.lay_the_ghost,
    "set": lambda message: lambda lab: lab.set(message.get("settings")),
    "data": lambda message: lambda lab: lab.data(message.get("data")),
    "hand": lambda message: lambda lab: lab.hand(message.get("p_g")),
    "undo": lambda message: Lab.undo,
    "line": lambda message: Lab.next_line,
}


def command_of(message: dict[str, Any]) -> Callable[[Lab], None]:
    """What the message asks for, as a function of the lab. Raises ``ValueError`` for an unknown word, or a missing or bad value."""
    return COMMANDS[one_of(message["do"], "do", tuple(COMMANDS))](message)
