"""What is said of a game, and drawn of it."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from gantheory.dynamics.differentiable import DifferentiableGame
from gantheory.dynamics.integrators import alternating
from gantheory.dynamics.portrait import phase_portrait
from gantheory.dynamics.spectra import spectrum_at


@pytest.mark.parametrize("count", [True, False, -1])
@pytest.mark.parametrize("name", ["discriminator_steps", "generator_steps"])
def test_a_number_of_steps_is_a_whole_number(name, count):
    with pytest.raises(ValueError, match=f"`{name}` of alternating must be a whole number of at least 0. Got {count!r}"):
        alternating(**{name: count})


def bowl(bend: float, equilibrium: tuple[float, float] | None = None) -> DifferentiableGame:
    """v = (-θ + bend ψ, -ψ): v' has the eigenvalue -1 twice, and two eigenvectors only if bend is 0."""
    return DifferentiableGame(
        "bowl",
        lambda theta, psi: (theta**2 / 2 - bend * theta * psi)[0],
        lambda theta, psi: (psi**2 / 2)[0],
        equilibrium=equilibrium,
    )


@pytest.mark.parametrize(("bend", "defective"), [(0.0, False), (1.0, True)])
def test_a_root_that_is_repeated_is_called_defective_only_if_an_eigenvector_is_missing(bend, defective):
    found = spectrum_at(bowl(bend), (0.0, 0.0))
    np.testing.assert_allclose(found.eigenvalues, -1, rtol=1e-7)
    assert found.defective is defective and ("defective" in repr(found)) is defective


@pytest.mark.parametrize("equilibrium", [None, (0.5, -0.25)])
def test_a_phase_portrait_marks_where_the_game_is_at_rest_if_that_is_known(equilibrium):
    axes = Figure().add_subplot()
    phase_portrait(bowl(0.0, equilibrium), axes)
    marks = [np.ravel(line.get_xydata()).tolist() for line in axes.lines if line.get_marker() == "+"]
    assert marks == ([] if equilibrium is None else [list(equilibrium)])
