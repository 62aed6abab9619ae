import jax
import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.training import data as empirical
from gantheory.training.data import against_held_out, kde, read_column, silverman, split, wasserstein_test

ROWS = np.random.default_rng(0).normal(2, 1.5, 40)


@pytest.fixture
def csv(tmp_path):
    def csv(content, encoding="utf-8"):
        (tmp_path / "data.csv").write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return tmp_path / "data.csv"

    return csv


def lines(*cells):
    return "\n".join(["id,x", *(f"{i},{cell}" for i, cell in enumerate(cells))]) + "\n"


GOOD = [0.5 * i for i in range(10)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_column_is_read_as_float64_with_or_without_a_byte_order_mark(csv, encoding, end):
    content = "x,id\n" + "".join(f"{cell},a\n" for cell in GOOD)
    rows = read_column(csv(content.replace("\n", end), encoding), "x")
    assert rows.dtype == np.float64
    assert rows.tolist() == GOOD


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "must be a CSV file with a header line. Got .*data.csv, which is empty"),
        (lines(*GOOD).replace("id,x", "id,y"), "The column must be one of id, y. Got 'x'"),
        (lines(*GOOD, "n/a"), "Column 'x' must hold finite numbers only. Got 'n/a' on line 12"),
        (lines(*GOOD, "nan"), "finite numbers only. Got 'nan' on line 12"),
        (lines("inf", *GOOD), "finite numbers only. Got 'inf' on line 2"),
        (lines(*GOOD, ""), "finite numbers only. Got '' on line 12"),
        (lines(*GOOD) + "10\n", "finite numbers only. Got None on line 12"),
        (lines(*GOOD) + "\n10,n/a\n", "finite numbers only. Got 'n/a' on line 13"),
        (lines(*GOOD[:9]), "must have at least 10 rows. Got 9"),
        (lines(), "must have at least 10 rows. Got 0"),
        (lines(*[3] * 12), "must vary. Got 3 in all 12 rows"),
        (b"id,x\n\xff\xfe\x81,1\n", "must be a CSV file in UTF-8"),
    ],
    ids=["empty", "column", "text", "nan", "inf", "no cell", "short row", "after a blank line", "9 rows", "0 rows", "constant", "bytes"],
)
def test_what_cannot_be_learnt_from_is_refused_in_one_sentence(csv, content, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_column(csv(content), "x")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"must be a CSV file that can be read. Got .*none\.csv: No such file"):
        read_column(tmp_path / "none.csv", "x")
    with pytest.raises(ValueError, match="must be a CSV file that can be read"):
        read_column(tmp_path, "x")


def test_split_holds_out_a_quarter_by_the_seed_and_loses_no_row():
    rows, held_out = split(ROWS, 3)
    assert (len(rows), len(held_out)) == (30, 10)
    assert sorted([*rows, *held_out]) == sorted(ROWS)
    assert np.array_equal(split(ROWS, 3)[1], held_out)
    assert not np.array_equal(split(ROWS, 4)[1], held_out)


def test_silvermans_bandwidth_by_hand():
    # 1 … 9: s = √7.5 = 2.7386, quartiles 3 and 7, 4/1.34 = 2.985, 9^(-1/5) = .644394
    assert silverman(np.arange(1.0, 10.0)) == pytest.approx(0.9 * 7.5**0.5 * 9**-0.2, rel=1e-14)
    # An outlier makes s = √(60 + 91²·…) large, and the quartiles rule.
    assert silverman(np.array([*range(1, 9), 100.0])) == pytest.approx(0.9 * (4 / 1.34) * 9**-0.2, rel=1e-14)
    # Half of the rows are one value: the quartiles say nothing.
    mostly = np.array([0.0] * 8 + [1.0, 2.0])
    assert silverman(mostly) == pytest.approx(0.9 * np.std(mostly, ddof=1) * 10**-0.2, rel=1e-14)


def test_kde_is_scipys():
    density, other = kde(ROWS, 0.4), stats.gaussian_kde(ROWS, 0.4 / np.std(ROWS, ddof=1))
    x = np.linspace(-5, 9, 57)
    np.testing.assert_allclose(density.prob(x), other(x), rtol=1e-11)
    np.testing.assert_allclose(density.cdf(x), [other.integrate_box_1d(-np.inf, at) for at in x], rtol=1e-11, atol=1e-15)


def test_jsd_from_a_density_to_the_rows_themselves_is_log_2():
    """The kernels of a KDE shrink to the rows: JSD rises to log 2, though the rows were drawn from that very density.

    What is left at width h is the data's mass under the kernels, below 10 · 40 · h · max p, times log(1 + q/p) < 12.
    """
    jsd = [gt.jsd(gt.Normal(2.0, 1.5), kde(ROWS, width)) for width in (1e-2, 1e-4, 1e-6)]
    assert jsd[0].upper < jsd[1].lower < jsd[2].lower
    assert 0 < np.log(2) - jsd[2].value < 400e-6 / (1.5 * np.sqrt(2 * np.pi)) * 12


SAME = gt.Normal(2.0, 1.5), gt.Pushforward(lambda z: 2.0 + 1.5 * z, gt.Normal(0.0, 1.0))


class Linear:
    """A discriminator that is not the best one: logit .6 (x - 2)."""

    def logit(self, x):
        return 0.6 * (x - 2.0)


def judged(law, discriminator, seed, rows=200):
    held_out = np.asarray(law.sample(jax.random.key(1000 + seed), (rows,)))
    return against_held_out(held_out, *SAME, discriminator, seed)


def test_the_best_discriminator_of_equal_laws_bounds_jsd_by_0():
    found = judged(SAME[0], gt.optimal_discriminator(*SAME), 0)
    assert abs(found.jsd_lower_bound) < 1e-12  # D* = ½: every row says the same
    assert found.rows == 200


def test_for_equal_laws_the_bound_scatters_about_minus_half_ds_gap_with_its_standard_error(monkeypatch):
    """E[bound] = (V(r, p_g, D) + log 4)/2 = JSD - gap/2, by quadrature. 12 samples: each within 3.5 of its own standard errors."""
    monkeypatch.setattr(empirical, "PERMUTATIONS", 99)
    truth = -float(gt.discriminator_gap(*SAME, Linear())) / 2
    found = [judged(SAME[0], Linear(), seed) for seed in range(12)]
    scores = np.array([(f.jsd_lower_bound - truth) / f.standard_error for f in found])
    assert np.abs(scores).max() < 3.5
    assert 0.4 < np.sqrt(np.mean(scores**2)) < 1.7  # chi-square of 12: these are its 1e-4 tails
    assert all(f.jsd_lower_bound < 3 * f.standard_error for f in found)  # JSD is 0
    assert 0.15 < np.mean([f.p_value for f in found]) < 0.85  # uniform on [0, 1]: 4 standard errors


def test_rows_of_another_law_are_told_apart():
    law = gt.Normal(3.5, 1.5)
    found = judged(law, Linear(), 0)
    truth = float(gt.jsd(law, SAME[1]))
    assert found.p_value < 0.005
    assert found.wasserstein1 == pytest.approx(1.5, abs=5 * 1.5 / np.sqrt(200))
    assert 3 * found.standard_error < found.jsd_lower_bound < truth + 3 * found.standard_error


def test_wasserstein_test_is_a_function_of_its_seed_and_its_p_value_is_never_0():
    x, y = ROWS[:15], ROWS[15:] + 50
    assert wasserstein_test(x, y, 1) == wasserstein_test(x, y, 1)
    distance, p_value = wasserstein_test(x, y, 1)
    assert distance == pytest.approx(stats.wasserstein_distance(x, y))
    assert p_value == pytest.approx(1 / 1000)
