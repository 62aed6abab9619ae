"""What the bytes of a file are before they are text: packed, or of a program's own kind, which is named with the way out."""

import bz2
import codecs
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable

PACKED: dict[bytes, tuple[str, Callable[..., bytes]]] = {
    b"\x1f\x8b": ("gzip", gzip.decompress),
    b"BZh": ("bzip2", lambda content: bz2.open(io.BytesIO(content)).read()),  # says as an EOFError where it is cut short
    b"\xfd7zXZ\0": ("xz", lzma.decompress),
}
# The first bytes of files that are not text, with what they are.
FOREIGN = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an Excel workbook of the old kind",
    b"PAR1": "a Parquet file, whose name must end in .parquet",
    b"ARROW1": "an Arrow or Feather file",
    b"\x93NUMPY": "a NumPy array, whose name must end in .npy",
    b"\x89HDF": "an HDF5 file",
    b"CDF": "a NetCDF file",
    b"MATLAB": "a MATLAB file",
    b"SQLite format 3": "an SQLite database",
    b"RDX": "an R workspace",
    b"<stata_dta>": "a Stata file",
    b"$FL2": "an SPSS file",
    b"%PDF": "a PDF document",
    b"\x80\x04\x95": "a Python pickle",
    b"\x80\x05\x95": "a Python pickle",
    b"\x28\xb5\x2f\xfd": "packed by zstd",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x5d\0\0": "packed by lzma",
    b"<?xml": "XML",
}
JSON = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\"\d-])")
HTML = re.compile(rb"<(!doctype|html|head|body|table)\b|<!--", re.IGNORECASE)
TAR = slice(257, 262)  # where a tar archive says what it is
# Files that a zip archive of a program's own kind has.
OF_PROGRAMS = {"xl/workbook.xml": "an Excel workbook", "content.xml": "an OpenDocument spreadsheet"}


def unpacked(content: bytes, source: str) -> bytes:
    """The bytes of the text in a file: themselves, or what gzip, bzip2, xz, or a zip archive of one file holds.

    Raises ``ValueError`` for what is no text, with the way out, and for a damaged archive. ``source`` is what a message calls the file.
    """
    for mark, (name, unpack) in PACKED.items():
        if content.startswith(mark):
            return unpacked(_whole(lambda unpack=unpack: unpack(content), name, source), source)
    if content.startswith((b"PK\3\4", b"PK\5\6")):  # the second where it is empty
        return unpacked(_whole(lambda: _of_zip(content, source), "zip", source), source)
    start = content[:1000].removeprefix(codecs.BOM_UTF8).lstrip()
    if what := _foreign(start, content[TAR] == b"ustar"):
        raise _refused(source, what)
    return content


def _foreign(start: bytes, is_tar: bool) -> str | None:
    """What a file is by how it starts, if that is no text of a table."""
    if is_tar:
        return "a tar archive"
    if JSON.match(start):
        return "JSON, or a list in brackets"
    return "a page of HTML" if HTML.match(start) else next((what for mark, what in FOREIGN.items() if start.startswith(mark)), None)


def _whole(unpack: Callable[[], bytes], name: str, source: str) -> bytes:
    try:
        return unpack()
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ValueError(f"The data must be whole and without a password where they are packed. Got {source}, {name}: {error}.") from None


def _of_zip(content: bytes, source: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [one for one in archive.namelist() if not one.endswith("/") and not one.startswith("__MACOSX")]
        if what := next((what for name, what in OF_PROGRAMS.items() if name in names), None):
            raise _refused(source, what)
        if len(names) != 1:
            raise ValueError(f"A zip archive of data must hold one file. Got {len(names)} in {source}.")
        return archive.read(names[0])


def _refused(source: str, what: str) -> ValueError:
    return ValueError(
        f"The data must be text, such as CSV, or a NumPy or Parquet file. Got {source}, {what}: "
        "save it as CSV, or read it in Python and give its column to gt.train."
    )
