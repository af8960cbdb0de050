"""Reads files: a declaration after the other, and on after what cannot be read.

Source: Azure docs, Bicep file structure, modules, imports, parameter files, extensions,
read 2026-11.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass

from seawall.ingest.bicep.language.declarations import (
    BicepFile,
    Declaration,
    Fault,
    Function,
    Import,
    Module,
    Other,
    Output,
    Parameter,
    Scoped,
    Type,
    TypeAlias_,
    Using,
    Variable,
)
from seawall.ingest.bicep.language.expressions import Expressions
from seawall.ingest.bicep.language.scanner import BadSyntax
from seawall.ingest.bicep.language.stream import STARTS, Stream
from seawall.ingest.bicep.language.syntax import (
    Call,
    Expression,
    Literal,
    Lost,
    Resource,
)
from seawall.ingest.bicep.language.types import read_type, skip

_TALLEST = 150
"""Levels that a tree may have, chains of operators included."""
_MOST_FAULTS = 100
_FRAMES = 4_000


def parse(text: str, path: str, *, named: bool = False) -> BicepFile:
    """Return what a file says; what cannot be read is among its faults.

    Args:
        text: All of it.
        path: As the user named it.
        named: Whether the user named the file itself.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        reader = _Reader(text, is_parameters=path.lower().endswith(".bicepparam"))
        found = tuple(reader.all())
    finally:
        sys.setrecursionlimit(before)
    faults = tuple(reader.faults[:_MOST_FAULTS])
    lost = tuple(sorted(reader.lost))
    return BicepFile(path, found, faults, named, reader.broken, lost)


class _Reader:
    def __init__(self, text: str, *, is_parameters: bool) -> None:
        self._stream = Stream(text)
        self._is_parameters = is_parameters
        self.faults: list[Fault] = []
        self.broken = False
        self.lost: set[str] = set()
        self._expressions = Expressions(self._stream, self.faults)
        self._readers: dict[str, Callable[[tuple[Call, ...]], Declaration]] = {
            "param": self._parameter,
            "var": self._variable,
            "resource": self._resource,
            "module": self._module,
            "output": self._output,
            "type": self._type,
            "func": self._function,
            "import": self._import,
            "using": self._using,
            "extends": self._using,
            "targetScope": self._scoped,
        }

    def all(self) -> Iterator[Declaration]:
        stream = self._stream
        while True:
            stream.skip_lines()
            if stream.next.kind == "end":
                return
            start, known = stream.at, len(self.faults)
            try:
                found = self._declaration()
                stream.ends_line()
            except BadSyntax as bad:
                # What follows from the first fault of a declaration is not told.
                del self.faults[known + 1 :]
                if len(self.faults) == known:
                    self.faults.append(Fault(bad.what, bad.line))
                lost = self._lost(start, Lost(bad.what, bad.line))
                self.broken = stream.skip_declaration(start) or self.broken
                if lost is not None:
                    yield lost
                continue
            line = stream.all[start].line
            if _height(found) > _TALLEST:
                what = f"more than {_TALLEST} levels are nested"
                self.faults.append(Fault(what, line))
                lost = self._lost(start, Lost(what, line))
                if lost is not None:
                    yield lost
                continue
            yield found

    def _declaration(self) -> Declaration:
        decorators = tuple(self._decorators())
        stream = self._stream
        word = stream.next.text if stream.next.kind == "name" else ""
        if word not in STARTS:
            raise stream.unexpected("a declaration")
        read = self._readers.get(word)
        return self._other() if read is None else read(decorators)

    def _decorators(self) -> Iterator[Call]:
        stream = self._stream
        while stream.taken("@"):
            found = self._expressions.expression()
            if isinstance(found, Call):
                yield found
            stream.skip_lines()

    def _head(self) -> tuple[str, int]:
        """Go past the word of a declaration and its name."""
        line = self._stream.take().line
        return self._stream.name("the name of what is declared").text, line

    def _equals(self) -> None:
        self._stream.expect("=", "before the value")
        self._stream.skip_lines()

    def _parameter(self, decorators: tuple[Call, ...]) -> Declaration:
        name, line = self._head()
        stream = self._stream
        untyped = self._is_parameters and stream.sees("=")
        type_ = Type() if untyped else read_type(stream)
        default: Expression | None = None
        if stream.sees("="):
            self._equals()
            default = self._expressions.expression()
        return Parameter(name, line, type_, default, decorators=decorators)

    def _variable(self, decorators: tuple[Call, ...]) -> Declaration:
        name, line = self._head()
        if not self._stream.sees("="):
            read_type(self._stream)
        self._equals()
        value = self._expressions.value()
        return Variable(name, line, value, decorators=decorators)

    def _resource(self, decorators: tuple[Call, ...]) -> Resource:
        name, line = self._head()
        stream, expressions = self._stream, self._expressions
        if stream.next.kind not in {"text", "left"}:
            raise stream.unexpected("the type of the resource")
        type_ = expressions.text()
        existing = stream.sees_name("existing")
        if existing:
            stream.take()
        self._equals()
        expressions.nested = self._inner
        try:
            value = expressions.value()
        finally:
            expressions.nested = None
        return Resource(name, line, type_, existing, value, decorators=decorators)

    def _inner(self) -> Resource:
        """Return a resource in the body of another one."""
        decorators = tuple(self._decorators())
        with self._stream.deeper():
            return self._resource(decorators)

    def _module(self, decorators: tuple[Call, ...]) -> Declaration:
        name, line = self._head()
        if self._stream.next.kind not in {"text", "left"}:
            raise self._stream.unexpected("the path of the module")
        path = self._expressions.text()
        self._equals()
        value = self._expressions.value()
        return Module(name, line, path, value, decorators=decorators)

    def _output(self, decorators: tuple[Call, ...]) -> Declaration:
        name, line = self._head()
        type_ = read_type(self._stream)
        self._equals()
        value = self._expressions.value()
        return Output(name, line, type_, value, decorators=decorators)

    def _type(self, decorators: tuple[Call, ...]) -> Declaration:
        name, line = self._head()
        self._equals()
        return TypeAlias_(name, line, read_type(self._stream), decorators=decorators)

    def _function(self, decorators: tuple[Call, ...]) -> Declaration:
        name, line = self._head()
        stream = self._stream
        stream.expect("(", "after the name of a function")
        found: list[tuple[str, Type]] = []
        stream.skip_lines()
        while not stream.taken(")"):
            word = stream.name("the name of a parameter").text
            found.append((word, read_type(stream)))
            stream.skip_lines()
            if not stream.taken(",") and not stream.sees(")"):
                raise stream.unexpected("`,` or `)` after a parameter")
            stream.skip_lines()
        result = read_type(stream)
        stream.expect("=>", "before what a function gives")
        stream.skip_lines()
        body = self._expressions.expression()
        return Function(name, line, tuple(found), result, body, decorators=decorators)

    def _import(self, decorators: tuple[Call, ...]) -> Declaration:
        stream = self._stream
        line = stream.take().line
        if stream.next.kind in {"text", "left"}:
            return self._rest(line)
        alias, names = "", []
        if stream.taken("*"):
            self._word("as")
            alias = stream.name("a name for what is imported").text
        else:
            stream.expect("{", "before the names that are imported")
            names = list(self._imported())
        self._word("from")
        if stream.next.kind != "text":
            raise stream.unexpected("the path of a file")
        path = stream.take().text
        return Import(alias, line, path, tuple(names), decorators=decorators)

    def _imported(self) -> Iterator[tuple[str, str]]:
        stream = self._stream
        stream.skip_lines()
        while not stream.taken("}"):
            if stream.next.kind == "text":
                word = stream.take().text
            else:
                word = stream.name("the name of what is imported").text
            alias = word
            if stream.sees_name("as"):
                stream.take()
                alias = stream.name("a name for what is imported").text
            yield word, alias
            stream.skip_lines()
            stream.taken(",")
            stream.skip_lines()

    def _word(self, wanted: str) -> None:
        if not self._stream.sees_name(wanted):
            raise self._stream.unexpected(f"`{wanted}`")
        self._stream.take()

    def _using(self, decorators: tuple[Call, ...]) -> Declaration:
        word = self._stream.take()
        if self._stream.sees_name("none"):
            self._stream.take()
            return Using(word.text, word.line, "", decorators=decorators)
        if self._stream.next.kind != "text":
            raise self._stream.unexpected("the path of a file")
        path = self._stream.take().text
        while self._stream.next.kind not in {"newline", "end"}:
            self._stream.take()
        return Using(word.text, word.line, path, decorators=decorators)

    def _scoped(self, decorators: tuple[Call, ...]) -> Declaration:
        line = self._stream.take().line
        self._equals()
        value = self._expressions.expression()
        return Scoped("targetScope", line, value, decorators=decorators)

    def _other(self) -> Declaration:
        return self._rest(self._stream.take().line)

    def _rest(self, line: int) -> Declaration:
        """Go past a declaration that says nothing of what is deployed."""
        stream = self._stream
        name = stream.next.text if stream.next.kind in {"name", "text"} else ""
        while stream.next.kind not in {"newline", "end"}:
            if stream.sees("{", "[", "("):
                skip(stream)
            else:
                stream.take()
        return Other(name, line)

    def _lost(self, start: int, lost: Lost) -> Declaration | None:
        """Return what is left of a declaration that cannot be read."""
        end, self._stream.at = self._stream.at, start
        try:
            found = self._head_of(lost)
        except BadSyntax:
            found = None
        finally:
            self._stream.at = end
        kind = found.type if isinstance(found, Resource) else None
        if isinstance(kind, Literal):
            # A body that is lost may hold further resources, which are parts of it.
            self.lost.add(str(kind.value).partition("@")[0])
        elif found is None or isinstance(found, Resource | Module):
            self.broken = True
        return found

    def _head_of(  # noqa: PLR0911  # one for each kind
        self, lost: Lost
    ) -> Declaration | None:
        """Return a declaration of which no more than its head can be read."""
        stream = self._stream
        decorators = tuple(self._decorators())
        word, line = stream.take().text, stream.line
        if word not in {"param", "var", "output", "func", "module", "resource"}:
            return None
        name = stream.name("a name").text
        if word == "param":
            type_ = Type() if stream.sees("=") else read_type(stream)
            return Parameter(name, line, type_, lost, decorators=decorators)
        if word == "func":
            return Function(name, line, (), Type(), lost)
        if word == "var":
            return Variable(name, line, lost)
        if word == "output":
            return Output(name, line, Type(), lost)
        if stream.next.kind != "text":
            return None
        text = self._expressions.text()
        if word == "module":
            return Module(name, line, text, lost)
        return Resource(name, line, text, stream.sees_name("existing"), lost)


def _height(tree: object) -> int:
    """Return how many levels a tree has."""
    tallest = 0
    waiting: list[tuple[object, int]] = [(tree, 1)]
    while waiting:
        item, level = waiting.pop()
        tallest = max(tallest, level)
        inner: Sequence[object]
        if isinstance(item, tuple):
            waiting.extend((part, level) for part in item)
        elif is_dataclass(item):
            inner = [getattr(item, part.name) for part in fields(item)]
            waiting.extend(
                (part, level + 1)
                for part in inner
                if not isinstance(part, str | int | None)
            )
    return tallest
