"""Where the parts of a module that is known by name come from, in the calling file.

What a call sets stands at its line; what it leaves out is the module's default, and no
line says it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from seawall.ingest.bicep.language.syntax import (
    Expression,
    For,
    If,
    Listed,
    Mapped,
    Pair,
)
from seawall.ingest.bicep.lowering.sheet import Lines
from seawall.model.origin import Pointer

_WORD = re.compile(r"[A-Za-z_]\w*")
_VARIABLE = re.compile(r"var (\w+) =")
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Argument:
    """What a call passes to one parameter, without its values.

    Attributes:
        line: Where.
        keys: The lines of the keys in it, where it is written out.
        is_plain: Whether all of it is written out.
    """

    line: int
    keys: dict[str, int]
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a module.

    Attributes:
        path: The file that it stands in.
        line: Where.
        arguments: By the name of the parameter.
        label: The module and its versions, for people.
        outer: Where the parts of that file come from, if it is a description itself.
    """

    path: str
    line: int
    arguments: dict[str, Argument]
    label: str
    outer: "Called | None" = None


def arguments_of(value: Expression) -> dict[str, Argument]:
    """Return what a call of a module passes, by the names of the parameters."""
    while isinstance(value, For | If):
        value = value.body
    written = value.get("params") if isinstance(value, Mapped) else None
    if not isinstance(written, Mapped):
        return {}
    return {
        pair.key: _argument(pair)
        for pair in written.pairs
        if isinstance(pair, Pair) and isinstance(pair.key, str)
    }


def is_written_out(value: Expression) -> bool:
    """Whether the names of all parameters that a call passes are written."""
    while isinstance(value, For | If):
        value = value.body
    if not _has_plain_keys(value):
        return False
    written = value.get("params") if isinstance(value, Mapped) else None
    return written is None or _has_plain_keys(written)


def _has_plain_keys(value: Expression) -> bool:
    return isinstance(value, Mapped) and all(
        isinstance(it, Pair) and isinstance(it.key, str) for it in value.pairs
    )


def _argument(pair: Pair) -> Argument:
    is_plain = isinstance(pair.value, Mapped | Listed)
    return Argument(pair.line, dict(_keys(pair.value, 0)), is_plain)


def _keys(value: Expression, depth: int) -> Iterator[tuple[str, int]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Listed):
        for item in reversed(value.items):
            if isinstance(item, Mapped | Listed):
                yield from _keys(item, depth + 1)
    elif isinstance(value, Mapped):
        for pair in value.pairs:
            if isinstance(pair, Pair) and isinstance(pair.key, str):
                yield pair.key, pair.line
                yield from _keys(pair.value, depth + 1)


@dataclass(slots=True)
class Called(Lines):
    """Finds the lines of a description's parts in the file that calls it.

    Attributes:
        text: The description.
        call: The call.
    """

    text: str
    call: Call
    _words: list[frozenset[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        Lines.__init__(self)
        lines = self.text.split("\n")
        words = [frozenset(_WORD.findall(line)) for line in lines]
        made = {
            found[1]: named
            for line, named in zip(lines, words, strict=True)
            if (found := _VARIABLE.match(line)) is not None
        }
        # What a line says by a variable it says by what that is made of.
        self._words = [
            named.union(*(made[word] for word in named & made.keys()))
            for named in words
        ]

    def __call__(self, document: int, pointer: Pointer) -> int | None:
        """Return the line of a part in the file of the user."""
        return self.outermost(self._found(document, pointer)[0])

    def outermost(self, line: int) -> int:
        """Return the line in the file of the user, of a line in that of the call."""
        outer = self.call.outer
        if outer is None:
            return line
        argument = outer.argument_at(line)
        return outer.outermost(outer.call.line if argument is None else argument.line)

    def default(self, pointer: Pointer) -> str:
        """Return who gives a value although no call sets it; empty if one does."""
        line, is_given = self._found(0, pointer)
        if not is_given:
            return self.call.label
        outer = self.call.outer
        if outer is None or outer.argument_at(line) is not None:
            return ""
        return outer.call.label

    def argument_at(self, line: int) -> Argument | None:
        """Return what is passed to a parameter that a line of the description names."""
        words = self._words[line - 1] if 0 < line <= len(self._words) else ()
        for name, argument in self.call.arguments.items():
            if name in words:
                return argument
        return None

    def _found(self, document: int, pointer: Pointer) -> tuple[int, bool]:
        """Return a line in the file of the call, and whether a call sets the value."""
        own = Lines.__call__(self, document, pointer) or 1
        argument = self.argument_at(own)
        if argument is not None:
            return argument.line, True
        words = self._words[own - 1] if 0 < own <= len(self._words) else frozenset()
        for end in range(len(pointer) - 1, 0, -1):
            line = Lines.__call__(self, document, pointer[:end]) or 1
            around = self.argument_at(line)
            if around is None:
                continue
            written = [at for key, at in around.keys.items() if key in words]
            if written:
                return written[0], True
            return around.line, not around.is_plain
        return self.call.line, False
