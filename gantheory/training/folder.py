"""The folder of a training: whether it may be written to, its spec, and what goes when another training begins in it."""

from collections.abc import Callable
from pathlib import Path

from gantheory.base.estimate import Undecided
from gantheory.base.files import write
from gantheory.distributions import Law
from gantheory.training.history import AnyRow, Progress
from gantheory.training.spec import NAME

RESULTS = ("run.json", "report.json", "report.html")  # files that say what a folder's run is
DIGITS = 6  # digits asked of a proved interval


def require_room(out: Path, resume: bool, overwrite: bool) -> None:
    """Raise ``ValueError`` if the folder holds a training that is neither to be continued nor to be replaced."""
    if resume and overwrite:
        raise ValueError("A training must be either continued by --resume or replaced by --overwrite. Got both.")
    held = (out / "run.json").exists() or any((out / "checkpoints").glob("*.checkpoint"))
    if held and not resume and not overwrite:
        raise ValueError(
            f"The output folder must hold no training yet. Got {out}, which holds one: --resume continues it, --overwrite replaces it, "
            "and --out names another folder."
        )


def leave(spec: str, out: Path) -> None:
    """Write the spec into the folder unless it is there. Results of another training go."""
    path = out / NAME
    if not path.exists() or path.read_text(encoding="utf-8") != spec:
        for name in RESULTS:
            (out / name).unlink(missing_ok=True)
        write(path, spec)


def leaving(spec: str, out: Path, progress: Progress | None) -> Callable[[int, int, AnyRow | None], None]:
    """What a training reports to: ``progress``, once the spec is in the folder."""

    def measured(step: int, steps: int, row: AnyRow | None) -> None:
        leave(spec, out)
        if progress:
            progress(step, steps, row)

    return measured


def certified(p_data: Law, p: Law, name: str = "p_g") -> str:
    """A proved interval of JSD(p_data, p), as a line, or why there is none."""
    from gantheory import rigorous

    if p_data.dimension == 2:
        return f"JSD(p_data, {name}) undecided: proved intervals are of densities on the line."
    found = rigorous.jsd(p_data, p, DIGITS)
    if isinstance(found, Undecided):
        return f"JSD(p_data, {name}) undecided: {found.why}."
    return "JSD(p_data, {}) in [{}, {}], proved.".format(name, *found.in_decimals(DIGITS + 2))
