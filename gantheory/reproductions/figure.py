"""The protocol of a figure that can be reproduced, and what it returns once it is made."""

from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from gantheory.plot import Drawing
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress


@dataclass(frozen=True)
class Made:
    """A figure that was made, not yet written to files.

    Attributes:
      drawing: the picture.
      numbers: what the picture shows, for its JSON record.
      properties: what the picture is drawn to show, each measured.
      saved: the ``run.json`` of every saved run behind it.
    """

    drawing: Drawing
    numbers: dict[str, Any]
    properties: list[Property]
    saved: list[Path]


class Figure(Protocol):
    """A figure that can be reproduced.

    Each figure is a module of this package with one class, a frozen dataclass whose fields are the lengths of its trainings. To add one,
    write the module and list it in ``REPRODUCTIONS``.

    Attributes:
      name: its name on the command line, and the stem of its files.
      title: one line about what it shows.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """Train, save the runs, measure them and draw.

        Args:
          seed: the figure's only source of randomness.
          runs: the folder for this figure's runs.
          progress: called at every measurement of a training.

        Returns:
          The drawing, its numbers, its properties and the saved runs.

        Raises:
          ValueError: a training broke down.
          KeyboardInterrupt: a training was interrupted.
        """
