import json
import re

import numpy as np
import pytest

import gantheory as gt
from gantheory.samples import comparison
from gantheory.samples.lower_bound import LowerBound

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=40), RNG.normal(4, 1, 40)
PLANE = RNG.normal(size=(2, 40, 2))


@pytest.fixture(scope="module")
def found():
    return gt.compare_samples(X, Y)


@pytest.fixture
def without_training(monkeypatch):
    monkeypatch.setattr(comparison, "jsd_lower_bound", lambda x, y, level, rng: LowerBound(0.1, 0.05, 0.02, level, (len(x), len(y))))


def test_every_quantity_says_what_it_is(found):
    said = " ".join(repr(found).split())
    assert said.startswith("40 rows of data and 40 generated ones, on the line")
    assert re.search(r"JSD at least 0\.\d+ with 95 % confidence, so C\(G\) at least -\d\.\d+ \(J\(D\) = 0\.\d+, standard error", said)
    assert "upper bound only log 2, at any n: no smaller one holds for all laws" in said
    assert said.count("biased, by an amount and a sign that no error tells") == 2
    assert "V-statistic" in said and "U-statistic" in said and said.count("p = 0.001") == 3
    assert max(map(len, repr(found).splitlines())) <= comparison.WIDTH
    assert 0 < found.jsd.bound < np.log(2) and found.wasserstein1.value == pytest.approx(4, abs=1)
    # No number that is called biased has an error, and none is an Estimate, whose error is a bound.
    assert set(found.record()["histogram"]) == {"value", "of_halves", "how"}


def test_the_same_seed_gives_the_same_and_the_unit_of_the_rows_is_kept(found):
    assert gt.compare_samples(X[:, None], Y.tolist()) == found
    moved = gt.compare_samples(1e200 * X, 1e200 * Y)
    assert moved.wasserstein1.value == pytest.approx(1e200 * found.wasserstein1.value, rel=1e-12)
    assert moved.energy_distance.if_equal == pytest.approx(1e200 * found.energy_distance.if_equal, rel=1e-12)
    assert moved.bandwidth == pytest.approx(1e200 * found.bandwidth, rel=1e-12)
    assert moved.jsd.bound == pytest.approx(found.jsd.bound, rel=1e-6)
    assert moved.histogram.value == pytest.approx(found.histogram.value, rel=1e-12)
    assert moved.kernel.how == f"Gaussian kernels of bandwidth {1e200 * np.std(X, ddof=1) * 40**-0.2:.3g}"


def test_in_more_dimensions_what_is_not_computed_is_said(without_training):
    on_plane = gt.compare_samples(*PLANE)
    assert on_plane.wasserstein1.p_value > 0.01 and on_plane.kernel.value > 0
    in_space = gt.compare_samples(RNG.normal(size=(40, 3)), RNG.normal(size=(41, 3)) + 1)
    assert in_space.histogram is None and in_space.energy_distance.p_value < 0.01
    assert "in 3 dimensions" in repr(in_space) and repr(in_space).count("not computed") == 2
    many = gt.compare_samples(RNG.normal(size=(201, 3)), RNG.normal(size=(202, 3)))
    assert many.wasserstein1 is None and "W1              not computed" in repr(many)


class Table:
    """As a data frame: NumPy takes it as an array."""

    def __array__(self, dtype=None, copy=None):
        return np.stack([X, Y], -1).astype(dtype or float)


def test_tables_are_taken_and_rows_that_are_all_one_are_told_apart_or_not(without_training):
    assert gt.compare_samples(Table(), PLANE[0]).dimension == 2
    same, apart = gt.compare_samples(np.ones(12), np.ones(10)), gt.compare_samples(np.ones(12), np.full(10, 3))
    assert same.wasserstein1.value == same.energy_distance.value == same.mmd2.value == 0 and same.mmd2.p_value == 1
    assert apart.wasserstein1.value == 2 and apart.energy_distance.value == 4 and apart.mmd2.p_value == 0.001


REFUSED = {
    "`data` of compare_samples must be of shape (n,) or (n, d), n at least 10. Got (9,).": (X[:9], Y),
    "`generated` of compare_samples must be of shape (n,) or (n, d), n at least 10. Got (2, 40, 2).": (X, PLANE),
    "`data` of compare_samples must be finite, and at most 1e+300 in size. Got nan.": ([np.nan, *X], Y),
    "`generated` of compare_samples must be finite, and at most 1e+300 in size. Got inf.": (X, [*Y, np.inf]),
    "`data` of compare_samples must be numbers. Got ['a', 'b'].": (["a", "b"], Y),
    "`data` of compare_samples must be numbers. Got [[1.0], [1.0, 2.0]].": ([[1.0], [1.0, 2.0]], Y),
    "`data` of compare_samples must be numbers. Got Normal(0, 1).": (gt.Normal(0, 1), Y),
    "`data` and `generated` of compare_samples must have rows of one dimension. Got 1 and 2.": (X, PLANE[0]),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_are_no_two_samples_is_refused_in_one_sentence(sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        gt.compare_samples(*REFUSED[sentence])


def test_a_level_that_is_none_is_refused():
    for level in (0.0, 1.0, 95.0, np.nan):
        with pytest.raises(ValueError, match="`level` of compare_samples must be between 0 and 1"):
            gt.compare_samples(X, Y, level=level)


@pytest.mark.parametrize("call", [gt.jsd, gt.energy_distance, gt.wasserstein1, gt.kl])
@pytest.mark.parametrize("rows", [X, list(X), Table()], ids=["array", "list", "table"])
def test_rows_where_a_law_is_asked_for_are_refused_with_this_function_named(call, rows):
    with pytest.raises(ValueError, match=r"must not be rows, which have none: .* gt\.compare_samples says what two sets of them tell"):
        call(gt.Normal(0, 1), rows)


def test_rows_cannot_tell_a_law_from_many_of_its_points():
    """Why there is no upper bound: rows of a law on 10⁶ points of N(0, 1) look like its own, and their JSD is log 2."""
    points = np.random.default_rng(1).normal(size=1_000_000)
    rows = np.random.default_rng(2).choice(points, 40)
    told = gt.compare_samples(X, rows)
    assert told.jsd.bound == 0
    assert min(one.p_value for one in (told.wasserstein1, told.energy_distance, told.mmd2)) > 0.05
    assert len(set(rows)) == 40


def test_the_command_compares_two_files_and_refuses_in_a_sentence(command, found, tmp_path):
    files = tmp_path / "data.csv", tmp_path / "generated.npy"
    files[0].write_text("height\n" + "\n".join(map(repr, X.tolist())))
    np.save(files[1], Y)
    said = command("samples", *files)
    assert (said.code, said.err) == (0, "") and said.out == f"{found!r}\n"
    record = json.loads(command("samples", *files, "--json").out)
    assert record["jsd"]["bound"] == found.jsd.bound and "log 2" in record["jsd_upper_bound"]["unknown"]
    refused = command("samples", files[0], tmp_path / "none.csv")
    assert (refused.code, refused.out) == (2, "") and "must be a file that can be read" in refused.err
