"""A run from plain settings, such as a command's: the data, named or modelled, the players and their optimisers; and its report."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax

from gantheory import datasets
from gantheory.base.estimate import Undecided
from gantheory.base.files import output_folder
from gantheory.distributions import Density, PlaneDensity
from gantheory.distributions.text import parse
from gantheory.game.constraints import clipped
from gantheory.game.losses import LOSSES
from gantheory.game.networks import Discriminator, Generator, Unit
from gantheory.game.penalties import R1, R2, GradientPenalty, Sum
from gantheory.measurement.state import NAMES
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.data import HeldOut, against_held_out, kde, read_column, silverman, split
from gantheory.training.learning import check_counts, train
from gantheory.training.plane_data import against_held_out_points, kde_on_plane, scott
from gantheory.training.report import write_page, write_report
from gantheory.training.run import Run

REMARKS = {
    "criterion": "   (-log 4 = -1.386)",
    "jsd_bound": "   in the cells of a grid",
    "two_jsd": "   generator's gap, C(G) + log 4",
    "discriminator_gap": "   discriminator's gap",
    "share": "   within 3 sd; a perfect sampler has 0.9889",
}


@dataclass(frozen=True)
class Settings:
    p_data: str | None
    data: str | None
    column: tuple[str, ...]
    bandwidth: float | None
    latent: str | None
    loss: str
    r1: float
    r2: float
    gradient_penalty: float
    clip: float | None
    spectral: bool
    width: int
    depth: int
    activation: str
    rates: tuple[float, float]
    steps: int
    k: int
    generator_steps: int
    simultaneous: bool
    average: float | None
    noise: float
    packing: int
    oracle: float
    population: bool
    batch: int
    seed: int
    measure_every: int


@dataclass(frozen=True)
class Data:
    """p_data, and, where it models rows, those held out from it and how it was made."""

    density: Density | PlaneDensity
    unit: Unit
    held_out: np.ndarray | None
    record: dict


def train_and_report(
    settings: Settings,
    out: Path,
    resume: bool = False,
    force: bool = False,
    page: bool = False,
    progress=None,
    warn=print,
    certify: bool = False,
):
    """Train, write run, figure and numbers into ``out``. Returns (the lines to print, why it stopped early if it did).

    The state is kept in ``out``/checkpoints at every measurement; ``resume`` goes on from there, with other settings only if ``force``.
    ``page`` adds report.html, ``certify`` a proved interval of JSD(p_data, p_g), or why there is none.
    """
    data = _data(settings)
    latent = parse(settings.latent or ("Normal(0, 1)" if isinstance(data.density, Density) else "Product(Normal(0, 1), Normal(0, 1))"))
    if isinstance(latent, PlaneDensity) != isinstance(data.density, PlaneDensity):
        raise ValueError(
            f"`latent` must be on the line for data on the line, and on the plane for data on the plane. Got {settings.latent}."
        )
    game = _game(settings, data.unit)
    checkpoints = Checkpoints(output_folder(out) / "checkpoints", asdict(settings), resume, force, warn)
    run = train(data.density, latent=latent, **game, progress=progress, checkpoints=checkpoints)
    run.settings.update({name: value for name, value in asdict(settings).items() if name not in run.settings})
    judged = None
    if data.held_out is not None and settings.packing == 1:
        against = against_held_out if data.held_out.ndim == 1 else against_held_out_points
        judged = against(data.held_out, run.p_data, run.p_g, run.discriminator, settings.seed)
    report = write_report(run, out, data.held_out, judged, data.record)
    lines = _lines(run, report, judged, out)
    if certify:
        lines.append(_certified(run))
    if page:
        lines.append(f"Wrote {write_page(run, out)}.")
    return lines, run.stopped


def _certified(run: Run, digits: int = 6) -> str:
    from gantheory import rigorous

    if isinstance(run.p_data, PlaneDensity):
        return "JSD(p_data, p_g) undecided: proved intervals are of densities on the line."
    found = rigorous.jsd(run.p_data, run.p_g, digits)
    if isinstance(found, Undecided):
        return f"JSD(p_data, p_g) undecided: {found.why}."
    return "JSD(p_data, p_g) in [{}, {}], proved.".format(*found.in_decimals(digits + 2))


def _data(settings: Settings) -> Data:
    if (settings.p_data is None) == (settings.data is None):
        raise ValueError("The data must be given by one of --p-data and --data. Got " + ("neither." if settings.data is None else "both."))
    if settings.data is None:
        density = parse(settings.p_data or "")
        inner = density.sample(jax.random.key(0), (4096,))
        low, middle, high = np.quantile(inner, [0.16, 0.5, 0.84], axis=0).tolist()
        if isinstance(density, PlaneDensity):
            return Data(density, Unit(middle, ((np.array(high) - low) / 2).tolist()), None, {"p_data": settings.p_data})
        return Data(density, Unit(middle, (high - low) / 2), None, {"p_data": settings.p_data})
    if len(settings.column) not in (1, 2):
        raise ValueError(f"The columns of --data must be one or two, each given by --column. Got {len(settings.column) or 'none'}.")
    path = datasets.path(settings.data) if settings.data in datasets.names() else settings.data
    columns = [read_column(path, column) for column in settings.column]
    plane = len(columns) == 2
    rows, held_out = split(np.stack(columns, -1) if plane else columns[0], settings.seed)
    rule, make = (scott, kde_on_plane) if plane else (silverman, kde)
    bandwidth = rule(rows) if settings.bandwidth is None else settings.bandwidth
    record = {
        "file": Path(settings.data).name,
        "column": list(settings.column) if plane else settings.column[0],
        "model": f"Gaussian kernel density estimate of {len(rows)} rows",
        "bandwidth": bandwidth,
        "bandwidth_rule": ("Scott 1992, in standard deviations" if plane else "Silverman 1986, Eq. 3.31")
        if settings.bandwidth is None
        else "given",
        "rows_modelled": len(rows),
        "rows_held_out": len(held_out),
    }
    return Data(make(rows, bandwidth), Unit(rows.mean(0).tolist(), rows.std(0).tolist()), held_out, record)


def _game(settings: Settings, unit: Unit) -> dict[str, Any]:
    if settings.loss not in LOSSES:
        raise ValueError(f"`loss` must be one of {', '.join(LOSSES)}. Got {settings.loss!r}.")
    if not all(0 < rate < np.inf for rate in settings.rates):
        raise ValueError(f"`rates` must be positive and finite. Got {settings.rates}.")
    for name in ("r1", "r2", "gradient_penalty", "noise"):
        if not 0 <= getattr(settings, name) < np.inf:
            raise ValueError(f"`{name}` must be at least 0 and finite. Got {getattr(settings, name)}.")
    counts = {name: getattr(settings, name) for name in ("steps", "k", "generator_steps", "batch", "packing", "measure_every")}
    check_counts(**counts)
    key_g, key_d = jax.random.split(jax.random.key(settings.seed))
    size = 2 if isinstance(unit.loc, list) else None
    judged = size if settings.packing == 1 else settings.packing * (size or 1)
    scale = float(np.sqrt(np.prod(unit.scale))) if size else unit.scale
    shape = {"width": settings.width, "depth": settings.depth, "activation": settings.activation, "unit": unit}
    optimizer_d, optimizer_g = (
        optax.adam(optax.cosine_decay_schedule(rate, max(1, settings.steps * times), alpha=0.01), b1=0.5, b2=0.99)
        for rate, times in zip(settings.rates, (settings.k, settings.generator_steps), strict=True)
    )
    return {
        "generator": Generator(**shape, inputs=size, outputs=size, key=key_g),
        "discriminator": Discriminator(**shape, spectral=settings.spectral, inputs=judged, key=key_d),
        "loss": LOSSES[settings.loss],
        "penalty": _penalty(settings, scale),
        "optimizers": (optimizer_d if settings.clip is None else clipped(optimizer_d, settings.clip), optimizer_g),
        "simultaneous": settings.simultaneous,
        "oracle": settings.oracle,
        "population": settings.population,
        "average": settings.average,
        "noise": optax.linear_schedule(settings.noise * scale, 0.0, max(1, settings.steps)) if settings.noise else None,
        "seed": settings.seed,
        **counts,
    }


def _penalty(settings: Settings, scale: float):
    """For data of the given scale what the settings ask for data of unit scale."""
    asked = (
        (settings.r1, R1(settings.r1 * scale**2)),
        (settings.r2, R2(settings.r2 * scale**2)),
        (settings.gradient_penalty, GradientPenalty(settings.gradient_penalty, scale)),
    )
    parts = [penalty for size, penalty in asked if size]
    return None if not parts else parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _lines(run: Run, report: dict, judged: HeldOut | None, out: Path) -> list[str]:
    final = dict(run.history[-1].measured.items())
    lines = [] if "value" in final else ["D's output is no logit of one point in this game: V(G, D) has no meaning."]
    lines += [f"{NAMES[name]:23s} {quantity}{REMARKS.get(name, '')}" for name, quantity in final.items()]
    if judged:
        data = report["data"]
        lines += [
            f"p_data is a model: {data['model']}, bandwidth {data['bandwidth']:.4g} ({data['bandwidth_rule']}).",
            "JSD between any density and the rows themselves is log 2 = 0.6931, whatever G does.",
            f"Against the {judged.rows} rows held out from it:",
            f"  JSD(rows' law, p_g) is at least {judged.jsd_lower_bound:.4f} ± {judged.standard_error:.4f} (one standard error)",
        ]
        if judged.wasserstein1 is not None:
            lines.append(f"  W1(rows, p_g) = {judged.wasserstein1:.4g}, permutation p-value {judged.p_value:.3f}")
    return [*lines, f"Wrote {out / 'report.json'}, the run and its figure beside it."]
