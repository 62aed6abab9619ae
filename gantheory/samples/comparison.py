"""Two samples compared: what their rows show of the laws they are from, and what no rows can show."""

from dataclasses import asdict, dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from jaxtyping import Float

from gantheory.base.precision import shown
from gantheory.samples.lower_bound import LowerBound, jsd_lower_bound
from gantheory.samples.on_line import distances_on_line
from gantheory.samples.pairwise import energy_of_pairs, median_distance, mmd2_of_pairs
from gantheory.samples.permutation import Distance, scaled
from gantheory.samples.plug_in import PlugIn, by_histogram, by_kernel
from gantheory.samples.printed import NO_UPPER_BOUND, as_text
from gantheory.samples.transport import wasserstein1_of_rows
from gantheory.samples.verdict import are_copies, in_a_sentence

FEWEST = 10  # rows of a sample
LARGEST = 1e300  # size of a coordinate that leaves room for differences
SHORT = 80  # most characters of a value in a message


@dataclass(frozen=True, repr=False)
class SampleComparison:
    """What two samples tell of the laws that they are from.

    Attributes:
      rows: of data and generated.
      dimension: of a row.
      jsd: a lower bound of JSD, in nats, from a discriminator.
      wasserstein1: between the empirical laws, in the data's unit; None where it is not computed.
      energy_distance: between the empirical laws, a V-statistic, in the data's unit.
      mmd2: MMD² of a Gaussian kernel, an unbiased U-statistic; no unit.
      bandwidth: of that kernel, in the data's unit.
      histogram: the JSD of histograms, which is biased; None beyond the plane.
      kernel: that of kernel estimates, which is biased too; None where it is not computed.
      copied: whether every generated row is one of the data's own, where that is hardly chance.
    """

    rows: tuple[int, int]
    dimension: int
    jsd: LowerBound
    wasserstein1: Distance | None
    energy_distance: Distance
    mmd2: Distance
    bandwidth: float
    histogram: PlugIn | None
    kernel: PlugIn | None
    copied: bool

    @property
    def p_values(self) -> dict[str, float]:
        """By the names of the tests that were made, each that both samples are of one law."""
        distances = {"W1": self.wasserstein1, "energy distance": self.energy_distance, "MMD²": self.mmd2}
        made = {name: one.p_value for name, one in distances.items() if one is not None and one.p_value is not None}
        return {**made, "discriminator": self.jsd.p_value}

    @property
    def verdict(self) -> str:
        """Whether the samples differ, in a sentence. Of samples of one law it says that they do with a probability of 1 - level at most."""
        return in_a_sentence(self.p_values, self.rows, self.jsd.level, self.copied)

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"verdict": self.verdict} | asdict(self) | {"jsd_upper_bound": {"unknown": NO_UPPER_BOUND}}

    def __repr__(self) -> str:
        return as_text(self)


def compare_samples(data: Any, generated: Any, *, level: float = 0.95, seed: int = 0) -> SampleComparison:
    """What rows of data and generated rows tell of p_data and p_g, where neither has a density that can be had.

    - A lower bound of JSD(p_data, p_g), from a discriminator trained on one half of the rows and judged on the other, with its standard
      error, and with a confidence that holds at every n.
    - W₁ and the energy distance of the rows, and MMD², each with a permutation test that both laws are one.
    - A verdict of all these tests together, which keeps the level.
    - JSD by histograms and by kernels, which are biased, and shown as such.
    - No upper bound of JSD: there is none without assumptions.

    The rows of each sample must be independent draws of one law, the two samples independent of each other. Rows that D or G were trained
    on are not: they are nearer to p_g than p_data is.

    Args:
      data: an array or a table of numbers, (n,), or (n, d) for rows in d dimensions; at least ten rows.
      generated: another of the same d, of any number of rows from ten on.
      level: confidence of the lower bound, and of the verdict, between 0 and 1.
      seed: of the order of the rows, the discriminator and the permutations.

    Raises:
      ValueError: rows of another shape, too few, or not finite; a level outside of (0, 1), a seed that is none.

    Source:
      Goodfellow et al. 2014, Theorem 1; Waudby-Smith & Ramdas 2024; Székely & Rizzo 2013; Gretton et al. 2012.
    """
    require_level_and_seed(level, seed)
    samples = _points("data", data), _points("generated", generated)
    if samples[0].shape[1] != samples[1].shape[1]:
        got = f"{samples[0].shape[1]} and {samples[1].shape[1]}"
        raise ValueError(f"`data` and `generated` of compare_samples must have equally many numbers in a row. Got {got}.")
    rng = np.random.default_rng(int(seed))
    location = np.median(samples[0], 0)
    unit = max(float(np.abs(sample - location).max()) for sample in samples) or 1.0
    x, y = (rng.permutation((sample - location) / unit) for sample in samples)
    if x.shape[1] == 1:
        wasserstein1, energy = distances_on_line(x[:, 0], y[:, 0], rng)
    else:
        wasserstein1, energy = wasserstein1_of_rows(x, y, rng), energy_of_pairs(x, y, rng)
    bandwidth = median_distance(x, y, rng)
    return SampleComparison(
        rows=(len(x), len(y)),
        dimension=x.shape[1],
        jsd=jsd_lower_bound(x, y, float(level), rng),
        wasserstein1=wasserstein1 and scaled(wasserstein1, unit),
        energy_distance=scaled(energy, unit),
        mmd2=mmd2_of_pairs(x, y, bandwidth, rng),
        bandwidth=bandwidth * unit,
        histogram=by_histogram(x, y),
        kernel=by_kernel(x, y, unit),
        copied=are_copies(*samples),
    )


def require_level_and_seed(level: Any, seed: Any) -> None:
    """Raise ``ValueError``, in one sentence, unless they are what ``compare_samples`` takes."""
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < float(level) < 1:
        raise ValueError(f"`level` of compare_samples must be a number between 0 and 1. Got {level!r}.")
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise ValueError(f"`seed` of compare_samples must be a whole number of at least 0. Got {seed!r}.")


def _points(name: str, rows: Any) -> Float[np.ndarray, "n d"]:
    """The rows as (n, d), or one sentence that says what they must be."""
    must = f"`{name}` of compare_samples must be"
    points = _numbers(rows)
    if points is None:
        raise ValueError(f"{must} an array or a table of numbers. Got {_in_short(rows)}.")
    shape = points.shape
    points = points[:, None] if points.ndim == 1 else points
    if points.ndim != 2 or len(points) < FEWEST or not points.shape[1]:
        raise ValueError(f"{must} of shape (n,) or (n, d), n at least {FEWEST}. Got {shape if shape else _in_short(rows)}.")
    wrong = ~(np.abs(points) <= LARGEST)
    if wrong.any():
        row = int(wrong.any(1).argmax())
        raise ValueError(f"{must} finite, and at most {LARGEST:g} in size. Got {points[row][wrong[row]][0]} in row {row + 1}.")
    return points


def _numbers(rows: Any) -> np.ndarray | None:
    """Rows in float64, nan where a number is missing or masked; None where they are not numbers, or of several lengths."""
    try:
        points = np.ma.asanyarray(rows) if isinstance(rows, np.ma.MaskedArray) else np.asarray(rows)
        if points.dtype.kind == "O":
            if any(isinstance(one, str | bytes) for one in points.flat):
                return None
            missing = [one is None or type(one).__name__ in ("NAType", "NaTType") for one in points.flat]
            points = np.where(np.reshape(missing, points.shape), np.nan, points)
        if points.dtype.kind not in "biufO" or (points.ndim == 0 and rows is None):
            return None
        points = points.astype(np.float64)
        return points.filled(np.nan) if isinstance(points, np.ma.MaskedArray) else points
    except (TypeError, ValueError, OverflowError, RuntimeError):  # the last is PyTorch's, of a tensor with a gradient
        return None


def _in_short(rows: Any) -> str:
    """A value in a few characters, or its type."""
    text = shown(rows)
    if len(text) <= SHORT and "\n" not in text:
        return text
    kind = f"{rows.dtype} array" if isinstance(rows, np.ndarray) else type(rows).__name__
    begins = f" that begins with {shown(rows[0])[:SHORT]}" if isinstance(rows, list | tuple | np.ndarray) and len(rows) else ""
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}{begins}"
