"""Files that are whole or not there: written beside and renamed, and a record, written last, of which belong together."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, content: bytes | str) -> None:
    """Write a file so that, at any moment, its name shows the old content or the new, whole."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_record(path: Path, record: dict[str, Any], others: list[Path]) -> None:
    """Write ``record`` as JSON, with the hashes of the files that belong to it, named relative to it. Call it last."""
    hashes = {os.path.relpath(other, path.parent): sha256(other) for other in others}
    write(path, json.dumps({**record, "files": hashes}, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def read_record(path: Path) -> dict[str, Any]:
    """The record, if all files that it names are there and as they were when it was written; else ``ValueError`` says which is not."""
    if not path.is_file():
        raise ValueError(f"{path} must be a record that gantheory wrote. There is no such file.")
    try:
        record = json.loads(path.read_text())
        hashes = record["files"].items()
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{path} must be a record that gantheory wrote. It cannot be read as one.") from None
    for name, expected in hashes:
        other = path.parent / name
        if not other.is_file() or sha256(other) != expected:
            raise ValueError(f"{other} must be the file that {path.name} was written with. It is missing or was changed since.")
    return record


def cache_folder() -> Path:
    """Where programs of this user keep what they can make again; it may not exist yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gantheory"


def prune(folder: Path, size: int) -> None:
    """Delete the oldest files of a folder until the others have this size in bytes at most; files that come and go meanwhile are left."""
    kept = 0
    found = [(path.stat(), path) for path in folder.iterdir() if path.is_file()]
    for about, path in sorted(found, key=lambda one: one[0].st_mtime, reverse=True):
        kept += about.st_size
        if kept > size:
            path.unlink(missing_ok=True)


def output_folder(path: Path) -> Path:
    """A folder that can be written to, made if there is none; else ``ValueError``."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".gantheory-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ValueError(f"The output folder must be one that can be written to. Got {path}: {error.strerror}.") from None
    return path
