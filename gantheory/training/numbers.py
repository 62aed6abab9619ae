"""Cells of text as numbers: which mark the decimals have, what is missing, and what to do about a cell that is none."""

import re
from dataclasses import dataclass

import numpy as np

MISSING = {"", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "missing", "?", "-", "--", ".", "<na>", "\\n"}
MISSING |= {"#n/a", "#div/0!", "#num!", "#value!", "#ref!", "#name?", "#null!"}  # errors of spreadsheets
MISSING |= {"---", "-nan", "+nan", "nan(ind)", "-nan(ind)", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}  # C's
MISSING |= {f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}  # Stata's
INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?|\d{1,2}:\d{2}(:\d{2})?.*|.*\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}.*")
MONTH = re.compile(
    r"(\d{4}[-/ ]?)?(Q|M|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/. ]?\d{1,4}|\d{4}[-/]\d{1,2}", re.IGNORECASE
)
UNIT = re.compile(r"[$€£¥]\s*[+-]?[\d.,]+|[+-]?[\d.,]+\s*[%$€£¥A-Za-z°]+")
GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
MARKED = re.compile(r"[+-]?\d{1,3}([,.'’\u2009\u00a0\u202f ]\d{3})+([.,]\d*)?")
NEGATIVE = re.compile(r"[‐‑‒–—﹣－]\s*\d[\d.,]*|\d[\d.,]*-|\(.*\)")  # other dashes, a minus behind, parentheses
BEYOND = re.compile(r"[+-]?\d[\d.,]*e\+?\d{3,}", re.IGNORECASE)
SEVERAL = re.compile(r"[^\s;|]+([ \t;|]+[+-]?\d[\d.,]*)+")
FORTRAN = re.compile(r"([+-]?[\d.,]+)[dD]([+-]?\d+)")
SHOWN = 40  # most characters of a cell in a message


@dataclass(frozen=True)
class Marks:
    """The marks in numbers.

    Attributes:
      decimal: "." or ","; found, for each column, where it is not given.
      thousands: what is left out between digits: none where it is not given.
    """

    decimal: str | None = None
    thousands: str | None = None

    def __post_init__(self) -> None:
        if self.decimal not in (None, ".", ","):
            raise ValueError(f"`decimal` must be a point or a comma. Got {self.decimal!r}.")
        if self.thousands is not None and (len(self.thousands) != 1 or self.thousands.isalnum() or self.thousands in "+-"):
            raise ValueError(f"`thousands` must be one character that is no digit, letter or sign. Got {self.thousands!r}.")
        if self.thousands is not None and self.thousands == self.decimal:
            raise ValueError(f"`thousands` must not be the mark of the decimals. Got {self.thousands!r} for both.")


def numbers_of(cells: list[str], lines: list[int], column: str, marks: Marks) -> tuple[np.ndarray, str]:
    """(the numbers in the cells of a column, nan where one is missing; the mark of its decimals).

    Raises ``ValueError`` for a cell that is neither, with its line and how many are like it, and for commas that may mean two things.
    """
    decimal = marks.decimal or _decimal_of(cells, lines, column, marks)
    values = np.array([_value(cell, decimal, marks.thousands) for cell in cells], np.float64)
    wrong = [at for at in np.flatnonzero(~np.isfinite(values)) if not is_missing(cells[at])]
    if wrong:
        at = wrong[0]
        raise ValueError(
            f"Column {column!r} must hold finite numbers only. "
            f"Got {_shown(cells[at])} on line {lines[at]}{_and_more(len(wrong))}{_advice(cells[at], alone=wrong == [0])}."
        )
    return values, decimal


def may_be_number(cell: str, thousands: str | None = None) -> bool:
    """Whether a cell is a number with some mark of decimals, or stands for a missing one: what no column is called."""
    found = any(not np.isnan(_value(cell, decimal, thousands)) for decimal in ".,")
    return found or MARKED.fullmatch(cell) is not None or (cell != "" and is_missing(cell))


def _value(cell: str, decimal: str, thousands: str | None) -> float:
    """The number in a cell; nan if it is none, also by a point where commas mark decimals, or groups of other than three digits."""
    cell = cell.replace("−", "-")
    if thousands and thousands in cell:
        whole, *rest = cell.split(decimal)
        if not re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(thousands)}\d{{3}})+", whole):
            return np.nan
        cell = decimal.join([whole.replace(thousands, ""), *rest])
    if fortran := FORTRAN.fullmatch(cell):
        cell = f"{fortran[1]}e{fortran[2]}"
    if decimal == ",":
        cell = "?" if "." in cell else cell.replace(",", ".")
    try:
        return float(cell) if "_" not in cell else np.nan
    except ValueError:
        return np.nan


def is_missing(cell: str) -> bool:
    return cell.casefold() in MISSING


def _decimal_of(cells: list[str], lines: list[int], column: str, marks: Marks) -> str:
    """The mark of decimals: a comma where cells have one, no points, and not all of them in groups of three digits."""
    if marks.thousands == ".":
        return ","
    with_commas = [at for at, cell in enumerate(cells) if "," in cell]
    if not with_commas or marks.thousands == ",":
        return "."
    if any("." in cell for cell in cells if not is_missing(cell)):
        return "."  # commas are then refused, as thousands marks that were not announced
    if all(GROUPS.fullmatch(cells[at]) for at in with_commas):
        at = with_commas[0]
        raise ValueError(
            f"A comma in column {column!r} must be said to mark decimals (`decimal`) or thousands (`thousands`). "
            f"Got {cells[at]!r} on line {lines[at]}."
        )
    return ","


def _and_more(count: int) -> str:
    return "" if count == 1 else f", and {count - 1} more"


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= SHOWN else cell[:SHOWN] + "…")


def _advice(cell: str, alone: bool) -> str:
    """How to mend a cell, as the end of a sentence; ``alone`` if it is the only wrong one, below the names."""
    if alone and not INFINITE.fullmatch(cell) and not any(character.isdigit() for character in cell):
        return ": a second line of names or units must be deleted"
    if BEYOND.fullmatch(cell):
        return ": it is beyond the largest double"
    if cell.casefold() in ("true", "false", "yes", "no", "t", "f"):
        return ": true and false must be written as 1 and 0"
    if NEGATIVE.fullmatch(cell):
        return ": a negative number must be written with a minus"
    if INFINITE.fullmatch(cell):
        return ": infinity is no number"
    if DATE.fullmatch(cell) or MONTH.fullmatch(cell):
        return ": a date or time must be made a number first, such as days since the first"
    if UNIT.fullmatch(cell):
        return ": the unit must be taken off first"
    if MARKED.fullmatch(cell) or ("," in cell and not any(character.isalpha() for character in cell)):
        return ": `thousands` allows a mark between groups of three digits"
    if SEVERAL.fullmatch(cell):
        return ": `delimiter` says what separates the cells"
    return ""
