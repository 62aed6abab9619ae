"""Whether an answer of the library agrees with the truth, which is a number within bounds, infinite, or undefined."""

import math
import re
import traceback
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
from beartype.roar import BeartypeCallHintViolation
from jaxtyping import TypeCheckError
from mpmath import mpf

import gantheory as gt

LIBRARY = str(Path(gt.__file__).parent)
LARGEST = 1.7976931348623157e308
UNKNOWN = 1e300  # error from which on an estimate says that nothing is known: an Estimate's is finite
# What no message to a reader may hold: words of Python's and JAX's own errors.
INTERNAL = re.compile(r"INTERNAL|[Tt]racer|to unpack|object has no attribute|list index|subscriptable|Error:|Traceback|<lambda>.*missing")


@dataclass(frozen=True)
class Truth:
    """A number between ``low`` and ``high``, which may be infinite; or no number at all, and then why."""

    low: Any
    high: Any
    undefined: str = ""

    def __repr__(self) -> str:
        if self.undefined:
            return f"undefined: {self.undefined}"
        low, high = (mpmath.nstr(mpf(end), 18) for end in (self.low, self.high))
        return low if low == high else f"[{low}, {high}]"


def exactly(value: Any) -> Truth:
    return Truth(value, value)


def within(value: Any, slack: Any) -> Truth:
    return Truth(value - slack, value + slack)


INFINITE = Truth(math.inf, math.inf)


def undefined(why: str) -> Truth:
    return Truth(math.nan, math.nan, why)


@dataclass(frozen=True)
class Verdict:
    """How an answer was judged.

    Attributes:
      outcome: "given" (an interval or an estimate that agrees), "infinite" (rightly), "undecided", "refused" (in a sentence), or a fault:
        "unsound", "crash", "wide" (an interval wider than was asked for).
      detail: the answer, and the truth where they disagree.
      ratio: distance from the truth over the stated error, of an estimate.
    """

    outcome: str
    detail: str
    ratio: float = 0.0

    @property
    def is_fault(self) -> bool:
        return self.outcome in ("unsound", "crash", "wide")


def judged(answer: Any, truth: Truth, digits: int | None = None) -> Verdict:
    """The verdict on an answer, or on the exception that came in its place.

    Args:
        answer: what the library gave or raised.
        truth: what is known otherwise.
        digits: what an interval was asked to have.
    """
    detail = (f"{answer.value!r} ± {answer.error!r}" if isinstance(answer, gt.Estimate) else repr(answer))[:400]
    match answer:
        case BaseException():
            return _refusal(answer, truth)
        case gt.Undecided():
            if answer.narrowest is not None and not _meets(answer.narrowest, truth):
                return Verdict("unsound", f"undecided, but narrowest {answer.narrowest!r}; truth {truth!r}")
            fault = INTERNAL.search(answer.why)
            return Verdict("crash" if fault else "undecided", detail)
        case gt.Divergent():
            overflows = "largest double" in answer.reason and truth.low > LARGEST
            right = not truth.undefined and (truth.low == truth.high == float(answer) or (overflows and float(answer) > 0))
            return Verdict("infinite" if right else "unsound", f"{detail}; truth {truth!r}")
        case gt.Enclosure():
            if not _meets(answer, truth):
                return Verdict("unsound", f"{detail}; truth {truth!r}")
            wide = digits is not None and answer.width > Fraction(10) ** (1 - digits)
            return Verdict("wide" if wide else "given", detail)
        case gt.Estimate():
            return _of_estimate(answer, truth, detail)
    return Verdict("crash", f"an answer of type {type(answer).__name__}: {detail}")


def _meets(interval: gt.Enclosure, truth: Truth) -> bool:
    if truth.undefined or truth.low == math.inf or truth.high == -math.inf:
        return False
    with mpmath.workdps(60):
        low, high = (mpf(end.numerator) / end.denominator for end in (interval.lower, interval.upper))
        return bool(low <= mpf(truth.high) and mpf(truth.low) <= high)


def _of_estimate(answer: gt.Estimate, truth: Truth, detail: str) -> Verdict:
    if math.isnan(answer.value) or math.isnan(answer.error) or answer.error < 0:
        return Verdict("unsound", f"{detail}; truth {truth!r}")
    if truth.undefined or truth.low == math.inf or truth.high == -math.inf:
        return Verdict("given" if answer.error >= UNKNOWN else "unsound", f"{detail}; truth {truth!r}")
    with mpmath.workdps(60):
        value = mpf(answer.value)
        off = max(mpf(truth.low) - value, value - mpf(truth.high), mpf(0))
        ratio = float(off / answer.error) if answer.error else (0.0 if off == 0 else math.inf)
    return Verdict("unsound" if ratio > 1 else "given", f"{detail}; truth {truth!r}" if ratio > 1 else detail, ratio)


def _refusal(raised: BaseException, truth: Truth) -> Verdict:
    """A refusal is a ValueError or TypeError that the library itself raises, in one sentence without internal words.

    Under pytest annotations are checked first: what is no question may be refused by that, too.
    """
    frames = traceback.extract_tb(raised.__traceback__)
    message = str(raised)
    said = f"{type(raised).__name__}: {message[:300]}"
    own = bool(frames) and frames[-1].filename.startswith(LIBRARY)
    said_first = message.partition(" Got ")[0]  # what follows is the reader's own object, of any number of lines
    sentence = (message[:1] in "`'\"" or message[:1].isupper()) and "\n" not in said_first
    if type(raised) in (ValueError, TypeError) and own and sentence and not INTERNAL.search(said_first):
        return Verdict("refused", said)
    if isinstance(raised, TypeCheckError | BeartypeCallHintViolation) and truth.undefined:
        return Verdict("refused", said)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Verdict("crash", said.replace("\n", " ") + where)
