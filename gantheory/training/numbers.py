"""Cells of text as numbers: which mark the decimals have, what is missing, and what to do about a cell that is none."""

import re
from dataclasses import dataclass

import numpy as np

MISSING = {"", "na", "n/a", "nan", "null", "none", "nil", "missing", "?", "-", "--", ".", "#n/a", "<na>"}
INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?|\d{1,2}:\d{2}(:\d{2})?.*|.*\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}.*")
UNIT = re.compile(r"[$€£¥]\s*[+-]?[\d.,]+|[+-]?[\d.,]+\s*[%$€£¥A-Za-z°]+")
GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


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
    wrong = [at for at in np.flatnonzero(~np.isfinite(values)) if not _is_missing(cells[at])]
    if wrong:
        at = wrong[0]
        raise ValueError(
            f"Column {column!r} must hold finite numbers only. "
            f"Got {cells[at]!r} on line {lines[at]}{_and_more(len(wrong))}{_advice(cells[at])}."
        )
    return values, decimal


def _value(cell: str, decimal: str, thousands: str | None) -> float:
    """The number in a cell; nan if it is none, also by a point where commas mark decimals, or groups of other than three digits."""
    if thousands and thousands in cell:
        whole, *rest = cell.split(decimal)
        if not re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(thousands)}\d{{3}})+", whole):
            return np.nan
        cell = decimal.join([whole.replace(thousands, ""), *rest])
    if decimal == ",":
        cell = "?" if "." in cell else cell.replace(",", ".")
    try:
        return float(cell) if "_" not in cell else np.nan
    except ValueError:
        return np.nan


def _is_missing(cell: str) -> bool:
    return cell.casefold() in MISSING


def _decimal_of(cells: list[str], lines: list[int], column: str, marks: Marks) -> str:
    """The mark of decimals: a comma where cells have one, no points, and not all of them in groups of three digits."""
    with_commas = [at for at, cell in enumerate(cells) if "," in cell]
    if not with_commas or marks.thousands == ",":
        return "."
    if marks.thousands != "." and any("." in cell for cell in cells if not _is_missing(cell)):
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


def _advice(cell: str) -> str:
    if INFINITE.fullmatch(cell):
        return ": infinity is no number"
    if DATE.fullmatch(cell):
        return ": a date or time must be made a number first, such as days since the first"
    if UNIT.fullmatch(cell):
        return ": the unit must be taken off first"
    if "," in cell:
        return ": `thousands` allows a mark between groups of three digits"
    return ""
