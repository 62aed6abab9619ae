"""Files as people have them: what is read, as what, and what is refused with the way out."""

import bz2
import gzip
import importlib
import io
import lzma
import pickle
import sys
import zipfile
from decimal import Decimal

import numpy as np
import pytest

import gantheory as gt
from gantheory.training.columns import columns_of, points_of
from gantheory.training.rows import Reading, read_rows, require_variation, rows_of_columns, rows_of_text, split

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
    "Fortran's exponents": (table("x y", "{x}D+00 1"), "x", {}, "cells between spaces"),
    "names of rows, from R": (table('"x" "g"', '"{i}" {x} "a b"'), "x", {}, "a first column without a name, cells between spaces"),
    "a delimiter after the last cell": (table("id,x", "{i},{x},"), "x", {}, ""),
    "a delimiter after the last name": (table("id,x,", "{i},{x}"), "x", {}, ""),
    "an empty row above": (",,\n" + table(",id,x", ",{i},{x}"), "x", {}, ""),
    "names in a comment": (
        "# id x\n" + table("0 0.0", "{i} {x}", GOOD[1:]),
        "x",
        {},
        "names from the comment above them, cells between spaces",
    ),
    "a name of two lines": (table('"id\n(n)","x"', "{i},{x}"), "x", {}, ""),
    "psql": (" id | x \n----+----\n" + table("", "{i} | {x}") + "(10 rows)\n\n", "x", {}, "cells between bars"),
    "mysql": (
        "+----+---+\n| id | x |\n+----+---+" + table("", "| {i} | {x} |") + "+----+---+\n10 rows in set (0.00 sec)\n",
        "x",
        {},
        "cells between bars",
    ),
    "Markdown": ("| id | x |\n|---|---|" + table("", "| {i} | {x} |"), "x", {}, "cells between bars"),
    "slashes before a comment": ("// by hand\n" + table("id,x", "{i},{x}"), "x", {}, ""),
    "the end of a file of CP/M": (table("id,x", "{i},{x}") + "\x1a", "x", {}, ""),
    "old ends of lines": (table("id,x", "{i},{x}").replace("\n", "\r"), "x", {}, ""),
    "a minus of print": (table("id,x", "{i},\u2212{x}").replace("\u22120.0", "0.0"), "x", {}, ""),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_ordinary_dialects_are_read_and_said(name):
    text, column, reading, said = DIALECTS[name]
    found = rows_of_text(text, "the file", [column] if column else [], Reading(**reading))
    first = {"the same without a header": [0.5], "numbers for names": [2000.0]}.get(name, [])
    sign = -1 if name == "a minus of print" else 1
    assert found.values.tolist() == [*first, *(sign * x for x in GOOD)]
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
    "true and false": (lines("TRUE", "FALSE", *GOOD), "Got 'TRUE' on line 2, and 1 more: true and false must be written as 1 and 0"),
    "1e400": (lines(*GOOD, "1e400"), "Got '1e400' on line 12: it is beyond the largest double"),
    "accountants' minus": (lines(*GOOD, "(12.5)"), r"Got '\(12.5\)' on line 12: a negative number must be written with a minus"),
    "apostrophes": (lines(*GOOD, "1'234.5"), 'Got "1\'234.5" on line 12: `thousands` allows a mark between groups'),
    "spreadsheet's error": (lines(*GOOD, "#DIV/0!"), "Got '#DIV/0!' on line 12: `drop_missing` leaves such rows out"),
    "SQL's null": (lines(*GOOD, "\\N"), "on line 12: `drop_missing` leaves such rows out"),
    "units below the names": (lines("kg", *GOOD), "Got 'kg' on line 2: a second line of names or units must be deleted"),
    "a title above the names": (
        "Measured,,\n" + table("id,y,x", "{i},1,{x}"),
        "Got empty cells on line 1: lines above the names must be",
    ),
    "another comment": ("% by hand\n" + lines(*GOOD), "one of % by hand. Got 'x': lines above the names must be deleted, or begin with #"),
    "a total": (lines(*GOOD) + "Total,45\n", "The last line of the data must be a row like those before it. Got 'Total' on line 12"),
    "a source": (lines(*GOOD) + "\nSource: me\n", "must be a row like those before it. Got 'Source: me' on line 13: it must be deleted"),
    "colons": (lines(*GOOD).replace(",", ":"), "one of id:x. Got 'x': `delimiter` says what separates the cells"),
    "an open quotation mark": (lines('"1', *GOOD), "must be closed at its end, .*Got one on line 2 that is not"),
    "zero bytes": (lines(*GOOD) + "\0\0", "must be text, such as CSV. Got .*data.csv, which has a zero byte on line 12: save it as CSV"),
    "9 rows": (lines(*GOOD[:9]), "must have at least 10 rows. Got 9"),
    "0 rows": (lines(), "must have at least 10 rows. Got 0"),
    "Latin-1": (lines(*GOOD, "ä").encode("latin-1"), "must be text in UTF-8, unless `encoding` says otherwise. Got .*may be in latin-1"),
    "Windows": (lines(*GOOD, "€").encode("cp1252"), "may be in cp1252"),
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


def zipped(**files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, lambda content: zipped(a=content)])
def test_what_is_packed_is_unpacked(file, pack):
    assert read_rows(file(pack(lines(*GOOD).encode()), name="data.csv.gz"), ["x"]).values.tolist() == GOOD


FOREIGN = {
    "Excel": (zipped(**{"xl/workbook.xml": "", "a": ""}), ", an Excel workbook: save it as CSV, or read it in Python and give its column"),
    "OpenDocument": (zipped(**{"content.xml": "", "mimetype": ""}), ", an OpenDocument spreadsheet: save it as CSV"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", ", an Excel workbook of the old kind"),
    "JSON": (b' [{"x": 1}]', ", JSON, or a list in brackets: save it as CSV"),
    "a list": (b"[1.0, 2.0]", ", JSON, or a list in brackets: save it as CSV"),
    "HTML": (b"<!doctype html><table>", ", a page of HTML"),
    "Parquet": (b"PAR1\0", ", a Parquet file, whose name must end in .parquet"),
    "pickle": (pickle.dumps(GOOD), ", a Python pickle"),
    "two files": (zipped(a="", b=""), "A zip archive of data must hold one file. Got 2 in"),
    "half a file": (gzip.compress(lines(*GOOD).encode())[:-9], "must be whole and without a password where they are packed. Got .*gzip: "),
    "half an archive": (zipped(a="x")[:20], "must be whole .* Got .*, zip: "),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_text_is_named_with_the_way_out(file, name):
    content, sentence = FOREIGN[name]
    with pytest.raises(ValueError, match=sentence):
        read_rows(file(content), ["x"])


def test_parquet_files_are_read(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = {"x": ROWS, "n": [None, *range(39)], "name": ["a"] * 40}
    parquet.write_table(importlib.import_module("pyarrow").table(table), tmp_path / "a.parquet")
    assert np.array_equal(read_rows(tmp_path / "a.parquet", ["x"]).values, ROWS)
    assert read_rows(tmp_path / "a.parquet", ["n"], Reading(drop_missing=True)).values.tolist() == [*range(39)]
    with pytest.raises(ValueError, match="Column 'name' must hold finite numbers only"):
        read_rows(tmp_path / "a.parquet", ["name"])


def test_without_pyarrow_the_way_out_is_named(file, monkeypatch):
    for name in ("pyarrow.parquet", "fastparquet"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ValueError, match=r"A Parquet file needs pyarrow to be read: pip install pyarrow. Got .*a\.parquet"):
        read_rows(file(b"PAR1", name="a.parquet"), ["x"])


class Series:
    """As pandas and polars have it: what a column is asked for."""

    def __init__(self, values, name=None):
        self.values, self.name = values, name

    def __len__(self):
        return len(self.values)

    def to_numpy(self):
        return np.asarray(self.values)


class Frame(dict):
    columns = property(list)


class NAType:
    pass


def test_data_frames_series_and_mappings_are_rows():
    assert np.array_equal(points_of(Series(ROWS), "rows"), ROWS)
    frame = Frame(x=Series(ROWS), n=Series([NAType(), None, *range(38)]), name=Series(["a"] * 40))
    assert rows_of_columns(columns_of(frame), ["n"], drop_missing=True).values.tolist() == [*range(38)]
    assert points_of(Frame(x=Series(ROWS), y=Series(2 * ROWS)), "rows").tolist() == np.stack([ROWS, 2 * ROWS], -1).tolist()
    assert points_of([Decimal(n) for n in range(12)], "rows").tolist() == [*range(12)]
    for wrong, sentence in (
        (frame, r"rows must be of shape \(n,\) or \(n, 2\), n at least 10. Got"),
        (frame["n"], "rows must be finite. Got nan in row 1"),
        (frame["name"], "rows must be finite numbers. Column '1' must be an array"),
        (Series(np.arange("2020-01-01", "2020-01-13", dtype="M8[D]")), "Got datetime64.*: a date or time must be made a number first"),
        ([[1.0], [1.0, 2.0]] * 10, "n at least 10. Got a list"),
        ("x.csv", r"n at least 10. Got \(\)"),
    ):
        with pytest.raises(ValueError, match=sentence):
            points_of(wrong, "rows")


def test_a_constant_column_is_read_but_not_learnt_from(file):
    read = read_rows(file(lines(*[3] * 12)), ["x"])
    assert read.values.tolist() == [3] * 12
    with pytest.raises(ValueError, match=r"Column 'x' must vary\. Got 3 in all 12 rows"):
        require_variation(read)


def test_two_columns_in_one_name_are_told_apart(file):
    with pytest.raises(ValueError, match="Got 'id,x': each column is named alone"):
        read_rows(file(lines(*GOOD)), ["id,x"])


def test_numpy_files_are_read(tmp_path):
    np.save(tmp_path / "line.npy", ROWS)
    np.save(tmp_path / "plane.npy", np.stack([ROWS, ROWS + 1], -1).astype(np.float32))
    np.savez(tmp_path / "some.npz", a=ROWS, b=ROWS + 1)
    assert np.array_equal(read_rows(tmp_path / "line.npy").values, ROWS)
    assert read_rows(tmp_path / "plane.npy", ["2", "1"]).values.shape == (40, 2)
    assert np.array_equal(read_rows(tmp_path / "some.npz", ["b"]).values, ROWS + 1)
    with pytest.raises(ValueError, match=r"must be one of a, b, or two of them for data on the plane. Got none\."):
        read_rows(tmp_path / "some.npz")
    np.savez(tmp_path / "objects.npz", a=np.array([{}], dtype=object), b=ROWS)
    assert np.array_equal(read_rows(tmp_path / "objects.npz", ["b"]).values, ROWS)
    with pytest.raises(ValueError, match=r"without pickled objects. Got .*objects\.npz"):
        read_rows(tmp_path / "objects.npz", ["a"])
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
