"""How often a block is made: `count` and `for_each`.

Where that is not known, one copy stands for what may be made, and says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from seawall.ingest.terraform.evaluation.evaluate import Scope, items_of
from seawall.ingest.terraform.evaluation.values import (
    Failed,
    Lazy,
    Unknown,
    Value,
    number_of,
    text_of,
)
from seawall.ingest.terraform.evaluation.written import written
from seawall.ingest.terraform.language import syntax

MOST_COPIES = 2000
SOME = "?"
"""The key of the copy that stands for all, where keys are not known."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of one block.

    Attributes:
        keys: Their keys or numbers; `(None,)` without `count` and `for_each`.
        each: What `each.value` is for a key; None without `for_each`.
        perhaps: Why it is not known which of them are made; empty when it is.
        counted: Whether they are numbered.
    """

    keys: tuple[str | int | None, ...]
    each: dict[str, Value] | None = None
    perhaps: str = ""
    counted: bool = field(default=False)

    def names(self, key: str | int | None) -> dict[str, Value]:
        """Return what `each` or `count` mean in one copy."""
        if self.each is not None and isinstance(key, str):
            if key == SOME and self.perhaps:
                hidden = Unknown(self.perhaps)
                return {"each": {"key": hidden, "value": hidden}}
            return {"each": {"key": key, "value": self.each.get(key)}}
        return {"count": {"index": key}} if self.counted else {}

    def gathered(self, one: Callable[[str | int | None], Value]) -> Value:
        """Return what a reference to the block means."""
        if self.each is not None:
            if self.keys == (SOME,) and self.perhaps:
                return Any(lambda: one(SOME), self.perhaps)
            return {str(key): one(key) for key in self.keys}
        if self.counted:
            return [one(key) for key in self.keys]
        return one(None) if self.keys else Unknown(self.perhaps)


class Any(Lazy):
    """Copies of which the keys are not known: whatever is asked for, it is this one."""

    def __init__(self, one: Callable[[], Value], why: str) -> None:
        self._one = one
        self._why = why

    def attribute(self, name: str) -> Value:  # noqa: ARG002
        """Return the copy that stands for all."""
        return self._one()

    def plain(self) -> Value:
        """Return that it is not known which there are."""
        return Unknown(self._why)


_SINGLE = Copies((None,))


def copies_of(body: syntax.Body, scope: Scope) -> Copies:
    """Return how often a block is made."""
    count = body.arguments.get("count")
    if count is not None:
        return _counted(count.value, scope)
    each = body.arguments.get("for_each")
    return _SINGLE if each is None else _keyed(each.value, scope)


def _counted(item: syntax.Expression, scope: Scope) -> Copies:
    why = ""
    value = scope.safe(item)
    if isinstance(value, Unknown):
        why = f"its `count` is `{written(item)}`: {value.why}"
        value = _larger(item, scope, _size) or 1
    try:
        number = number_of(value)
    except Failed as failed:
        why, number = f"its `count` cannot be evaluated: {failed}", 1
    if not 0 <= number <= MOST_COPIES:
        why, number = f"its `count` is {number}, and {MOST_COPIES} are the most", 1
    return Copies(tuple(range(int(number))), None, why, counted=True)


def _size(value: Value) -> int:
    try:
        return min(int(number_of(value)), MOST_COPIES)
    except Failed:
        return 0


def _length(value: Value) -> int:
    return len(value) if isinstance(value, list | dict) else 0


def _larger(
    item: syntax.Expression, scope: Scope, size: Callable[[Value], int]
) -> Value:
    """Return the larger result of a condition whose test is not known, or None."""
    if not isinstance(item, syntax.Conditional):
        return None
    results = [scope.safe(item.yes), scope.safe(item.no)]
    best = max(results, key=size)
    return best if size(best) else None


def _keyed(item: syntax.Expression, scope: Scope) -> Copies:
    why = ""
    value = scope.safe(item)
    try:
        items = items_of(value)
        if isinstance(items, Unknown):
            why = f"its `for_each` is `{written(item)}`: {items.why}"
            better = _larger(item, scope, _length)
            items = items if better is None else items_of(better)
        if isinstance(items, Unknown):
            return Copies((SOME,), {SOME: None}, why)
        each: dict[str, Value] = {}
        for key, one in items:
            if isinstance(key, Unknown):
                why = f"its `for_each` has keys that are not known: {key.why}"
                return Copies((SOME,), {SOME: None}, why)
            # Lists are refused by Terraform, but the keys of sets are elements.
            each[text_of(one if isinstance(key, int) else key)] = one
    except Failed as failed:
        why = f"its `for_each` cannot be evaluated: {failed}"
        return Copies((SOME,), {SOME: None}, why)
    if len(each) > MOST_COPIES:
        why = f"its `for_each` has more than {MOST_COPIES} elements"
        return Copies((SOME,), {SOME: None}, why)
    return Copies(tuple(each), each, why)
