"""What a page sends, taken for what it must be, or refused in one sentence."""

from typing import Any


def whole(message: dict, name: str, low: int, high: int) -> int:
    number = message.get(name)
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise ValueError(f"`{name}` must be a whole number from {low} to {high}. Got {shortened(number)}.")
    return number


def number(message: dict, name: str, low: float, high: float) -> float:
    number = message.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
        raise ValueError(f"`{name}` must be a number from {low:g} to {high:g}. Got {shortened(number)}.")
    return float(number)


def words(message: dict, name: str) -> str:
    text = message.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"`{name}` must be a text. Got {shortened(text)}.")
    return text


def one_of(value: Any, name: str, choices) -> Any:
    if not any(value is choice or (isinstance(value, str) and value == choice) for choice in choices):
        raise ValueError(f"`{name}` must be one of {', '.join(map(str, choices))}. Got {shortened(value)}.")
    return value


def shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
