"""p_data on the plane from what a page sends: an expression, a picture painted with the brush, or two columns of a CSV file.

Each becomes a density in closed form, so everything measured about it afterwards is of exactly that law.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from gantheory.distributions import Product, Uniform
from gantheory.distributions.plane import PlaneDensity, Twisted
from gantheory.distributions.text import parse
from gantheory.explorer.checks import number, one_of, shortened, words
from gantheory.explorer.data import FARTHEST, FINEST, NARROWEST, Data
from gantheory.game.networks import Unit
from gantheory.training.kernel_density import estimated
from gantheory.training.rows import Reading, require_variation, rows_of_text
from gantheory.training.text_table import TextTable

BRUSHED = 32  # cells of a painted picture along each side
BEYOND = 1e-3  # mass of p_data beyond each side of the box around which the picture is
ROOM = 1.4  # side of the picture, in widths of that box
MOST_PARTS = 2000  # products of a mixture, at most: a training draws from all of them
NARROW = 1e-3  # least deviation of a twisted law, as a share of the picture's side: its masses are found by points that close
ZOO = {
    "ring of 8": "ring(8, 1, .2)",
    "ring of 8, apart": "ring(8, 1, .1)",
    "ring of 8, narrow": "ring(8, 2, .02)",
    "grid of 25": "grid(5, 1, .1)",
    "grid of 9": "grid(3, 1, .1)",
    "moons": "moons(.1)",
    "spiral": "spiral(1.5, .05)",
    "two spirals": "two_spirals(.1)",
    "pinwheel": "pinwheel(5, .3, .05)",
    "checkerboard": "checkerboard(4, 1)",
    "Swiss roll": "swiss_roll(.2)",
    "two circles": "circles(.5, 3, .24)",
    "four rings": "concentric_rings(4, 3, .08)",
    "cosine": "cosine(.1)",
    "line": "line_segment(.1)",
    "one bell": "Product(Normal(0, 1), Normal(0, .5))",
}


@dataclass(frozen=True, eq=False)
class PlaneData(Data):
    """A density on the plane; the picture is the square from ``low`` to ``high`` in x, and from ``bottom`` to ``top`` in y."""

    bottom: float
    top: float

    @property
    def unit(self) -> Unit:
        """Location and scale for the networks: the marginals' medians, and the mean half width of their central 68 %."""
        quantiles = np.array([part.quantile(np.array([0.16, 0.5, 0.84])) for part in self.density.marginals])
        scale = float(np.mean(quantiles[:, 2] - quantiles[:, 0]) / 2)
        return Unit(tuple(quantiles[:, 1].tolist()), (scale, scale))


def plane_data_of(spec: Any) -> PlaneData:
    """The data that a page's message describes (connection.js lists the kinds).

    Raises ``ValueError`` with one sentence if it is not a density on the plane.
    """
    makers = {"expression": _expression, "brush": _brush, "csv": _csv}
    return makers[one_of(spec.get("kind") if isinstance(spec, dict) else None, "kind", tuple(makers))](spec)


def _expression(spec: dict) -> PlaneData:
    text = words(spec, "text")
    density = parse(text)
    if not isinstance(density, PlaneDensity):
        raise ValueError(f"The data must be one density on the plane, such as {ZOO['ring of 8']}. Got {text!r:.60}.")
    straight = density.straight if isinstance(density, Twisted) else density
    parts = straight.weights.size if isinstance(straight, Product) else 1
    if parts > MOST_PARTS:
        raise ValueError(f"The data must have at most {MOST_PARTS} parts. Got {parts} from {text!r:.60}.")
    found = _shown(density, text.strip(), {"kind": "expression", "text": text})
    if isinstance(density, Twisted):
        narrowest = min(float(np.sqrt(np.min(part.variance))) for part in (density.straight.x, density.straight.y))
        if not narrowest >= NARROW * (found.high - found.low):
            raise ValueError(f"A twisted law's deviations must be at least {NARROW:g} of the picture's side. Got {narrowest:g}.")
    return found


def _brush(spec: dict) -> PlaneData:
    low, bottom = (number(spec, name, -1e9, 1e9) for name in ("low", "bottom"))
    side = number(spec, "side", NARROWEST, 1e9)
    shades = spec.get("shades")
    if not isinstance(shades, str) or not re.fullmatch(rf"[0-9]{{{BRUSHED**2}}}", shades, re.ASCII):
        raise ValueError(f"`shades` must be {BRUSHED**2} digits, row by row from below. Got {shortened(shades)}.")
    density = painted(np.array([int(one) for one in shades]).reshape(BRUSHED, BRUSHED).T, low, bottom, side)
    said = f"painted by hand: uniform on each of {BRUSHED} × {BRUSHED} cells"
    told = {"kind": "brush", "low": low, "bottom": bottom, "side": side, "shades": shades}
    return _resolved(PlaneData(density, low, low + side, said, told, bottom, bottom + side))


def painted(shades: np.ndarray, low: float, bottom: float, side: float) -> Product:
    """The law whose density is constant on each cell of a square, in proportion to ``shades`` (columns, rows).

    It has a product for every cell whatever was painted, so that each picture is played by the same compiled program: the painted cells
    are repeated, their masses shared.
    """
    if not shades.any():
        raise ValueError("A painted picture must have ink. Got a blank one.")
    inked = np.flatnonzero(shades)
    which = np.resize(inked, shades.size)
    column, row = np.unravel_index(which, shades.shape)
    copies = np.bincount(which, minlength=shades.size)[which]
    weights = shades.ravel()[which] / copies
    lines = [start + side * np.arange(len(shades) + 1) / len(shades) for start in (low, bottom)]
    x, y = (Uniform(line[at], line[at + 1]) for line, at in zip(lines, (column, row), strict=True))
    return Product(x, y, weights / weights.sum())


def _csv(spec: dict) -> PlaneData:
    text = words(spec, "text")
    names = TextTable.of(text, "the file", header=None).names
    wanted = [name.strip() for name in str(spec.get("column") or "").split(",") if name.strip()] or names[:2]
    if len(wanted) != 2:
        raise ValueError(f"`column` must name two columns, with a comma between. Got {shortened(', '.join(wanted))}.")
    rows = rows_of_text(text, "the file", wanted, Reading(header=None))
    require_variation(rows)
    estimate = estimated(rows.values)
    how = f", {rows.said}" if rows.said else ""
    said = f"{estimate} of {wanted[0]:.30} and {wanted[1]:.30}, bandwidth {estimate.bandwidth:.3g} deviations (Scott){how}"
    assert isinstance(estimate.density, PlaneDensity)
    return _shown(estimate.density, said, {"kind": "csv", "columns": names, "column": ", ".join(wanted)})


def _shown(density: PlaneDensity, said: str, spec: dict[str, Any]) -> PlaneData:
    """The density in a square with room around its mass."""
    low, high = density.box(BEYOND)
    middle, half = (low + high) / 2, ROOM * float(np.max(high - low)) / 2
    (left, bottom), (right, top) = (middle - half).tolist(), (middle + half).tolist()
    return _resolved(PlaneData(density, left, right, said, spec, bottom, top))


def _resolved(data: PlaneData) -> PlaneData:
    """The same data. Raises ``ValueError`` for a density that networks in float32 cannot resolve."""
    far, side = float(np.max(np.abs([data.low, data.high, data.bottom, data.top]))), data.high - data.low
    if not (far <= FARTHEST and side >= max(NARROWEST, FINEST * far) and data.unit.scale[0] >= FINEST / 10 * far):
        raise ValueError(
            f"A density must have most of its mass between {-FARTHEST:g} and {FARTHEST:g}, in a square that float32 resolves. "
            f"Got {data.said:.80}, which is drawn from {data.low:g} to {data.high:g}."
        )
    return data
