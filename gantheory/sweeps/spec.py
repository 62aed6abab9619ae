"""What a sweep runs: base settings, the settings that vary over a product or over draws, and seeds."""

import json
import math
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gantheory.base.words import got, meant
from gantheory.measurement.state import NAMES
from gantheory.training.settings import OPTIONS, Settings, is_game, require_own_options

KINDS = ("sobol", "random")
KEPT = ("measure_every", "steps", "seed", "model")  # settings that one sweep has one of; seeds are given by themselves
SCALES: dict[str, Any] = {"log": np.geomspace, "linear": np.linspace}
MOST_SEEDS = 2**31


class Between(NamedTuple):
    """The interval from ``low`` to ``high`` that a setting is drawn from, uniformly or, with ``log``, uniformly in its logarithm.

    Raises ``ValueError``, once it is given to ``gt.sweep``, unless both are finite, ``low`` is below ``high`` and, with ``log``, above 0.
    """

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Draws:
    """How many settings are drawn, and how.

    Attributes:
      count: of settings.
      kind: "sobol" for Sobol' points, scrambled, which fill the box evenly; "random" for independent draws.
      seed: of the draws.

    Raises:
      ValueError: a count below 1, or an unknown kind.
    """

    count: int
    kind: str = "sobol"
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.count, int) or self.count < 1:
            raise ValueError(f"`count` of draws must be a whole number of at least 1. Got {self.count!r}.")
        if self.kind not in KINDS:
            raise ValueError(f"`kind` of draws must be one of {', '.join(KINDS)}. {got(self.kind, KINDS)}")


@dataclass(frozen=True)
class Spec:
    """A sweep, checked when it is made. All its values are such that JSON can hold them.

    Attributes:
      base: options of ``gantheory train`` by their names, the same in every training.
      over: what varies: a list of values for each option, all of whose combinations are run; with ``draws``, ``[low, high, log]``.
      seeds: of the trainings, each run in every setting.
      draws: how settings are drawn; None runs the product.
      observed: the module and name of each function that measures something else, by the name of its quantity.

    Raises:
      ValueError: an unknown option, one given twice, an option without values, or a value that an option may not have.
    """

    base: dict[str, Any]
    over: dict[str, list[Any]]
    seeds: list[int]
    draws: Draws | None = None
    observed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (*self.base, *self.over):
            if name not in OPTIONS:
                raise ValueError(f"A sweep must give settings of `gantheory train` only. Got {name!r}{meant(name, OPTIONS)}")
        for name in self.over:
            if name in KEPT:
                raise ValueError(f"`{name}` must be one for a whole sweep{', beside `seeds`' if name == 'seed' else ''}. Got a list of it.")
            if name in self.base:
                raise ValueError(f"`{name}` must be in `base` or vary, not both. Got it in both.")
        for name, values in self.over.items():
            if not values:
                raise ValueError(f"`{name}` of a sweep must have at least one value. Got none.")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"`seeds` of a sweep must be at least one, each once. Got {_some(self.seeds)}.")
        for seed in self.seeds:
            if not isinstance(seed, int) or not 0 <= seed < MOST_SEEDS:
                raise ValueError(f"`seeds` of a sweep must be whole numbers from 0 to {MOST_SEEDS - 1}. Got {seed!r}.")
        if self.draws is None:
            self._check_each_value()
        else:
            self._check_intervals()

    def _check_each_value(self) -> None:
        """Each value once, beside the first of all others: a product need not be run through to find one that is not allowed."""
        first = {name: values[0] for name, values in self.over.items()}
        for name, values in self.over.items():
            for value in values:
                self.options_of(first | {name: value}, 0)
        if not is_game(self.settings(0)):
            raise ValueError(f"`model` of a sweep must be gan: others play no game. Got {self.base['model']!r}.")

    def _check_intervals(self) -> None:
        for name, (low, high, log) in self.over.items():
            kinds = {type(one.default) for one in OPTIONS[name]}
            if not kinds <= {float, int, type(None)} or bool in kinds:
                raise ValueError(f"`{name}` must be listed: only numbers are drawn. Got an interval.")
            if not (math.isfinite(low) and math.isfinite(high) and low < high) or (log and low <= 0):
                must = "0 < low < high" if log else "low < high"
                raise ValueError(f"The interval of `{name}` must have {must}, both finite. Got {low!r} and {high!r}.")
            for value in (low, high):
                self.options_of({**self._drawn(0), name: _number(name, value)}, 0)

    @cached_property
    def axes(self) -> dict[str, list[Any]]:
        """The dimensions of the results before the seed, with their coordinates: each setting that varies, or the draw's number."""
        return dict(self.over) if self.draws is None else {"draw": list(range(self.draws.count))}

    @property
    def shape(self) -> tuple[int, ...]:
        """Values of each axis, then seeds."""
        counts = [len(values) for values in self.over.values()] if self.draws is None else [self.draws.count]
        return (*counts, len(self.seeds))

    def __len__(self) -> int:
        return math.prod(self.shape)

    @cached_property
    def steps(self) -> list[int]:
        """The iterations at which every training is measured: as ``measure_every`` says if it is given, else only the last."""
        last = self.settings(0).steps
        every = self.settings(0).measure_every if "measure_every" in self.base else max(1, last)
        return sorted({*range(0 if "measure_every" in self.base else last, last, every), last})

    @cached_property
    def drawn(self) -> dict[str, list[Any]]:
        """The values of each setting that is drawn, by the draw's number."""
        assert self.draws is not None
        if self.draws.kind == "sobol":
            from scipy.stats import qmc

            sampler = qmc.Sobol(len(self.over), rng=self.draws.seed)
            points = sampler.random_base2(max(0, math.ceil(math.log2(self.draws.count))))[: self.draws.count]
        else:
            points = np.random.default_rng(self.draws.seed).random((self.draws.count, len(self.over)))
        found = {}
        for (name, (low, high, log)), share in zip(self.over.items(), points.T, strict=True):
            values = low * (high / low) ** share if log else low + (high - low) * share
            found[name] = [_number(name, value) for value in values.tolist()]
        return found

    def _drawn(self, draw: int) -> dict[str, Any]:
        return {name: values[draw] for name, values in self.drawn.items()}

    def settings(self, member: int) -> Settings:
        """The settings of a training, by its number: that of a row of the results, seeds last."""
        *at, seed = np.unravel_index(member, self.shape)
        if self.draws is None:
            varied = {name: values[int(i)] for i, (name, values) in zip(at, self.over.items(), strict=True)}
        else:
            varied = self._drawn(int(at[0]))
        return self.options_of(varied, self.seeds[int(seed)])

    def options_of(self, varied: Mapping[str, Any], seed: int) -> Settings:
        """The settings with these values of what varies. A short form gives way to the option of one player."""
        given = self.base | dict(varied)
        settings = Settings.from_options({**given, "seed": seed})
        require_own_options(settings, {one.name for name in given for one in OPTIONS[name]})
        return settings

    def as_json(self) -> str:
        """The same sweep has the same text."""
        draws = None if self.draws is None else vars(self.draws)
        whole = {"base": self.base, "over": self.over, "seeds": self.seeds, "draws": draws}
        return json.dumps(whole | ({"observed": self.observed} if self.observed else {}), sort_keys=False)

    @classmethod
    def from_json(cls, text: str) -> "Spec":
        """The sweep that :meth:`as_json` wrote."""
        read = json.loads(text)
        return cls(read["base"], read["over"], read["seeds"], read["draws"] and Draws(**read["draws"]), read.get("observed", {}))


def spec_of(
    base: Any,
    over: Mapping[str, Any],
    seeds: Sequence[int] | int,
    draws: Draws | int | None,
    observe: Mapping[str, Callable[..., float]] | None = None,
) -> Spec:
    """The sweep that the arguments of ``gt.sweep`` describe. Raises ``ValueError``, in one sentence, if they describe none."""
    if isinstance(base, Settings):
        base = {name: value for name, value in base.options().items() if value != Settings().options().get(name)}
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        raise ValueError(f"`base` and `over` of sweep must be mappings of settings, such as {{'steps': 3000}}. Got {base!r} and {over!r}.")
    if isinstance(draws, int):
        draws = Draws(draws)
    if isinstance(seeds, int):
        seeds = range(seeds)
    listed = {name: _listed(name, values, draws) for name, values in over.items()}
    plain = {name: _plain(value) for name, value in base.items() if name != "seed"}
    return Spec(plain, listed, [_plain(seed) for seed in seeds], draws, {name: _named(name, one) for name, one in (observe or {}).items()})


def _named(name: str, function: Any) -> str:
    """The module and name of a function that measures something. Raises ``ValueError`` where other processes could not import it."""
    if not name.isidentifier() or name in (*NAMES, "done", "reached", "failure") or name.endswith("_error"):
        raise ValueError(f"A quantity that `observe` of sweep names must be another than those measured anyway. Got {name!r}.")
    module, qualified = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
    if getattr(sys.modules.get(module or ""), qualified, None) is not function:
        raise ValueError(f"`observe` of sweep must have functions defined in a module, which other processes import. Got {function!r}.")
    return f"{module}.{qualified}"


def read_spec(path: str | Path) -> Spec:
    """The sweep that a TOML file describes, by the tables ``base``, ``over`` and ``draws``, and ``seeds``: a list, or how many.

    Raises ``ValueError``, in one sentence, for a file that cannot be read or describes none.
    """
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"The spec of a sweep must be a file that can be read. Got {path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"The spec of a sweep must be in TOML and UTF-8. Got {path}: {error}.") from None
    known = ("base", "over", "seeds", "draws")
    for name in given:
        if name not in known:
            raise ValueError(f"{path} must give {', '.join(known)} only. Got {name!r}{meant(name, known)}")
    draws = given.get("draws")
    if draws is not None and not (isinstance(draws, dict) and "count" in draws and set(draws) <= {"count", "kind", "seed"}):
        raise ValueError(f"`draws` in {path} must be a table of count, kind and seed. Got {draws!r}.")
    base = given.get("base", {})
    if isinstance(base, dict) and base.get("data"):
        nearby = Path(path).parent / str(base["data"])
        base = base | ({"data": str(nearby)} if nearby.exists() else {})
    return spec_of(base, given.get("over", {}), given.get("seeds", 1), None if draws is None else Draws(**draws))


def _listed(name: str, values: Any, draws: Draws | None) -> list[Any]:
    """The values of a setting, or the interval that it is drawn from."""
    if isinstance(values, Mapping):
        scale = next(iter(values), None)
        if len(values) != 1 or scale not in SCALES or not isinstance(values[scale], list | tuple):
            raise ValueError(f"`{name}` of a sweep must be a list, or a table such as {{log = [1e-3, 1, 7]}}. Got {dict(values)!r}.")
        numbers = list(values[scale])
        if len(numbers) != (3 if draws is None else 2) or not all(isinstance(one, int | float) for one in numbers):
            must = "[low, high, how many]" if draws is None else "[low, high]"
            raise ValueError(f"`{name}` of a sweep must have {must} for its {scale} scale. Got {numbers!r}.")
        if draws is not None:
            return [float(numbers[0]), float(numbers[1]), scale == "log"]
        if not isinstance(numbers[2], int) or numbers[2] < 1 or (scale == "log" and min(numbers[:2]) <= 0):
            must = "a whole number of values, at least 1, and on a log scale positive ends"
            raise ValueError(f"`{name}` of a sweep must have {must}. Got {numbers!r}.")
        return [_number(name, float(f"{one:.12g}")) for one in SCALES[scale](*numbers).tolist()]
    if draws is not None:
        if not isinstance(values, Between):
            raise ValueError(f"`{name}` must be an interval where settings are drawn, such as Between(1e-3, 1, log=True). Got {values!r}.")
        return [float(values.low), float(values.high), bool(values.log)]
    if isinstance(values, str | Between) or not hasattr(values, "__iter__"):
        raise ValueError(f"`{name}` of a sweep must be a list of values. Got {values!r}.")
    return [_plain(value) for value in values]


def _number(name: str, value: float) -> float | int:
    """As the option is: counts are whole."""
    return round(value) if all(type(one.default) is int for one in OPTIONS[name]) else value


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ValueError(f"The settings of a sweep must be numbers, texts, or pairs of them, as `gantheory train` takes them. Got {value!r}.")


def _some(values: Sequence[Any]) -> str:
    return repr(list(values)) if len(values) < 6 else f"{len(values)} of them, some twice"
