"""How a diffusion turns data into noise, step by step: a chain of Gaussians that is fixed, and known in closed form."""

from typing import NamedTuple

import numpy as np

FIRST = 4e-3  # variance of the noise in x_1
LAST = 4e-4  # share of x_0's variance that is left in x_N


class Noising(NamedTuple):
    """q(x_t|x_{t-1}) = N(√a_t x_{t-1}, β_t), so that q(x_t|x_0) = N(√ᾱ_t x_0, σ_t²) with ᾱ_t = a_1 ⋯ a_t and σ² = 1 - ᾱ.

    Attributes:
      kept: ᾱ_0 = 1, …, ᾱ_N.
      lost: σ_0² = 0, …, σ_N².
    """

    kept: np.ndarray
    lost: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """a_t, for t = 1, …, N."""
        return self.kept[1:] / self.kept[:-1]

    @property
    def betas(self) -> np.ndarray:
        """β_t = 1 - a_t, from which no digits cancel."""
        return np.diff(self.lost) / self.kept[:-1]

    @property
    def least_variances(self) -> np.ndarray:
        """Those of q(x_{t-1}|x_t, x_0): β_t σ_{t-1}²/σ_t², which is 0 for t = 1."""
        return self.betas * self.lost[:-1] / self.lost[1:]

    @property
    def pulls(self) -> np.ndarray:
        """√ᾱ_{t-1} β_t/σ_t: how far v moves μ_t(x) = √a_t x - √ᾱ_{t-1} β_t/σ_t v."""
        return np.sqrt(self.kept[:-1] / self.lost[1:]) * self.betas

    @property
    def times(self) -> np.ndarray:
        """t as a network is told it: evenly from -1 to 1."""
        return np.linspace(-1.0, 1.0, len(self.betas))


def noising_of(steps: int) -> Noising:
    """The chain of so many steps, at least 2, along which log(ᾱ/σ²) falls evenly."""
    log_ratio = np.linspace(np.log1p(-FIRST) - np.log(FIRST), np.log(LAST) - np.log1p(-LAST), steps)
    kept, lost = (1 / (1 + np.exp(sign * log_ratio)) for sign in (-1, 1))
    return Noising(np.append(1.0, kept), np.append(0.0, lost))
