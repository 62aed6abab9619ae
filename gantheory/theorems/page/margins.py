"""A layer's comparisons as a figure, in SVG: how far the sides of each are apart, below how far their errors allow, on a log scale."""

import math
from collections.abc import Sequence

from gantheory.evidence.claim import Judgement, Margin
from gantheory.theorems.page.markup import element, escaped

WIDTH, HEIGHT = 320.0, 146.0  # of the figure, in its own units
LEFT, RIGHT, TOP, BOTTOM = 44.0, 6.0, 8.0, 8.0  # margins around the axes
FLOOR_AT = HEIGHT - BOTTOM  # where 0 and less are drawn
LOWEST_AT = FLOOR_AT - 20.0  # where the least positive number may be drawn
LARGEST_DOT, SMALLEST_DOT = 3.0, 1.4  # radii
TICKS = 5  # labelled powers of ten at most


def figure(found: Judgement) -> str:
    """What a layer found: a shaded column for each comparison, as high as its errors allow, and in it a dot, the difference."""
    margins = sorted(found.details, key=lambda one: (one.allowed, one.difference))  # the columns are a staircase
    scale = _Scale(margins)
    step = (WIDTH - LEFT - RIGHT) / len(margins)
    radius = max(SMALLEST_DOT, min(LARGEST_DOT, step / 3))
    stairs = "".join(f"V{scale.top(one.allowed):.1f}h{step:.3f}" for one in margins)
    drawn = [element("path", d=f"M{LEFT:g} {FLOOR_AT:g}{stairs}V{FLOOR_AT:g}z", class_="allowed"), *scale.axis()]
    for number, one in enumerate(margins):
        said = element("title", escaped(f"{one.what}: apart {_number(one.difference)}, allowed {_number(one.allowed)}"))
        x, y = LEFT + step * (number + 0.5), scale.at(one.difference)
        fate = "fails" if one.difference > one.allowed else "holds"
        drawn.append(element("circle", said, class_=fate, cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{radius:.1f}"))
    said = element("title", escaped(summary(found)))
    return element("svg", said, *drawn, class_="margins", viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img")


def summary(found: Judgement) -> str:
    """The figure in words."""
    positive = [one for one in found.details if one.difference > 0 and one.allowed > 0]
    count = f"{len(found.details)} comparison{'s' * (len(found.details) != 1)} by {found.layer}"
    if failing := [one for one in found.details if one.difference > one.allowed]:
        one = failing[0]
        return f"{count}; one fails: {one.what}, apart {_number(one.difference)}, allowed {_number(one.allowed)}"
    if not positive:
        return f"{count}, none with a difference above 0"
    nearest = max(positive, key=lambda one: one.difference / one.allowed)
    share = nearest.difference / nearest.allowed
    return f"{count}, each within its errors; nearest to failing is {nearest.what}, whose difference is {share:.1g} of what is allowed"


class _Scale:
    """Heights of numbers: logarithmic, with 0 and less on the floor and infinity at the top."""

    def __init__(self, margins: Sequence[Margin]):
        sizes = [size for one in margins for size in (one.difference, one.allowed) if 0 < size < math.inf]
        self.low = math.floor(math.log10(min(sizes, default=1e-16)))
        self.high = max(math.ceil(math.log10(max(sizes, default=1.0))), self.low + 1)

    def at(self, size: float) -> float:
        if size <= 0:
            return FLOOR_AT - LARGEST_DOT
        if size == math.inf:
            return TOP
        return LOWEST_AT - (LOWEST_AT - TOP) * (math.log10(size) - self.low) / (self.high - self.low)

    def top(self, allowed: float) -> float:
        """The upper end of a column: one of height 0 is none."""
        return self.at(allowed) if allowed > 0 else FLOOR_AT

    def axis(self) -> list[str]:
        """Lines at powers of ten, and the floor."""
        every = math.ceil((self.high - self.low) / TICKS)
        drawn = []
        for power in range(self.low, self.high + 1, every):
            y = self.at(10.0**power)
            drawn += [_line(y, "tick"), _label(y, f'10<tspan dy="-4" font-size="8">{str(power).replace("-", "−")}</tspan>')]
        return [*drawn, _line(FLOOR_AT, "floor"), _label(FLOOR_AT - LARGEST_DOT, "≤ 0")]


def _line(y: float, kind: str) -> str:
    return element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=f"{y:.1f}", y2=f"{y:.1f}", class_=kind)


def _label(y: float, content: str) -> str:
    return element("text", content, x=LEFT - 6, y=f"{y + 3.5:.1f}", text_anchor="end")


def _number(size: float) -> str:
    return f"{size:.2g}"
