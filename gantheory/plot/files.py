"""A figure as files: PDF, SVG and PNG of the same bytes for the same figure."""

import io
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing

from gantheory.base.files import write
from gantheory.plot.styles import settings_of


def save(figure: Drawing, stem: str | Path, style: str = "paper") -> list[Path]:
    """Write STEM.pdf, STEM.svg and STEM.png: the same bytes for the same figure, without dates or random identifiers.

    Args:
      figure: the figure.
      stem: the path without its ending.
      style: the name of the style that it was drawn in.

    Returns:
      The three paths.

    Raises:
      ValueError: a name that is no style's.
    """
    FigureCanvasAgg(figure)
    stem, paths = Path(stem), []
    for kind, metadata in (("pdf", {"CreationDate": None}), ("svg", {"Date": None}), ("png", None)):
        content = io.BytesIO()
        with matplotlib.rc_context(settings_of(style)):
            figure.savefig(content, format=kind, metadata=metadata)
        paths.append(stem.with_name(f"{stem.name}.{kind}"))
        write(paths[-1], content.getvalue())
    return paths
