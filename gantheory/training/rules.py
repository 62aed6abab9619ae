"""What a setting's value must be, in words for the message that refuses another, and as a test."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import Any


@dataclass(frozen=True)
class Rule:
    """``words`` complete the sentence "It must be …"; ``holds`` tells whether a value is so; ``names`` are all that it may be, if few."""

    words: str
    holds: Callable[[Any], bool]
    names: tuple[str, ...] = ()


def whole(least: int) -> Rule:
    """A whole number of at least ``least``; a bool is none."""
    return Rule(
        f"a whole number of at least {least}",
        lambda value: isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least,
    )


def one_of(names: Iterable[str]) -> Rule:
    """One of the names."""
    names = tuple(names)
    return Rule(f"one of {', '.join(names)}", lambda value: value in names, names)


NOT_NEGATIVE = Rule("at least 0 and finite", lambda value: 0 <= value < math.inf)
POSITIVE = Rule("positive", lambda value: value > 0)
POSITIVE_AND_FINITE = Rule("positive and finite", lambda value: 0 < value < math.inf)
FROM_0_TO_1 = Rule("from 0 to 1", lambda value: 0 <= value <= 1)
FROM_0_BELOW_1 = Rule("at least 0 and below 1", lambda value: 0 <= value < 1)
