"""The run that a page shows as a script of the library, which ends with the same numbers."""

from typing import Any

import numpy as np

from gantheory.distributions import Histogram
from gantheory.explorer.mode import Mode
from gantheory.explorer.settings import LEAST_CLIP
from gantheory.training.setup import REACH

PENALTIES = {"R1": "R1({gamma!r})", "R2": "R2({gamma!r})", "gradient penalty": "GradientPenalty({gamma!r}, {scale!r})"}
SCRIPT = '''"""A run of gantheory's explorer: {said}, after {steps} iterations."""

import jax
import numpy as np

import gantheory as gt
from gantheory.distributions.text import parse
from gantheory.game.constraints import clipped
from gantheory.game.penalties import R1, R2, GradientPenalty
from gantheory.training.optimizers import OPTIMIZERS

p_data = {p_data}
unit = ({loc!r}, {scale!r})  # location and scale of the data, for the networks
key_g, key_d = jax.random.split(jax.random.key({seed}))

run = gt.train(
    p_data,
    latent=parse({latent!r}),
    generator=gt.Generator({width_g}, {depth_g}, {activation_g!r}, unit, key=key_g),
    discriminator=gt.Discriminator({width_d}, {depth_d}, {activation_d!r}, unit, {reach!r}, key=key_d),
    loss={loss!r},
    penalty={penalty},
    optimizers=({optimizer_d}, OPTIMIZERS[{optimizer_g!r}]({rate_g!r})),
    steps={steps},
    k={k},
    generator_steps={generator_steps},
    simultaneous={simultaneous},
    oracle={oracle!r},
    population={population},
    batch={batch},
    seed={seed},
    measure_every={steps},
)
for name, found in run.measured().items():
    print(f"{{name}} = {{float(found)!r}} ({{found!r}})")
'''


def script_of(mode: Mode, iteration: int, untouched: bool) -> str:
    """The script of a run.

    Args:
        mode: How it was played.
        iteration: How far.
        untouched: Whether it was played so from its first iteration on.

    Raises:
        ValueError: A run that was changed on the way, or not begun, or data from a file.
    """
    if not untouched or iteration < 1:
        got = "one that was changed on the way" if iteration else "one that has not begun"
        raise ValueError(f"A run must be played without a change from its start for a script of it. Got {got}.")
    values: dict[str, Any] = mode.settings.as_dict()
    gamma, scale = values["gamma"], float(mode.unit.scale)
    weight = gamma * (1.0 if values["penalty"] == "gradient penalty" else scale**2)
    optimizer = f"OPTIMIZERS[{values['optimizer_d']!r}]({values['rate_d']!r})"
    if values["penalty"] == "clipped weights":
        optimizer = f"clipped({optimizer}, {max(gamma, LEAST_CLIP)!r})"
    return SCRIPT.format(
        **values
        | {
            "said": mode.data.said.replace("\\", "/").replace('"', "'"),
            "steps": iteration,
            "p_data": _p_data(mode),
            "loc": float(mode.unit.loc),
            "scale": scale,
            "reach": REACH if values["reach"] else None,
            "penalty": PENALTIES.get(values["penalty"], "None").format(gamma=weight, scale=scale),
            "optimizer_d": optimizer,
        }
    )


def _p_data(mode: Mode) -> str:
    """p_data as an expression of Python."""
    kind, density = mode.data.spec["kind"], mode.data.density
    if kind == "expression":
        return f"parse({mode.data.spec['text']!r})"
    if isinstance(density, Histogram):
        return f"gt.Histogram(np.array({np.asarray(density.edges).tolist()}), np.array({np.asarray(density.masses).tolist()}))"
    raise ValueError("Data must be given by an expression, a formula or a drawing for a script of them. Got the rows of a file.")
