"""The players' weights as JSON, for programs of any kind."""

import json
from typing import Any

import equinox as eqx
import jax
import numpy as np

from gantheory.explorer.lab import Lab
from gantheory.explorer.wire import without_nan


def weights(lab: Lab) -> str:
    """The arrays of both players at the present iteration, by their names in the library, as a text of JSON.

    A float32 is written with as many digits as it takes to read the same bits back.
    """
    settings = lab.mode.settings.as_dict()
    state = lab.timeline.state
    told = {
        "iteration": lab.timeline.iteration,
        "data": lab.mode.data.said,
        "settings": settings,
        "generator": _named(state.generator),
        "discriminator": _named(state.discriminator),
    }
    return json.dumps(without_nan(told), allow_nan=False)


def _named(player: Any) -> dict[str, Any]:
    """{".mlp.layers[0].weight": rows, …} of every array of a player."""
    leaves = jax.tree_util.tree_flatten_with_path(eqx.filter(player, eqx.is_array))[0]
    return {jax.tree_util.keystr(path): np.asarray(leaf).tolist() for path, leaf in leaves}
