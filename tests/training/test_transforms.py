"""The logarithm of positive columns, and the score by which a model is chosen."""

import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.training.data import data_of
from gantheory.training.kernel_density import estimated
from gantheory.training.settings import Settings
from gantheory.training.transforms import Score, logarithms, score_of

PRICES = np.exp(np.random.default_rng(0).normal(8, 1.1, 40))


def test_the_score_is_the_mean_log_density_of_the_rows_themselves_with_its_standard_error():
    for density, rows, of_logarithms, each in (
        (gt.Normal(9000, 8000), PRICES, False, stats.norm(9000, 8000).logpdf(PRICES)),
        (gt.Normal(8, 1.1), np.log(PRICES), True, stats.lognorm(1.1, scale=np.exp(8)).logpdf(PRICES)),
        (
            gt.Product(gt.Normal(8, 1.1), gt.Normal(1, 2)),
            np.stack([np.log(PRICES), np.linspace(0, 1, 40)], -1),
            True,
            stats.lognorm(1.1, scale=np.exp(8)).logpdf(PRICES) + stats.lognorm(2, scale=np.e).logpdf(np.exp(np.linspace(0, 1, 40))),
        ),
    ):
        found = score_of(density, rows, of_logarithms)
        assert found == pytest.approx((each.mean(), stats.sem(each)), rel=1e-12, abs=0)
    assert str(Score(-9.7568, 0.1591)) == "-9.76 ± 0.16" and str(Score(-512345.6, 4000.0)) == "-512346 ± 4000"


def test_an_estimate_of_logarithms_is_a_law_of_the_rows():
    of_logs = stats.gaussian_kde(np.log(PRICES), 0.4 / np.std(np.log(PRICES), ddof=1))
    law, x = gt.from_samples(PRICES, 0.4, transform="log"), np.geomspace(100, 1e5, 50)
    np.testing.assert_allclose(law.prob(x), of_logs(np.log(x)) / x, rtol=1e-10)
    plane = gt.from_samples(np.stack([PRICES, PRICES**2], -1), 0.4, transform="log")
    np.testing.assert_allclose(plane.y.loc, 2 * np.log(PRICES), rtol=1e-14)
    assert law.support == (0.0, np.inf) and plane.dimension == 2
    for rows, transform, sentence in (
        (PRICES - 5000, "log", "Column 'x' must be positive for its logarithm, `transform`. Got -"),
        (PRICES, "lag", "`transform` of from_samples must be one of log. Got 'lag': did you mean 'log'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            gt.from_samples(rows, transform=transform)


@pytest.mark.slow
def test_jsd_is_the_same_of_the_logarithms():
    of_logs, of_rows = estimated(np.log(PRICES)).density, gt.from_samples(PRICES, transform="log")
    one, other = gt.jsd(of_logs, gt.Normal(8, 1.1)), gt.jsd(of_rows, gt.LogNormal(8, 1.1))
    assert abs(one.value - other.value) <= one.error + other.error < 1e-12


def test_the_choice_is_shown_with_the_score_of_the_other(tmp_path):
    (tmp_path / "prices.csv").write_text("price,profit\n" + "\n".join(f"{x!r},{x - 5000!r}" for x in PRICES.tolist()))
    given = {"data": str(tmp_path / "prices.csv"), "column": ("price",)}
    plain, logs = data_of(Settings(**given)), data_of(Settings(**given, transform="log"))
    assert plain.record["scores"] == logs.record["scores"] and set(plain.record["scores"]) == {"none", "log"}
    assert "nats by --transform log; it would be -" in logs.record["said_of_scores"]
    assert logs.record["model"] == "Gaussian kernel density estimate of the logarithms of 30 rows"
    np.testing.assert_allclose(np.sort(logs.held_out), np.sort(np.log(plain.held_out)))
    assert logs.unit.loc == pytest.approx(8, abs=1)
    with pytest.raises(ValueError, match="Column 'profit' must be positive for its logarithm, `transform`"):
        data_of(Settings(**given | {"column": ("profit",)}, transform="log"))
    alone = data_of(Settings(**given | {"column": ("profit",)}))
    assert set(alone.record["scores"]) == {"none"} and "it would" not in alone.record["said_of_scores"]


def test_a_transform_is_advised_where_it_foretells_rows_better_than_chance_explains(tmp_path):
    rng = np.random.default_rng(0)
    for name, rows in (("heavy", np.exp(2 * rng.normal(size=400))), ("plain", 50 + rng.normal(size=400))):
        (tmp_path / f"{name}.csv").write_text("x\n" + "\n".join(map(repr, rows.tolist())))
    heavy, plain = (str(tmp_path / f"{name}.csv") for name in ("heavy", "plain"))
    assert "modelled better with --transform log" in data_of(Settings(data=heavy)).record["advice"]
    assert data_of(Settings(data=heavy, transform="log")).record["advice"] is None
    assert data_of(Settings(data=plain)).record["advice"] is None


def test_logarithms_are_of_each_column():
    assert logarithms(np.stack([PRICES, 1 / PRICES], -1), ("a", "b")).sum(axis=1) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="Column 'b' must be positive"):
        logarithms(np.stack([PRICES, PRICES - 5000], -1), ("a", "b"))
