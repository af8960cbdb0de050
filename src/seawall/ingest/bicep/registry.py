"""Modules of registries: how they are named, and where restored copies of them lie.

Source: Azure docs, Bicep modules (path to module, module aliases), `bicep restore`,
which keeps copies under `br/REGISTRY/PATH/TAG$/main.json`, slashes of the path written
as `$`; read 2026-11.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, normpath

from seawall.ingest.documents import ReadDocument

_NAME = re.compile(
    r"(?P<kind>br|ts)(?:/(?P<alias>[^:]*))?:(?P<path>[^:@\s]+)"
    r"(?::(?P<tag>[^:@\s]+)|@(?P<digest>\S+))"
)
_COPY = re.compile(
    r"(?:^|/)br/(?P<host>[^/]+)/(?P<path>[^/]+)/(?P<tag>[^/]+)\$/main\.json$"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A module of a registry, as it is named.

    Attributes:
        kind: `br`, or `ts` for a template spec.
        alias: The alias of the registry; empty if its host is part of the path.
        path: The path in it.
        tag: The version; empty if a digest is given.
    """

    kind: str
    alias: str
    path: str
    tag: str

    @property
    def public(self) -> str:
        """The path of a verified module, such as `avm/res/network/route-table`."""
        parts = self.path.split("/")
        if "avm" not in parts or (self.alias and self.alias != "public"):
            return ""
        return "/".join(parts[parts.index("avm") :])


def named(text: str) -> Named | None:
    """Return the module of a registry that a path names; None if it names none."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    return Named(found["kind"], found["alias"] or "", found["path"], found["tag"] or "")


def redefines(alias: str, path: str, documents: Iterable[ReadDocument]) -> bool:
    """Whether settings of Bicep around a file say what an alias stands for.

    Source: Azure docs, Bicep config file: `moduleAliases.br`; the nearest
    `bicepconfig.json` of the folder and those above it holds. Read 2026-11.
    """
    folder = dirname(normpath(path))
    for document in documents:
        own = dirname(normpath(document.path))
        if own not in {"", "."} and folder != own and not folder.startswith(own + "/"):
            continue
        value: object = document.value
        for key in ("moduleAliases", "br", alias):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return True
    return False


def restored(
    names: Iterable[str], documents: Iterable[ReadDocument]
) -> Iterator[tuple[str, ReadDocument]]:
    """Yield the modules of which a restored copy is in the input, by their names."""
    copies = [
        (found, item)
        for item in documents
        if (found := _COPY.search(item.path)) is not None
    ]
    for name in names:
        wanted = named(name)
        if wanted is None or wanted.kind != "br" or not wanted.tag:
            continue
        for found, item in copies:
            if found["tag"] == wanted.tag and _is_path(wanted, found):
                yield name, item
                break


def is_copy(document: ReadDocument) -> bool:
    """Whether a document is the restored copy of a module."""
    return _COPY.search(document.path) is not None


def _is_path(wanted: Named, found: re.Match[str]) -> bool:
    path = found["path"].replace("$", "/")
    if wanted.alias:
        # What an alias stands for is written elsewhere: a host, and how paths begin.
        return path == wanted.path or path.endswith("/" + wanted.path)
    return f"{found['host'].replace('$', ':')}/{path}" == wanted.path
