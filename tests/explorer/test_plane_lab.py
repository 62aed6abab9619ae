"""The game in two dimensions on the server's side: its data, its maps against the laws' own densities, known folds, and refusals."""

import json
import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

import gantheory as gt
from gantheory.distributions import Normal, PlanePushforward, Product
from gantheory.explorer.handout import handout
from gantheory.explorer.lab import digest, exact
from gantheory.explorer.plane_data import BRUSHED, ZOO, plane_data_of
from gantheory.explorer.plane_lab import START, PlaneLab, plane_choices
from gantheory.explorer.plane_live import CELLS, DRAWN, LINES, SAMPLES, SLOPES, folded_mass, square_of, turned, weight
from gantheory.explorer.plane_verdict import pieces_of, plane_verdict
from gantheory.explorer.wire import packed
from gantheory.training.optimizers import OPTIMIZERS

LATENT = Product(Normal(0.0, 1.0), Normal(0.0, 1.0))


class Known(eqx.Module):
    """A generator of known law: (x, y) = (x of z, y of z), with a fold at x = -1 if asked."""

    folds: bool = eqx.field(static=True, default=False)
    shift: float = 0.0

    def __call__(self, z):
        return jnp.stack([jnp.abs(z[0] + 1) if self.folds else z[0] + self.shift, z[1]])


class Half(eqx.Module):
    """The D that answers ½ everywhere."""

    def logit(self, x):
        return 0.0 * x[0]


def expression(text):
    return plane_data_of({"kind": "expression", "text": text})


def brush(shades, **other):
    return {"kind": "brush", "low": -1.0, "bottom": 2.0, "side": 4.0, "shades": "".join(map(str, shades)), **other}


def shades_of(*inked):
    shades = np.zeros(BRUSHED**2, int)
    shades[list(inked)] = [9, 3][: len(inked)]
    return shades.tolist()


def test_a_painted_picture_is_a_law_with_its_shades_for_densities():
    density = plane_data_of(brush(shades_of(0, BRUSHED + 2))).density
    cell = 4.0 / BRUSHED
    first, second = [-1 + cell / 2, 2 + cell / 2], [-1 + 2.5 * cell, 2 + 1.5 * cell]
    assert density.prob(np.array([first, second, [0.9, 3.9]])) == pytest.approx(np.array([0.75, 0.25, 0.0]) / cell**2)
    other = plane_data_of(brush(shades_of(7))).density
    assert density.weights.shape == other.weights.shape == (BRUSHED**2,)  # so that one program plays all pictures


def test_two_columns_of_a_file_become_kernels_and_the_columns_may_be_named():
    rows = "\n".join(f"{i},{math.sin(i)},{i % 7}" for i in range(40))
    data = plane_data_of({"kind": "csv", "text": f"a,b,c\n{rows}"})
    assert data.spec["column"] == "a, b" and "40 rows" in data.said
    named = plane_data_of({"kind": "csv", "text": f"a,b,c\n{rows}", "column": "c, b"})
    assert named.density.marginals[0].mean == pytest.approx(np.mean([i % 7 for i in range(40)]))


@pytest.mark.parametrize(
    "spec",
    [
        None,
        [],
        {"kind": "pen"},
        {"kind": "expression"},
        {"kind": "expression", "text": "Normal(0, 1)"},
        {"kind": "expression", "text": "ring(8, 1, nan)"},
        {"kind": "expression", "text": "ring(100000, 1, .1)"},
        {"kind": "expression", "text": "pinwheel(5, .3, 1e-9)"},
        {"kind": "expression", "text": "ring(8, 1e40, 1)"},
        {"kind": "expression", "text": "__import__('os')"},
        brush([0] * BRUSHED**2),
        brush([1] * (BRUSHED**2 - 1)),
        brush(["<"] * BRUSHED**2),
        brush([1] * BRUSHED**2, side=0),
        brush([1] * BRUSHED**2, low=float("nan")),
        {"kind": "csv", "text": "a\n1\n2\n"},
        {"kind": "csv", "text": "a,b\n1,2\n3,4\n", "column": "a"},
        {"kind": "csv", "text": "a,b\n1,2\n3,4\n", "column": "a, nonsense"},
    ],
)
def test_data_that_are_no_law_of_the_plane_are_refused_in_a_sentence(spec):
    with pytest.raises(ValueError, match=r"must .*(Got|got) ") as refusal:
        plane_data_of(spec)
    assert len(str(refusal.value)) < 500


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("ring of 8", 8), ("grid of 9", 9), ("moons", 2), ("checkerboard", 8), ("spiral", 1)])
def test_the_pieces_of_the_data_are_their_modes(name, count):
    square = square_of(expression(ZOO[name]), LATENT)
    pieces = pieces_of(square)
    assert len(pieces.at) == count
    assert pieces.mass == pytest.approx(np.full(count, 1 / count), abs=0.02)
    assert pieces.masses(square.p_data) == pytest.approx(pieces.mass)


@pytest.mark.slow
def test_modes_that_p_g_has_not_found_are_an_alarm_by_name():
    square = square_of(expression(ZOO["ring of 8"]), LATENT)
    pieces = pieces_of(square)
    p_g = PlanePushforward(Known(shift=0.0), LATENT, LINES)
    found = weight(square, p_g, Half())
    kept = np.where(np.isin(pieces.owner, [0, 2, 3, 4, 5, 7]), 2 * square.p_data, 0.0)
    half = found._replace(p_g=kept, numbers={**found.numbers, "two_jsd": (0.5, 0.1)})
    said = plane_verdict(half, np.zeros((CELLS, CELLS)), square, pieces, 5)
    assert said.rule == "mode lost"
    assert "2 of 8 modes are lost (number 2 and 7)" in said.words


def test_of_a_perfect_generator_the_interval_holds_0_and_the_map_is_p_datas():
    data = expression("Product(Normal(0, 1), Normal(0, 1))")
    square = square_of(data, LATENT)
    found = weight(square, PlanePushforward(Known(), LATENT, LINES), Half())
    assert found.p_g == pytest.approx(square.p_data, abs=2e-5)
    assert found.interval[0] == 0.0 and found.interval[1] < 0.01
    assert found.numbers["value"][0] == pytest.approx(-math.log(4))
    assert found.folded == 0.0


def test_the_mass_of_a_fold_is_the_known_one():
    p_g = PlanePushforward(Known(folds=True), LATENT, LINES)
    assert folded_mass(p_g.mesh) == pytest.approx(norm.cdf(-1), abs=0.02)
    assert set(np.unique(turned(p_g.mesh.x))) == {False, True}


@pytest.mark.slow
def test_the_interval_holds_the_jsd_of_shifted_normal_laws():
    data = expression("Product(Normal(0, 1), Normal(0, 1))")
    found = weight(square_of(data, LATENT), PlanePushforward(Known(shift=1.0), LATENT, LINES), None)
    true = 2 * gt.jsd(Normal(0, 1), Normal(1, 1)).value  # the second coordinate is the same
    assert found.interval[0] <= true <= found.interval[1]
    assert "value" not in found.numbers


@pytest.fixture(scope="module")
def lab():
    return PlaneLab()


def test_the_arrays_of_a_picture_are_those_of_the_laws(lab):
    scene, (head, curves) = lab.scene(), lab.frame()
    p_g, d_star, logit, points, slope, mesh, folds = curves
    square, cell = lab.mode.square, (scene["high"] - scene["low"]) / CELLS
    density = lab.mode.data.density.prob(square.middles).ravel()
    masses = np.array(scene["p_data"])
    assert [mode["mass"] for mode in scene["modes"]] == pytest.approx([1 / 8] * 8, abs=0.01)
    assert masses == pytest.approx(density * cell**2, abs=0.03 * masses.max())
    assert masses.sum() == pytest.approx(1.0, abs=1e-3)
    assert p_g.sum() + head["beyond"] == pytest.approx(1.0)
    state = lab.timeline.state
    at = square.middles[3, 5]
    assert logit[3 * CELLS + 5] == pytest.approx(float(state.discriminator.logit(np.asarray(at, np.float32))), abs=1e-5)
    with np.errstate(invalid="ignore"):
        assert d_star == pytest.approx(masses / (masses + p_g), abs=1e-3, nan_ok=True)
    lengths = [len(curve) for curve in (points, slope, mesh, folds)]
    assert lengths == [2 * SAMPLES, 2 * SLOPES, 2 * (DRAWN + 1) ** 2, 2 * DRAWN**2]
    assert sum(head["modes"]) == pytest.approx(p_g.sum())
    assert json.dumps({**scene, **head}) and packed(head, curves)


@pytest.mark.parametrize(
    "settings",
    [None, {"nonsense": 1}, {"oracle": 0.5}, {"population": True}, {"batch": 1e9}, {"rate_d": float("nan")}, {"loss": "<script>"}],
)
def test_settings_that_the_plane_has_not_are_refused_in_a_sentence(lab, settings):
    before = lab.mode
    with pytest.raises(ValueError, match=r"must .* Got "):
        lab.set(settings)
    assert lab.mode is before


@pytest.mark.parametrize(
    "asked", [lambda lab: lab.hand({"kind": "perfect"}), lambda lab: lab.move(1.0, 1.0), lambda lab: lab.script(), lambda lab: handout(lab)]
)
def test_what_is_of_the_line_only_is_refused(lab, asked):
    with pytest.raises(ValueError, match=r"must be .* Got "):
        asked(lab)


def test_the_choices_of_the_page_are_json_and_leave_out_what_the_plane_has_not():
    choices = plane_choices()
    assert json.dumps(choices) and not {"oracle", "population"} & set(choices["settings"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ZOO)
def test_every_picture_of_the_zoo_is_drawn_and_played(name):
    lab = PlaneLab()
    lab.data({"kind": "expression", "text": ZOO[name]})
    lab.advance(2)
    head, curves = lab.frame()
    assert head["iteration"] == 2 and np.isfinite(curves[0]).all()
    assert abs(sum(lab.scene()["p_data"]) - 1) < 0.01
    low, high = head["interval"]
    assert 0 <= low <= high <= 2 * math.log(2)


@pytest.mark.slow
def test_a_run_ends_with_the_bits_of_gt_train_and_comes_back_to_them():
    lab = PlaneLab()
    lab.set({"penalty": "none"})  # of a penalty the page has the weight as an array, which rounds in another way than a constant
    lab.advance(4)
    reached = digest(lab.timeline.state)
    key_g, key_d = jax.random.split(jax.random.key(START.seed))
    unit = lab.mode.unit
    of_g, of_d = (START.width_g, START.depth_g, START.activation_g, unit), (START.width_d, START.depth_d, START.activation_d, unit)
    run = gt.train(
        ZOO["ring of 8"],
        latent=LATENT,
        generator=gt.Generator(*of_g, inputs=2, outputs=2, key=key_g),
        discriminator=gt.Discriminator(*of_d, inputs=2, key=key_d),
        loss=START.loss,
        optimizers=(OPTIMIZERS[START.optimizer_d](START.rate_d), OPTIMIZERS[START.optimizer_g](START.rate_g)),
        steps=4,
        k=START.k,
        batch=START.batch,
        seed=START.seed,
        measure_every=4,
    )
    for ours, theirs in ((lab.timeline.state.generator, run.generator), (lab.timeline.state.discriminator, run.discriminator)):
        for one, other in zip(*(jax.tree.leaves(eqx.filter(net, eqx.is_array)) for net in (ours, theirs)), strict=True):
            assert np.array_equal(one, other)
    answer = exact(*lab.question())
    assert answer["two_jsd"]["value"] == run.measured().two_jsd.value
    live, (low, high) = lab.frame()[0]["numbers"]["two_jsd"], lab.frame()[0]["interval"]
    assert low - answer["two_jsd"]["error"] <= answer["two_jsd"]["value"] <= high + answer["two_jsd"]["error"]
    assert live[1] > 0
    lab.seek(1)
    lab.advance(3)
    assert digest(lab.timeline.state) == reached
    lab.data({"kind": "expression", "text": "moons(.1)"})
    assert len(lab.scene()["modes"]) == 2
    lab.undo()
    assert digest(lab.timeline.state) == reached and len(lab.scene()["modes"]) == 8
