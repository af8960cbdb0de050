"""Verified modules that are read by name and version, without fetching them.

The files beside this one say in the language itself, in our own words, what the
parameters of a module set and what holds without them; `index.toml` says for which
versions, and which parameters change nothing that is asked here.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from seawall.ingest.bicep.language.declarations import BicepFile
from seawall.ingest.bicep.language.parser import parse

Version = tuple[int, int, int]
_WORD = re.compile(r"[A-Za-z]\w{3,}")
_ASKED = re.compile(r"\.\??([A-Za-z]\w{3,})")


@dataclass(frozen=True, slots=True)
class Known:
    """A module in a range of versions.

    Attributes:
        source: Its path in the registry.
        first: The first version that is described.
        end: The first version that is not.
        file: Where it is described.
        read: What was read for the description.
        facts: Values of the description's own parameters.
        at: The version of a module that it calls; empty if it calls none.
        aside: Parameters that change nothing here.
    """

    source: str
    first: Version
    end: Version
    file: str
    read: str
    facts: Mapping[str, object]
    at: str
    aside: frozenset[str]

    @property
    def range(self) -> str:
        """Its versions, for people."""
        shown = [".".join(map(str, item)) for item in (self.first, self.end)]
        return f"{shown[0]} up to before {shown[1]}"

    def text(self) -> str:
        """Return the description as it is written."""
        return _text(self.file).replace(":AT'", f":{self.at}'")

    def described(self) -> BicepFile:
        """Return the description."""
        return _described(self.file, self.at)

    def keys(self) -> Mapping[str, str]:
        """Return the keys that the description asks for, by them in lower case."""
        return _words(self.file, _ASKED)

    def words(self) -> Mapping[str, str]:
        """Return all words of the description, by them in lower case."""
        return _words(self.file, _WORD)


def inner(file: str) -> tuple[str, BicepFile]:
    """Return a description that another one names by its file."""
    return _text(file), _described(file, "")


@lru_cache(maxsize=32)
def _text(file: str) -> str:
    return files(__name__).joinpath(file).read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def _words(file: str, pattern: re.Pattern[str]) -> Mapping[str, str]:
    return {word.lower(): word for word in pattern.findall(_text(file))}


@lru_cache(maxsize=32)
def _described(file: str, at: str) -> BicepFile:
    return parse(_text(file).replace(":AT'", f":{at}'"), file)


@lru_cache(maxsize=1)
def catalogue() -> tuple[Known, ...]:
    """Return all modules that are described."""
    written = tomllib.loads(_text("index.toml"))
    found = []
    for item in written["module"]:
        aside = {*written["aside"]["all"], *written["aside"].get(item["aside"], ())}
        first, end = version_of(item["from"]), version_of(item["before"])
        if first is None or end is None:
            raise ValueError(item["source"])
        found.append(
            Known(
                item["source"],
                first,
                end,
                item["file"],
                item["read"],
                item.get("facts", {}),
                item.get("at", ""),
                frozenset(aside),
            )
        )
    return tuple(found)


def version_of(text: str) -> Version | None:
    """Return a version; None for a text that is none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(it.isdecimal() and len(it) < 6 for it in parts):  # noqa: PLR2004
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def known(path: str, tag: str) -> tuple[Known | None, tuple[Known, ...]]:
    """Return what is known of a module in one version, and in any version."""
    all_ = tuple(it for it in catalogue() if it.source == path.lower())
    version = version_of(tag)
    for item in all_:
        if version is not None and item.first <= version < item.end:
            return item, all_
    return None, all_
