"""What became of each training of a sweep, by stated rules: it converged, cycles, folded, collapsed, or ended apart from the data."""

from typing import Any

import numpy as np
import xarray as xr

# The phases, from the best to the worst. Of the rules, the first that holds decides, in the order of `RULES`.
PHASES = ("converged", "unfinished", "folded", "cycling", "collapsed", "apart", "broke down")
CLOSE = 0.03  # nats of 2 JSD, at most, of a training that converged; it can be at most log 4 = 1.386
APART = 1.0  # nats of 2 JSD, at least, where p_g lies apart from p_data
SWING = 2.0  # least factor between a low and the next high of 2 JSD, for them to be part of a cycle
TURNS = 3  # least number of lows and highs of a cycle
TELLING = 0.1  # largest error of 2 JSD, in nats, that tells phases apart
LEAST = 6  # measurements along a training that the rules need
RULES = {
    "broke down": "a loss or a weight is not finite, or the end could not be measured",
    "apart": f"2 JSD is at least {APART:g} nat at the end",
    "collapsed": "p_g has lost a mode of p_data at the end (`lost_modes`)",
    "converged": f"2 JSD is at most {CLOSE:g} nat in the last third of the measurements",
    "cycling": f"in the last two thirds 2 JSD has at least {TURNS} lows and highs in turn, each a factor {SWING:g} from the last",
    "folded": "G turns back at the end (`folds`), so that p_g has spikes",
    "unfinished": "none of these",
}


def phases(data: xr.Dataset) -> xr.DataArray:
    """The phase of each training of a sweep.

    Args:
      data: of ``gt.sweep``, measured along the trainings. ``lost_modes`` and ``folds``, numbers at each step, are used if it has them.

    Returns:
      An index into ``PHASES`` for each setting and seed; ``attrs`` hold the names and the rules.

    Raises:
      ValueError: a sweep measured too seldom.
    """
    if "two_jsd" not in data or data.sizes["step"] < LEAST:
        raise ValueError(f"A sweep whose phases are asked for must be measured at least {LEAST} times. Got {data.sizes.get('step', 0)}.")
    curve = data["two_jsd"].transpose(..., "step").values
    last = curve[..., -1]
    holds: dict[str, Any] = {
        "broke down": (data["failure"].values != 0) | np.isnan(last) | (data["two_jsd_error"].isel(step=-1).values > TELLING),
        "apart": last >= APART,
        "collapsed": _at_end(data, "lost_modes") > 0,
        "converged": np.all(curve[..., -(curve.shape[-1] // 3) :] <= CLOSE, axis=-1),
        "cycling": np.apply_along_axis(turns, -1, curve[..., curve.shape[-1] // 3 :]) >= TURNS,
        "folded": _at_end(data, "folds") > 0,
        "unfinished": np.ones(last.shape, bool),
    }
    found = np.select([holds[name] for name in RULES], [PHASES.index(name) for name in RULES])
    dims = [dim for dim in data["two_jsd"].dims if dim != "step"]
    attributes = {"phases": list(PHASES), "rules": [RULES[name] for name in PHASES]}
    return xr.DataArray(found, {dim: data[dim] for dim in dims}, dims, "phase", attributes)


def commonest(found: xr.DataArray) -> xr.DataArray:
    """The phase that most seeds of each setting have; of those that are equally common, the worst."""
    counts = xr.concat([(found == number).sum("seed") for number in range(len(PHASES))], "phase")
    return (len(PHASES) - 1 - counts.isel(phase=slice(None, None, -1)).argmax("phase")).assign_attrs(found.attrs)


def turns(curve: np.ndarray) -> int:
    """The lows and highs of a positive curve, in turn, each at least the factor ``SWING`` from the last."""
    heights = np.log(curve[np.isfinite(curve) & (curve > 0)])
    if not heights.size:
        return 0
    count, rising, extreme, low, high = 0, None, heights[0], heights[0], heights[0]
    for height in heights:
        low, high = min(low, height), max(high, height)
        if rising is None:  # until the first move of that size
            if high - low >= np.log(SWING):
                rising, extreme = height == high, height
        elif (height - extreme) * (1 if rising else -1) >= 0:
            extreme = height
        elif abs(height - extreme) >= np.log(SWING):
            count, rising, extreme = count + 1, not rising, height
    return count


def _at_end(data: xr.Dataset, name: str) -> Any:
    return data[name].isel(step=-1).values if name in data else np.zeros(data["failure"].shape)
