"""Every setting of a training, once: the command line, the explorer and the library take names, defaults and checks from here."""

from collections.abc import Collection, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from gantheory.base.words import got
from gantheory.game.losses import LOSSES
from gantheory.game.networks import ACTIVATIONS, INITIALIZATIONS
from gantheory.game.packs import FEATURES
from gantheory.game.players import IN_TURN, TOGETHER, UPDATES
from gantheory.training.optimizers import OPTIMIZERS, SCHEDULES
from gantheory.training.rows import Reading
from gantheory.training.rules import FROM_0_BELOW_1, FROM_0_TO_1, NOT_NEGATIVE, POSITIVE, POSITIVE_AND_FINITE, Rule, one_of, whole
from gantheory.training.transforms import TRANSFORMS


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
      option: the short form that sets D's and G's at once, if it is of one player.
      pair: whether the short form takes two values, D's and G's, or one for both.
      recorded: whether checkpoints hold it at its default too; not so of what came after checkpoints that can still be read.
    """
    must = one_of(choices) if choices else must
    about = {"help": help, "unit": unit, "choices": choices, "must": must, "of": of, "option": option, "pair": pair}
    return field(default=default, metadata=about | {"recorded": recorded})


_WIDTH: dict[str, Any] = {"help": "Units in each hidden layer of both networks", "option": "width"}
_DEPTH: dict[str, Any] = {"help": "Hidden layers of both networks", "option": "depth"}
_ACTIVATION: dict[str, Any] = {
    "help": f"Activation of both networks: {', '.join(ACTIVATIONS)}",
    "choices": tuple(ACTIVATIONS),
    "option": "activation",
}
_RATE: dict[str, Any] = {
    "help": "Learning rates of D and of G at the start",
    "must": POSITIVE_AND_FINITE,
    "option": "rates",
    "pair": True,
}
_OPTIMIZER: dict[str, Any] = {
    "help": f"Optimiser of both players: {'; '.join(OPTIMIZERS)}",
    "choices": tuple(OPTIMIZERS),
    "option": "optimizer",
    "recorded": False,
}
_SCHEDULE: dict[str, Any] = {
    "help": f"How both learning rates fall to a hundredth by the end: {', '.join(SCHEDULES)} (not at all)",
    "choices": tuple(SCHEDULES),
    "option": "schedule",
    "recorded": False,
}
_B1: dict[str, Any] = {
    "help": "Adam's β₁, 0.5 if not given, or sgd's momentum, 0 if not given",
    "must": FROM_0_BELOW_1,
    "option": "b1",
    "recorded": False,
}
_B2: dict[str, Any] = {
    "help": "Adam's β₂, 0.99 if not given, or rmsprop's decay, 0.9 if not given",
    "must": FROM_0_BELOW_1,
    "option": "b2",
    "recorded": False,
}
_INITIALIZATION: dict[str, Any] = {
    "help": f"How the weights of both networks start: {', '.join(INITIALIZATIONS)}",
    "choices": tuple(INITIALIZATIONS),
    "option": "initialization",
    "recorded": False,
}


RATE = 2e-3  # learning rate of a model that plays no game, if none is given


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a training, checked when it is made; each field's metadata describe it.

    Those of one player end in ``_d`` or ``_g``. Raises ``ValueError`` for a value that its setting may not have.
    """

    model: str | None = setting(
        None,
        "What learns without labels: gan if not given, or rbm, vae, flow, energy …, with its options as in 'flow(units=8)'; "
        "`gantheory list` names them all",
        recorded=False,
    )
    p_data: str | None = setting(None, "Density of the data, such as 'Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])'")
    data: str | None = setting(None, "File of data, in place of --p-data: CSV, NumPy or Parquet, or the name of a shipped data set")
    column: tuple[str, ...] = setting((), "Column of the file, if it has several; given twice for data on the plane")
    encoding: str | None = setting(
        None, "Encoding of the file, such as utf-16 or latin-1; UTF-8 if not given, or by its byte order mark", recorded=False
    )
    no_header: bool = setting(False, "The file's first line does not name its columns, which are numbered from 1", recorded=False)
    delimiter: str | None = setting(None, "Character between the cells of the file; found if not given", recorded=False)
    decimal: str | None = setting(None, "Mark of decimals in the file, . or ,; found if not given", recorded=False)
    thousands: str | None = setting(None, "Mark between digits in the file, to be left out", recorded=False)
    drop_missing: bool = setting(False, "Leave out rows of the file in which a number is missing", recorded=False)
    transform: str | None = setting(
        None,
        "Take the natural logarithms of the columns, which must be positive, such as prices; p_data and p_g are then theirs",
        choices=TRANSFORMS,
        recorded=False,
    )
    bandwidth: float | None = setting(
        None,
        "Bandwidth of the kernel density estimate of --data; by Silverman's rule (for two columns, Scott's) if not given",
        unit="that of the data; for two columns, their standard deviations",
        must=POSITIVE_AND_FINITE,
    )
    latent: str | None = setting(None, "Density of z; standard Gaussian if not given")
    stratified: bool = setting(
        False, "Draw the z of a minibatch one from each of as many parts of p_z of equal mass, in place of independently", recorded=False
    )
    loss: str = setting("non_saturating", "Loss that defines the game; `gantheory list` names them all", choices=tuple(LOSSES))
    label_smoothing: float = setting(
        0.0,
        "s, if D is to answer 1 - s for data (one-sided label smoothing); the best D is then (1 - s) D*, and its gap stays above 0",
        must=FROM_0_BELOW_1,
        recorded=False,
    )
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
    initialization_d: str = setting("uniform", **_INITIALIZATION)
    initialization_g: str = setting("uniform", **_INITIALIZATION)
    skip: bool = setting(True, "Give G a linear part, G(z) = slope z + offset + network(z) in the data's unit", recorded=False)
    reach: bool = setting(False, "Hold D constant beyond 4 units of the data", recorded=False)
    optimizer_d: str = setting("adam", **_OPTIMIZER)
    optimizer_g: str = setting("adam", **_OPTIMIZER)
    rate_d: float = setting(2e-3, **_RATE)
    rate_g: float = setting(1e-3, **_RATE)
    rate: float | None = setting(
        None, f"Learning rate at the start of a --model other than gan, {RATE} if not given", must=POSITIVE_AND_FINITE, recorded=False
    )
    schedule_d: str = setting("cosine", **_SCHEDULE)
    schedule_g: str = setting("cosine", **_SCHEDULE)
    b1_d: float | None = setting(None, **_B1)
    b1_g: float | None = setting(None, **_B1)
    b2_d: float | None = setting(None, **_B2)
    b2_g: float | None = setting(None, **_B2)
    steps: int = setting(5000, "Length of the training", unit="iterations of Algorithm 1", must=whole(0), of="train")
    k: int = setting(5, "Steps of D per iteration", must=whole(1), of="train")
    generator_steps: int = setting(1, "Steps of G per iteration", must=whole(1), of="train")
    simultaneous: bool = setting(False, "Take G's steps against D as it was before its steps in the same iteration: --updates simultaneous")
    updates: str = setting(
        "alternating",
        f"How the players move: {', '.join(IN_TURN)}; or together, with --k 1: {', '.join(TOGETHER)} (with --optimizer sgd)",
        choices=UPDATES,
        of="train",
        recorded=False,
    )
    updates_weight: float | None = setting(
        None,
        "Weight of consensus (γ), of sga (λ) or of ODE-GAN's regulariser (λ of rk4); if not given 1, and 0 for rk4",
        must=NOT_NEGATIVE,
        of="train",
        recorded=False,
    )
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
    packing_feature: str | None = setting(
        None,
        f"How alike the points of a pack are, given to D too: {', '.join(FEATURES)}",
        choices=tuple(FEATURES),
        recorded=False,
    )
    oracle: float = setting(0.0, "Share of D* in the logit that G's steps are against; 1 is D* alone", must=FROM_0_TO_1, of="train")
    population: bool = setting(False, "Train on fixed points that stand for the whole laws, in place of random minibatches")
    batch: int = setting(256, "Points in a minibatch, m in the paper", must=whole(1), of="train")
    seed: int = setting(0, "Seed of the weights, the minibatches and all other random numbers but the choice of held-out rows")
    split_seed: int = setting(0, "Seed of the choice of the rows of --data that are held out", must=whole(0), recorded=False)
    measure_every: int = setting(100, "Interval between exact measurements", unit="iterations", must=whole(1), of="train")

    def __post_init__(self) -> None:
        for name, own in _RECORDED.items():
            values = [getattr(self, one.name) for one in own]
            if all(value == values[0] for value in values):
                check(name, values[0])
            for one in own:
                check(one.name, getattr(self, one.name))
        if self.packing_feature and self.packing == 1:
            raise ValueError(f"`packing` must be at least 2 for a `packing_feature`. Got 1 and {self.packing_feature!r}.")

    @property
    def reading(self) -> Reading:
        """How the file of the data is to be read."""
        return Reading(self.encoding, not self.no_header, self.delimiter, self.decimal, self.thousands, self.drop_missing)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "Settings":
        """The settings that options give, by their names in ``OPTIONS``."""
        return cls(**fields_of(options))

    def options(self) -> dict[str, Any]:
        """The settings by the names of the short forms, as checkpoints and run.json record them.

        What both players have is one value if that is the same. Settings that are not ``recorded`` are left out at their defaults.
        """
        record = {}
        for name, own in _RECORDED.items():
            values = tuple(getattr(self, one.name) for one in own)
            if not own[0].metadata["recorded"] and values == tuple(one.default for one in own):
                continue
            record[name] = values if own[0].metadata["pair"] or len(set(values)) > 1 else values[0]
        return record


def _recorded() -> dict[str, tuple[Field[Any], ...]]:
    grouped: dict[str, tuple[Field[Any], ...]] = {}
    for one in fields(Settings):
        name = one.metadata["option"] or one.name
        grouped[name] = (*grouped.get(name, ()), one)
    return grouped


# The settings by the names of their record: one, or D's and G's under the name of their short form.
_RECORDED = _recorded()
# The options of the command with the settings that each sets. Those of one player follow their short form.
OPTIONS: dict[str, tuple[Field[Any], ...]] = {
    option: which
    for name, own in _RECORDED.items()
    for option, which in ((name, own), *((one.name, (one,)) for one in own if len(own) > 1))
}


# Settings of rows, which a named density does not have.
OF_ROWS = (
    *("column", "bandwidth", "encoding", "no_header", "delimiter", "decimal", "thousands", "drop_missing", "transform", "split_seed"),
)
# Settings of a --model that plays no game. All others are of the game.
OF_MODELS = ("model", "p_data", "data", *OF_ROWS, "rate", "steps", "average", "batch", "seed", "measure_every")


def is_game(settings: Settings) -> bool:
    """Whether what is trained is a GAN."""
    return settings.model in (None, "gan")


def settings_of(settings: Settings) -> list[Field[Any]]:
    """The settings that decide such a training: of a model without a game, those of models."""
    return [one for one in fields(Settings) if is_game(settings) or one.name in OF_MODELS]


def require_own_options(settings: Settings, given: Collection[str]) -> None:
    """Raise ``ValueError`` if one of those that are ``given`` is of a game beside a model that plays none, or the other way round."""
    others = {"rate"} if is_game(settings) else {one.name for one in fields(Settings)} - set(OF_MODELS)
    for option, own in OPTIONS.items():
        if all(one.name in given and one.name in others for one in own):
            of = "a model that plays no game" if is_game(settings) else "the GAN"
            word, value = option.replace("_", "-"), getattr(settings, own[0].name)
            raise ValueError(f"`--{word}` must be left alone beside --model {settings.model or 'gan'}: it is of {of}. Got {value!r}.")


def fields_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the names of settings, from values by the names of options.

    A short form gives one value for D and G, or a pair of theirs; what is given for one player wins over it.
    """
    values = {}
    for name, own in OPTIONS.items():
        if name in options:
            given = options[name]
            each = given if len(own) > 1 and isinstance(given, tuple | list) else [given] * len(own)
            values |= {one.name: value for one, value in zip(own, each, strict=True)}
    return values


def check(name: str, value: Any, owner: str | None = None) -> None:
    """Raise ``ValueError``, in one sentence, unless the setting, or both of a short form, may have this value; None is one not given.

    ``owner`` is what the sentence says the setting is of; the setting's own ``of`` if not given.
    """
    about = OPTIONS[name][0].metadata
    if about["must"] and value is not None and not about["must"].holds(value):
        of = (owner or about["of"]) and f" of {owner or about['of']}"
        raise ValueError(f"`{name}`{of} must be {about['must'].words}. {got(value, about['must'].names)}")
