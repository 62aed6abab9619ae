"""At which step a run's optimisers stand."""

from types import SimpleNamespace

import optax

from gantheory.stability import one_iteration
from gantheory.stability.exact_game import ExactGame


def test_ds_schedule_has_been_read_k_times_an_iteration_and_gs_once():
    """Rates that halve every 10 steps, after 40 iterations with k = 2: D's 2⁻⁸, G's 2⁻⁴."""
    game = object.__new__(ExactGame)
    object.__setattr__(game, "run", SimpleNamespace(settings={"steps": 40}, history=[]))
    halving = optax.sgd(optax.exponential_decay(1.0, 10, 0.5))
    found = one_iteration._rules(game, (halving, halving), (2, 1))
    assert isinstance(found, tuple)
    of_d, of_g = found
    assert (round(of_d.rate * 2**8, 6), round(of_g.rate * 2**4, 6)) == (1.0, 1.0)
