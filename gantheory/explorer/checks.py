"""Checks of what a page sends. Each returns the checked value, or raises ``ValueError`` with one sentence."""

from collections.abc import Collection
from typing import Any


def whole(message: dict[str, Any], name: str, low: int, high: int) -> int:
    """The whole number under ``name``, which must be from ``low`` to ``high``."""
    number = message.get(name)
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise ValueError(f"`{name}` must be a whole number from {low} to {high}. Got {shortened(number)}.")
    return number


def number(message: dict[str, Any], name: str, low: float, high: float) -> float:
    """The number under ``name``, which must be from ``low`` to ``high``."""
    number = message.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
        raise ValueError(f"`{name}` must be a number from {low:g} to {high:g}. Got {shortened(number)}.")
    return float(number)


def words(message: dict[str, Any], name: str) -> str:
    """The text under ``name``, which must not be blank."""
    text = message.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"`{name}` must be a text. Got {shortened(text)}.")
    return text


def one_of(value: Any, name: str, choices: Collection[Any]) -> Any:
    """The value, which must be one of the choices; ``name`` is what the refusal calls it."""
    if not any(value is choice or (isinstance(value, str) and value == choice) for choice in choices):
        raise ValueError(f"`{name}` must be one of {', '.join(map(str, choices))}. Got {shortened(value)}.")
    return value


def shortened(value: Any) -> str:
    """The value as a refusal quotes it, in at most 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
