"""What the files of an input hold for one another: declarations to import, and data.

Source: Azure docs, Bicep imports (`import`, `@export()`), file functions
(`loadTextContent`, `loadJsonContent`, `loadYamlContent`), read 2026-11.
"""

import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import basename, dirname, join, normpath

from seawall.ingest.arm.language.tree import Literal
from seawall.ingest.bicep.language.declarations import BicepFile
from seawall.ingest.documents import ReadDocument
from seawall.model.origin import Origin

_LARGEST = 2**20
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\['([^']*)'\]|\[(\d+)\]")
_DEEPEST = 100


class NotLoaded(Exception):  # noqa: N818  # the reason is the point
    """Why a file is not loaded, as a clause."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of an input.

    Attributes:
        sources: Files of Bicep by path.
        data: Documents by path.
        within: Paths that the user gave; nothing outside of them is opened.
        scripts: Texts of scripts that an archive holds, by path.
    """

    sources: Mapping[str, BicepFile] = field(default_factory=dict)
    data: Mapping[str, Sequence[ReadDocument]] = field(default_factory=dict)
    within: Sequence[Path] = ()
    scripts: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> list[ReadDocument]:
        """The settings of Bicep among the documents."""
        return [
            item
            for path, found in self.data.items()
            if basename(path) == "bicepconfig.json"
            for item in found
        ]

    def source(self, base: str, text: str) -> BicepFile | None:
        """Return a file that another one imports from; None if it is not there."""
        return self.sources.get(normpath(join(dirname(base), text)))

    def value(self, base: str, text: str, steps: str) -> tuple[object, Origin]:
        """Return what a file of data holds, and where.

        Args:
            base: The file that loads it.
            text: Its path.
            steps: What leads to a part of it, such as `$.rules`; empty for all.

        Raises:
            NotLoaded: It is not there, or has no such part.
        """
        found = self.data.get(normpath(join(dirname(base), text)), ())
        if len(found) != 1:
            raise NotLoaded(f"`{text[:60]}` is not among the files that were read")
        value, origin = found[0].value, found[0].origin
        for step in _steps(steps):
            try:
                value = value[step]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                raise NotLoaded(f"`{text[:60]}` has no `{steps[:60]}`") from None
            origin = origin.at(step)
        return escaped(value), origin

    def text(self, base: str, path: str) -> str:
        """Return the text of a file.

        Raises:
            NotLoaded: It is not there, or not within what the user gave.
        """
        stored = self.scripts.get(normpath(join(dirname(base), path)))
        if stored is not None:
            return stored
        try:
            real = Path(os.path.realpath(Path(dirname(base)) / path))
            roots = [Path(os.path.realpath(item)) for item in self.within]
            if not any(real == it or it in real.parents for it in roots):
                raise NotLoaded(f"the file `{path[:60]}` is outside of the input")
            status = real.stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                raise NotLoaded(f"`{path[:60]}` is no text file that is read")
            return real.read_bytes()[:_LARGEST].decode("utf-8-sig")
        except (OSError, ValueError):
            raise NotLoaded(f"there is no readable file `{path[:60]}`") from None


def _steps(text: str) -> list[str | int]:
    """Return the keys and places that lead to a part.

    Raises:
        NotLoaded: They are written in a way that is not read.
    """
    if not text:
        return []
    rest, out = text.removeprefix("$"), list[str | int]()
    while rest:
        found = _STEP.match(rest)
        if found is None:
            raise NotLoaded(f"the path `{text[:60]}` is not followed")
        out.append(int(found[3]) if found[3] else found[1] or found[2])
        rest = rest[found.end() :]
    return out


def escaped(value: object, depth: int = 0) -> object:
    """Return data in which no text is taken for an expression."""
    if depth > _DEEPEST:
        raise NotLoaded("it is nested too deeply")
    if isinstance(value, dict):
        return {
            Literal(str(key)) if str(key).startswith("[") else str(key): escaped(
                item, depth + 1
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [escaped(item, depth + 1) for item in value]
    is_bracket = isinstance(value, str) and value.startswith("[")
    return Literal(value) if isinstance(value, str) and is_bracket else value
