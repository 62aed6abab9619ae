"""A table of text: its encoding, what separates its cells, the names of its columns; found where they can be, asked for where not."""

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gantheory.base.words import got

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
ALONE = "\x1f"  # delimiter of a table of one column: a character that no text has
SAMPLE = 200  # lines from which the delimiter is found
ALIKE = 0.9  # share of these that must have equally many cells
SHOWN = 12  # most names in a message
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d+)?")


def decoded(content: bytes, source: str, encoding: str | None = None) -> str:
    """The text of a file: in the encoding given, in that of its byte order mark, or in UTF-8.

    Raises ``ValueError`` for bytes that are none, with the encoding that they look like, and for an encoding that does not exist.
    """
    found = encoding or next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")
    looks_wide = not encoding and found == "utf-8" and b"\0" in content[:1000]
    try:
        if not looks_wide:
            return content.decode(found)
    except LookupError:
        raise ValueError(f"`encoding` must be one that Python knows, such as utf-16 or latin-1. Got {encoding!r}.") from None
    except UnicodeDecodeError:
        pass
    if encoding:
        raise ValueError(f"The data must be text in the encoding given. Got {source}, which is not in {encoding}.")
    guess = ("utf-16-le" if content[1:2] == b"\0" else "utf-16-be") if looks_wide else "latin-1"
    raise ValueError(f"The data must be text in UTF-8, unless `encoding` says otherwise. Got {source}, which may be in {guess}.")


@dataclass(frozen=True)
class TextTable:
    """The lines of a table, and how they are cut into cells.

    Attributes:
      lines: each with its number in the file; without comments and blank lines.
      source: what a message calls the file.
      delimiter: what separates the cells.
      header: whether the first line names the columns.
    """

    lines: list[tuple[int, str]]
    source: str
    delimiter: str
    header: bool

    @classmethod
    def of(cls, text: str, source: str, header: bool | None = True, delimiter: str | None = None) -> "TextTable":
        """The table that a text holds.

        Args:
          text: of the file.
          source: what a message calls the file.
          header: whether its first line names the columns, None to find out; where it does not, they are numbered from 1.
          delimiter: what separates the cells; found if it is not given.

        Raises:
          ValueError: a text without a line, a first line of numbers where it should name the columns, or a delimiter of several characters.
        """
        if delimiter is not None and len(delimiter) != 1:
            raise ValueError(f"`delimiter` must be one character. Got {delimiter!r}.")
        numbered = enumerate(io.StringIO(text, newline=""), 1)
        lines = [(number, line) for number, line in numbered if line.strip() and not line.startswith("#")]
        if lines and (told := re.fullmatch(r"sep=(.)", lines[0][1].strip("\r\n"))):  # as spreadsheets write it
            delimiter, lines = delimiter or told[1], lines[1:]
        if not lines:
            raise ValueError(f"The data must be a table of text. Got {source}, which is empty.")
        delimiter = delimiter or _delimiter_of([line for _, line in lines[:SAMPLE]])
        first = _first(lines, delimiter)
        are_numbers = all(NUMBER.fullmatch(cell) for cell in first)
        if header and are_numbers:
            raise ValueError(
                f"The first line of the data must name its columns, unless there is no header. Got the numbers {', '.join(first[:SHOWN])} "
                f"in {source}."
            )
        return cls(lines, source, delimiter, not are_numbers if header is None else header)

    @cached_property
    def names(self) -> list[str]:
        """The names of the columns, without spaces around them and in Unicode's composed form; their numbers if there is no header."""
        first = _first(self.lines, self.delimiter)
        return [normalised(cell) for cell in first] if self.header else [str(number) for number, _ in enumerate(first, 1)]

    def column(self, name: str) -> tuple[list[str], list[int]]:
        """(the cells of a column, the lines that they are on).

        Raises ``ValueError`` unless there is one column of this name, and where a line has more cells than there are columns.
        """
        at, width = require_one_of(self.names, name), len(self.names)
        lines, cells, numbers = self.lines[self.header :], [], []
        reader = _reader((line for _, line in lines), self.delimiter)
        try:
            for row in reader:
                number = lines[reader.line_num - 1][0]
                if len(row) > width and any(cell.strip() for cell in row[width:]):
                    raise ValueError(f"Every line of the data must have {width} cells, as the first has. Got {len(row)} on line {number}.")
                cells.append(row[at].strip() if at < len(row) else "")
                numbers.append(number)
        except csv.Error as error:
            raise ValueError(f"The data must be a table of text. Got {self.source}: {error}.") from None
        return cells, numbers


def sole_of(names: list[str]) -> list[str]:
    """The name of a sole column. Raises ``ValueError`` where there are several."""
    if len(names) > 1:
        raise ValueError(f"The column must be one of {_shown(names)}. Got none.")
    return names


def require_one_of(names: list[str], name: str) -> int:
    """The place of a name among those of the columns. Raises ``ValueError`` unless there is one of it, with the one that was meant."""
    asked = normalised(name)
    count = Counter(names)[asked]
    if count > 1:
        raise ValueError(f"The column must be the only one of its name. Got {name!r}, the name of {count}.")
    if count == 0:
        raise ValueError(f"The column must be one of {_shown(names)}. {got(name, names)}")
    return names.index(asked)


def _shown(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def normalised(name: str) -> str:
    """A name without spaces around it, in Unicode's composed form."""
    return unicodedata.normalize("NFC", name.strip())


def _reader(lines: Iterable[str], delimiter: str) -> Any:
    stripped = (line.strip() for line in lines) if delimiter == " " else lines
    return csv.reader(stripped, delimiter=delimiter, skipinitialspace=True)


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """The cells of some lines; none at all where they are no rows with this delimiter."""
    try:
        return [[cell.strip() for cell in row] for row in _reader(lines, delimiter)]
    except csv.Error:
        return []


def _first(lines: list[tuple[int, str]], delimiter: str) -> list[str]:
    return next(iter(_rows([lines[0][1]], delimiter)), [])


def _delimiter_of(lines: list[str]) -> str:
    """The delimiter that cuts nearly all lines into equally many cells; of several, the one that makes most of them numbers."""
    found = []
    for delimiter in DELIMITERS:
        rows = _rows(lines, delimiter) or [[]]
        width, count = Counter(map(len, rows)).most_common(1)[0]
        if width > 1 and count >= ALIKE * len(rows) and len(rows[0]) == width:
            cells = list(itertools.chain.from_iterable(rows))
            found.append((sum(NUMBER.fullmatch(cell) is not None for cell in cells) / len(cells), width, delimiter))
    return max(found, key=lambda one: one[:2], default=(0, 1, ALONE))[2]
