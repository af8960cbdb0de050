"""Bodies that are taken apart piece by piece, so that what nobody took is seen.

A writer with a table a type takes from a body what it has words for. What is left at
the end is something that the surface would not say: it is refused, never dropped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seawall.emit.tree import Noted, Value


class Unsaid(Exception):  # noqa: N818  (it is what is not said)
    """Something of a deployment for which a surface has no words."""


@dataclass(frozen=True, slots=True)
class Absent:
    """What a body does not hold."""


ABSENT = Absent()
Rest = tuple[tuple[str, ...], Value]
"""A path to what is left, and its value."""


class Part:
    """An object of a body, out of which values are taken once.

    Attributes:
        where: What it is, for people.
        comment: What was noted at it.
    """

    def __init__(self, value: Value, where: str) -> None:
        self.comment = value.comment if isinstance(value, Noted) else ""
        self.where = where
        bare = value.value if isinstance(value, Noted) else value
        if not isinstance(bare, Mapping):
            raise Unsaid(f"{where} is no object")
        self._notes: dict[str, str] = {}
        self._held: dict[str, object] = _copied(bare, self._notes, "")

    def take(self, path: str) -> Value | Absent:
        """Return what stands at a path of keys with dots between, and take it out."""
        keys = path.split(".")
        found = self._down(keys[:-1])
        if found is None or keys[-1] not in found:
            return ABSENT
        value = found.pop(keys[-1])
        self._prune(keys[:-1])
        return _value(value)

    def peek(self, path: str) -> Value | Absent:
        """Return what stands at a path, and leave it."""
        keys = path.split(".")
        found = self._down(keys[:-1])
        return ABSENT if found is None else _value(found.get(keys[-1], ABSENT))

    def part(self, path: str) -> "Part | None":
        """Return the object at a path, and take it out."""
        found = self.take(path)
        if isinstance(found, Absent):
            return None
        inner = Part(found, f"{self.where}.{path}")
        inner.comment = inner.comment or self._notes.get(path, "")
        start = f"{path}."
        inner._notes |= {  # of its own kind
            key.removeprefix(start): note
            for key, note in self._notes.items()
            if key.startswith(start)
        }
        return inner

    def parts(self, path: str) -> "list[Part] | None":
        """Return the objects of a list, and take it out; None without such a list."""
        found = self.take(path)
        if isinstance(found, Absent):
            return None
        where = f"{self.where}.{path}"
        bare = found.value if isinstance(found, Noted) else found
        if not isinstance(bare, tuple):
            raise Unsaid(f"{where} is no list")
        return [Part(item, f"{where}[{at}]") for at, item in enumerate(bare)]

    def put(self, path: str, value: Value) -> None:
        """Lay something where it was taken from."""
        *above, last = path.split(".")
        held = self._held
        for key in above:
            inner = held.setdefault(key, {})
            if not isinstance(inner, dict):
                raise Unsaid(f"{self.where}.{path} lies in no object")
            held = inner
        held[last] = value

    def left(self) -> Value:
        """Return all that was not taken, as a value."""
        found = _inner(self._held)
        return Noted(found, self.comment) if self.comment else found

    def rest(self) -> Iterator[Rest]:
        """Yield what was not taken."""
        yield from _leaves(self._held, ())

    def done(self) -> None:
        """Refuse a part of which something is left.

        Raises:
            Unsaid: Something was not taken.
        """
        left = [".".join(path) for path, _value in self.rest()]
        if left:
            raise Unsaid(f"{self.where} has no words for {', '.join(left)}")

    def _down(self, keys: list[str]) -> dict[str, object] | None:
        held = self._held
        for key in keys:
            inner = held.get(key)
            if not isinstance(inner, dict):
                return None
            held = inner
        return held

    def _prune(self, keys: list[str]) -> None:
        """Take away objects that became empty."""
        for end in range(len(keys), 0, -1):
            above = self._down(keys[: end - 1])
            if above is None or above.get(keys[end - 1]) != {}:
                return
            del above[keys[end - 1]]


def _copied(
    value: Mapping[str, Value], notes: dict[str, str], above: str
) -> dict[str, object]:
    """Return a copy that can be taken apart; notes at objects in it are kept apart."""
    out: dict[str, object] = {}
    for key, item in value.items():
        path = f"{above}{key}"
        bare = item.value if isinstance(item, Noted) else item
        if isinstance(bare, Mapping) and bare:
            out[key] = _copied(bare, notes, f"{path}.")
            if isinstance(item, Noted):
                notes[path] = item.comment
        else:
            out[key] = item
    return out


def _value(held: object) -> Value | Absent:
    if isinstance(held, dict):
        return {key: _inner(item) for key, item in held.items()}
    return held  # type: ignore[return-value]  # only copies of values are held


def _inner(held: object) -> Value:
    found = _value(held)
    if isinstance(found, Absent):
        raise TypeError(held)
    return found


def _leaves(held: Mapping[str, object], above: tuple[str, ...]) -> Iterator[Rest]:
    for key, item in held.items():
        if isinstance(item, dict) and item:
            yield from _leaves(item, (*above, key))
        else:
            yield (*above, key), _inner(item)


def bare(value: Value) -> Value:
    """Return a value without the note at it."""
    return value.value if isinstance(value, Noted) else value
