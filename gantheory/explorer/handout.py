"""A run as one HTML file that replays without a server: recorded pictures, drawn by the page's own modules."""

import base64
import json
import re
from importlib.resources import files
from typing import Any

import numpy as np

from gantheory.explorer.lab import Lab
from gantheory.explorer.wire import without_nan

FRAMES = 400  # pictures of a handout, at most
LEVELS = 2**16 - 2  # steps into which a curve is rounded, from its least to its greatest value
NONE = 2**16 - 1  # stands for what is not finite
CURVES = ("p_g", "logit", "d_star", "slope", "graph", "arrows")  # of a picture, in its order
# The page's modules that draw, each after those it imports from.
MODULES = ("numbers", "canvas", "discriminator", "plot_game", "plot_graph", "plot_gap", "plot_strip", "replay")


def handout(lab: Lab) -> str:
    """The HTML of a run from its first remembered iteration to its last. Raises ``ValueError`` for a run that has not begun."""
    if lab.mode.data.density.dimension != 1:
        raise ValueError("A handout must be of a game on the line. Got one in two dimensions.")
    start, end = lab.timeline.start, lab.timeline.end
    if end == start:
        raise ValueError("A run must have begun for a handout of it. Got iteration 0.")
    other = Lab(lab.timeline.forked())
    wanted = np.unique(np.linspace(start, end, min(FRAMES, end - start + 1)).round().astype(int)).tolist()
    other.timeline.seek(start)
    scenes: list[dict[str, Any]] = []
    frames: list[dict[str, Any]] = []
    staged = None
    for iteration in wanted:
        other.timeline.advance(iteration - other.timeline.iteration)
        head, curves = other.frame(full=False)
        if staged is not other.mode:
            staged = other.mode
            scenes.append(other.scene())
        named = dict(zip(CURVES, curves[: len(CURVES)], strict=True))
        told = {name: head[name] for name in ("iteration", "numbers", "verdict")}
        frames.append({"scene": len(scenes) - 1, "head": told, "curves": {name: _rounded(named[name]) for name in CURVES}})
    return _page({"scenes": scenes, "frames": frames})


def _rounded(curve: np.ndarray) -> list[Any]:
    """[least value, greatest value, the steps between in base 64]: sixteen bits a point."""
    values = np.asarray(curve, np.float64)
    finite = np.isfinite(values)
    low, high = (float(end(values[finite])) if finite.any() else 0.0 for end in (np.min, np.max))
    shares = np.where(finite, (values - low) / (high - low if high > low else 1.0), 0.0)
    steps = np.where(finite, np.round(np.clip(shares, 0, 1) * LEVELS), NONE).astype("<u2")
    return [float(f"{low:.7g}"), float(f"{high:.7g}"), base64.b64encode(steps.tobytes()).decode()]


def _page(recorded: dict[str, Any]) -> str:
    page = files("gantheory.explorer").joinpath("page")
    read = {name: page.joinpath(name).read_text("utf-8") for name in (*(f"{one}.js" for one in MODULES), "style.css", "handout.html")}
    # A text of JSON within a script must not end it.
    text = json.dumps(without_nan(recorded), separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    modules = "\n".join(_module(name, read[f"{name}.js"]) for name in MODULES)
    filled = {"STYLE": read["style.css"], "RECORDED": text, "MODULES": modules}
    return re.sub(r"%(STYLE|RECORDED|MODULES)%", lambda match: filled[match[1]], read["handout.html"])


def _module(name: str, text: str) -> str:
    """A module as a function of its own, since browsers load no modules from files: imports come from ``modules``, exports go there."""
    text = re.sub(r'^import \{(.*?)\} from "\./(\w+)\.js";$', _imported, text, flags=re.MULTILINE)
    exported = re.findall(r"^export (?:async )?(?:function|const) (\w+)", text, re.MULTILINE)
    body = re.sub(r"^export ", "", text, flags=re.MULTILINE)
    return f"modules.{name} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _imported(match: re.Match[str]) -> str:
    return f"const {{{match[1]}}} = modules.{match[2]};"
