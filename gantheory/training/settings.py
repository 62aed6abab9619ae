"""Every setting of a training, once: the command line, the explorer and the library take names, defaults and checks from here."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from gantheory.base.words import got
from gantheory.game.losses import LOSSES
from gantheory.game.networks import ACTIVATIONS
from gantheory.training.optimizers import OPTIMIZERS
from gantheory.training.rows import Reading
from gantheory.training.rules import FROM_0_BELOW_1, FROM_0_TO_1, NOT_NEGATIVE, POSITIVE, POSITIVE_AND_FINITE, Rule, one_of, whole


def setting(
    default: Any,
    help: str,
    *,
    unit: str | None = None,
    choices: tuple[str, ...] | None = None,
    must: Rule | None = None,
    of: str = "",
    option: str | None = None,
    pair: bool = False,
    offered: bool = True,
    recorded: bool = True,
) -> Any:
    """A dataclass field that describes a setting in its metadata.

    Args:
      default: its value where none is given.
      help: what it is, without a full stop.
      unit: the unit of a number that has one.
      choices: the names it may be.
      must: what its value must be; of a setting with ``choices``, one of them.
      of: what the setting belongs to, for the message that refuses a value.
      option: the name of the command's option that sets it, if that sets D's and G's at once.
      pair: whether that option takes two values, D's and G's, or one for both.
      offered: whether the command has an option for it.
      recorded: whether checkpoints hold it at its default too; not so of what came after checkpoints that can still be read.
    """
    must = one_of(choices) if choices else must
    about = {"help": help, "unit": unit, "choices": choices, "must": must, "of": of, "option": option, "pair": pair}
    return field(default=default, metadata=about | {"offered": offered, "recorded": recorded})


_WIDTH: dict[str, Any] = {"help": "Units in each hidden layer of both networks", "option": "width"}
_DEPTH: dict[str, Any] = {"help": "Hidden layers of both networks", "option": "depth"}
_ACTIVATION: dict[str, Any] = {
    "help": f"Activation of both networks: {', '.join(ACTIVATIONS)}",
    "choices": tuple(ACTIVATIONS),
    "option": "activation",
}
_RATE: dict[str, Any] = {
    "help": "Learning rates of D and of G at the start; a cosine schedule takes them to a hundredth",
    "must": POSITIVE_AND_FINITE,
    "option": "rates",
    "pair": True,
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a training, checked when it is made; each field's metadata describe it.

    Those of one player end in ``_d`` or ``_g``. Raises ``ValueError`` for a value that its setting may not have.
    """

    p_data: str | None = setting(None, "Density of the data, such as 'Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])'")
    data: str | None = setting(None, "Sample of the data, in place of --p-data: a CSV file, or the name of a shipped data set")
    column: tuple[str, ...] = setting((), "Column of the file, which a sole one needs not be given; given twice for data on the plane")
    encoding: str | None = setting(
        None, "Encoding of the file, such as utf-16 or latin-1; UTF-8 if not given, or by its byte order mark", recorded=False
    )
    no_header: bool = setting(False, "The file's first line does not name its columns, which are numbered from 1", recorded=False)
    delimiter: str | None = setting(None, "Character between the cells of the file; found if not given", recorded=False)
    decimal: str | None = setting(None, "Mark of decimals in the file, . or ,; found if not given", recorded=False)
    thousands: str | None = setting(None, "Mark between digits in the file, to be left out", recorded=False)
    drop_missing: bool = setting(False, "Leave out rows of the file in which a number is missing", recorded=False)
    bandwidth: float | None = setting(
        None,
        "Bandwidth of the kernel density estimate of --data; by Silverman's rule (for two columns, Scott's) if not given",
        unit="that of the data; for two columns, their standard deviations",
    )
    latent: str | None = setting(None, "Density of z; standard Gaussian if not given")
    loss: str = setting("non_saturating", "Loss that defines the game; `gantheory list` names them all", choices=tuple(LOSSES))
    r1: float = setting(0.002, "Weight γ of the R1 penalty; 0 is none", unit="squared scale of the data", must=NOT_NEGATIVE)
    r2: float = setting(0.0, "Weight γ of the R2 penalty; 0 is none", unit="squared scale of the data", must=NOT_NEGATIVE)
    gradient_penalty: float = setting(0.0, "Weight λ of WGAN-GP's gradient penalty; 0 is none", must=NOT_NEGATIVE)
    clip: float | None = setting(None, "Bound to which D's weights are clipped, as in WGAN; not clipped if not given", must=POSITIVE)
    spectral: bool = setting(False, "Divide D's weight matrices by their spectral norms")
    width_d: int = setting(32, **_WIDTH)
    width_g: int = setting(32, **_WIDTH)
    depth_d: int = setting(2, **_DEPTH)
    depth_g: int = setting(2, **_DEPTH)
    activation_d: str = setting("tanh", **_ACTIVATION)
    activation_g: str = setting("tanh", **_ACTIVATION)
    reach: bool = setting(False, "Hold D constant beyond 4 units of the data", offered=False)
    optimizer_d: str = setting("adam", "D's optimiser", choices=tuple(OPTIMIZERS), offered=False)
    optimizer_g: str = setting("adam", "G's optimiser", choices=tuple(OPTIMIZERS), offered=False)
    rate_d: float = setting(2e-3, **_RATE)
    rate_g: float = setting(1e-3, **_RATE)
    steps: int = setting(5000, "Length of the training", unit="iterations of Algorithm 1", must=whole(0), of="train")
    k: int = setting(5, "Steps of D per iteration", must=whole(1), of="train")
    generator_steps: int = setting(1, "Steps of G per iteration", must=whole(1), of="train")
    simultaneous: bool = setting(False, "Take G's steps against D as it was before its steps in the same iteration")
    average: float | None = setting(
        None,
        "β of a moving average of G's weights, which is then the G reported; not averaged if not given",
        must=FROM_0_BELOW_1,
        of="train",
    )
    noise: float = setting(
        0.0, "Standard deviation of the instance noise at the start; it falls linearly to 0", unit="scale of the data", must=NOT_NEGATIVE
    )
    packing: int = setting(1, "Points of one kind that D judges together (PacGAN)", must=whole(1), of="train")
    oracle: float = setting(0.0, "Share of D* in the logit that G's steps are against; 1 is D* alone", must=FROM_0_TO_1, of="train")
    population: bool = setting(False, "Train on fixed points that stand for the whole laws, in place of random minibatches")
    batch: int = setting(256, "Points in a minibatch, m in the paper", must=whole(1), of="train")
    seed: int = setting(0, "Seed of all random numbers")
    measure_every: int = setting(100, "Interval between exact measurements", unit="iterations", must=whole(1), of="train")

    def __post_init__(self) -> None:
        for name, value in self.options().items():
            check(name, value)

    @property
    def reading(self) -> Reading:
        """How the file of the data is to be read."""
        return Reading(self.encoding, not self.no_header, self.delimiter, self.decimal, self.thousands, self.drop_missing)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "Settings":
        """The settings that the command's options give, by their names: one width for both networks, two rates."""
        values = {}
        for name, own in ((name, own) for name, own in OPTIONS.items() if name in options):
            given = options[name] if own[0].metadata["pair"] else [options[name]] * len(own)
            values |= {one.name: value for one, value in zip(own, given, strict=True)}
        return cls(**values)

    def options(self) -> dict[str, Any]:
        """The settings by the names of the command's options, as checkpoints and run.json record them.

        An option of both players has one value if that is the same for both. Settings without an option, and those not ``recorded``, are
        left out at their defaults.
        """
        record = {}
        for name, own in OPTIONS.items():
            values = tuple(getattr(self, one.name) for one in own)
            if not own[0].metadata["recorded"] and values == tuple(one.default for one in own):
                continue
            record[name] = values if own[0].metadata["pair"] or len(set(values)) > 1 else values[0]
        return record | {name: getattr(self, name) for name, one in WITHOUT_OPTION.items() if getattr(self, name) != one.default}


def _by_option() -> dict[str, tuple[Field[Any], ...]]:
    grouped: dict[str, tuple[Field[Any], ...]] = {}
    for one in fields(Settings):
        name = one.metadata["option"] or one.name
        grouped[name] = (*grouped.get(name, ()), one)
    return grouped


_GROUPED = _by_option()
# The options of the command with the settings that each sets: one, or D's and G's. The other settings have no option.
OPTIONS: dict[str, tuple[Field[Any], ...]] = {name: own for name, own in _GROUPED.items() if own[0].metadata["offered"]}
WITHOUT_OPTION: dict[str, Field[Any]] = {name: own[0] for name, own in _GROUPED.items() if name not in OPTIONS}


def check(name: str, value: Any) -> None:
    """Raise ``ValueError``, in one sentence, unless an option may have this value; None is one that is not given.

    Args:
      name: of an option of the command, or of a setting without one.
      value: its value; a pair (D's, G's) where the players differ.
    """
    own = _GROUPED[name]
    rule, of = own[0].metadata["must"], own[0].metadata["of"]
    values = value if len(own) > 1 and isinstance(value, tuple) else (value,)
    if rule and not all(one is None or rule.holds(one) for one in values):
        raise ValueError(f"`{name}`{of and f' of {of}'} must be {rule.words}. {got(value, rule.names)}")
