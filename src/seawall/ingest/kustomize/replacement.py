"""What `replacements` copy: a value from one object to fields of others.

Source:
    kubernetes-sigs/kustomize api/filters/replacement/replacement.go;
    kyaml/yaml/match.go (`PathMatcher`); kyaml/utils/pathsplitter.go.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.field_path import (
    Slot,
    found_at,
    scalar_text,
    slots,
    split_path,
    typed_as,
)
from seawall.ingest.kustomize.shelf import Shelf
from seawall.ingest.kustomize.target import carries
from seawall.ingest.kustomize.thing import Identity, Thing, copied
from seawall.ingest.stored.form import is_dropped

_ENTRY = frozenset({"source", "targets", "sourceValue", "path"})
_TARGET = frozenset({"select", "reject", "fieldPaths", "options"})
_ID = ("group", "version", "kind", "name", "namespace")
_NAME = "metadata.name"
_RULE = "`kustomize` copies the value of one field of one object to fields that exist"


def replace_all(
    things: Sequence[Thing], written: object, folder: str, shelf: Shelf, *, seen: bool
) -> None:
    """Carry out one entry of `replacements`.

    Args:
        things: The objects of the build.
        written: The entry: a replacement, or the path of a file that holds some.
        folder: The kustomization's folder.
        shelf: The files.
        seen: Whether every object of the build is seen.

    Raises:
        BadBuild: It cannot be carried out; what it may have been for is in doubt then.
    """
    targets: Sequence[object] = ()
    try:
        for entry in _entries(written, folder, shelf):
            targets = sequence(entry.get("targets"))
            _replace(things, entry, targets, seen=seen)
            targets = ()
    except BadBuild as bad:
        for thing in _suspects(things, targets):
            thing.suspect(bad.what)
        raise


def _entries(
    written: object, folder: str, shelf: Shelf
) -> Iterator[Mapping[object, object]]:
    entry = mapping(written)
    if not isinstance(written, dict) or entry.keys() - _ENTRY:
        raise _bad("an entry of `replacements` has other fields than `source` and "
                   "`targets`, or `path`")  # fmt: skip
    path = text(entry.get("path"))
    if path is None:
        yield entry
        return
    sheet = shelf.file(folder, path)
    if sheet is None or not sheet.whole or not sheet.documents:
        raise BadBuild(
            f"the replacements `{path}` cannot be read",
            "the file is missing, is not YAML, or is outside of the folder and the "
            "input",
            "restore the file, or leave the entry out",
        )
    value = sheet.documents[0].value
    for item in value if isinstance(value, list) else (value,):
        yield mapping(item)


def _replace(
    things: Sequence[Thing],
    entry: Mapping[object, object],
    targets: Sequence[object],
    *,
    seen: bool,
) -> None:
    if not targets or ("source" in entry) is ("sourceValue" in entry):
        raise _bad("a replacement needs one source and at least one target")
    if "sourceValue" in entry:
        value: Any = text(entry.get("sourceValue"))
        if value is None:
            raise _bad("`sourceValue` is not text")
    else:
        value = _source(things, mapping(entry.get("source")), seen=seen)
    for target in map(mapping, targets):
        if target.keys() - _TARGET or not isinstance(target.get("select"), dict):
            raise _bad("a target has other fields than `select` and `fieldPaths`, or "
                       "selects nothing")  # fmt: skip
        options = mapping(target.get("options"))
        paths = sequence(target.get("fieldPaths")) or [_NAME]
        for thing in _targets(things, target):
            for path in paths:
                _copy(thing, str(path), value, options)


def _source(
    things: Sequence[Thing], source: Mapping[object, object], *, seen: bool
) -> Any:  # noqa: ANN401  (any YAML value)
    found = [thing for thing in things if _is_selected(thing, source)]
    called = " ".join(f"{key} `{source[key]}`" for key in _ID if source.get(key))
    if len(found) != 1:
        many = f"{len(found)} objects are" if found else "nothing here is"
        raise BadBuild(
            f"a replacement takes from {called or 'anything'}, but {many} that",
            _RULE,
            "correct its `source`" if seen else "read the rendered objects instead",
            modelled=seen or bool(found),
        )
    if found[0].doubt is not None:
        raise BadBuild(
            f"a replacement takes from {called}, which is not known",
            found[0].doubt,
            "mend what is told of that object",
            modelled=False,
        )
    path = text(source.get("fieldPath")) or _NAME
    value = found_at(found[0].value, split_path(path))
    if value in (None, "", [], {}):
        raise _bad(f"a replacement takes from `{path}` of {called}, which is empty")
    if isinstance(value, str) and is_dropped(value):
        raise BadBuild(
            f"a replacement takes from `{path}` of {called}, which is not kept here",
            "what may be secret is not in a snapshot",
            "read the files themselves",
            modelled=False,
        )
    options = mapping(source.get("options"))
    delimiter, index = text(options.get("delimiter")), _index(options)
    if not delimiter:
        return copied(value)
    parts = scalar_text(value).strip().split(delimiter)
    if not 0 <= index < len(parts):
        raise _bad(f"part {index} of `{path}` of {called} does not exist")
    return typed_as(value, parts[index])


def _targets(
    things: Sequence[Thing], target: Mapping[object, object]
) -> Iterator[Thing]:
    select = mapping(target.get("select"))
    rejects = [mapping(item) for item in sequence(target.get("reject"))]
    by_label = [it for it in rejects if _has_selector(it)]
    by_name = [it for it in rejects if any(it.get(key) for key in _ID)]
    for thing in things:
        if (
            _is_selected(thing, select)
            and _carries(thing, select)
            and not any(_carries(thing, it) for it in by_label)
            and not any(_is_selected(thing, it) for it in by_name)
        ):
            yield thing


def _copy(
    thing: Thing,
    path: str,
    value: Any,  # noqa: ANN401  (any YAML value)
    options: Mapping[object, object],
) -> None:
    whole = [copied(thing.value)]
    made = type(value) if options.get("create") is True else None
    found = list(slots(Slot(whole, 0, ()), split_path(path), made))
    if not found:
        raise _bad(f"a replacement writes to `{path}` of {thing.identity}, which has "
                   "no such field")  # fmt: skip
    for slot in found:
        slot.put(_written(slot, value, options))
        thing.changed.add(slot.place)
    if not isinstance(whole[0], dict):
        raise _bad("a replacement leaves no object")
    thing.value = whole[0]


def _written(slot: Slot, value: Any, options: Mapping[object, object]) -> Any:  # noqa: ANN401
    delimiter = text(options.get("delimiter"))
    if delimiter:
        parts = scalar_text(slot.get()).split(delimiter)
        index, part = _index(options), scalar_text(value).strip()
        if index < 0:
            parts.insert(0, part)
        elif index >= len(parts):
            parts.append(part)
        else:
            parts[index] = part
        return typed_as(slot.get(), delimiter.join(parts))
    if isinstance(slot.get(), dict | list):
        return copied(value)
    # A mapping or list has no text of its own.
    plain = "" if isinstance(value, dict | list) else scalar_text(value)
    return typed_as(slot.get(), plain)


def _index(options: Mapping[object, object]) -> int:
    index = options.get("index") or 0
    if not isinstance(index, int):
        raise _bad("the `index` of a replacement is no number")
    return index


def _is_selected(thing: Thing, selector: Mapping[object, object]) -> bool:
    """Whether an object is or was what a selector names; patterns mean nothing here."""
    wanted = {key: text(selector.get(key)) or "" for key in _ID}
    return any(_is_named(one, wanted) for one in thing.identities)


def _is_named(one: Identity, wanted: Mapping[str, str]) -> bool:
    for key, value in wanted.items():
        own = getattr(one, key)
        if value and own != value and not (
            key == "namespace" and value == "default" and not own
        ):  # fmt: skip
            return False
    return True


def _has_selector(selector: Mapping[object, object]) -> bool:
    return bool(selector.get("labelSelector") or selector.get("annotationSelector"))


def _carries(thing: Thing, selector: Mapping[object, object]) -> bool:
    return carries(thing, "labels", selector.get("labelSelector")) and carries(
        thing, "annotations", selector.get("annotationSelector")
    )


def _suspects(things: Sequence[Thing], targets: Sequence[object]) -> list[Thing]:
    """Return what a replacement that failed may have been meant for."""
    out: list[Thing] = []
    for target in map(mapping, targets):
        try:
            out += _targets(things, target)
        except BadBuild:
            return list(things)
    return out if targets else list(things)


def _bad(what: str) -> BadBuild:
    return BadBuild(what, _RULE, "correct the entry, or leave it out")
