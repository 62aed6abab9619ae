"""One attack: a question to the library, and what is known of its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attacks.judge import Truth, Verdict, judged


@dataclass(frozen=True)
class Case:
    """A question with its truth.

    Attributes:
      text: the question, to be read.
      ask: asks the library.
      truth: computes what is known otherwise.
      again: computes it in a second way, which an alarm must pass too; None for closed forms.
      digits: what an interval was asked to have; None for an estimate.
      sound: whether an answer can be expected: known operations, defined almost everywhere.
    """

    text: str
    ask: Callable[[], Any]
    truth: Callable[[], Truth]
    again: Callable[[], Truth] | None = None
    digits: int | None = None
    sound: bool = True

    def verdict(self) -> Verdict:
        """Asks, and judges. An alarm that the second computation does not confirm is the outcome "reference"."""
        truth = self.truth()
        try:
            answer = self.ask()
        except Exception as raised:  # whatever it is, it is judged
            answer = raised
        verdict = judged(answer, truth, self.digits)
        if verdict.outcome == "unsound" and self.again is not None:
            second = judged(answer, self.again(), self.digits)
            if second.outcome != "unsound":
                return Verdict("reference", f"{verdict.detail}; a second computation agrees with the answer: {second.detail}")
        return verdict
