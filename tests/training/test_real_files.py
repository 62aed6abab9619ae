"""Files in which rows were once lost or moved in silence, or that broke off with a traceback: each is read in full, or refused."""

import bz2
import io
import zipfile

import numpy as np
import pytest

from gantheory.training.columns import points_of
from gantheory.training.rows import Reading, read_rows, rows_of_text

GOOD = [0.5 + i for i in range(20)]


def rows(line, header="id,x", at=None, instead=""):
    """A header, and a line for each number; another line at some places."""
    lines = [instead if i in (at or ()) else line.format(i=i, x=x, whole=int(x)) for i, x in enumerate(GOOD)]
    return "\n".join([header] * bool(header) + lines) + "\n"


# name: (text, columns, how it is read, what the refusal says)
REFUSED = {
    "a mark of inches opens a cell, and another closes it": (
        rows("{i}\tdisk\t{x}", "id\tname\tx", (5, 12), '5\t"inch\t5.5'),
        ["x"],
        {"drop_missing": True},
        "Got one on line 7 that is not",
    ),
    "a quotation mark is never closed": (
        rows("{i},a,{x}", "id,t,x", (8,), '8,"a,8.5'),
        ["x"],
        {"drop_missing": True},
        "line 10 that is not",
    ),
    "a line after # within quotation marks": (rows('{i},"a\n# {i}",{x}', "id,t,x", range(1, 20), '1,"a",1.5'), ["x"], {}, "must be closed"),
    "identities that begin with #": (rows("#{i},{x}"), ["x"], {}, "Got 20 of 21 lines that do"),
    "an empty cell between spaces": (rows("{i}   {x}  3", "id  x   y", (4,), "4        3"), ["x"], {}, "Got 2 on line 6"),
    "a column that is given twice": (rows("{i},{x}"), ["x", "x "], {}, "must be different ones"),
    "a rule in place of a number": (rows("{x}", "x", (4,), "---"), ["x"], {}, "Got '---' on line 6: `drop_missing`"),
    "a number without a value, as C writes it": (rows("{x}", "x", (4,), "-nan"), ["x"], {}, "Got '-nan' on line 6: `drop_missing`"),
    "no header: a minus of Unicode": (rows("−{x}", ""), [], {}, "must name its columns"),
    "no header: Fortran's exponent": (rows("{x}D+03", ""), [], {}, "must name its columns"),
    "no header: a mark between thousands": (
        rows("1'00{whole:01d}.5", "", range(10, 20), "1'000.5"),
        [],
        {"thousands": "'"},
        "must name its",
    ),
    "no header: an infinite number first": (rows("{x}", "inf"), [], {}, "must name its columns"),
    "no header: a missing number first": (rows("{x}", "NaN"), [], {}, "must name its columns"),
    "no header: a column is asked for by its number": (rows("a,{x}", ""), ["2"], {}, "columns have numbers where there is no header"),
    "a line beyond what a cell may be": ("a" * 200_000, [], {}, "cells of at most 131072 characters"),
    "another dash for a minus": (rows("{x}", "x", (4,), "–4.5"), ["x"], {}, "must be written with a minus"),
    "a month": (rows("{i};{x}", "id;x", (4,), "4;Jan 2020"), ["x"], {}, "a date or time"),
    "words with a comma, to which no option helps": (rows('{i},"Braund, Owen"'), ["x"], {}, "on line 2, and 19 more."),
    "names of rows that R left without a name, in a sole column": (rows('"{i}" {x}', '"x"'), ["x"], {}, "`delimiter` says"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_no_row_is_lost_or_moved_in_silence(name):
    text, columns, reading, said = REFUSED[name]
    with pytest.raises(ValueError) as refused:
        rows_of_text(text, "a.csv", columns, Reading(**reading))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


# name: (text, columns, how it is read, the numbers, what is said)
READ = {
    "sep= in capitals": ("SEP=;\n" + rows("{i};{x}"), ["x"], {}, GOOD, "cells between semicolons"),
    "sep= in quotation marks": ('"sep=;"\n' + rows("{i};{x}", "id;x"), ["x"], {}, GOOD, "cells between semicolons"),
    "a comment between rows": (rows("{i},{x}", "id,x", (3,), "# 3,3.5"), ["x"], {}, GOOD[:3] + GOOD[4:], "1 line after # or // left out"),
    "one row left out": (
        rows("{x}", "x", (3,), "NA"),
        ["x"],
        {"drop_missing": True},
        GOOD[:3] + GOOD[4:],
        "1 row with missing numbers left out",
    ),
    "points between thousands": (rows("1.0{i:02d}", "x"), ["x"], {"thousands": "."}, [1000.0 + i for i in range(20)], "decimal commas"),
    "a minus of Unicode before thousands": (
        rows("−1'0{i:02d}.5", "x"),
        ["x"],
        {"thousands": "'"},
        [-1000.5 - i for i in range(20)],
        "",
    ),
    "decimal commas of a sole column without a header": (
        rows("{whole},5", ""),
        [],
        {"decimal": ",", "header": False},
        GOOD,
        "decimal commas",
    ),
    "whole numbers between commas": (rows("{i},{whole}"), ["x"], {"decimal": ","}, [*map(float, range(20))], "decimal commas"),
    "a cell of several lines": (rows('{i},"a\nb",{x}', "id,t,x"), ["x"], {}, GOOD, ""),
    "tabs among spaces": (rows("{i} \t {x}", "id  x"), ["x"], {}, GOOD, "cells between spaces"),
}


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is_read_in_full(name):
    text, columns, reading, numbers, said = READ[name]
    found = rows_of_text(text.replace("SEP=;\nid,x", "SEP=;\nid;x"), "a.csv", columns, Reading(**reading))
    assert found.values.tolist() == numbers
    assert found.said == said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_byte_order_mark_is_no_part_of_a_name_where_the_encoding_is_given(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes(("\ufeff" + rows("{x},1", "x,y")).encode(encoding))
    assert read_rows(tmp_path / "a.csv", ["x"], Reading(encoding)).values.tolist() == GOOD


@pytest.mark.parametrize("cell", ["1" * 100_000 + "x", "-" * 100_000 + "a", "1;" * 50_000 + "x"])
def test_a_long_cell_is_refused_in_time_linear_in_it(cell):
    with pytest.raises(ValueError, match="finite numbers only"):
        rows_of_text(rows("{i}\t{x}", "id\tx", (4,), f"4\t{cell}"), "a.csv", ["x"])
    with pytest.raises(ValueError, match="finite numbers only"):
        rows_of_text(rows("{x}", "x", (0,), cell), "a.csv", ["x"])


def numpy_file(save, *arrays):
    file = io.BytesIO()
    save(file, *arrays)
    return file.getvalue()


def archive(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return file.getvalue()


NPZ = numpy_file(np.savez, np.array(GOOD))
VAST = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }"
# name of the file: (its bytes, what the refusal says)
BROKEN = {
    "cut.npz": (NPZ[:-40], "must be a whole NumPy file"),
    "changed.npz": (NPZ[:200] + bytes([NPZ[200] ^ 255]) + NPZ[201:], "must be a whole NumPy file"),
    "empty.npz": (numpy_file(np.savez), "must have a column"),
    "none.npy": (numpy_file(np.save, np.zeros((12, 0))), "must have a column"),
    "empty.npy": (b"", "must be a NumPy file where its name ends so"),
    "text.npy": (b"x\n1\n2\n", "must be a NumPy file where its name ends so"),
    "vast.npy": (b"\x93NUMPY\x01\x00\x76\x00" + VAST.ljust(117) + b"\n", "must be a whole NumPy file"),
    "deep.npy": (numpy_file(np.save, np.zeros((2, 3, 4))), "(2, 3, 4)"),
    "cut.csv.bz2": (bz2.compress(rows("{i},{x}").encode())[:-10], "cut.csv.bz2, bzip2: "),
    "empty.zip": (archive(), "must hold one file. Got 0"),
    "page.csv": (b"\n<HTML>\n<body>\n", "a page of HTML"),
    "a.tar": (b"a.csv".ljust(257, b"\0") + b"ustar\0", "a tar archive"),
    "a.lzma": (b"\x5d\0\0\x80\0" + b"\xff" * 20, "packed by lzma"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path, name):
    content, said = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError) as refused:
        read_rows(tmp_path / name)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_number_that_overflows_a_double_is_refused_as_infinite(tmp_path):
    large = np.array([*map(np.longdouble, GOOD), np.longdouble("1e4000")])
    if not np.isfinite(large[-1]):
        pytest.skip("long doubles are doubles here")
    np.save(tmp_path / "a.npy", large)
    with pytest.raises(ValueError, match="Got inf in row 21"):
        read_rows(tmp_path / "a.npy")


def test_a_masked_number_is_missing():
    with pytest.raises(ValueError, match="nan in row 20"):
        points_of(np.ma.masked_array([*GOOD[:-1], -999.0], [False] * 19 + [True]), "Rows")
