import json

import numpy as np
import pytest

RNG = np.random.default_rng(0)
PLANE = RNG.normal(size=(2, 30, 2))


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A function that writes texts of tables in the working directory."""
    monkeypatch.chdir(tmp_path)

    def files(**texts):
        for name, (head, rows) in texts.items():
            lines = [line if isinstance(line, str) else ",".join(f"{x:.6f}" for x in np.atleast_1d(line)) for line in rows]
            (tmp_path / f"{name}.csv").write_text("\n".join([head, *lines] if head else lines))

    return files


def test_files_of_the_same_columns_are_compared_in_all_of_them(command, files):
    files(a=("x,y", PLANE[0]), b=("y,x", PLANE[1][:, ::-1]), c=("", PLANE[0]))
    said = command("samples", "a.csv", "b.csv")
    assert said.code == 0 and said.err == "gantheory: All columns are compared: x, y.\n"
    assert said.out == command("samples", "a.csv", "b.csv", "--column", "x", "--column", "y").out
    assert "of 2 numbers each" in said.out
    assert json.loads(command("samples", "c.csv", "c.csv", "--json").out)["dimension"] == 2


def test_the_options_of_reading_are_those_of_train(command, files):
    rows = [f"{i};{x:.6f}".replace(".", ",") for i, x in enumerate(PLANE[0, :, 0])]
    files(a=("", [*rows, "9;NA"]), b=("", rows))
    asked = ("samples", "a.csv", "b.csv", "--column", "2", "--delimiter", ";", "--decimal", ",", "--encoding", "latin-1", "--no-header")
    refused = command(*asked)
    assert refused.code == 2 and refused.err.startswith("gantheory: a.csv: Column '2' must hold finite numbers only. Got 'NA' on line 31")
    said = command(*asked, "--drop-missing", "--thousands", "'")
    assert said.code == 0 and "a.csv: cells between semicolons, decimal commas, 1 row with missing numbers left out." in said.err
    help_ = " ".join(command("samples", "--help").out.split())
    assert "--no-header" in help_ and "--thousands" in help_ and "Leave out rows of the file in which a number is missing." in help_


REFUSED = {
    "Both files must have the same columns; else give --column once for each dimension. Got x, y in a.csv and x, z in b.csv.": "a b",
    "Both files must have the same columns; else give --column once for each dimension. Got x, y in a.csv and x in one.csv.": "a one",
    "Every column must have a name; else give --column once for each dimension. Got one without a name, x in both files.": "index index",
    "unless all columns are meant, give --column once for each dimension.": "words words",
    "words.csv: Column 'y' must hold finite numbers only. Got 'foo' on line 2, and 11 more": "words words",
    "b.csv: The column must be one of x, z. Got 'y'": "a b --column y",
    "Got none.csv: No such file or directory.": "a none",
    "`delimiter` must be one character. Got 'ab'.": "a b --delimiter ab",
    "`encoding` must be one that Python knows, such as utf-16 or latin-1. Got 'foo'.": "a b --encoding foo",
    "`seed` of compare_samples must be a whole number of at least 0. Got -1.": "one one --seed -1",
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_be_compared_is_refused_in_a_sentence_that_names_the_file(command, files, sentence):
    index = [f"{i},{x}" for i, x in enumerate(PLANE[0, :, 0])]
    files(a=("x,y", PLANE[0]), b=("x,z", PLANE[1]), one=("x", PLANE[0, :, 0]), index=(",x", index), words=("x,y", ["1.5,foo", "2,foo"] * 6))
    first, second, *options = REFUSED[sentence].split()
    refused = command("samples", f"{first}.csv", f"{second}.csv", *options)
    assert (refused.code, refused.out) == (2, "") and sentence in refused.err and refused.err.count("\n") == 1
