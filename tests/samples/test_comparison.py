import json
import re

import numpy as np
import pytest

import gantheory as gt
from gantheory.samples import comparison, printed
from gantheory.samples.lower_bound import LowerBound

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=40), RNG.normal(4, 1, 40)
PLANE = RNG.normal(size=(2, 40, 2))


@pytest.fixture(scope="module")
def found():
    return gt.compare_samples(X, Y)


@pytest.fixture
def without_training(monkeypatch):
    monkeypatch.setattr(comparison, "jsd_lower_bound", lambda x, y, level, rng: LowerBound(0.1, 0.05, 0.02, level, (len(x), len(y)), 0.04))


def test_every_quantity_says_what_it_is(found):
    said = " ".join(repr(found).split())
    assert said.startswith("The samples differ at level 0.95: W1, energy distance and MMD² show it, each with p ≤ 0.0125. 40 rows")
    assert "40 rows of data and 40 generated rows, of one number each" in said and "Of 4 tests one with p ≤ 0.0125 says no" in said
    assert re.search(r"at least 0\.\d+, with 95 % confidence; so C\(G\) is at least -\d\.\d+ at most log 2 = 0\.6931; no smaller", said)
    assert said.count("biased, error unknown") == 2 and re.search(r"standard error 0?\.?\d", said)
    assert re.search(r"W1 4\.\d+ \d\.\d+ 0\.001 energy distance \d\.\d+ \d\.\d+ 0\.001 MMD² 1\.\d+ [-\d.e]+ 0\.001 kernel", said)
    assert max(map(len, repr(found).splitlines())) <= printed.WIDTH
    assert re.fullmatch(r"\d\.\d+, p = 0\.001 \(rows of one law have 0\.\d+ on average\), of 40 \+ 40 rows", str(found.wasserstein1))
    assert 0 < found.jsd.bound < np.log(2) and found.wasserstein1.value == pytest.approx(4, abs=1)
    # No number that is called biased has an error, and none is an Estimate, whose error is a bound.
    assert set(found.record()["histogram"]) == {"value", "of_halves", "how"}


def test_the_same_seed_gives_the_same_and_the_unit_of_the_rows_is_kept(found):
    assert gt.compare_samples(X[:, None], Y.tolist()) == found
    moved = gt.compare_samples(1e200 * X, 1e200 * Y)
    assert moved.wasserstein1.value == pytest.approx(1e200 * found.wasserstein1.value, rel=1e-12, abs=0)
    assert moved.energy_distance.if_equal == pytest.approx(1e200 * found.energy_distance.if_equal, rel=1e-12, abs=0)
    assert moved.bandwidth == pytest.approx(1e200 * found.bandwidth, rel=1e-12, abs=0)
    assert moved.jsd.bound == pytest.approx(found.jsd.bound, rel=1e-6)
    assert moved.histogram.value == pytest.approx(found.histogram.value, rel=1e-12, abs=0)
    assert moved.kernel.how == f"bandwidth {1e200 * np.std(X, ddof=1) * 40**-0.2:.3g}"


def test_in_more_dimensions_what_is_not_computed_is_said(without_training):
    on_plane = gt.compare_samples(*PLANE)
    assert on_plane.wasserstein1.p_value > 0.01 and on_plane.kernel.value > 0
    in_space = gt.compare_samples(RNG.normal(size=(40, 3)), RNG.normal(size=(41, 3)) + 1)
    assert in_space.histogram is None and in_space.energy_distance.p_value < 0.01
    assert "of 3 numbers each" in repr(in_space) and repr(in_space).count("not computed of more than two numbers") == 2
    many = gt.compare_samples(RNG.normal(size=(201, 3)), RNG.normal(size=(202, 3)))
    assert many.wasserstein1 is None and "not computed: too many rows" in repr(many) and "W1" not in many.p_values


class Table:
    """As a data frame: NumPy takes it as an array."""

    def __array__(self, dtype=None, copy=None):
        return np.stack([X, Y], -1).astype(dtype or float)


def test_tables_are_taken_and_rows_that_are_all_one_are_told_apart_or_not(without_training):
    assert gt.compare_samples(Table(), PLANE[0]).dimension == 2
    same, apart = gt.compare_samples(np.ones(12), np.ones(10)), gt.compare_samples(np.ones(12), np.full(10, 3))
    assert same.wasserstein1.value == same.energy_distance.value == same.mmd2.value == 0 and same.mmd2.p_value == 1
    assert apart.wasserstein1.value == 2 and apart.energy_distance.value == 4 and apart.mmd2.p_value == 0.001


NUMBERS, SHAPE, FINITE = "must be an array or a table of numbers", "must be of shape (n,) or (n, d), n at least 10", "must be finite"
REFUSED = {
    f"`data` of compare_samples {SHAPE}. Got (9,).": (X[:9], Y),
    f"`data` of compare_samples {SHAPE}. Got 5.": (5, Y),
    f"`generated` of compare_samples {SHAPE}. Got (0,).": (X, []),
    f"`generated` of compare_samples {SHAPE}. Got (2, 40, 2).": (X, PLANE),
    f"`data` of compare_samples {FINITE}, and at most 1e+300 in size. Got nan in row 1.": ([np.nan, *X], Y),
    f"`data` of compare_samples {FINITE}, and at most 1e+300 in size. Got nan in row 2.": ([1, None, *X], Y),
    f"`data` of compare_samples {FINITE}, and at most 1e+300 in size. Got nan in row 40. ": (np.ma.masked_array(X, np.arange(40) == 39), Y),
    f"`generated` of compare_samples {FINITE}, and at most 1e+300 in size. Got inf in row 41.": (X, [*Y, np.inf]),
    f"`data` of compare_samples {NUMBERS}. Got ['a', 'b'].": (["a", "b"], Y),
    f"`data` of compare_samples {NUMBERS}. Got 'data.csv'.": ("data.csv", Y),
    f"`data` of compare_samples {NUMBERS}. Got None.": (None, Y),
    f"`data` of compare_samples {NUMBERS}. Got a list that begins with '0'.": ([str(one) for one in range(40)], Y),
    f"`data` of compare_samples {NUMBERS}. Got an object array that begins with '0'.": (np.array([*map(str, range(40))], object), Y),
    f"`data` of compare_samples {NUMBERS}. Got a list that begins with 1000": ([10**400, *X], Y),
    f"`data` of compare_samples {NUMBERS}. Got a complex128 array that begins with ": (X + 1j, Y),
    f"`data` of compare_samples {NUMBERS}. Got [[1.0], [1.0, 2.0]].": ([[1.0], [1.0, 2.0]], Y),
    f"`data` of compare_samples {NUMBERS}. Got Normal(0, 1).": (gt.Normal(0, 1), Y),
    "`data` and `generated` of compare_samples must have equally many numbers in a row. Got 1 and 2.": (X, PLANE[0]),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_are_no_two_samples_is_refused_in_one_sentence(sentence):
    with pytest.raises(ValueError, match=re.escape(sentence.strip())):
        gt.compare_samples(*REFUSED[sentence])


def test_a_level_or_a_seed_that_is_none_is_refused():
    for level in (0.0, 1.0, 95.0, np.nan):
        with pytest.raises(ValueError, match="`level` of compare_samples must be a number between 0 and 1"):
            gt.compare_samples(X, Y, level=level)
    with pytest.raises(ValueError, match=r"`seed` of compare_samples must be a whole number of at least 0\. Got -1\."):
        gt.compare_samples(X, Y, seed=-1)
    for level in ("x", None, True, X):
        with pytest.raises(ValueError, match="`level` of compare_samples must be a number between 0 and 1"):
            comparison.require_level_and_seed(level, 0)
    for seed in ("x", 1.5, None, True):
        with pytest.raises(ValueError, match=f"`seed` of compare_samples must be a whole number of at least 0. Got {seed!r}."):
            comparison.require_level_and_seed(0.9, seed)


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
    assert min(told.p_values.values()) > 0.05 and told.verdict.startswith("No difference is shown by these 40 and 40 rows")
    assert len(set(rows)) == 40


def test_the_command_compares_two_files_and_refuses_in_a_sentence(command, found, tmp_path):
    files = tmp_path / "data.csv", tmp_path / "generated.npy"
    files[0].write_text("height\n" + "\n".join(map(repr, X.tolist())))
    np.save(files[1], Y)
    said = command("samples", *files)
    assert (said.code, said.err) == (0, "") and said.out == f"{found!r}\n"
    record = json.loads(command("samples", *files, "--json").out)
    assert (
        record["verdict"] == found.verdict and record["jsd"]["bound"] == found.jsd.bound and "log 2" in record["jsd_upper_bound"]["unknown"]
    )
    refused = command("samples", files[0], tmp_path / "none.csv")
    assert (refused.code, refused.out) == (2, "") and "must be a file that can be read" in refused.err
