import numpy as np
import pytest

from gantheory.training.rows import read_column, split

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
