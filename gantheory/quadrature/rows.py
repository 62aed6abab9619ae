"""Where p and q are cut, and in which coordinate each piece is taken.

A *row* is a stretch of the line measured from an anchor, an exact double. Its points are anchor + offset, a sum that is never rounded, so
that a spike of width 1e-9 at .3, a density 1e6 from the origin and the last 1e-300 before an end at 1 are all resolved.

    LINEAR   offset = reach · t                       t in [0, 1]
    POWER    offset = ± e^u, u from log|reach| down   toward the anchor, where a density may behave like any power of the offset
    TAIL     offset = ± e^u, u from log|reach| up     to infinity, where it may fall like any power

Between two neighbouring cuts there is one row, anchored at the lower, if the upper is only a place on the scale; one anchored at the
upper, if that is a break and the lower is not; between two breaks there are two, each anchored at its own and reaching to the middle.
"""

from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions.line.density import POWER_ABOVE, POWER_BELOW, SCALE
from gantheory.quadrature.rules import POINTS, Panels

LINEAR, POWER, TAIL = 0, 1, 2
MANY = 200  # cuts of one pair above which they are thinned
STRIDE = 8.0  # distance in u between the points that tell how an integrand goes on beyond the far end of a row
LEVEL = -1e-6  # power of x times the integrand, at the far end, above which it counts as not integrable
END_ROUNDING = 1e-11  # relative rounding of what lies beyond the far end, since u ~ 700 is itself rounded
PLAIN = -1  # chart whose coordinate is x itself
NEAREST, FARTHEST = -708.0, 345.0  # log|offset| at the far ends of POWER and TAIL rows: 1/x and x² are still doubles there
LAST = 708.0  # log|offset| beyond which no double is
BESIDE = 60.0  # least distance in u from the anchor at which an offset counts as the distance from any other place on the scale
SUDDEN = 1e12  # ratio of the lengths of two neighbouring gaps above which cuts are added between
GRADE = 1e2  # ratio of the distances of two such cuts
# How far, in u, the first panels of a POWER or TAIL row reach.
STEPS = np.array([0.0, 1.5, 4, 9, 20, 45, 100, 220, 480, 1100])


class Rows(NamedTuple):
    """Rows of the line, one array for each of their properties; in JAX if the cuts are traced."""

    owner: Any  # which pair of densities
    anchor: Any
    reach: Any  # signed; 0 for an empty row
    kind: Any
    chart: Any  # PLAIN: the line is x itself; else the number of a pushforward's branch, and the line is its z

    def take(self, which: Any) -> "Rows":
        """The rows that an index, or a mask, selects."""
        return Rows(*(part[which] for part in self))


def rows_between(cuts: Any, flags: np.ndarray, no_low_end: bool, no_high_end: bool) -> Rows:
    """The rows of n pairs, from their cuts (n, L), in any order, and the cuts' flags (L,). In JAX if the cuts are: it traces."""
    n, xp = len(cuts), cuts.__array_namespace__()
    ordered = xp.sort(cuts, axis=1)
    low, high = ordered[:, :-1], ordered[:, 1:]
    parts = [(low, high - low, LINEAR)]
    if flags.any():
        broken_low, broken_high = (_among(side, cuts[:, flags > 0]) for side in (low, high))
        half = (high - low) / 2
        upward = xp.where(broken_high, xp.where(broken_low, half, 0.0), 2 * half)
        downward = xp.where(broken_high, xp.where(broken_low, half, 2 * half), 0.0)
        anchors, reaches = xp.concatenate([low, high], axis=1), xp.concatenate([upward, -downward], axis=1)
        power = xp.concatenate([_among(low, cuts[:, (flags & POWER_ABOVE) > 0]), _among(high, cuts[:, (flags & POWER_BELOW) > 0])], axis=1)
        parts = [(anchors, xp.where(power, 0.0, reaches), LINEAR), (anchors, xp.where(power, reaches, 0.0), POWER)]
    if no_low_end:
        inner = xp.min(xp.where(ordered > ordered[:, :1], ordered, xp.inf), axis=1, keepdims=True)
        parts.append((inner, ordered[:, :1] - inner, TAIL))
    if no_high_end:
        inner = xp.max(xp.where(ordered < ordered[:, -1:], ordered, -xp.inf), axis=1, keepdims=True)
        parts.append((inner, ordered[:, -1:] - inner, TAIL))
    owners = [np.repeat(np.arange(n), anchor.shape[1]) for anchor, _, _ in parts]
    owner = np.concatenate(owners)
    return Rows(
        owner,
        xp.concatenate([anchor.ravel() for anchor, _, _ in parts]),
        xp.concatenate([reach.ravel() for _, reach, _ in parts]),
        np.concatenate([np.full(len(owner), kind) for owner, (_, _, kind) in zip(owners, parts, strict=True)]),
        np.full(len(owner), PLAIN),
    )


def _among(points, some):
    return (points[:, :, None] == some[:, None, :]).any(axis=-1)


def thinned(cuts: np.ndarray, flags: np.ndarray, resolution: float) -> tuple[np.ndarray, np.ndarray]:
    """All breaks of very many cuts, such as a KDE's, and only as many places on the scale as the densities' resolution needs."""
    if cuts.size <= MANY or resolution == 0:
        return cuts, flags
    order = np.argsort(cuts[0])
    places = order[flags[order] == SCALE]
    step = np.floor((cuts[0, places] - cuts[0, order[0]]) / resolution)
    kept = np.concatenate([np.flatnonzero(flags != SCALE), places[np.unique(step, return_index=True)[1]], order[[0, -1]]])
    kept = np.unique(kept)
    return cuts[:, kept], flags[kept]


def graded(cuts: np.ndarray, flags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """With places between cuts of very different scales, so that a power law between them is seen; and no gap beyond the doubles."""
    with np.errstate(over="ignore"):
        gaps = np.diff(np.sort(cuts, axis=1), axis=1)
    smallest = np.min(gaps, axis=1, initial=np.inf, where=gaps > 0)
    added = [np.array([])] * len(cuts)
    for pair in np.flatnonzero(np.isinf(gaps).any(axis=1) | (gaps / SUDDEN > smallest[:, None]).any(axis=1)):
        added[pair] = _between(np.unique(cuts[pair]))
    most = max(map(len, added))
    if not most:
        return cuts, flags
    padded = np.stack([np.concatenate([new, np.full(most - len(new), own[0])]) for new, own in zip(added, cuts, strict=True)])
    return np.concatenate([cuts, padded], axis=1), np.concatenate([flags, np.full(most, SCALE)])


def _between(cuts: np.ndarray) -> np.ndarray:
    """Where to add cuts to some that are sorted."""
    with np.errstate(over="ignore"):
        wide = np.isinf(np.diff(cuts))
        cuts = np.insert(cuts, np.flatnonzero(wide) + 1, 0.0)
        gaps = np.diff(cuts)
    new, logs = [np.zeros(int(wide.sum()))], np.log(gaps)
    for at, size in enumerate(logs):
        for neighbour, end, sign in ((at - 1, cuts[at], 1), (at + 1, cuts[at + 1], -1)):
            if 0 <= neighbour < len(gaps) and logs[neighbour] < size - np.log(SUDDEN):
                steps = np.arange(logs[neighbour] + np.log(GRADE), size, np.log(GRADE))
                new.append(end + sign * np.exp(steps))
    return np.concatenate(new)


def first_panels(kind: np.ndarray, parts: int = 1, depth: float = STEPS[-1]) -> Panels:
    """Every LINEAR row in equal parts, every other one in steps that double, until ``depth``. Fractions are of the last of STEPS."""
    more = STEPS[-1] * 2.0 ** np.arange(1, 2 + max(0.0, np.log2(depth / STEPS[-1])))
    steps = np.concatenate([STEPS, more[: max(0, int(np.ceil(np.log2(depth / STEPS[-1]))))]]) / STEPS[-1]
    fractions = {LINEAR: np.arange(parts + 1) / parts, POWER: steps, TAIL: steps}
    pieces = [(rows, fractions[k][:-1], fractions[k][1:]) for k in fractions if (rows := np.flatnonzero(kind == k)).size]
    return Panels(
        np.concatenate([np.repeat(rows, len(low)) for rows, low, _ in pieces]),
        np.concatenate([np.tile(low, len(rows)) for rows, low, _ in pieces]),
        np.concatenate([np.tile(high, len(rows)) for rows, _, high in pieces]),
    )


def edges(reach: Any, kind: Any) -> Any:
    """u up to which a POWER or TAIL row is of points that are doubles. In JAX if ``reach`` is."""
    xp = reach.__array_namespace__()
    size = xp.log(xp.abs(xp.where(reach == 0, 1.0, reach)))
    return xp.where(kind == TAIL, xp.clip(size + BESIDE, FARTHEST, LAST), NEAREST)


def places(reach: Any, kind: Any, low: Any, high: Any, stop: Any) -> tuple[Any, Any, Any, Any]:
    """(offsets (panels, 33), excess, log Jacobian, half of each panel's length in its coordinate). In JAX if ``reach`` is.

    A POWER or TAIL row ends at u = ``stop``. Where that is beyond the doubles, the offset and the Jacobian stay what they are at the edge,
    and the excess is how much farther u is. An empty row has panels of length 0, and nodes where they do no harm.
    """
    xp = reach.__array_namespace__()
    none, reach = reach == 0, xp.where(reach == 0, 1.0, reach)
    size, edge = xp.log(xp.abs(reach)), edges(reach, kind)
    linear = (kind == LINEAR)[:, None]

    def coordinate(fraction):
        up, down = xp.minimum(size + STEPS[-1] * fraction, stop), xp.maximum(size - STEPS[-1] * fraction, stop)
        return xp.where(kind == LINEAR, fraction, xp.where(kind == TAIL, up, down))

    start, end = coordinate(low), coordinate(high)
    half = xp.abs(end - start) / 2
    place = (start + end)[:, None] / 2 + half[:, None] * POINTS
    held = xp.where((kind == TAIL)[:, None], xp.minimum(place, edge[:, None]), xp.maximum(place, edge[:, None]))
    offset = xp.sign(reach)[:, None] * xp.where(linear, xp.abs(reach)[:, None] * place, xp.exp(xp.where(linear, 0.0, held)))
    log_jacobian = xp.where(linear, size[:, None], held)
    return offset, xp.where(linear, 0.0, place - held), log_jacobian, xp.where(none, 0.0, half)


def nodes(reach: Any, kind: Any, low: Any, high: Any) -> tuple[Any, Any, Any]:
    """(offsets (panels, 33), log |d offset/d coordinate|, half of each panel's length): ``places`` among the doubles."""
    offset, _, log_jacobian, half = places(reach, kind, low, high, edges(reach, kind))
    return offset, log_jacobian, half


def far_end(reach: Any, kind: Any) -> tuple[Any, Any]:
    """(offsets (rows, 3), log Jacobian): where POWER and TAIL rows stop, and one STRIDE and two before. In JAX if ``reach`` is."""
    xp = reach.__array_namespace__()
    reach = xp.where(reach == 0, 1.0, reach)
    u = edges(reach, kind)[:, None] + xp.where(kind == TAIL, -STRIDE, STRIDE)[:, None] * np.arange(3)
    return xp.sign(reach)[:, None] * xp.exp(u), u


def beyond(ends: Any) -> tuple[Any, Any, Any]:
    """(∫ beyond the far end, how far it may be off, the power of x F there), from F at ``far_end``'s points (..., 3). In JAX if they are.

    F e^u is continued as F_0 e^(κ u): the integral is F_0/|κ|, or infinite for κ >= 0. The error is estimated from the change of κ.
    """
    xp = ends.__array_namespace__()
    some = (ends != 0).all(axis=-1)
    logs = xp.log(xp.abs(xp.where(some[..., None], ends, 1.0)))
    power, before = (logs[..., 0] - logs[..., 1]) / STRIDE, (logs[..., 1] - logs[..., 2]) / STRIDE
    integrable = power < LEVEL
    fall = xp.where(integrable, -power, 1.0)
    endless = xp.copysign(xp.inf, ends[..., 0])
    rest = xp.where(ends[..., 0] == 0, 0.0, xp.where(some & integrable, ends[..., 0] / fall, endless))
    doubt = END_ROUNDING + 4 * xp.abs(power - before) / (STRIDE * fall**2)
    return rest, xp.abs(xp.where(xp.isfinite(rest), rest, 0.0)) * doubt, power
