"""What a file of parameters takes over from the one that it extends.

Source: Azure docs, Bicep parameter files (`extends`); read 2026-11. They do not say of
which file a name is that both declare, so what rests on one is not known.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace

from seawall.ingest.bicep.language.declarations import (
    BicepFile,
    Declaration,
    Parameter,
    Variable,
)
from seawall.ingest.bicep.language.syntax import Call, Lost, Name


def taken_over(
    base: BicepFile, names: AbstractSet[str], *, elsewhere: bool
) -> Iterator[Declaration]:
    """Yield the declarations of the extended file, as far as they mean the same.

    Args:
        base: The extended file.
        names: What the other file declares.
        elsewhere: Whether they stand in different folders, so that the paths of what
            they load lead to different files.
    """
    twice = names & {it.name for it in base.declarations}
    for item in base.declarations:
        if not isinstance(item, Parameter | Variable):
            yield item
        elif _mentions(item, twice):
            what = "it rests on a name that the file which extends this one declares"
            yield _lost(item, what)
        elif elsewhere and _loads(item):
            yield _lost(item, "it loads a file, and is taken over into another folder")
        else:
            yield item


def _lost(item: Parameter | Variable, what: str) -> Declaration:
    lost = Lost(what, item.line)
    if isinstance(item, Parameter):
        return replace(item, default=lost)
    return replace(item, value=lost)


def _mentions(item: Declaration, names: AbstractSet[str]) -> bool:
    return any(isinstance(it, Name) and it.name in names for it in _parts(item))


def _loads(item: Declaration) -> bool:
    return any(
        isinstance(it, Call) and it.name.startswith("load") for it in _parts(item)
    )


def _parts(tree: object) -> Iterator[object]:
    """Yield a tree and all that is in it."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        yield item
        if is_dataclass(item):
            waiting.extend(getattr(item, field.name) for field in fields(item))
        elif isinstance(item, tuple):
            waiting.extend(item)
