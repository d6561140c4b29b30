"""Model files out of installed packages: found without importing the package, used only with the expected hash."""

import hashlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from frontdesk.core.errors import Unavailable

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that a package brings along.

    Attributes:
        package: The distribution's name.
        path: The file's path inside it.
        sha256: What its content has to be.
        extra: The extra of our own package that installs it.
    """

    package: str
    path: str
    sha256: str
    extra: str

    def trouble(self) -> str:
        """Why it cannot be used, without reading it.

        Returns:
            A sentence for the operator; empty when the file is there.
        """
        place = self._place()
        if place is None:
            return f"The package {self.package} is not installed: pip install 'frontdesk[{self.extra}]'."
        return "" if place.is_file() else f"{place} is missing: install {self.package} again."

    def checked(self) -> Path:
        """The file, after its content was compared with the expected one.

        Returns:
            Where it is.

        Raises:
            Unavailable: It is not there, or is another file.
        """
        place = self._place()
        if place is None or self.trouble():
            raise Unavailable(self.trouble(), retry_after_s=60.0)
        digest = hashlib.sha256()
        with place.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
        if digest.hexdigest() != self.sha256:
            raise Unavailable(
                f"{place} is not the model file that this release was made for (its SHA-256 is "
                f"{digest.hexdigest()}, expected {self.sha256}): install {self.package} again.",
                retry_after_s=60.0,
            )
        return place

    def _place(self) -> Path | None:
        try:
            return Path(str(metadata.distribution(self.package).locate_file(self.path)))
        except metadata.PackageNotFoundError:
            return None
