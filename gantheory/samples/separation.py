"""A discriminator for two samples, trained in a moment: a logistic regression on the coordinates, their products, and bumps."""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.spatial.distance import cdist, pdist

from gantheory.base.precision import in_float64

MOST_TRAINED = 10_000  # most rows of each sample that D is trained on
MOST_COORDINATES = 20  # principal coordinates that D looks at
MOST_WITH_PRODUCTS = 5  # coordinates up to which all products of two are features, beyond only squares
REACH = 5.0  # where a coordinate is held, in robust standard deviations
MOST_LANDMARKS = 64  # places of bumps, of which there are √n
WIDTHS = (1.0, 0.4, 0.15)  # widths of bumps, in the median distance between landmarks
RIDGES = (10.0, 1.0, 0.1, 0.01, 0.001, 0.0001)  # weights of the penalty, tried on rows set aside
SET_ASIDE = 0.25  # share of these rows
FREE = 1e-6  # weight of the penalty on the bias, which keeps the curvature positive
STEPS = 8  # of Newton's method
FRACTIONS = (1.0, 0.5, 0.2, 0.05, 0.01, 0.0)  # of a step, of which the best is taken

Points = Float[np.ndarray, "n d"]
Others = Float[np.ndarray, "m d"]


class Features(NamedTuple):
    """What D sees of a point: fixed functions of it, standardised over the rows that it is trained on."""

    location: np.ndarray
    scale: np.ndarray
    directions: np.ndarray
    landmarks: np.ndarray
    width: float
    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, points: Points, rng: np.random.Generator) -> "Features":
        location, scale = np.median(points, 0), _robust_scale(points)
        held = np.clip((points - location) / scale, -REACH, REACH)
        directions = np.eye(points.shape[1])
        if points.shape[1] > MOST_COORDINATES:
            directions = np.linalg.eigh(held.T @ held)[1][:, -MOST_COORDINATES:]
        coordinates = held @ directions
        landmarks = coordinates[rng.choice(len(points), min(MOST_LANDMARKS, math.isqrt(len(points))), replace=False)]
        bare = cls(location, scale, directions, landmarks, float(np.median(pdist(landmarks))) or 1.0, np.zeros(1), np.ones(1))
        values = bare.at(points)
        return bare._replace(mean=values.mean(0), spread=np.maximum(values.std(0), 1e-12))

    def at(self, points: Points) -> Float[np.ndarray, "n p"]:
        u = np.clip((points - self.location) / self.scale, -REACH, REACH) @ self.directions
        d = u.shape[1]
        first, second = np.triu_indices(d) if d <= MOST_WITH_PRODUCTS else (np.arange(d), np.arange(d))
        squares = cdist(u, self.landmarks, "sqeuclidean")
        bumps = [np.exp(-squares / (2 * (width * self.width) ** 2)) for width in WIDTHS]
        return (np.concatenate([u, u[:, first] * u[:, second], *bumps], 1) - self.mean) / self.spread


class Separation(NamedTuple):
    """D(x) = sigmoid(weights · features(x) + bias), trained to tell data from generated points."""

    features: Features
    weights: np.ndarray
    bias: float

    def logit(self, points: Points) -> Float[np.ndarray, " n"]:
        return self.features.at(points) @ self.weights + self.bias


@in_float64
def trained_separation(data: Points, generated: Others, rng: np.random.Generator) -> Separation:
    """The D of largest V on these rows among logistic regressions, with a ridge penalty chosen on a quarter of them.

    Args:
      data: in random order; at most 10,000 of them are used.
      generated: likewise.
      rng: chooses the places of the bumps.
    """
    samples = data[:MOST_TRAINED], generated[:MOST_TRAINED]
    features = Features.of(np.concatenate(samples), rng)
    design = np.concatenate([np.concatenate([features.at(sample), np.ones((len(sample), 1))], 1) for sample in samples])
    signs = np.repeat([1.0, -1.0], [len(sample) for sample in samples])
    aside = np.concatenate([np.arange(len(sample)) < max(1, int(SET_ASIDE * len(sample))) for sample in samples])
    weights, losses = np.zeros(design.shape[1]), []
    for ridge in RIDGES:
        weights, logits = _learned(design, signs, _shares(signs, ~aside), ridge, weights)
        losses.append(_shares(signs, aside) @ np.logaddexp(0.0, -signs * np.asarray(logits)))
    best = RIDGES[int(np.argmin(losses))]
    found = np.asarray(_learned(design, signs, _shares(signs, np.ones(len(signs), bool)), best, np.zeros(design.shape[1]))[0])
    return Separation(features, found[:-1], float(found[-1]))


def _shares(signs: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Weights that give the rows taken of each sample one half, and the others nothing."""
    data, generated = taken & (signs > 0), taken & (signs < 0)
    return data / (2 * data.sum()) + generated / (2 * generated.sum())


def _robust_scale(points: Points) -> np.ndarray:
    low, high = np.quantile(points, [0.25, 0.75], axis=0)
    spread = points.std(0)
    scale = np.where(high > low, (high - low) / 1.35, spread)
    return np.where(scale > 0, scale, 1.0)


@jax.jit
def _learned(design: Any, signs: Any, shares: Any, ridge: Any, start: Any) -> tuple[Any, Any]:
    """(the weights of least cross-entropy + ridge/2 |weights|², the logits), by Newton's method; each step is the best of its fractions.

    Args:
      design: (n, p + 1), features and a column of ones.
      signs: +1 for data, -1 for generated points.
      shares: how much each row counts.
      ridge: weight of the penalty.
      start: weights to begin with.
    """
    penalty = jnp.full(start.shape, ridge).at[-1].set(FREE)
    fractions = jnp.array(FRACTIONS)

    def stepped(_, at):
        logits = design @ at
        miss = jax.nn.sigmoid(-signs * logits)
        slope = penalty * at - (shares * signs * miss) @ design
        curve = (design.T * (shares * miss * (1 - miss))) @ design + jnp.diag(penalty)
        step = jax.scipy.linalg.solve(curve, slope, assume_a="pos")
        moves = design @ step

        def loss(fraction):
            return shares @ jnp.logaddexp(0.0, -signs * (logits - fraction * moves)) + penalty @ (at - fraction * step) ** 2 / 2

        return at - fractions[jnp.argmin(jax.vmap(loss)(fractions))] * step

    weights = jax.lax.fori_loop(0, STEPS, stepped, start)
    return weights, design @ weights
