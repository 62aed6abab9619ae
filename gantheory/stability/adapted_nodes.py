"""Quadrature nodes of a law, placed where many integrands need them, and then kept."""

from collections.abc import Callable

import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions import Density, Uniform
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import first_panels, nodes
from gantheory.quadrature.rules import FINE_WEIGHTS, NODES, Panels, apply_rules, joined

TOLERANCE = 1e-6  # estimated error of an integral, as a share of that of the largest integrand's size
MOST_PANELS = 64  # panels at most: beyond, what is left of the error is the caller's to tell
LEAST_MASS = 1e-20  # of a node that is kept

Nodes = tuple[np.ndarray, np.ndarray]  # points, and their masses


class AdaptedNodes:
    """Panels of a law on which all integrands of a family are resolved.

    Args:
      law: the law.
      integrands: takes points (n,) to the values (n, functions) whose means are wanted.
      ends: two points at which the integrands have kinks, where panels end.
    """

    pair: Pair
    panels: Panels

    def __init__(self, law: Density, integrands: Callable[[np.ndarray], np.ndarray], ends: tuple[float, float] | None = None):
        self.pair = Pair(law, law if ends is None else Uniform(*ends))
        self.panels = self._resolved(integrands)

    def nodes(self, halved: bool = False) -> Nodes:
        """The nodes and their masses; on panels of half the length if ``halved``."""
        panels = self.panels.halves() if halved else self.panels
        x, mass, half = self._points(panels)
        x, mass = x[:, :NODES].ravel(), (mass[:, :NODES] * half[:, None] * FINE_WEIGHTS).ravel()
        return x[mass > LEAST_MASS], mass[mass > LEAST_MASS]

    def _resolved(self, integrands: Callable[[np.ndarray], np.ndarray]) -> Panels:
        """Panels halved until the errors are below the tolerance, those of the largest errors first where there are too many."""
        panels = first_panels(self.pair.rows.kind)
        errors, sizes = self._errors(panels, integrands)
        while len(panels) < MOST_PANELS:
            wanting = errors > TOLERANCE * sizes.sum() / len(panels)
            wanting &= errors >= np.sort(errors)[-(MOST_PANELS - len(panels)) :].min()
            if not wanting.any():
                break
            halves = panels[wanting].halves()
            new_errors, new_sizes = self._errors(halves, integrands)
            panels = joined(panels[~wanting], halves)
            errors, sizes = np.concatenate([errors[~wanting], new_errors]), np.concatenate([sizes[~wanting], new_sizes])
        return panels

    def _errors(self, panels: Panels, integrands: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """(the largest error of any integral, the largest integral of any |integrand|) on every panel."""
        x, mass, half = self._points(panels)
        values = np.stack([integrands(own) for own in x], axis=1).T  # (functions, panels, points)
        values = np.where(mass > LEAST_MASS, values, 0.0) * mass
        found = apply_rules(values, np.zeros((*values.shape[:2], 7)), half)
        return found[1].max(axis=0), found[3].max(axis=0)

    @in_float64
    def _points(self, panels: Panels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(points, masses per length of the panel's coordinate, half of each panel's length)."""
        rows = self.pair.rows.take(panels.row)
        offset, log_jacobian, half = nodes(rows.reach, rows.kind, panels.low, panels.high)
        x, log_p, *_ = self.pair.at(rows, offset, log_jacobian)
        mass = np.exp(np.asarray(log_p))
        return np.where(mass > LEAST_MASS, x, rows.anchor[:, None]), mass, np.asarray(half)
