"""What densities of a location and a scale on the whole line have in common."""

from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import finite_parameter, one_batch
from gantheory.distributions.line.density import SCALE, Family
from gantheory.distributions.line.domain import require_scale


class LocationScale(Family):
    """The law of loc + scale · Z, of a Z that is smooth on the whole line, but perhaps at 0.

    Raises ``ValueError`` unless ``scale`` is from 1e-290 to 1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of
    ``loc``.
    """

    loc: np.ndarray
    scale: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (True, True)
    places: ClassVar[np.ndarray]  # where Z is cut
    peak: ClassVar[int] = SCALE  # what Z's density is at 0: smooth on its scale, or with a BREAK of its slope

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        owner = type(self).__name__
        self.loc = finite_parameter(owner, "loc", loc)
        self.scale = finite_parameter(owner, "scale", scale, positive=True)
        one_batch(owner, loc=self.loc, scale=self.scale)
        require_scale(owner, self.loc, self.scale)

    def _standard(self, x, offset: Any = 0.0):
        return ((x - self.loc) + offset) / self.scale

    def _moved(self, draw, key, shape, dtype):
        """``draw`` of Z, moved and scaled."""
        return jnp.asarray(self.loc, dtype) + jnp.asarray(self.scale, dtype) * draw(key, (*shape, *self.batch_shape), dtype)

    def _cuts(self):
        return self.loc[..., None] + self.scale[..., None] * self.places, np.where(self.places == 0, self.peak, SCALE)
