"""Functions that read files, none of them outside of what was given.

A path that leads out of the folders of the input is not opened, whatever it is.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from posixpath import join, normpath

from seawall.ingest.terraform.evaluation.functions.globs import pattern_of
from seawall.ingest.terraform.evaluation.values import Failed, Unknown

_LARGEST = 2**20
_MOST_FOLDERS = 2000


class Files:
    """The files that an input may read.

    Args:
        folders: What the user gave; a file that was given opens only itself.
        texts: Those that an archive holds, by their paths.
    """

    def __init__(
        self, folders: Sequence[Path] = (), texts: Mapping[str, str] | None = None
    ) -> None:
        self._texts = texts or {}
        self._folders = [Path(os.path.realpath(item)) for item in folders]

    def text(self, base: str, path: str) -> str | Unknown:
        """Return the text of a file, or why it is not read."""
        stored = self._texts.get(normpath(join(base, path)))
        if stored is not None:
            return stored
        found = self._inside(base, path)
        if isinstance(found, Unknown):
            return found
        try:
            status = found.stat()
            if not stat.S_ISREG(status.st_mode):
                raise Failed(f"`{path[:60]}` is no file")
            if status.st_size > _LARGEST:
                return Unknown(f"the file `{path[:60]}` is too large to be read")
            return found.read_bytes()[:_LARGEST].decode("utf-8")
        except (OSError, ValueError):
            raise Failed(f"there is no readable text file `{path[:60]}`") from None

    def exists(self, base: str, path: str) -> bool | Unknown:
        """Return whether a file is there."""
        found = self._inside(base, path)
        return found if isinstance(found, Unknown) else found.is_file()

    def names(self, base: str, path: str, glob: str) -> list[str] | Unknown:
        """Return the files of a folder whose names fit a pattern, in order.

        Source: Terraform docs, fileset.
        """
        found = self._inside(base, path)
        if isinstance(found, Unknown):
            return found
        pattern = pattern_of(glob)
        if pattern is None:
            return Unknown(f"the pattern `{glob[:60]}` is not understood")
        out: list[str] = []
        for count, (folder, _, files) in enumerate(os.walk(found)):
            if count > _MOST_FOLDERS:
                return Unknown(f"`{path[:60]}` has too many folders")
            for name in files:
                each = Path(folder) / name
                own = each.relative_to(found).as_posix()
                if pattern.fullmatch(own) and each.is_file():
                    out.append(own)
        return sorted(out)

    def _inside(self, base: str, path: str) -> Path | Unknown:
        outside = Unknown(f"the file `{path[:60]}` is outside of the input")
        try:
            real = Path(os.path.realpath(Path(base) / path))
        except (OSError, ValueError):
            return outside
        if any(real == it or it in real.parents for it in self._folders):
            return real
        return outside
