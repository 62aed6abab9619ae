"""The phase plane of a small game: its field, runs through it, its eigenvalues, and what follows from them, all from ``dynamics``."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory import dynamics
from gantheory.base.precision import in_float64
from gantheory.dynamics import DifferentiableGame
from gantheory.dynamics.integrators import Integrator, consensus, symplectic
from gantheory.explorer.checks import number, one_of, shortened, whole
from gantheory.game.losses import LOSSES

GRID = 33  # points of the field along each side
MOST_RUNS, MOST_STEPS = 5, 2000  # runs at once, and steps of each
FAR = 1e6  # |w| at which a run is given up
DIGITS = 6  # of the points of a run
# What a theorem says of the largest step, by the way of stepping.
LAWS = {"simultaneous": ", as h < min 2|Re λ|/|λ|² says (Mescheder et al. 2017, Lemma 4)"}
# What the eigenvalues say of the flow, by whether it is stable; and what is said of the largest step, where it is no number.
FLOWS: dict[bool | None, str] = {
    True: "The flow comes to rest: all eigenvalues of v′ have real parts below 0.",
    False: "The flow leaves the point of rest: an eigenvalue of v′ has a real part above 0.",
    None: "Of the flow the eigenvalues of v′ leave it open: the largest real part is 0.",
}
LIMITS = {"none": "no step contracts", "any": "every step contracts"}
NEITHER = 1e-9  # distance of the largest multiplier from 1 that says neither
NAMES = ("Dirac-GAN", "bilinear", "Nagarajan-Kolter", "linear-quadratic")
NOT_PAIRED = tuple(name for name, loss in LOSSES.items() if not loss.relativistic)
# Numbers of a game: (least, largest, first value).
NUMBERS: dict[str, tuple[float, float, float]] = {
    "r1": (0.0, 10.0, 0.0),
    "noise": (0.0, 3.0, 0.0),
    "consensus": (0.0, 10.0, 0.0),
    "time_scale": (0.01, 100.0, 1.0),
    "h": (1e-4, 10.0, 0.2),
    "strength": (1e-3, 10.0, 1.0),
    "reach": (0.01, 100.0, 2.0),
}
WITH_STRENGTH: dict[str, Any] = {"consensus": consensus, "symplectic": symplectic}  # ways that have a strength
FIRST: dict[str, Any] = {
    "game": NAMES[0],
    "loss": "minimax",
    **{name: first for name, (_, _, first) in NUMBERS.items()},
    "integrator": "simultaneous",
    "steps": 200,
    "starts": [[1.0, 1.0]],
}


def games_choices() -> dict[str, Any]:
    """What a page needs to build the controls of the games."""
    bounds = {name: (low, high) for name, (low, high, _) in NUMBERS.items()} | {"steps": (1, MOST_STEPS)}
    return {"games": NAMES, "losses": NOT_PAIRED, "integrators": tuple(dynamics.INTEGRATORS), "bounds": bounds, "first": FIRST}


def checked(spec: Any) -> dict[str, Any]:
    """A page's description of a phase plane, complete and within bounds. Raises ``ValueError`` with one sentence for another."""
    if not isinstance(spec, dict) or not set(spec) <= set(FIRST):
        raise ValueError(f"A phase plane must be an object of {', '.join(FIRST)}. Got {shortened(spec)}.")
    spec = FIRST | spec
    found = {name: number(spec, name, low, high) for name, (low, high, _) in NUMBERS.items()}
    starts = spec["starts"]
    if (
        not isinstance(starts, list)
        or not 1 <= len(starts) <= MOST_RUNS
        or not all(isinstance(one, list) and len(one) == 2 for one in starts)
    ):
        raise ValueError(f"`starts` must be 1 to {MOST_RUNS} pairs of numbers. Got {shortened(starts)}.")
    return found | {
        "game": one_of(spec["game"], "game", NAMES),
        "loss": one_of(spec["loss"], "loss", NOT_PAIRED),
        "integrator": one_of(spec["integrator"], "integrator", tuple(dynamics.INTEGRATORS)),
        "steps": whole(spec, "steps", 1, MOST_STEPS),
        "starts": [[number({"starts": one}, "starts", -1e4, 1e4) for one in pair] for pair in starts],
    }


@functools.lru_cache(32)
def game_of(name: str, loss: str, r1: float, noise: float, gamma: float, tau: float) -> DifferentiableGame:
    """The game of these settings; one for all requests, since a new one would be compiled anew."""
    made = {
        "Dirac-GAN": lambda: dynamics.dirac(loss, r1=r1, noise=noise),
        "bilinear": dynamics.bilinear,
        "Nagarajan-Kolter": lambda: dynamics.nagarajan_kolter(loss),
        "linear-quadratic": dynamics.linear_quadratic,
    }[name]()
    made = dynamics.with_consensus(made, gamma) if gamma else made
    return dynamics.with_time_scale(made, tau) if tau != 1 else made


@functools.lru_cache(32)
def way_of(name: str, strength: float) -> Integrator:
    """The way of stepping of this name."""
    return WITH_STRENGTH[name](strength) if name in WITH_STRENGTH else dynamics.INTEGRATORS[name]


def _placed(game: DifferentiableGame, plane: Any) -> Any:
    """Points (θ, ψ) of the plane that is drawn, as points of the game.

    Of the linear-quadratic game it is (a, w₂), with b = w₁ = 0: these rest there, and no step leaves the plane.
    """
    return plane if game.sizes == (1, 1) else jnp.stack([plane[..., 0], 0 * plane[..., 0], 0 * plane[..., 0], plane[..., 1]], axis=-1)


def _drawn(game: DifferentiableGame, w: Any) -> Any:
    return w if game.sizes == (1, 1) else w[..., jnp.array([0, 3])]


@functools.partial(jax.jit, static_argnums=0)
def _field(game: DifferentiableGame, points: Any) -> Any:
    return jax.vmap(lambda plane: _drawn(game, game.field(_placed(game, plane))))(points)


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def _runs(game: DifferentiableGame, way: Integrator, steps: int, starts: Any, h: Any) -> Any:
    """As ``dynamics.trajectory``, of many starts, and without an end where a run is not finite."""

    def run(start):
        first = _placed(game, start)
        first = first if game.projected is None else game.projected(first)

        def one(carry, _):
            carry = way.step(game, *carry, h)
            return carry, _drawn(game, carry[0])

        after = jax.lax.scan(one, (first, way.begun(game, first)), length=steps)[1]
        return jnp.concatenate([_drawn(game, first)[None], after])

    return jax.vmap(run)(starts)


@in_float64
def portrait(spec: Any) -> dict[str, Any]:
    """The phase plane that a page asks for (connection.js describes it). Raises ``ValueError`` with one sentence for a bad request."""
    spec = checked(spec)
    game = game_of(spec["game"], spec["loss"], spec["r1"], spec["noise"], spec["consensus"], spec["time_scale"])
    way, h, steps = way_of(spec["integrator"], spec["strength"]), spec["h"], spec["steps"]
    rest = None if game.equilibrium is None else [float(one) for one in np.asarray(_drawn(game, np.array(game.equilibrium)))]
    middle = rest or [0.0, 0.0]
    axes = [np.linspace(at - spec["reach"], at + spec["reach"], GRID) for at in middle]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    runs = [_until_far(np.asarray(run)) for run in _runs(game, way, steps, jnp.asarray(spec["starts"]), jnp.asarray(h))]
    return {
        "spec": spec,
        "name": game.name,
        "theta": [float(axes[0][0]), float(axes[0][-1])],
        "psi": [float(axes[1][0]), float(axes[1][-1])],
        "labels": ["θ", "ψ"] if game.sizes == (1, 1) else ["a", "w₂"],
        "field": _rounded(np.asarray(_field(game, jnp.asarray(grid)))),
        "grid": GRID,
        "runs": [_rounded(run) for run in runs],
        "left": [len(run) <= steps for run in runs],
        "rest": rest,
        **near_rest(game, way, h),
    }


@functools.lru_cache(64)
def near_rest(game: DifferentiableGame, way: Integrator, h: float) -> dict[str, Any]:
    """The eigenvalues of v' where the game is at rest, the multipliers of a step, and what follows, in words."""
    if game.equilibrium is None:
        words = "No point of rest of this game is known, and so no theorem speaks of its steps."
        return {"eigenvalues": [], "multipliers": [], "largest_step": "—", "rule": "unknown", "words": words}
    spectrum, found = dynamics.spectrum_at(game), dynamics.multipliers(game, way, h)
    largest = dynamics.largest_stable_step(game, way)
    size = float(np.abs(found).max())
    pairs = [[float(np.real(one)), float(np.imag(one))] for one in (*spectrum.eigenvalues, *found)]
    count = len(spectrum.eigenvalues)
    rule = "open" if abs(size - 1) <= NEITHER else "converges" if size < 1 else "diverges"
    limit = "none" if largest == 0 else "any" if largest == np.inf else f"{largest:.4g}"
    words = f"{FLOWS[spectrum.stable]} Steps of h = {h:g} {_of_steps(rule, size)}; {LIMITS.get(limit, f'steps below {limit} contract')}"
    said = {"largest_step": limit, "rule": rule, "words": words + LAWS.get(way.name, "") + "."}
    return {"eigenvalues": pairs[:count], "multipliers": pairs[count:], **said}


def _of_steps(rule: str, size: float) -> str:
    """What steps do near rest, by the largest multiplier."""
    return {
        "open": "keep their distance to first order: the largest multiplier has size 1",
        "converges": f"converge near it: distances shrink by a factor of {size:.6g} a step in the end",
        "diverges": f"diverge: the largest multiplier has size {size:.6g} > 1",
    }[rule]


def _until_far(run: np.ndarray) -> np.ndarray:
    """The run up to the first point that is not finite, or far away."""
    lost = ~(np.abs(run) < FAR).all(axis=1)
    return run[: int(np.argmax(lost))] if lost.any() else run


def _rounded(rows: np.ndarray) -> list[list[float]]:
    return [[float(f"{one:.{DIGITS}g}") for one in row] for row in rows]
