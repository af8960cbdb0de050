"""Puts values of another type into an input, and sees that nothing certain comes of it.

What the platform would refuse means nothing: each verdict is that of the input as it
was, or unknown. Ends that go with what cannot be read are left out; so are settings,
which are shown as they are written.
"""

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import yaml
from fuzz_cases import Guard, bounded, written
from fuzz_inputs import Reader

from seawall.ingest import load
from seawall.model.diagnostic import InputError
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.difference.flows import compared
from seawall.query.difference.side import Draft, two_sides
from seawall.query.enforcement import enforcement

SECONDS = 60
OTHERS: tuple[Any, ...] = (
    "no", 5, True, [], {}, ["no"], [5], [None], [{}], {"no": "no"},
)  # fmt: skip
_LITERAL = re.compile(
    r"(?m)^(\s*[A-Za-z_]+\s*(?:=|:)\s*)(\"[^\"\n]*\"|'[^'\n]*'|\d+|true|false)\s*$"
)
_WRITTEN = {
    ".tf": ('"no"', "5", "true", "[]", "{}", '["no"]', "[5]", "[null]", "[{}]"),
    ".bicep": ("'no'", "5", "true", "[]", "{}", "['no']", "[5]", "[null]", "[{}]"),
}


def retyped(reader: Reader, text: str, rnd: random.Random) -> tuple[str, str] | None:
    """Return an input in which one value is of another type, and which that is."""
    literals = _WRITTEN.get("." + reader.file.rpartition(".")[2])
    if literals is not None:
        return _literal(text, literals, rnd)
    is_json = text.lstrip().startswith(("{", "["))
    try:
        whole = [json.loads(text)] if is_json else list(yaml.safe_load_all(text))
    except (ValueError, RecursionError, yaml.YAMLError):
        return None
    places = list(_places(whole, is_top=True))
    if not places:
        return None
    holder, key, path = rnd.choice(places)
    others = [it for it in OTHERS if _is_other(holder[key], it)]
    if not others:
        return None
    holder[key] = copy.deepcopy(rnd.choice(others))
    said = f"{path} = {json.dumps(holder[key])}"
    if is_json:
        return json.dumps(whole[0], indent=1), said
    return "\n---\n".join(json.dumps(it, default=str) for it in whole), said


def certain(reader: Reader, old: bytes, new: bytes, guard: Guard) -> tuple[str, ...]:
    """Return what is certain of an input and is not so of the one that it was.

    Raises:
        Broken: It takes too long.
    """
    sides = [_snapshot(reader, data, guard) for data in (old, new)]
    if None in sides:
        return ()
    engine = reader.name if reader.name in {"calico", "cilium"} else None
    with bounded(SECONDS):
        left, right = two_sides(
            *(
                Draft(name, side, *enforcement(side, engine))
                for name, side in zip(("before", "after"), sides, strict=True)
                if side is not None
            )
        )
        found = compared(left, right, layers="all", words=("before", "after")).changes
    sure = {Verdict.ALLOWED, Verdict.DENIED}
    return tuple(
        f"{it.area}: {it.turn.before} -> {it.turn.after} {it.sources} {it.destinations}"
        for it in found
        if it.turn.after in sure and it.turn.before not in {None, it.turn.after}
    )


def _snapshot(reader: Reader, data: bytes, guard: Guard) -> Snapshot | None:
    with written(reader, data) as folder, guard.around(folder), bounded():
        try:
            return load([folder])
        except InputError:
            return None


def _literal(
    text: str, literals: tuple[str, ...], rnd: random.Random
) -> tuple[str, str] | None:
    found = list(_LITERAL.finditer(text))
    if not found:
        return None
    one = rnd.choice(found)
    was = one[2]
    kind = "'" if was[0] in "\"'" else "t" if was in {"true", "false"} else "5"
    others = [it for it in literals if not it.replace('"', "'").startswith(kind)]
    new = rnd.choice(others)
    return text[: one.start(2)] + new + text[one.end(2) :], f"{one[1].strip()} {new}"


def _places(
    value: object, path: str = "", *, is_top: bool = False
) -> Iterator[tuple[Any, Any, str]]:
    """Yield where values stand; whole documents are not changed."""
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, child in pairs:
        here = f"{path}.{'*' if isinstance(value, list) else key}"
        if not is_top:
            yield value, key, here
        yield from _places(child, here)


def _is_other(value: object, other: object) -> bool:
    """Whether a value is of another type; texts that hold numbers are numbers."""
    if value is None or _kind(value) == _kind(other):
        return (
            isinstance(value, list)
            and isinstance(other, list)
            and bool(value and other)
            and _kind(value[0]) != _kind(other[0])
        )
    return not (isinstance(value, bool) and other == "no")


def _kind(value: object) -> type:
    if isinstance(value, bool):
        return bool
    return next(it for it in (dict, list, str, object) if isinstance(value, it))
