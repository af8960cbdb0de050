"""The patches of a kustomization: read, and laid over what they are for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.json_patch import apply_json_patch, is_json_patch
from seawall.ingest.kustomize.merge import merge
from seawall.ingest.kustomize.shelf import Shelf
from seawall.ingest.kustomize.target import named, selected
from seawall.ingest.kustomize.thing import Thing, copied, identity_of
from seawall.ingest.text.json_text import BadJson, parse_json
from seawall.ingest.text.yaml_text import parse_stream

_FIELDS = frozenset({"patch", "path", "target", "options"})
_OPTIONS = {"name": "allowNameChange", "kind": "allowKindChange"}


@dataclass(frozen=True, slots=True)
class Patch:
    """One entry that patches objects.

    Attributes:
        values: What it holds: partial objects, or one list of operations.
        target: What it is for; None if it says so itself.
        renames: Which of `kind` and `name` it may change.
    """

    values: tuple[Any, ...]
    target: object = None
    renames: frozenset[str] = frozenset()


def read_patch(written: object, folder: str, shelf: Shelf) -> Patch:
    """Return an entry of `patches` or `patchesJson6902`.

    Raises:
        BadBuild: It cannot be read.
    """
    entry = mapping(written)
    if not isinstance(written, dict) or entry.keys() - _FIELDS:
        raise BadBuild(
            "an entry of `patches` is not a mapping with `patch` or `path`",
            "an entry has `patch` or `path`, and may have `target` and `options`",
            "write it so",
        )
    inline, path = text(entry.get("patch")), text(entry.get("path"))
    if (inline is None) == (path is None):
        raise BadBuild(
            "an entry of `patches` needs either `patch` or `path`",
            "one of them holds what is changed",
            "write one of them",
        )
    values = _inline(inline) if inline else _from_file(path or "", folder, shelf)
    options = mapping(entry.get("options"))
    target = entry.get("target")
    return Patch(
        tuple(copied(value) for value in values),
        target if isinstance(target, dict) else None,
        frozenset(
            key for key, option in _OPTIONS.items() if options.get(option) is True
        ),
    )


def read_merge(written: object, folder: str, shelf: Shelf) -> Patch:
    """Return an entry of `patchesStrategicMerge`: a path, or the patch itself.

    Raises:
        BadBuild: It cannot be read.
    """
    if not isinstance(written, str):
        raise BadBuild(
            "an entry of `patchesStrategicMerge` is not text",
            "it is the path of a file or the patch itself, as text",
            "write one of them, or use `patches`",
        )
    if "\n" in written.strip():
        return Patch(tuple(map(copied, _inline(written))))
    return Patch(tuple(map(copied, _from_file(written.strip(), folder, shelf))))


def apply_patch(things: list[Thing], patch: Patch) -> None:
    """Lay a patch over the objects that it is for; deleted ones leave the list.

    Raises:
        BadBuild: It is for nothing, or cannot be carried out; what it may have
            been for is in doubt then.
    """
    for value in patch.values:
        try:
            found = _found(things, patch, value)
        except BadBuild as bad:
            for thing in _suspects(things, patch):
                thing.suspect(bad.what)
            raise
        for thing in found:
            _change(things, thing, value, patch)


def _found(things: list[Thing], patch: Patch, value: Any) -> Sequence[Thing]:  # noqa: ANN401
    """Return what one part of a patch is for."""
    if not isinstance(value, dict) and not is_json_patch(value):
        raise BadBuild(
            "a patch is neither an object nor a list of operations",
            "a patch is a partial object, or a JSON patch",
            "write one of them",
        )
    if patch.target is not None:
        if len(patch.values) == 1:
            return selected(things, patch.target)
        raise BadBuild(
            "a patch with a target holds more than one patch",
            "`kustomize` allows one patch in an entry with `target`",
            "make an entry of each",
        )
    if isinstance(value, list):
        raise BadBuild(
            "a JSON patch has no target",
            "operations do not say which object they are for",
            "write a `target` with kind and name",
        )
    return (named(things, identity_of(value)),)


def _change(things: list[Thing], thing: Thing, value: Any, patch: Patch) -> None:  # noqa: ANN401
    try:
        if is_json_patch(value):
            thing.remember()
            apply_json_patch(thing, value)
        elif not _merged(thing, value, patch.renames):
            # By identity: equal objects are not one.
            things[:] = [item for item in things if item is not thing]
    except BadBuild as bad:
        thing.suspect(bad.what)
        raise


def _merged(thing: Thing, value: Any, renames: frozenset[str]) -> bool:  # noqa: ANN401
    """Lay a partial object over an object; return whether that stays."""
    if renames:
        thing.remember()
    if not merge(thing, value):
        return False
    wanted = identity_of(value)
    if "kind" in renames and wanted.kind:
        thing.value["kind"] = wanted.kind
    metadata = thing.value.get("metadata")
    if "name" in renames and wanted.name and isinstance(metadata, dict):
        metadata["name"] = wanted.name
    return True


def _suspects(things: Sequence[Thing], patch: Patch) -> Iterable[Thing]:
    """Return what a patch that failed may have been meant for."""
    if patch.target is not None:
        try:
            return selected(things, patch.target)
        except BadBuild:
            return things
    kinds = {identity_of(it).kind for it in patch.values if isinstance(it, dict)}
    return [thing for thing in things if not kinds or thing.identity.kind in kinds]


def _inline(written: str) -> Iterator[Any]:
    if written.startswith("["):
        # `kustomize` takes what opens like JSON for JSON, and for nothing else.
        try:
            yield parse_json(written)[0]
        except BadJson as bad:
            raise BadBuild(
                f"a patch that begins with `[` is not valid JSON: {bad.what}",
                "`kustomize` takes it for JSON and builds nothing",
                "put keys and values in double quotes, or begin with `- op:`",
            ) from bad
        return
    for found in parse_stream(written):
        if found.fault is not None:
            raise BadBuild(
                f"a patch is not valid YAML: {found.fault}",
                "a patch in a kustomization is YAML or JSON as text",
                "mend it",
            )
        if found.value is not None:
            yield found.value


def _from_file(path: str, folder: str, shelf: Shelf) -> list[Any]:
    sheet = shelf.file(folder, path)
    if sheet is None or not sheet.whole:
        raise BadBuild(
            f"the patch `{path}` cannot be read",
            "the file is missing, is not YAML, or is outside of the folder and the "
            "input",
            "restore the file, or leave the patch out",
        )
    return [document.value for document in sheet.documents]
