"""The game that the arguments of ``train`` describe."""

from typing import Any

from gantheory.distributions import Law
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.game.losses import Loss
from gantheory.game.oracle import population as population_of
from gantheory.game.players import IN_TURN, WEIGHTED, Game
from gantheory.game.strata import require_strata


def game_of(
    played: Law,
    latent: Law,
    loss: Loss,
    penalty: Any,
    optimizers: Any,
    *,
    k: int,
    batch: int,
    noise: Any,
    generator_steps: int,
    simultaneous: bool,
    updates: str,
    updates_weight: float | None,
    average: float | None,
    packing: int,
    oracle: float,
    population: bool,
    stratified: bool,
) -> Game:
    """The game on the law that is ``played``; the other arguments are those of ``train``.

    Raises:
      ValueError: a way of playing that the laws, the loss, or the other ways do not allow.
    """
    moves, weight = _moves(updates, updates_weight, simultaneous)
    if stratified:
        _check_strata(latent, packing, population)
    return Game(
        p_data=played,
        latent=latent,
        loss=loss,
        penalty=penalty,
        discriminator_optimizer=optimizers[0],
        generator_optimizer=optimizers[1],
        k=k,
        batch=batch,
        generator_steps=generator_steps,
        updates=moves,
        updates_weight=weight,
        average=average,
        noise=noise,
        packing=packing,
        stratified=stratified,
        **_exact(played, latent, loss, batch, packing, oracle, population),
    )


def _exact(p_data: Any, latent: Any, loss: Loss, batch: int, packing: int, oracle: float, population: bool) -> dict[str, Any]:
    """The fields of ``Game`` for D* in G's opponent and for populations. Raises ``ValueError`` in a game that does not allow them."""
    if not (oracle or population):
        return {}
    if p_data.dimension != 1 or latent.dimension != 1:
        raise ValueError("`oracle` and `population` of train must be left alone on the plane. Got a density that is not on the line.")
    if oracle and not all(latent.unbounded):
        raise ValueError(f"`latent` must be unbounded for `oracle`: p_g ends where z does, and D* jumps there. Got {latent!r}.")
    if (loss.relativistic or packing > 1) and population:
        raise ValueError("`population` of train must be left alone in a game of pairs or packs, which are independent draws. Got True.")
    points = (population_of(p_data, batch), population_of(latent, batch)) if population else None
    return {"oracle": float(oracle) or None, "grid": grid_of(latent) if oracle else None, "population": points}


def _moves(updates: str, weight: float | None, simultaneous: bool) -> tuple[str, float | None]:
    """How the players move, and the weight. Raises ``ValueError`` where two ways are asked for, or a weight of one that has none."""
    if simultaneous and updates not in IN_TURN:
        raise ValueError(f"`simultaneous` of train must be left alone for {updates} updates. Got True.")
    if weight is not None and updates not in WEIGHTED:
        raise ValueError(f"`updates_weight` of train must be left alone for {updates} updates, which have none. Got {weight!r}.")
    return "simultaneous" if simultaneous else updates, WEIGHTED.get(updates) if weight is None else float(weight)


def _check_strata(latent: Law, packing: int, population: bool) -> None:
    """Raise ``ValueError`` where the points of a minibatch cannot be drawn from strata."""
    require_strata(latent)
    if packing > 1 or population:
        raise ValueError("`stratified` of train must be left alone with `population`, and with packs of independent draws. Got True.")
