"""Figure 1 of Goodfellow et al. 2014 for anybody's states: p_data, the exact p_g, D, and G as arrows, with both gaps in numbers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from string import ascii_lowercase
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from gantheory.base.estimate import Divergent
from gantheory.base.precision import shown, values_at
from gantheory.measurement.discriminators import probability_of
from gantheory.measurement.state import measure
from gantheory.plot.lines import curves, mapping, x_grid
from gantheory.plot.styles import DATA, DISCRIMINATOR, GENERATED, drawing, inked
from gantheory.plot.styles import style as styled

INKS = ((DISCRIMINATOR, "$D(x)$"), (DATA, r"$p_\mathrm{data}(x)$"), (GENERATED, r"$p_g(x)$, exact"))
PANEL = {"paper": (2.55, 3.3), "slides": (3.25, 4.6), "poster": (5.6, 8.0)}  # inches of a panel
ALONE = 1.5  # width of a single panel, in panels: the legend is wider than one
ARROWS = 25  # points of z whose way through G is drawn
MARGIN = 0.35  # margin on each side, as a share of the data's width
PEAK = 0.8  # height of p_data's peak, where D's probability is 1
LOWEST, Z_LINE, X_LINE = -0.62, -0.52, -0.12  # heights of the lower end and of the lines of z and x


def figure1(states: Any, axes: Any = None, *, style: str | None = None, numbers: bool = True) -> Any:
    """Draw states of the game side by side as Figure 1 of Goodfellow et al. 2014 does: a run at several times, or several, on the line.

    Above, p_data (dotted), the exact p_g (solid) and D (dashed); below, G as arrows from z to x. D has the height of its probability. The
    densities share a scale of their own, by which the highest peak of p_data is at .8. Below each panel stands what is measured there.

    Args:
      states: what has ``p_data``, ``p_g`` and ``discriminator``, such as a ``Run`` or a ``State``; one, a sequence, or a mapping by the
        panels' titles.
      axes: as many matplotlib Axes as there are states, and then your own rcParams hold unless ``style`` is given; a new figure if None.
      style: ``paper``, ``slides`` or ``poster``; a new figure is of style ``paper`` if None.
      numbers: write 2 JSD and the discriminator's gap, C(G) - V(G, D), below each panel, in nats, with their errors.

    Returns:
      The matplotlib figure.

    Raises:
      ValueError: no states, one on the plane, another number of Axes, or a style that is none.

    Source:
      Goodfellow et al. 2014, Figure 1.
    """
    panels = _panels(states)
    context: AbstractContextManager[Any]
    if axes is None:
        width, height = PANEL.get(style or "paper", PANEL["paper"])
        context = drawing(max(len(panels), ALONE) * width, height, style or "paper")
    else:
        context = nullcontext() if style is None else styled(style)
    with context as figure:
        drawn = _given(axes, len(panels)) if figure is None else list(np.atleast_1d(figure.subplots(1, len(panels))))
        figure = figure or drawn[0].figure
        scale = PEAK / max(float(state.p_data.prob(_x_of(state)).max()) for _, state in panels)
        for ax, (title, state) in zip(drawn, panels, strict=True):
            panel(ax, state, _x_of(state), scale)
            ax.set_title(title)
            if numbers:
                ax.text(0.5, 0.0, _measured(state), transform=ax.transAxes, ha="center", va="top", linespacing=1.5, fontsize="small")
        handles = [drawn[0].plot([], [], **inked(ink), label=label)[0] for ink, label in INKS]
        if axes is None:
            figure.legend(handles=handles, loc="outside upper center", ncols=3)
        else:
            drawn[0].legend(handles=handles, loc="upper right", fontsize="small")
    return figure


def panel(ax: Axes, state: Any, x: np.ndarray, scale: float = 1.0, z: np.ndarray | None = None) -> None:
    """Draw one state as a panel of Figure 1.

    Args:
      ax: the axes.
      state: has ``p_data``, ``p_g`` and ``discriminator``, which may be None; on the line.
      x: the grid, in increasing order.
      scale: height of a density of 1, where D's probability 1 has the height 1.
      z: the points whose way through G is drawn; points of equal mass if None. A p_g that is of no generator has no arrows.
    """
    p_data, p_g, d = state.p_data, state.p_g, _judge(state)
    probability = np.full(x.shape, np.nan) if d is None else probability_of(d)(x)
    curves(ax, x, scale * p_data.prob(x), scale * p_g.prob(x), probability, below=LOWEST)
    generator, latent = getattr(p_g, "generator", None), getattr(p_g, "latent", None)
    if generator is not None and latent is not None:
        starts = np.asarray(latent.quantile((np.arange(ARROWS) + 0.5) / ARROWS) if z is None else z)
        ends = values_at(generator, starts)
        seen = (ends >= x[0]) & (ends <= x[-1])
        if seen.sum() > 1:
            mapping(ax, starts[seen], ends[seen], z_line=Z_LINE, x_line=X_LINE)
    ax.set_axis_off()


def _panels(states: Any) -> list[tuple[str, Any]]:
    """(title, state) of every panel."""
    if isinstance(states, Mapping):
        found = [(str(title), state) for title, state in states.items()]
    else:
        several = list(states) if isinstance(states, Sequence) else [states]
        found = [(f"({letter})" if len(several) > 1 else "", state) for letter, state in zip(ascii_lowercase, several, strict=False)]
    if not found:
        raise ValueError("`states` of figure1 must be one state or more. Got none.")
    for _, state in found:
        if not all(hasattr(state, name) for name in ("p_data", "p_g", "discriminator")):
            raise ValueError(f"`states` of figure1 must be runs, or have p_data, p_g and discriminator. Got {shown(state)}.")
        if state.p_data.dimension != 1:
            raise ValueError("`states` of figure1 must be on the line. Got one on the plane, which `run.plot()` draws.")
    return found


def _given(axes: Any, count: int) -> list[Axes]:
    given = list(np.ravel(axes))
    if len(given) != count or not all(isinstance(one, Axes) for one in given):
        raise ValueError(f"`axes` of figure1 must be {count} matplotlib Axes, one for each state. Got {shown(axes)}.")
    return given


def _x_of(state: Any) -> np.ndarray:
    """The grid of a panel: where the data are, and a margin."""
    low, high = state.p_data.quantile([0.005, 0.995])
    margin = MARGIN * (high - low)
    return x_grid(low - margin, high + margin, state.p_g.breakpoints)


def _judge(state: Any) -> Any:
    """D, if it gives the probability of one point; that of a run may not."""
    return state.judge if hasattr(state, "judge") else state.discriminator


def _measured(state: Any) -> str:
    """The two gaps, a line each, with their errors."""
    found = measure(state.p_data, state.p_g, _judge(state))
    named = ((r"$2\,\mathrm{JSD}$", found.two_jsd), ("$C - V$", found.discriminator_gap))
    return "\n".join(f"{name} = {'∞' if isinstance(one, Divergent) else one}" for name, one in named if one is not None)
