"""Files as people have them: what is read, as what, and what is refused with the way out."""

import numpy as np
import pytest

import gantheory as gt
from gantheory.training.rows import Reading, read_rows, rows_of_text, split

ROWS = np.random.default_rng(0).normal(2, 1.5, 40)
GOOD = [0.5 * i for i in range(10)]


@pytest.fixture
def file(tmp_path):
    def file(content, encoding="utf-8", name="data.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return tmp_path / name

    return file


def lines(*cells):
    return "\n".join(["id,x", *(f"{i},{cell}" for i, cell in enumerate(cells))]) + "\n"


def table(header, row, cells=GOOD):
    """A header line, and a line for each number, written as in ``row``."""
    return "\n".join([header, *(row.format(i=i, x=cell, comma=str(cell).replace(".", ",")) for i, cell in enumerate(cells))]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_column_is_read_as_float64_with_or_without_a_byte_order_mark(file, encoding, end):
    content = "x,id\n" + "".join(f"{cell},a\n" for cell in GOOD)
    rows = read_rows(file(content.replace("\n", end), encoding), ["x"])
    assert rows.values.dtype == np.float64
    assert rows.values.tolist() == GOOD and rows.said == ""


# (text, column, how it is read, what is said)
DIALECTS = {
    "semicolons": (table("id;x", "{i};{x}"), "x", {}, "cells between semicolons"),
    "semicolons and decimal commas": (table("id;x", "{i};{comma}"), "x", {}, "cells between semicolons, decimal commas"),
    "the same without a header": (table("7;0,5", "{i};{comma}"), "2", {"header": False}, "cells between semicolons, decimal commas"),
    "tabs": (table("id\tx", "{i}\t{x}"), "x", {}, "cells between tabs"),
    "spaces, several": (table("id   x", " {i}   {x}"), "x", {}, "cells between spaces"),
    "bars": (table("id|x", "{i}|{x}"), "x", {}, "cells between bars"),
    "spaces in the header": (table("id,  x", "{i},  {x}"), "x", {}, ""),
    "quotation marks": (table('"id","x"', '"{i}","{x}"'), "x", {}, ""),
    "a cell of two lines": (table("id,x", '"a\nb",{x}'), "x", {}, ""),
    "text with commas in quotation marks": (table("name,x", '"Doe, {i}",{x}'), "x", {}, ""),
    "one column": (table("x", "{x}"), None, {}, ""),
    "one column with decimal commas": (table("x", "{comma}"), None, {}, "decimal commas"),
    "comments": ("# by hand\n\n" + table("id,x", "{i},{x}") + "# end\n", "x", {}, ""),
    "sep=": ("sep=;\n" + table("id;x", "{i};{x}"), "x", {}, "cells between semicolons"),
    "a name in decomposed Unicode": (table("id,gro\u0308\u00dfe", "{i},{x}"), "gr\u00f6\u00dfe", {}, ""),
    "a delimiter that is given": (table("id:x", "{i}:{x}"), "x", {"delimiter": ":"}, ""),
    "numbers for names": (table("1999,2000", "{i},{x}"), "2", {"header": False}, ""),
    "empty cells at the end": (table("id,x,", "{i},{x},"), "x", {}, ""),
    "exponents and signs": (table("x,y", "+{x}e0,a"), "x", {}, ""),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_ordinary_dialects_are_read_and_said(name):
    text, column, reading, said = DIALECTS[name]
    found = rows_of_text(text, "the file", [column] if column else [], Reading(**reading))
    first = {"the same without a header": [0.5], "numbers for names": [2000.0]}.get(name, [])
    assert found.values.tolist() == [*first, *GOOD]
    assert found.said == said


def test_marks_between_thousands_are_left_out_where_they_are_announced():
    text = "x\n" + "".join(f"1{i},234.5\n" for i in range(10))
    assert rows_of_text(text, "the file", (), Reading(thousands=",")).values[3] == 13234.5
    text = "x\n" + "".join(f"1{i}.234,5\n" for i in range(10))
    found = rows_of_text(text, "the file", (), Reading(thousands="."))
    assert found.values[3] == 13234.5 and found.said == "decimal commas"
    text = "x\n" + "".join(f"{i},234\n" for i in range(10))
    assert rows_of_text(text, "the file", (), Reading(decimal=",")).values[3] == 3.234
    assert rows_of_text(text, "the file", (), Reading(thousands=",")).values[3] == 3234


@pytest.mark.parametrize(
    ("cell", "reading"),
    [("1,5", {"thousands": ","}), ("12,34,567", {"thousands": ","}), ("1.234", {"decimal": ","}), ("1.23,4", {"thousands": "."})],
)
def test_a_mark_where_it_cannot_be_is_refused_and_not_left_out(cell, reading):
    text = "x;y\n" + "".join(f"{i};a\n" for i in range(10)) + f"{cell};a\n"
    with pytest.raises(ValueError, match=f"Got '{cell}' on line 12"):
        rows_of_text(text, "the file", ["x"], Reading(**reading))


def test_rows_with_missing_numbers_are_left_out_where_that_is_wished_for():
    text = "x,y\n" + "".join(f"{x},{x + 1}\n" for x in GOOD) + "NA,1\n2,\n,\n9,9\n"
    found = rows_of_text(text, "the file", ["x", "y"], Reading(drop_missing=True))
    assert found.values.tolist() == [*([x, x + 1] for x in GOOD), [9, 9]]
    assert found.said == "3 rows with missing numbers left out"


REFUSED = {
    "empty": ("", "must be a table of text. Got .*data.csv, which is empty"),
    "column": (lines(*GOOD).replace("id,x", "id,y"), "The column must be one of id, y. Got 'x'"),
    "a near miss": (lines(*GOOD).replace("id,x", "id,xs"), "Got 'x': did you mean 'xs'?"),
    "two of one name": (lines(*GOOD).replace("id,x", "x,x"), "must be the only one of its name. Got 'x', the name of 2"),
    "no header": (lines(*GOOD).removeprefix("id,x\n"), "must name its columns, unless there is no header. Got the numbers 0, 0.0"),
    "text": (lines(*GOOD, "n.n."), "Column 'x' must hold finite numbers only. Got 'n.n.' on line 12."),
    "missing": (lines(*GOOD, "n/a"), "finite numbers only. Got 'n/a' on line 12: `drop_missing` leaves such rows out"),
    "missing, several": (lines(*GOOD, "nan", "", "?"), "Got 'nan' on line 12, and 2 more that are missing: `drop_missing`"),
    "inf": (lines("inf", *GOOD), "finite numbers only. Got 'inf' on line 2: infinity is no number"),
    "no cell": (lines(*GOOD, ""), "finite numbers only. Got '' on line 12"),
    "short row": (lines(*GOOD) + "10\n", "finite numbers only. Got '' on line 12"),
    "long row": (lines(*GOOD, "1,234"), "must have 2 cells, as the first has. Got 3 on line 12"),
    "after a blank line": (lines(*GOOD) + "\n10,n/a\n", "finite numbers only. Got 'n/a' on line 13"),
    "dates": (lines("2024-01-05", "2024-01-06", *GOOD), "Got '2024-01-05' on line 2, and 1 more: a date or time must be made a number"),
    "per cent": (lines("12 %", *GOOD), "Got '12 %' on line 2: the unit must be taken off first"),
    "dollars": (lines("$5", *GOOD), r"Got '\$5' on line 2: the unit must be taken off first"),
    "thousands": (lines('"1,234.5"', *GOOD), "Got '1,234.5' on line 2: `thousands` allows a mark between groups"),
    "one comma, two meanings": (
        lines(*['"1,234"'] * 10),
        r"said to mark decimals \(`decimal`\) or thousands \(`thousands`\). Got '1,234' on",
    ),
    "underscores": (lines("1_000", *GOOD), "Got '1_000' on line 2"),
    "9 rows": (lines(*GOOD[:9]), "must have at least 10 rows. Got 9"),
    "0 rows": (lines(), "must have at least 10 rows. Got 0"),
    "constant": (lines(*[3] * 12), "must vary. Got 3 in all 12 rows"),
    "Latin-1": (lines(*GOOD, "ä").encode("latin-1"), "must be text in UTF-8, unless `encoding` says otherwise. Got .*may be in latin-1"),
    "UTF-16 without a mark": (lines(*GOOD).encode("utf-16-le"), "may be in utf-16-le"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_learnt_from_is_refused_in_one_sentence(file, name):
    content, sentence = REFUSED[name]
    with pytest.raises(ValueError, match=sentence) as refused:
        read_rows(file(content), ["x"])
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"delimiter": ";;"}, "`delimiter` must be one character"),
        ({"decimal": ";"}, "`decimal` must be a point or a comma"),
        ({"thousands": "0"}, "`thousands` must be one character that is no digit"),
        ({"decimal": ",", "thousands": ","}, "must not be the mark of the decimals"),
        ({"encoding": "utf-99"}, "`encoding` must be one that Python knows"),
        ({"encoding": "ascii"}, "which is not in ascii"),
    ],
)
def test_a_reading_that_makes_no_sense_is_refused(file, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_rows(file(lines(*GOOD, "ä")), ["x"], Reading(**wrong))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path / "none.npy"):
        with pytest.raises(ValueError, match=r"must be a file that can be read. Got .*none\.[a-z]+: No such file"):
            read_rows(path, ["x"])
    with pytest.raises(ValueError, match="must be a file that can be read"):
        read_rows(tmp_path, ["x"])


def test_numpy_files_are_read(tmp_path):
    np.save(tmp_path / "line.npy", ROWS)
    np.save(tmp_path / "plane.npy", np.stack([ROWS, ROWS + 1], -1).astype(np.float32))
    np.savez(tmp_path / "some.npz", a=ROWS, b=ROWS + 1)
    assert np.array_equal(read_rows(tmp_path / "line.npy").values, ROWS)
    assert read_rows(tmp_path / "plane.npy", ["2", "1"]).values.shape == (40, 2)
    assert np.array_equal(read_rows(tmp_path / "some.npz", ["b"]).values, ROWS + 1)
    with pytest.raises(ValueError, match=r"must be one of a, b. Got none\."):
        read_rows(tmp_path / "some.npz")
    np.save(tmp_path / "cube.npy", np.zeros((2, 2, 2)))
    with pytest.raises(ValueError, match=r"must be of shape \(n,\) or \(n, d\)"):
        read_rows(tmp_path / "cube.npy")
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    with pytest.raises(ValueError, match="without pickled objects"):
        read_rows(tmp_path / "objects.npy")


def test_split_holds_out_a_quarter_by_the_seed_and_loses_no_row():
    rows, held_out = split(ROWS, 3)
    assert (len(rows), len(held_out)) == (30, 10)
    assert sorted([*rows, *held_out]) == sorted(ROWS)
    assert np.array_equal(split(ROWS, 3)[1], held_out)
    assert not np.array_equal(split(ROWS, 4)[1], held_out)


def test_a_table_is_an_array_in_python(file):
    path = file(table("id;x", "{i};{comma}"))
    assert gt.read_csv(path, "x").tolist() == GOOD
    assert gt.read_csv(path, "id", "x").shape == (10, 2)
    assert gt.read_csv(file(lines("NA", *GOOD)), "x", drop_missing=True).tolist() == GOOD
