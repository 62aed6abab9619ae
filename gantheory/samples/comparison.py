"""Two samples compared: what their rows show of the laws they are from, and what no rows can show."""

import textwrap
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from gantheory.base.precision import shown
from gantheory.samples.lower_bound import LowerBound, jsd_lower_bound
from gantheory.samples.on_line import distances_on_line
from gantheory.samples.pairwise import energy_of_pairs, median_distance, mmd2_of_pairs
from gantheory.samples.permutation import Distance, scaled
from gantheory.samples.plug_in import PlugIn, by_histogram, by_kernel
from gantheory.samples.transport import wasserstein1_of_rows

FEWEST = 10  # rows of a sample
LARGEST = 1e300  # size of a coordinate that leaves room for differences

WIDTH, INDENT = 110, 18  # characters of a line in words, and of its heading
NO_UPPER_BOUND = (
    "only log 2, at any n: no smaller one holds for all laws, since one of very many single points, drawn from p_data beforehand, "
    "gives rows like those of p_data, and its JSD from p_data is log 2"
)


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

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"jsd_upper_bound": {"unknown": NO_UPPER_BOUND}}

    def __repr__(self) -> str:
        space = {1: "on the line", 2: "on the plane"}.get(self.dimension, f"in {self.dimension} dimensions")
        biased = "biased, by an amount and a sign that no error tells"
        lines = {
            "JSD": str(self.jsd),
            "  upper bound": NO_UPPER_BOUND,
            "  histograms": f"{self.histogram}; {biased}" if self.histogram else "not computed beyond the plane",
            "  kernels": f"{self.kernel}; {biased}" if self.kernel else "not computed",
            "W1": str(self.wasserstein1 or "not computed: in several dimensions it is for few rows only"),
            "energy distance": f"{self.energy_distance}; V-statistic",
            "MMD²": f"{self.mmd2}; U-statistic, Gaussian kernel of bandwidth {self.bandwidth:.3g}",
        }
        heading = f"{self.rows[0]} rows of data and {self.rows[1]} generated ones, {space}"
        return "\n".join([heading, *(_filled(name, text) for name, text in lines.items())])


def _filled(name: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=f"  {name:{INDENT - 2}s}", subsequent_indent=" " * INDENT, break_on_hyphens=False)


def compare_samples(data: Any, generated: Any, *, level: float = 0.95, seed: int = 0) -> SampleComparison:
    """What rows of data and generated rows tell of p_data and p_g, where neither has a density that can be had.

    - A lower bound of JSD(p_data, p_g), from a discriminator trained on one half of the rows and judged on the other, with its standard
      error, and with a confidence that holds at every n.
    - W₁ and the energy distance of the rows, and MMD², each with a permutation test that both laws are one.
    - JSD by histograms and by kernels, which are biased, and shown as such.
    - No upper bound of JSD: there is none without assumptions.

    The rows of each sample must be independent draws of one law, the two samples independent of each other. Rows that D or G were trained
    on are not: they are nearer to p_g than p_data is.

    Args:
      data: an array or a table of numbers, (n,), or (n, d) for rows in d dimensions; at least ten rows.
      generated: another of the same d, of any number of rows from ten on.
      level: confidence of the lower bound, between 0 and 1.
      seed: of the order of the rows, the discriminator and the permutations.

    Raises:
      ValueError: rows of another shape, too few, or not finite; a level outside of (0, 1).

    Source:
      Goodfellow et al. 2014, Theorem 1; Waudby-Smith & Ramdas 2024; Székely & Rizzo 2013; Gretton et al. 2012.
    """
    if not 0 < level < 1:
        raise ValueError(f"`level` of compare_samples must be between 0 and 1. Got {level!r}.")
    samples = _points("data", data), _points("generated", generated)
    if samples[0].shape[1] != samples[1].shape[1]:
        got = f"{samples[0].shape[1]} and {samples[1].shape[1]}"
        raise ValueError(f"`data` and `generated` of compare_samples must have rows of one dimension. Got {got}.")
    rng = np.random.default_rng(seed)
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
    )


def _points(name: str, rows: Any) -> Float[np.ndarray, "n d"]:
    """The rows as (n, d), or one sentence that says what they must be."""
    try:
        points = np.asarray(rows)
        points = np.asarray(points, np.float64) if points.dtype.kind in "biufO" else None
    except (TypeError, ValueError):
        points = None
    if points is None:
        raise ValueError(f"`{name}` of compare_samples must be numbers. Got {shown(rows)}.")
    shape = points.shape
    points = points[:, None] if points.ndim == 1 else points
    if points.ndim != 2 or len(points) < FEWEST or not points.shape[1]:
        raise ValueError(f"`{name}` of compare_samples must be of shape (n,) or (n, d), n at least {FEWEST}. Got {shape}.")
    wrong = ~(np.abs(points) <= LARGEST)
    if wrong.any():
        raise ValueError(f"`{name}` of compare_samples must be finite, and at most {LARGEST:g} in size. Got {points[wrong][0]}.")
    return points
