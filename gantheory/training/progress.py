"""How far a training is, on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gantheory.training.history import Progress, Row

SHOWN = ("two_jsd", "discriminator_gap", "modes")  # quantities shown beside the bar


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """The function that a training reports to: a bar with rate and time left on stderr, if that is a terminal; nothing otherwise."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    class Rate(ProgressColumn):
        def render(self, task):
            return f"{task.speed:.0f} it/s" if task.speed else ""

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("training")

        def progress(step: int, steps: int, row: Row | None) -> None:
            if step == 0:
                bar.reset(task, total=steps)
            gaps = "training" if row is None else ", ".join(f"{name} {float(m):.4f}" for name, m in row.measured.items() if name in SHOWN)
            bar.update(task, total=steps, completed=step, description=gaps)

        yield progress
