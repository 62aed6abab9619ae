"""`gantheory verify --html FILE`: the verdicts as one page, complete in itself, with no script and nothing that must be fetched."""

from gantheory.theorems.page.writing import refuse_unwritable, write_page

__all__ = ["refuse_unwritable", "write_page"]
