"""A second cloud assembly for one local AWS, so that it can be deployed in the first one's place."""

from dataclasses import dataclass
from pathlib import Path

from local.places import Places


@dataclass(frozen=True, kw_only=True)
class PlacesOfAnotherAssembly(Places):
    """The files of a local AWS, but for the assembly that is deployed to it.

    Args:
        name: Folder of the assembly.
    """

    name: str

    @property
    def assembly(self) -> Path:
        """The other assembly."""
        return self.root / self.name
