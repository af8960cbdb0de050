"""JSON patches: operations on places of an object."""

from collections.abc import Mapping
from typing import Any

from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.thing import Thing, copied
from seawall.model.origin import Pointer

_OPERATIONS = frozenset({"add", "remove", "replace", "move", "copy", "test"})
_RULE = "a JSON patch is a list of operations on places that exist"


def is_json_patch(value: object) -> bool:
    """Whether a value is a list of operations."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and "op" in item for item in value)
    )


def apply_json_patch(thing: Thing, operations: list[Any]) -> None:
    """Carry out the operations of a JSON patch, one after another.

    Raises:
        BadBuild: An operation that cannot be carried out.

    Source:
        RFC 6902, "JavaScript Object Notation (JSON) Patch"; RFC 6901, "JSON Pointer";
        evanphx/json-patch, which `kustomize` uses: `replace` adds a missing key.
    """
    whole: Any = copied(thing.value)
    for written in operations:
        whole = _carried_out(whole, mapping(written), thing)
    if not isinstance(whole, dict):
        raise _bad("the patch leaves no object", "leave the object out instead")
    thing.value = whole


def _carried_out(whole: Any, operation: Mapping[object, object], thing: Thing) -> Any:  # noqa: ANN401
    op = operation.get("op")
    place = _pointer(operation.get("path"))
    if op not in _OPERATIONS:
        raise _bad(f"`{op}` is no operation of a JSON patch", "write one of them")
    if op == "remove":
        _remove(whole, place)
        thing.changed.add(_stable(place))
        return whole
    value = _value(whole, operation, thing)
    if op == "test":
        if _get(whole, place) != value:
            raise _bad(f"`{_path(place)}` is not what the patch expects", "mend it")
        return whole
    thing.changed.add(_stable(place))
    if not place:
        return value
    _put(whole, place, value, exists=op == "replace")
    return whole


def _value(whole: Any, operation: Mapping[object, object], thing: Thing) -> Any:  # noqa: ANN401
    """Return what an operation puts somewhere."""
    op = operation.get("op")
    if op not in ("move", "copy"):
        if "value" not in operation:
            raise _bad(f"`{op}` has no `value`", "write what is put there")
        return copied(operation["value"])
    source = _pointer(operation.get("from"))
    value = copied(_get(whole, source))
    if op == "move":
        _remove(whole, source)
        thing.changed.add(_stable(source))
    return value


def _pointer(written: object) -> tuple[str, ...]:
    path = written if isinstance(written, str) else None
    if path is None or (path and not path.startswith("/")):
        raise _bad(
            f"`{text(path) or written}` is no place of an object",
            "write a path that begins with `/`",
        )
    parts = path.split("/")[1:]
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def _stable(place: tuple[str, ...]) -> Pointer:
    """Return the place around which lines cannot be trusted any more.

    An item that comes or goes shifts those behind it.
    """
    out: list[str | int] = []
    for part in place:
        if part.isdigit() or part == "-":
            break
        out.append(part)
    return tuple(out)


def _get(value: Any, place: tuple[str, ...]) -> Any:  # noqa: ANN401
    for number, part in enumerate(place):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise _missing(place[: number + 1])
    return value


def _remove(whole: Any, place: tuple[str, ...]) -> None:  # noqa: ANN401
    _get(whole, place)
    if not place:
        raise _bad("the patch removes the whole object", "leave it out instead")
    parent = _get(whole, place[:-1])
    del parent[int(place[-1]) if isinstance(parent, list) else place[-1]]


def _put(whole: Any, place: tuple[str, ...], value: Any, *, exists: bool) -> None:  # noqa: ANN401
    parent = _get(whole, place[:-1])
    last = place[-1]
    if exists and isinstance(parent, list):
        _get(whole, place)
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and last == "-":
        parent.append(value)
    elif isinstance(parent, list) and last.isdigit() and int(last) <= len(parent):
        if exists:
            parent[int(last)] = value
        else:
            parent.insert(int(last), value)
    else:
        raise _missing(place)


def _path(place: tuple[str, ...]) -> str:
    return "/" + "/".join(place)


def _missing(place: tuple[str, ...]) -> BadBuild:
    return _bad(
        f"there is no `{_path(place)}` in the object that is patched",
        "correct the path, or add what is above it first",
    )


def _bad(what: str, mend: str) -> BadBuild:
    return BadBuild(what, _RULE, mend)
