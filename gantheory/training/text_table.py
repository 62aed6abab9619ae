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
from typing import Any

from gantheory.base.words import got
from gantheory.training.numbers import may_be_number

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
ALONE = "\x1f"  # delimiter of a table of one column: a character that no text has
SAMPLE = 200  # lines from which the delimiter is found
ALIKE = 0.9  # share of these that must have equally many cells
SHOWN, LONGEST = 12, 40  # most names in a message, and characters of each
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d+)?")
RULE = re.compile(r"(?=.*-{3})[\s|+:=-]+")  # line under the names, as databases and Markdown draw it
COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")  # one number with a decimal comma
BETWEEN = re.compile(r"[\s,;|]+")  # cells in a comment
COUNT = re.compile(r"\(?\d+ rows?\b.*")  # what databases write below a table
TOTAL = r"(grand )?totals?|sums?|means?|averages?|all|Σ|summe|gesamt|total.*"
ABOVE = "lines above the names must be deleted, or begin with #"


def decoded(content: bytes, source: str, encoding: str | None = None) -> str:
    """The text of a file: in the encoding given, in that of its byte order mark, or in UTF-8.

    Raises ``ValueError`` for bytes that are none, with the encoding that they look like, and for an encoding that does not exist.
    """
    found = encoding or next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")
    zeros = [content[:1000][side::2].count(0) for side in (0, 1)]
    looks_wide = not encoding and found == "utf-8" and max(zeros) > len(content[:1000]) / 4 and min(zeros) == 0
    if not encoding and found == "utf-8" and not looks_wide and b"\0" in content:
        line = content[: content.index(0)].count(b"\n") + 1
        raise ValueError(f"The data must be text, such as CSV. Got {source}, which has a zero byte on line {line}: save it as CSV.")
    try:
        if not looks_wide:
            return content.decode(found).removeprefix("\ufeff")  # a mark that the encoding given leaves in
    except LookupError:
        raise ValueError(f"`encoding` must be one that Python knows, such as utf-16 or latin-1. Got {encoding!r}.") from None
    except UnicodeDecodeError:
        pass
    if encoding:
        raise ValueError(f"The data must be text in the encoding given. Got {source}, which is not in {encoding}.")
    one_byte = "cp1252" if re.search(rb"[\x80-\x9f]", content) else "latin-1"
    guess = ("utf-16-le" if zeros[1] else "utf-16-be") if looks_wide else one_byte
    raise ValueError(f"The data must be text in UTF-8, unless `encoding` says otherwise. Got {source}, which may be in {guess}.")


@dataclass(frozen=True)
class TextTable:
    """The lines of a table, and how they are cut into cells.

    Attributes:
      lines: of the rows, each with its number in the file; without comments and blank lines.
      source: what a message calls the file.
      delimiter: what separates the cells.
      names: of the columns, without spaces around them and in Unicode's composed form; their numbers if there is no header.
      said: what was found of the names that a reader may want to know.
    """

    lines: list[tuple[int, str]]
    source: str
    delimiter: str
    names: list[str]
    said: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        text: str,
        source: str,
        header: bool | None = True,
        delimiter: str | None = None,
        decimal: str | None = None,
        thousands: str | None = None,
    ) -> "TextTable":
        """The table that a text holds.

        Args:
          text: of the file.
          source: what a message calls the file.
          header: whether its first line names the columns, None to find out; where it does not, they are numbered from 1.
          delimiter: what separates the cells; found if it is not given.
          decimal: the mark of decimals, if it is given.
          thousands: the mark between digits, if there is one.

        Raises:
          ValueError: a text without a line, a first line of numbers where it should name the columns, a delimiter of several characters, a
            cell that is too long, or more rows that begin with # than others.
        """
        if delimiter is not None and len(delimiter) != 1:
            raise ValueError(f"`delimiter` must be one character. Got {delimiter!r}.")
        lines, above, left_out = _table_of(text)
        if lines and (told := re.fullmatch(r'"?sep=(.)"?', lines[0][1].strip("\r\n"), re.IGNORECASE)):  # as spreadsheets write it
            delimiter, lines = delimiter or told[1], lines[1:]
        if not lines:
            raise ValueError(f"The data must be a table of text. Got {source}, which is empty.")
        if left_out >= len(lines):
            raise ValueError(
                f"Rows of the data must not begin with # or //, as comments do. Got {left_out} of {left_out + len(lines)} lines that do."
            )
        delimiter = delimiter or _delimiter_of([line for _, line in lines[:SAMPLE]], decimal)
        first, length = _first(lines, delimiter)
        if not first:
            raise ValueError(f"The first line of the data must have cells of at most {csv.field_size_limit()} characters. Got {source}.")
        are_numbers = all(NUMBER.fullmatch(cell) or may_be_number(cell, thousands) for cell in first)
        told_of = (f"{left_out} {'line' if left_out == 1 else 'lines'} after # or // left out",) if left_out else ()
        numbered = [str(number) for number, _ in enumerate(first, 1)]
        if header is False or (header is None and are_numbers):
            return cls(lines, source, delimiter, numbered, told_of)
        if are_numbers:
            commented = _first([(0, above)], delimiter)[0] if above else []
            if len(commented) == len(first):
                names = [normalised(cell) for cell in commented]
                return cls(lines, source, delimiter, names, ("names from the comment above them", *told_of))
            raise ValueError(
                f"The first line of the data must name its columns, unless there is no header. Got the numbers {', '.join(first[:SHOWN])} "
                f"in {source}."
            )
        names, said = _fitted([normalised(cell) for cell in first], _rows([line for _, line in lines[length : length + SAMPLE]], delimiter))
        if len(names) > 2 and names.count("") > len(names) / 2:
            raise ValueError(f"The first line of the data must name its columns. Got empty cells on line {lines[0][0]}: {ABOVE}.")
        return cls(lines[length:], source, delimiter, names, (*said, *told_of))

    def column(self, name: str) -> tuple[list[str], list[int]]:
        """(the cells of a column, the lines that they are on).

        Raises ``ValueError`` unless there is one column of this name, for a line with more cells than there are columns, or fewer between
        spaces, where none can be empty, for a quotation mark that is not closed, and for a last line that is no row like those before it.
        """
        at, width = require_one_of(self.names, name, self._advice(name)), len(self.names)
        cells, numbers, last, begin = [], [], [[]] * 3, 0
        reader = _reader((line for _, line in self.lines), self.delimiter)
        try:
            for row in reader:
                number = self.lines[reader.line_num - 1][0]
                if reader.line_num > begin + 1:
                    self._require_closed(begin, reader.line_num)
                begin = reader.line_num
                if (len(row) > width and any(cell.strip() for cell in row[width:])) or (len(row) < width and self.delimiter == " "):
                    raise ValueError(f"Every line of the data must have {width} cells, as the first has. Got {len(row)} on line {number}.")
                cells.append(row[at].strip() if at < len(row) else "")
                numbers.append(number)
                last = [*last[1:], row]
        except csv.Error as error:
            raise ValueError(f"The data must be a table of text. Got {self.source}: {error}.") from None
        if (what := _footer(*last)) is not None:
            raise ValueError(
                f"The last line of the data must be a row like those before it. Got {what!r} on line {numbers[-1]}: it must be deleted."
            )
        return cells, numbers

    def _require_closed(self, begin: int, end: int) -> None:
        """Raise ``ValueError`` unless the quotation marks in these lines are all closed: rows after one that is not would be lost."""
        try:
            list(_reader((line for _, line in self.lines[begin:end]), self.delimiter, strict=True))
        except csv.Error:
            raise ValueError(
                "A quotation mark that begins a cell of the data must be closed at its end, without lines after # or // in between. "
                f"Got one on line {self.lines[begin][0]} that is not."
            ) from None

    def _advice(self, name: str) -> str:
        """What may be wrong where there is no column of this name."""
        if name.isdecimal() and 0 < int(name) <= len(self.names):
            return "columns have numbers where there is no header"
        if len(self.names) > 1:
            return ""
        if normalised(name) in self.names[0]:
            return "`delimiter` says what separates the cells"
        widths = [len(row) for delimiter in DELIMITERS for row in _rows([line for _, line in self.lines[:SAMPLE]], delimiter)[-1:]]
        return ABOVE if max(widths, default=1) > 1 else ""


def _table_of(text: str) -> tuple[list[tuple[int, str]], str, int]:
    """(the lines of a table with their numbers, the comment just above them, the number of comments with numbers below the first).

    They are without blank lines, rules and comments. A rule is below the names, or has other characters than those of a missing number.
    """
    lines, above, left_out = [], "", 0
    for number, line in enumerate(io.StringIO(text.rstrip("\x1a"), newline=""), 1):
        if line.startswith(("#", "//")):
            comment = line.lstrip("#/ ")
            above = above if lines else comment
            left_out += bool(lines) and any(NUMBER.fullmatch(cell) for cell in BETWEEN.split(comment.strip()))
        elif line.strip(' \t\r\n,;|"' if not lines else None) and not (RULE.fullmatch(line) and (len(lines) < 2 or "+" in line)):
            lines.append((number, line))
    while lines and COUNT.fullmatch(lines[-1][1].strip()):
        lines.pop()
    return lines, above, left_out


def _fitted(names: list[str], rows: list[list[str]]) -> tuple[list[str], tuple[str, ...]]:
    """(names for each of the columns, what was found of them), where the first line has a cell more or less than nearly all rows."""
    widths = Counter(map(len, rows)).most_common(1)
    width = widths[0][0] if widths and widths[0][1] >= ALIKE * len(rows) else len(names)
    if len(names) == width + 1 and not names[-1]:
        return names[:-1], ()
    if len(names) == width - 1:
        if all(not row[-1] for row in rows if len(row) == width):
            return names, ()
        return ["", *names], ("a first column without a name",)  # as R writes the names of rows
    return names, ()


def _footer(*last: list[str]) -> str | None:
    """What the last of three rows says, if it is text where the two before have numbers, or alone where they have several cells."""
    *before, row = ([cell.strip() for cell in one] for one in last)
    if not all(len(one) > 1 for one in before):
        return None
    if len(row) == 1 and not NUMBER.fullmatch(row[0]):
        return row[0]
    for *numbers, cell in zip(*before, row, strict=False):
        if all(NUMBER.fullmatch(number) for number in numbers) and re.fullmatch(TOTAL, cell, re.IGNORECASE):
            return cell
    return None


def sole_of(names: list[str]) -> list[str]:
    """The name of a sole column. Raises ``ValueError`` where there are several, or none."""
    if not names:
        raise ValueError("The data must have a column. Got none.")
    if len(names) > 1:
        raise ValueError(f"The column must be one of {_shown(names)}, or two of them for data on the plane. Got none.")
    return names


def require_one_of(names: list[str], name: str, advice: str = "") -> int:
    """The place of a name among those of the columns. Raises ``ValueError`` unless there is one of it, with the one that was meant."""
    asked = normalised(name)
    count = Counter(names)[asked]
    if count == 0 and {normalised(part) for part in name.split(",")} <= set(names):
        advice = "each column is named alone"
    if count > 1:
        raise ValueError(f"The column must be the only one of its name. Got {name!r}, the name of {count}.")
    if count == 0:
        raise ValueError(f"The column must be one of {_shown(names)}. " + (f"Got {name!r}: {advice}." if advice else got(name, names)))
    return names.index(asked)


def _shown(names: list[str]) -> str:
    cut = [name if len(name) <= LONGEST else f"{name[:LONGEST]}…" for name in names[:SHOWN]]
    return ", ".join(cut).replace("\n", "\\n") + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def normalised(name: str) -> str:
    """A name without spaces around it, in Unicode's composed form."""
    return unicodedata.normalize("NFC", name.strip())


def _reader(lines: Iterable[str], delimiter: str, strict: bool = False) -> Any:
    stripped = (line.strip().replace("\t", " ") + "\n" for line in lines) if delimiter == " " else lines
    return csv.reader(stripped, delimiter=delimiter, skipinitialspace=True, strict=strict)


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """The cells of some lines; none at all where they are no rows with this delimiter."""
    try:
        return [[cell.strip() for cell in row] for row in _reader(lines, delimiter)]
    except csv.Error:
        return []


def _first(lines: list[tuple[int, str]], delimiter: str) -> tuple[list[str], int]:
    """(the cells of the first row, the number of lines that it takes)."""
    reader = _reader((line for _, line in lines), delimiter)
    try:
        return [cell.strip() for cell in next(reader, [])], reader.line_num
    except csv.Error:
        return [], 1


def _delimiter_of(lines: list[str], decimal: str | None = None) -> str:
    """The delimiter that cuts nearly all lines into equally many cells; of several, the one that makes most of them numbers.

    The first line may have one cell more or less, where no delimiter cuts it into equally many; see ``_fitted``.
    """
    if decimal == "," and lines[1:] and ("," not in lines[0] or COMMA.fullmatch(lines[0].strip())):
        if all(COMMA.fullmatch(line.strip()) for line in lines[1:]):
            return ALONE  # each line is one number, its comma that of the decimals
    found = []
    for delimiter in DELIMITERS:
        rows = _rows(lines, delimiter) or [[]]
        width, count = Counter(map(len, rows)).most_common(1)[0]
        if width > 1 and count >= ALIKE * (len(rows) - 1) and _heads(rows[0], rows[1:], width, delimiter):
            cells = list(itertools.chain.from_iterable(rows))
            fits = len(rows[0]) == width
            found.append((fits, sum(NUMBER.fullmatch(cell) is not None for cell in cells) / len(cells), width, delimiter))
    return max(found, key=lambda one: one[:3], default=(True, 0, 1, ALONE))[3]


def _heads(first: list[str], rows: list[list[str]], width: int, delimiter: str) -> bool:
    """Whether a first line may be that of the names above rows of this many cells, with one more or less where that cannot mislead."""
    if len(first) == width:
        return True
    if abs(len(first) - width) != 1 or len(first) < 2:
        return False
    if len(first) > width:
        return not first[-1]
    # A comma may be one of decimals, which would shift the columns: then the further cells must be empty, or text.
    extra = [row[-1] for row in rows if len(row) == width], [row[0] for row in rows if len(row) == width]
    return not any(extra[0]) or delimiter != "," or not any(NUMBER.fullmatch(cell) for cell in extra[1])
