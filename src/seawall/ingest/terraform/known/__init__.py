"""Modules of the public registry that are read by name, without fetching them.

The files beside this one say, in the language itself, what the inputs of a module set
and what holds without them; `index.toml` says for which versions.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from seawall.ingest.terraform.language.parser import parse
from seawall.ingest.terraform.module import Module, module_of
from seawall.ingest.terraform.versions import (
    Version,
    before,
    limits,
    may_meet,
    version_of,
)

_HOSTED = 4
"""Parts of a source that names the host of its registry."""


@dataclass(frozen=True, slots=True)
class Known:
    """A module in a range of versions.

    Attributes:
        source: As it is called.
        first: The first version that is described.
        end: The first version that is not.
        file: Where it is described.
        read: What was read for the description.
    """

    source: str
    first: Version
    end: Version
    file: str
    read: str

    @property
    def range(self) -> str:
        """Its versions, for people."""
        shown = [".".join(map(str, item)) for item in (self.first, self.end)]
        return f"{shown[0]} up to before {shown[1]}"

    def module(self) -> Module:
        """Return what the description declares."""
        return _module(self.file)


@lru_cache(maxsize=1)
def catalogue() -> tuple[Known, ...]:
    """Return all modules that are described."""
    text = files(__name__).joinpath("index.toml").read_text(encoding="utf-8")
    return tuple(
        Known(
            item["source"],
            version_of(item["from"]),
            version_of(item["before"]),
            item["file"],
            item["read"],
        )
        for item in tomllib.loads(text)["module"]
    )


@lru_cache(maxsize=16)
def _module(file: str) -> Module:
    text = files(__name__).joinpath(file).read_text(encoding="utf-8")
    return module_of("", [parse(text, file)])


def described(source: str) -> tuple[Known, ...]:
    """Return what is known of a module, the oldest versions first."""
    parts = source.split("/")
    if len(parts) == _HOSTED and "." in parts[0]:
        parts = parts[1:]
    name = "/".join(parts).lower()
    found = (item for item in catalogue() if item.source.lower() == name)
    return tuple(sorted(found, key=lambda item: item.first))


def chosen(known: tuple[Known, ...], constraint: str) -> tuple[Known | None, bool]:
    """Return the description for a constraint, and whether it is surely the one.

    Terraform takes the newest version that a constraint admits; which one that was is
    written in a lock file that says nothing of modules.
    """
    parts = limits(constraint)
    if parts is None or not known:
        return None, False
    meeting = [item for item in known if may_meet(parts, item.first, item.end)]
    if not meeting:
        return None, False
    newest = meeting[-1]
    # It is sure where the constraint ends before what is not known begins.
    ends = [limit for sign, limit in parts if sign in {"=", "<"}]
    return newest, any(not before(newest.end, limit) for limit in ends)
