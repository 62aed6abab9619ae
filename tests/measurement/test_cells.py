"""JSD between bounds, V, and modes, where the answers are known."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.measurement.cells import binned_jsd, grid_edges
from gantheory.measurement.modes import coverage_of, modes_of

LATENT = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))
# JSD(N(0, 1), N(d, 1)), from Arb: on the plane too, since the other coordinate is the same for both.
SHIFTED = {1.0: 0.111421482184736179717236812217560244}


class Constant(eqx.Module):
    level: float

    def logit(self, x):
        return jnp.asarray(self.level)


def pair(name):
    """(p_data, G, JSD on the line that the plane's must equal)."""
    shift, scale = {"equal": (0, 1), "near": (0.1, 1), "apart": (1.0, 1), "far": (4.0, 1), "narrow": (0, 0.5), "wide": (0.3, 3)}[name]
    known = gt.jsd(gt.Normal(0, 1), gt.Normal(shift, scale)).value
    return LATENT, lambda z: jnp.stack([scale * z[0] + shift, z[1]]), SHIFTED.get(shift, known)


@pytest.mark.parametrize("name", ["equal", "near", "apart", "far", "narrow", "wide"])
def test_jsd_is_between_its_bounds(name):
    p_data, generator, known = pair(name)
    measured = gt.measure_plane(p_data, gt.PlanePushforward(generator, LATENT))
    assert measured.jsd_bound.lower <= known
    assert abs(measured.two_jsd.value - 2 * known) <= measured.two_jsd.error <= 0.05
    assert abs(measured.two_jsd.value - 2 * known) <= 2e-3 * (2 * known) + 2e-5


# JSD of a standard Gaussian and its image beside a coordinate that is left alone: half of it folded over, JSD of (1/2, 1/2) and (1, 0).
HALVED = (np.log(4 / 3) + np.log(2 / 3) / 2 + np.log(2) / 2) / 2


def on_the_line(image):
    """From the line, where folds are integrated exactly."""
    return gt.jsd(gt.Normal(0, 1), gt.Pushforward(image, gt.Normal(0, 1))).value


@pytest.mark.parametrize(
    ("image", "known"),
    [
        (lambda z: z + 1.0, 0.111421482184736179717),
        (lambda z: z + 2.0, 0.336830820346831612),
        (lambda z: z + 0.1, None),
        (lambda z: z / 2, None),
        (lambda z: 3 * z + 0.3, None),
        (jnp.exp, None),
        (jnp.abs, HALVED),
        (lambda z: z**2, None),
        pytest.param(lambda z: jnp.sin(2 * z), None, marks=pytest.mark.slow),
        (lambda z: z**3 - z, None),
    ],
)
def test_binned_jsd_less_what_the_mesh_misses_is_never_above_the_true_one(image, known):
    known = on_the_line(image) if known is None else known
    p_g = gt.PlanePushforward(lambda z: jnp.stack([image(z[0]), z[1]]), LATENT)
    measured = gt.measure_plane(LATENT, p_g)
    assert measured.jsd_bound.lower <= known
    assert abs(measured.two_jsd.value - 2 * known) <= measured.two_jsd.error
    for cells in (32, 64, 128):  # on coarser grids less is seen, and the mesh misses no more
        edges = grid_edges(LATENT, cells)
        masses = [law.cell_masses(*edges) for law in (LATENT, p_g)]
        assert binned_jsd(*((mass, max(1 - float(mass.sum()), 0.0)) for mass in masses)) - measured.jsd_bound.error <= known


def test_a_jump_along_a_line_of_the_grid_is_in_the_error():
    """Half of each square lies where the other is not; the jump falls on a line of every grid that has an even number of cells."""
    square = gt.Product(gt.Uniform(-1, 1), gt.Uniform(-1, 1))
    for shift in (1.0, 1.0 - 1e-4, 1.0 + 1e-4):
        measured = gt.measure_plane(square, gt.PlanePushforward(lambda z, by=shift: z + jnp.array([by, 0.0]), square))
        known = np.log(2) * min(shift / 2, 1)
        assert measured.jsd_bound.lower <= known and abs(measured.two_jsd.value - 2 * known) <= measured.two_jsd.error


def test_turned_the_pair_keeps_its_jsd():
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    measured = gt.measure_plane(LATENT, gt.PlanePushforward(lambda z: jnp.asarray(turn) @ z + turn[:, 0], LATENT))
    assert measured.jsd_bound.lower <= SHIFTED[1.0]
    assert abs(measured.two_jsd.value - 2 * SHIFTED[1.0]) <= measured.two_jsd.error


def test_the_bound_rises_as_cells_are_cut():
    p_g = gt.PlanePushforward(lambda z: 0.7 * z + 0.2, LATENT)
    found = []
    for cells in (8, 16, 32, 64):
        edges = [edge[:: 256 // cells] for edge in grid_edges(LATENT)]
        masses = [law.cell_masses(*edges) for law in (LATENT, p_g)]
        found.append(binned_jsd(*((mass, max(1 - float(mass.sum()), 0.0)) for mass in masses)))
    assert np.all(np.diff(found) > 0)


def test_v_of_a_constant_d():
    p_g = gt.PlanePushforward(lambda z: 2 * z, LATENT)
    assert gt.measure_plane(LATENT, p_g, Constant(0.0)).value.value == pytest.approx(-np.log(4), abs=1e-12)
    measured = gt.measure_plane(LATENT, p_g, Constant(1.0))
    assert measured.value.value == pytest.approx(-np.log1p(np.exp(-1)) - np.log1p(np.e), abs=1e-12)
    assert measured.discriminator_gap.value == pytest.approx(measured.two_jsd.value - np.log(4) - measured.value.value, abs=1e-12)
    assert gt.measure_plane(LATENT, p_g).value is None


class Linear(eqx.Module):
    def logit(self, x):
        return x[0]


def test_v_of_a_linear_d():
    """E[-softplus(-x)] + E[-softplus(y)], both Gaussian: on the line."""
    known = gt.value(gt.Normal(0, 1), gt.Normal(0.5, 1), type("D", (), {"logit": staticmethod(lambda x: x)})())
    measured = gt.measure_plane(LATENT, gt.PlanePushforward(lambda z: z + jnp.array([0.5, 0.0]), LATENT), Linear())
    assert abs(measured.value.value - known.value) <= measured.value.error <= 1e-3


def test_one_mode_found_perfectly():
    """All of p_g is one of the eight Gaussians: share 1 - exp(-9/2), reverse KL log 8."""
    p_g = gt.PlanePushforward(lambda z: 0.01 * z + jnp.array([1.0, 0.0]), LATENT)
    measured = gt.measure_plane(gt.ring(), p_g)
    assert (measured.modes.value, measured.modes.error) == (1, 0)
    assert abs(measured.share.value - (1 - np.exp(-4.5))) <= measured.share.error <= 5e-3
    assert measured.reverse_kl.value == pytest.approx(np.log(8), abs=1e-12)
    # 7/8 of the data where p_g is not, and an eighth of them exactly as p_g: the JSD of two points' masses (1/8, 7/8) and (1, 0).
    known = (np.log(2 / 1.125) + np.log(0.25 / 1.125) / 8 + 7 / 8 * np.log(2)) / 2
    assert abs(measured.two_jsd.value - 2 * known) <= measured.two_jsd.error


def test_two_modes_unequally():
    spots = modes_of(gt.ring())
    z = 0.01 * np.random.default_rng(0).normal(size=(65, 65, 2)) + np.array([1.0, 0.0])
    z[:, 48:] += np.array([-2.0, 0.0])
    mesh = gt.PlanePushforward(lambda z: z, LATENT).mesh._replace(x=z, mass=np.full((64, 64), 1 / 4096))
    found = coverage_of(spots, mesh)
    assert found["modes"].value == 2
    share = (47 + 0.5) / 64  # of vertices' weights in the first 48 columns: the trapezoidal rule's outer line has half
    assert found["reverse_kl"].value == pytest.approx(share * np.log(8 * share) + (1 - share) * np.log(8 * (1 - share)), abs=1e-12)


@pytest.mark.parametrize("density", [gt.moons(), gt.checkerboard(), gt.MultivariateNormal([0, 0], np.eye(2)), gt.ring(8, 1.0, 0.2)])
def test_where_modes_run_together_or_are_none_they_are_not_counted(density):
    assert modes_of(density) is None


# Waves of G that no line of the mesh follows: the meshes agree with each other by chance, and not with G.
@pytest.mark.slow
@pytest.mark.parametrize("image", [lambda z: jnp.sin(50 * z), lambda z: jnp.sin(100 * z), lambda z: z + 0.3 * jnp.sin(50 * z)])
def test_waves_finer_than_the_mesh_are_in_the_error(image):
    known = gt.jsd(gt.Normal(0, 1), gt.Pushforward(image, gt.Normal(0, 1)))
    measured = gt.measure_plane(LATENT, gt.PlanePushforward(lambda z: jnp.stack([image(z[0]), z[1]]), LATENT))
    assert measured.jsd_bound.lower <= known.upper
    assert abs(measured.two_jsd.value - 2 * known.value) <= measured.two_jsd.error + 2 * known.error


def test_more_lines_and_cells_leave_less_open():
    def image(z):
        return jnp.tanh(7 * z) + jnp.abs(z - 0.3) / 2

    known, errors = on_the_line(image), []
    for lines, cells in ((128, 64), (256, 128), (512, 256)):
        p_g = gt.PlanePushforward(lambda z: jnp.stack([image(z[0]), z[1]]), LATENT, lines=lines)
        measured = gt.measure_plane(LATENT, p_g, cells=cells)
        assert measured.jsd_bound.lower <= known and abs(measured.two_jsd.value - 2 * known) <= measured.two_jsd.error
        errors.append(measured.two_jsd.error)
    assert errors[0] > errors[1] > errors[2]


def test_a_grid_without_two_coarser_ones_is_refused():
    for cells in (7, 4, 33):
        with pytest.raises(ValueError, match="`cells` of measure_plane must be an even number of at least 8"):
            gt.measure_plane(LATENT, gt.PlanePushforward(lambda z: z, LATENT), cells=cells)
