import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gantheory.base import files
from gantheory.base.files import output_folder, prune, read_record, sha256, write, write_record


def test_write_takes_text_and_bytes_and_leaves_nothing_beside(tmp_path):
    write(tmp_path / "a", "π\n")
    write(tmp_path / "a", b"\x00\xff")
    assert (tmp_path / "a").read_bytes() == b"\x00\xff"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("broken", ["replace", "write_bytes"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, broken):
    write(tmp_path / "a", "old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "replace") if broken == "replace" else (Path, "write_bytes")), full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "a", "new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]


WRITES_FOR_EVER = """
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("files", sys.argv[1])
files = importlib.util.module_from_spec(spec)
spec.loader.exec_module(files)
contents = [letter * 3_000_000 for letter in (b"a", b"b")]
while True:
    for content in contents:
        files.write(pathlib.Path(sys.argv[2]), content)
"""


def test_a_killed_writer_leaves_the_old_content_or_the_new_whole(tmp_path):
    for after in (0.05, 0.052, 0.054, 0.056, 0.058):
        writer = subprocess.Popen([sys.executable, "-c", WRITES_FOR_EVER, files.__file__, tmp_path / "a"])
        try:
            deadline = time.monotonic() + 20
            while not (tmp_path / "a").exists() and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(after)
        finally:
            writer.kill()
            writer.wait()
        content = (tmp_path / "a").read_bytes()
        assert content in (b"a" * 3_000_000, b"b" * 3_000_000)
        (tmp_path / "a").unlink()


@pytest.fixture
def record(tmp_path):
    (tmp_path / "figure.pdf").write_bytes(b"%PDF")
    (tmp_path / "figure.png").write_bytes(b"PNG")
    write_record(tmp_path / "figure.json", {"title": "C(G) → -log 4"}, [tmp_path / "figure.pdf", tmp_path / "figure.png"])
    return tmp_path / "figure.json"


def test_a_record_names_the_hashes_of_its_files(record):
    read = read_record(record)
    assert read["title"] == "C(G) → -log 4"
    assert read["files"] == {name: sha256(record.parent / name) for name in ("figure.pdf", "figure.png")}
    assert read["files"]["figure.png"] == "796120837694d3f3f29259cfeb25091698c2a0aa87873658d840b4993ee889b3"  # sha256sum's


@pytest.mark.parametrize("name", ["figure.pdf", "figure.png"])
def test_a_changed_or_missing_file_is_named(record, name):
    (record.parent / name).write_bytes(b"%PDG")
    with pytest.raises(ValueError, match=rf"{name} must be the file that figure.json was written with"):
        read_record(record)
    (record.parent / name).unlink()
    with pytest.raises(ValueError, match=name):
        read_record(record)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b"{}", b'{"files": []}', b'{"files": "a"}', b'{"files": {"figure.pdf": 1}}']
)
def test_what_is_no_record_is_refused(record, content):
    record.write_bytes(content)
    with pytest.raises(ValueError, match="must be"):
        read_record(record)


def test_a_record_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="There is no such file"):
        read_record(tmp_path / "run.json")


def test_a_record_holds_no_number_that_json_has_not(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_record(tmp_path / "a.json", {"kl": float("inf")}, [])
    assert not (tmp_path / "a.json").exists()


def test_a_records_text_is_json_that_any_reader_takes(record):
    assert json.loads(record.read_text(encoding="utf-8"))["title"].startswith("C(G)")


def test_output_folder_is_made_and_left_empty(tmp_path):
    made = output_folder(tmp_path / "a" / "b")
    assert made.is_dir() and not os.listdir(made)
    assert output_folder(made) == made


@pytest.mark.parametrize("under", ["file", "/proc"])
def test_an_output_folder_that_cannot_be_is_refused(tmp_path, under):
    (tmp_path / "file").write_text("")
    path = (tmp_path / "file" if under == "file" else Path("/proc")) / "out"
    with pytest.raises(ValueError, match=f"The output folder must be one that can be written to. Got {path}"):
        output_folder(path)


def test_a_file_in_the_output_folders_place_is_refused(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(ValueError, match="can be written to"):
        output_folder(tmp_path / "out")


def test_a_cache_keeps_its_latest_files(tmp_path):
    for age, name in enumerate(["new", "middle", "old"]):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    prune(tmp_path, 300)
    assert len(list(tmp_path.iterdir())) == 3
    prune(tmp_path, 250)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "middle"}
