"""How far a training is: a bar for a command, a line for a program."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from gantheory.training.history import AnyRow, Progress

SHOWN = ("two_jsd", "discriminator_gap", "modes", "jsd", "gap")  # quantities shown beside the bar
QUIET = 10.0  # seconds of a command without a line, where no terminal shows them
SLOW = 100.0  # a second; lower rates are shown to three digits
SPARSE = 10  # lines of a training where no terminal shows them, besides the first


@contextmanager
def progress_bar(counted: str = "step") -> Iterator[Progress]:
    """The function that a command reports to, on stderr: on a terminal a bar with rate and time left, elsewhere lines after a while.

    Args:
      counted: what is counted, in the singular.
    """
    if not sys.stderr.isatty():
        yield _Line(overwritten=False, after=QUIET, counted=counted)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    class Rate(ProgressColumn):
        def render(self, task):
            return f"{task.speed:{'.0f' if task.speed >= SLOW else '.3g'}} {counted}s/s" if task.speed else ""

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("training")

        def progress(step: int, steps: int, row: AnyRow | None) -> None:
            if step == 0:
                bar.reset(task, total=steps)
            gaps = "training" if row is None else ", ".join(f"{name} {float(m):.4f}" for name, m in row.measured.items() if name in SHOWN)
            bar.update(task, total=steps, completed=step, description=gaps)

        yield progress


@contextmanager
def reporting(progress: Progress | bool | None) -> Iterator[Progress | None]:
    """What a training reports to, for the argument ``progress`` of ``gt.train``.

    Args:
      progress: a function, None or False for silence, or True for a line on stderr: on a terminal one that is overwritten, elsewhere, as
        in a notebook or a log, a new one at every tenth of the training.
    """
    if not isinstance(progress, bool):
        yield progress
    elif not progress:
        yield None
    else:
        line = _Line(sys.stderr.isatty())
        try:
            yield line
        finally:
            line.close()


class _Line:
    """``step 300 of 1000, 2 JSD 0.0123, C - V 0.0011, 450 steps/s, 2 s left`` on stderr."""

    def __init__(self, overwritten: bool, after: float = 0.0, counted: str = "step"):
        self.counted = counted
        self.overwritten, self.width, self.tenth, self.began = overwritten, 0, -1, (time.monotonic(), 0)
        self.from_then_on = time.monotonic() + after

    def __call__(self, step: int, steps: int, row: AnyRow | None) -> None:
        if self.tenth < 0 or step == 0:
            self.began = time.monotonic(), step  # what was resumed took no time; a command may train several times
        tenth = SPARSE * step // max(1, steps)
        if time.monotonic() < self.from_then_on or (not self.overwritten and tenth == self.tenth):
            return
        self.tenth = tenth
        text = ", ".join([f"{self.counted} {step} of {steps}", *_shown(row), *self._speed(step, steps)])
        print(
            f"\r{text.ljust(self.width)}" if self.overwritten else text, end="" if self.overwritten else "\n", file=sys.stderr, flush=True
        )
        self.width = len(text)

    def _speed(self, step: int, steps: int) -> list[str]:
        since, start = self.began
        seconds = time.monotonic() - since
        if step == start or seconds <= 0:
            return []
        speed = (step - start) / seconds
        return [f"{speed:.3g} {self.counted}s/s" if speed < SLOW else f"{speed:.0f} {self.counted}s/s"] + (
            [f"{(steps - step) / speed:.0f} s left"] if step < steps else []
        )

    def close(self) -> None:
        """End the line."""
        if self.overwritten and self.width:
            print(file=sys.stderr, flush=True)


def _shown(row: AnyRow | None) -> list[str]:
    words = {"two_jsd": "2 JSD", "discriminator_gap": "C - V", "modes": "modes", "jsd": "JSD", "gap": "gap"}
    return [] if row is None else [f"{words[name]} {float(m):.4g}" for name, m in row.measured.items() if name in SHOWN]
