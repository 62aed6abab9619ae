"""The monotone branches of a generator, its turns and its atoms."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from problems import bump, chebyshev3, cube, sine, square, tent

import gantheory as gt

UNIT, LINE = gt.Uniform(-1, 1), gt.Normal(0, 1)

# (generator, latent, turning points), derived by hand.
TURNS = {
    "2z + 1": (lambda z: 2 * z + 1, UNIT, []),
    "-z": (lambda z: -z, LINE, []),
    "z²": (square, LINE, [0]),
    "z² off centre": (lambda z: (z - 0.3123) ** 2, UNIT, [0.3123]),
    "z³, no turn": (cube, LINE, []),
    "sin πz": (sine, UNIT, [-0.5, 0.5]),
    "T₃": (chebyshev3, UNIT, [-0.5, 0.5]),
    "tent": (tent, gt.Uniform(0, 1), [0.5]),
    "|z|": (jnp.abs, UNIT, [0]),
    "cos 20z": (lambda z: jnp.cos(20 * z), UNIT, [np.pi * k / 20 for k in range(-6, 7)]),
    "two folds 2e-5 apart": (lambda z: z**3 - 3e-10 * z, UNIT, [-1e-5, 1e-5]),
    "at the edge": (lambda z: (z - 0.999999) ** 2, UNIT, [0.999999]),
}


def monotone(generator, latent):
    return gt.Pushforward(generator, latent).branches


@pytest.mark.parametrize("name", TURNS)
def test_turns_are_found_to_the_last_bits(name):
    generator, latent, turns = TURNS[name]
    branches = monotone(generator, latent)
    # A branch may also end at an inflection, which is no turn.
    found = [(one.z[-1] + two.z[0]) / 2 for one, two in itertools.pairwise(branches) if one.increasing != two.increasing]
    np.testing.assert_allclose(found, turns, atol=1e-14)


@pytest.mark.parametrize("name", TURNS)
def test_branches_are_monotone_and_cover_the_line(name):
    generator, latent, _ = TURNS[name]
    branches = monotone(generator, latent)
    for branch in branches:
        assert (np.diff(branch.z) > 0).all()
        assert (np.diff(branch.x) >= 0).all() if branch.increasing else (np.diff(branch.x) <= 0).all()
        assert (branch.low, branch.high) == (branch.x.min(), branch.x.max())
    for one, two in itertools.pairwise(branches):
        assert one.z[-1] == two.z[0] and one.x[-1] == two.x[0]
    low, high = latent.landmarks[[0, -1]]
    assert branches[0].z[0] <= low and branches[-1].z[-1] >= high


@pytest.mark.parametrize("name", ["z²", "sin πz", "T₃"])
def test_both_branches_at_a_turn_mark_it_as_critical(name):
    generator, latent, turns = TURNS[name]
    marked = sum(sum(branch.critical) for branch in monotone(generator, latent))
    assert marked == 2 * len(turns)


@pytest.mark.parametrize("width", [1e-1, 1e-2, 1e-3])
def test_a_bump_wider_than_the_grids_cells_is_three_branches(width):
    assert len(monotone(bump(width), UNIT)) == 3


@pytest.mark.parametrize(
    ("generator", "atoms"),
    [
        (jax.nn.relu, [(0.0, 0.5)]),
        (lambda z: 0 * z + 2.5, [(2.5, 1.0)]),
        (lambda z: jnp.clip(z, -1, 1), [(-1.0, 0.15865525393145705), (1.0, 0.15865525393145705)]),  # Φ(-1), scipy.stats
        (lambda z: jnp.clip(z, 0, None) - jnp.clip(z - 1, 0, None) + 3, [(3.0, 0.5), (4.0, 0.15865525393145705)]),
        (lambda z: z, []),
    ],
)
def test_flat_pieces_are_atoms_of_their_mass(generator, atoms):
    found = sorted(gt.Pushforward(generator, LINE).atoms)
    assert len(found) == len(atoms)
    np.testing.assert_allclose(np.reshape(found, (-1, 2)), np.reshape(atoms, (-1, 2)), atol=1e-13)


@pytest.mark.parametrize("generator", [jnp.log, lambda z: 1 / z, lambda z: jnp.exp(z * z * 1e3), lambda z: z * jnp.nan])
def test_a_generator_that_is_not_finite_is_refused(generator):
    with pytest.raises(ValueError, match="`generator` must be finite, with finite derivatives, wherever z has mass"):
        _ = gt.Pushforward(generator, LINE).branches


def test_overflow_where_the_latent_has_no_mass_is_harmless():
    assert len(monotone(jnp.sinh, LINE)) == 1
