"""p_data from what a page sends: an expression, a formula, a stroke of the pen, or a CSV file.

Each becomes a density in closed form, so everything measured about it afterwards is exact.
"""

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from gantheory.distributions import Density, Histogram
from gantheory.distributions.text import parse
from gantheory.explorer.checks import number, one_of, shortened, words
from gantheory.explorer.formula import function_of
from gantheory.game.networks import Unit
from gantheory.training.kernel_density import estimated
from gantheory.training.rows import Reading, require_variation, rows_of_text
from gantheory.training.text_table import TextTable

BINS = 256  # steps of a density given by a formula or drawn by hand
NARROWEST, FARTHEST = 1e-30, 1e30  # width of a stretch and distance of its ends from 0 that float32 can compute with
FINEST = 1e-4  # width of a stretch as a share of the distance of its ends from 0, for float32 to tell its cells apart
ZOO = {
    "two bells": "Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])",
    "one bell": "Normal(0, 1)",
    "three spikes": "Mixture([.25, .5, .25], [Normal(-2, .15), Normal(0, .15), Normal(2, .15)])",
    "heavy tails": "StudentT(3, 0, 1)",
    "Laplace": "Laplace(0, 1)",
    "exponential": "Exponential(1)",
    "uniform": "Uniform(-1, 1)",
    "arcsine": "Beta(.5, .5)",
    "steps": "Histogram([-2, -1, 0, 1, 2], [.1, .4, .2, .3])",
}


@dataclass(frozen=True, eq=False)
class Data:
    """A density on the line, with what the page shows of it."""

    density: Any  # a Density; of ``PlaneData`` a PlaneDensity
    low: float  # lower end of the stretch that is drawn
    high: float  # upper end
    said: str  # description in words
    spec: dict[str, Any]  # the page's message, without the text of a file; a drawing of whole heights up to 255 has them as ``levels``

    @property
    def unit(self) -> Unit:
        """Location and scale for the networks: the median, and half the width of the central 68 %."""
        low, middle, high = self.density.quantile(np.array([0.16, 0.5, 0.84])).tolist()
        return Unit(middle, (high - low) / 2)


def data_of(spec: Any) -> Data:
    """The data that a page's message describes (connection.js lists the kinds).

    Raises ``ValueError`` with one sentence if it is not a density on the line.
    """
    makers = {"expression": _expression, "formula": _formula, "pen": _pen, "csv": _csv}
    found = makers[one_of(spec.get("kind") if isinstance(spec, dict) else None, "kind", tuple(makers))](spec)
    _require_shown(found)
    return found


def _require_shown(data: Data) -> None:
    """Raises ``ValueError`` for a density that networks in float32 cannot resolve."""
    far, width = max(abs(data.low), abs(data.high)), data.high - data.low
    if not (far <= FARTHEST and width >= max(NARROWEST, FINEST * far) and data.unit.scale >= FINEST / 10 * far):
        raise ValueError(
            f"A density must have most of its mass between {-FARTHEST:g} and {FARTHEST:g}, on a stretch that float32 resolves. "
            f"Got {data.said:.80}, which is drawn from {data.low:g} to {data.high:g}."
        )


def _expression(spec: dict) -> Data:
    text = words(spec, "text")
    density = parse(text)
    if not isinstance(density, Density) or density.batch_shape:
        raise ValueError(f"The data must be one density on the line, with numbers for parameters. Got {text!r}.")
    return Data(density, *stretch(density), text.strip(), {"kind": "expression", "text": text})


def _formula(spec: dict) -> Data:
    text, (low, high) = words(spec, "text"), _ends(spec)
    edges = np.linspace(low, high, BINS + 1)
    heights = function_of(text)((edges[1:] + edges[:-1]) / 2)
    if not np.all(np.isfinite(heights)) or np.any(heights < 0):
        bad = heights[~(np.isfinite(heights) & (heights >= 0))][0]
        raise ValueError(f"A formula must be finite and at least 0 from {low:g} to {high:g}. Got {bad:g} from {text!r}.")
    said = f"∝ {text.strip()} from {low:g} to {high:g}, as {BINS} steps"
    return Data(_steps(edges, heights), *_widened(low, high), said, {"kind": "formula", "text": text, "low": low, "high": high})


def _pen(spec: dict) -> Data:
    (low, high), heights = _ends(spec), _numbers(spec, "heights", BINS)
    said = f"drawn by hand: {BINS} steps from {low:g} to {high:g}"
    levels = np.clip(heights, 0, 255).astype(np.uint8)
    if not np.array_equal(levels, heights):
        return Data(_steps(np.linspace(low, high, BINS + 1), heights), low, high, said, {"kind": "pen"})
    found = {"kind": "pen", "low": low, "high": high, "levels": base64.b64encode(levels.tobytes()).decode()}
    return Data(_steps(np.linspace(low, high, BINS + 1), heights), low, high, said, found)


def _csv(spec: dict) -> Data:
    text = words(spec, "text")
    names = TextTable.of(text, "the file", header=None).names
    column = str(spec.get("column") or names[0])
    rows = rows_of_text(text, "the file", [column], Reading(header=None))
    require_variation(rows)
    estimate = estimated(rows.values)
    how = f", {rows.said}" if rows.said else ""
    said = f"{estimate} of {column:.40}, bandwidth {estimate.bandwidth:.3g} (Silverman){how}"
    density = estimate.density
    assert isinstance(density, Density)
    return Data(density, *stretch(density), said, {"kind": "csv", "columns": names, "column": column})


def stretch(density: Density) -> tuple[float, float]:
    """(low, high) of the stretch to draw: the central 99.8 % of the mass, and a quarter of that on either side as room for p_g.

    Heavy tails are cut at eight interquartile ranges beyond the quartiles.
    """
    low, lower, upper, high = density.quantile(np.array([1e-3, 0.25, 0.75, 1 - 1e-3])).tolist()
    reach = 8 * (upper - lower)
    return _widened(max(low, lower - reach), min(high, upper + reach))


def _widened(low: float, high: float) -> tuple[float, float]:
    margin = 0.25 * (high - low)
    return low - margin, high + margin


def _steps(edges: np.ndarray, heights: np.ndarray) -> Histogram:
    total = heights.sum()
    if not 0 < total < math.inf:
        raise ValueError(f"A drawn density must have a positive mass. Got {total:g}.")
    masses = heights / total
    return Histogram(edges, masses / masses.sum())


def _ends(spec: dict) -> tuple[float, float]:
    low, high = (number(spec, name, -1e9, 1e9) for name in ("low", "high"))
    if not high - low >= NARROWEST:
        raise ValueError(f"`high` must be above `low` by at least {NARROWEST:g}. Got {low:g} and {high:g}.")
    return low, high


def _numbers(spec: dict, name: str, count: int) -> np.ndarray:
    try:
        numbers = np.asarray(spec.get(name, ()), np.float64)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.shape != (count,) or not np.all(np.isfinite(numbers) & (numbers >= 0) & (numbers < 1e9)):
        raise ValueError(f"`{name}` must be {count} finite numbers of at least 0. Got {shortened(spec.get(name))}.")
    return numbers
