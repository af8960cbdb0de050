"""The files of an input by where they really are, and those that they lead to."""

import json
import os
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seawall.ingest.documents import ReadDocument

_LARGEST = 2**20
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""What a file is called that says how to build a folder.

Source:
    kubernetes-sigs/kustomize api/konfig/general.go.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file that was read.

    Attributes:
        path: As the user named it, or as a kustomization led to it.
        documents: What it holds.
        whole: Whether all of it could be read.
    """

    path: str
    documents: tuple[ReadDocument, ...] = ()
    whole: bool = True


@dataclass(slots=True)
class Shelf:
    """Files by their real paths.

    Attributes:
        given: Those that the user gave.
        fetch: Reads another file, or returns None.
        fetched: Those that were read because a kustomization names their folder.
        used: Real paths of files that a build has taken up.
        read: Reads a file that need be neither YAML nor JSON as text, or returns None.
    """

    given: Mapping[str, Sheet]
    fetch: Callable[[str], Sheet | None]
    read: Callable[[str], str | None] = lambda _path: None
    fetched: dict[str, Sheet | None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for real in self.given:
            above = posixpath.dirname(real)
            while above not in self._folders:
                self._folders.add(above)
                above = posixpath.dirname(above)

    def kustomizations(self, folder: str) -> list[Sheet]:
        """Return the files that say how to build a folder; there should be one."""
        sheets = (self._sheet(posixpath.join(folder, name)) for name in NAMES)
        return [sheet for sheet in sheets if sheet is not None]

    def file(self, folder: str, name: str) -> Sheet | None:
        """Return a file that a kustomization of *folder* names.

        A file outside the folder is returned only if the user gave it.
        """
        path = joined(folder, name)
        real = os.path.realpath(path)
        if real in self.given:
            self.used.add(real)
            return self.given[real]
        return self._sheet(path) if is_below(real, os.path.realpath(folder)) else None

    def text(self, folder: str, name: str) -> str | None:
        """Return the text of a file that a kustomization of *folder* names.

        Of a file in a snapshot it is what means the same as YAML.
        """
        path = joined(folder, name)
        real = os.path.realpath(path)
        sheet = self.given.get(real)
        if sheet is None and not is_below(real, os.path.realpath(folder)):
            return None
        found = self.read(path)
        if found is None and sheet is not None and len(sheet.documents) == 1:
            found = json.dumps(sheet.documents[0].value, ensure_ascii=False)
        return found

    def mark(self, folder: str, name: str) -> None:
        """Note that a build takes up a file that holds no objects of its own."""
        real = os.path.realpath(joined(folder, name))
        if real in self.given:
            self.used.add(real)

    def use(self, sheet: Sheet) -> None:
        """Note that a build has taken up a file."""
        self.used.add(os.path.realpath(sheet.path))

    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder, also one that a snapshot has files of."""
        return is_folder(path) or os.path.realpath(path) in self._folders

    def _sheet(self, path: str) -> Sheet | None:
        real = os.path.realpath(path)
        if real in self.given:
            return self.given[real]
        if real not in self.fetched:
            self.fetched[real] = self.fetch(path) if _is_file(real) else None
        return self.fetched[real]


def joined(folder: str, name: str) -> str:
    """Return the path of what a kustomization of *folder* names."""
    return posixpath.normpath(posixpath.join(folder, name.replace("\0", "?")))


def is_below(real: str, folder: str) -> bool:
    """Whether a real path is in a folder or below it."""
    return real.startswith(folder.rstrip("/") + "/")


def text_of(path: str) -> str | None:
    """Return the text of an ordinary file that is not too large; None of others."""
    try:
        file = Path(path)
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        return file.read_bytes().decode()
    except (OSError, ValueError):
        return None


def is_folder(path: str) -> bool:
    """Whether a path is a folder."""
    try:
        return Path(path).is_dir()
    except OSError:  # such as a name that is too long
        return False


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        return False
