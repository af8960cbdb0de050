"""What the names of a file stand for.

Source: Azure docs, Bicep resource declaration, child resources, loops and conditions,
read 2026-11.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seawall.ingest.bicep.language.declarations import (
    BicepFile,
    Declaration,
    Function,
    Import,
    Module,
    Output,
    Parameter,
    Scoped,
    TypeAlias_,
    Using,
    Variable,
)
from seawall.ingest.bicep.language.syntax import (
    Expression,
    For,
    If,
    Literal,
    Lost,
    Mapped,
    Resource,
)


@dataclass(slots=True, eq=False)
class Thing:
    """A resource or module that a file declares.

    Attributes:
        declared: Its declaration.
        symbol: Its symbolic name, with those of the resources around it.
        outer: The resource in whose body it stands.
        kind: Its type; empty for a module, or where it cannot be read.
        version: The version of the API.
        loop: The loop that makes it; None without one.
        test: Its condition; None without one.
        body: What is written of it.
        inner: The resources in its body, by name.
    """

    declared: Resource | Module
    symbol: str
    outer: "Thing | None"
    kind: str
    version: str
    loop: For | None
    test: Expression | None
    body: Mapped | Lost
    inner: "dict[str, Thing]" = field(default_factory=dict)

    @property
    def is_module(self) -> bool:
        """Whether it is a module."""
        return isinstance(self.declared, Module)

    @property
    def is_child(self) -> bool:
        """Whether its name is one part of its whole name."""
        return self.outer is not None or self.value("parent") is not None

    def value(self, key: str) -> Expression | None:
        """Return what is written under a key; None if nothing is."""
        return self.body.get(key) if isinstance(self.body, Mapped) else None


@dataclass(slots=True)
class Symbols:
    """The names of a file.

    Attributes:
        parameters: Values that it is given.
        variables: Values that it makes.
        things: Resources and modules; those within others are not among them.
        functions: Functions of its own.
        types: Types of its own.
        imports: What it takes from other files, by the name that it has here.
        spaces: Imports of whole files, by the name that they have here.
        outputs: What it gives.
        target: Where it is deployed to.
        using: The files that a file of parameters names.
        twice: Declarations of names that are declared already.
    """

    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    types: dict[str, TypeAlias_] = field(default_factory=dict)
    imports: dict[str, tuple[Import, str]] = field(default_factory=dict)
    spaces: dict[str, Import] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    target: str = "resourceGroup"
    using: list[Using] = field(default_factory=list)
    twice: list[Declaration] = field(default_factory=list)

    def names(self) -> set[str]:
        """Return what an expression may name."""
        found = {*self.parameters, *self.variables, *self.things}
        return found | {*self.imports, *self.spaces}

    def all_things(self) -> Iterator[Thing]:
        """Yield all resources and modules, outer ones before what is in them."""
        waiting = list(reversed(self.things.values()))
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.inner.values()))


def symbols_of(file: BicepFile) -> Symbols:
    """Return the names of a file."""
    found = Symbols()
    for item in file.declarations:
        _add(found, item)
    return found


def _add(found: Symbols, item: Declaration) -> None:
    if isinstance(item, Resource | Module):
        if _is_taken(found, item.name):
            found.twice.append(item)
        else:
            found.things[item.name] = thing_of(item, None)
    elif isinstance(item, Import):
        for name, alias in item.names:
            found.imports[alias] = (item, name)
        if item.name:
            found.spaces[item.name] = item
    elif isinstance(item, Using):
        found.using.append(item)
    elif isinstance(item, Scoped):
        if isinstance(item.value, Literal) and isinstance(item.value.value, str):
            found.target = item.value.value
    else:
        _add_value(found, item)


def _add_value(found: Symbols, item: Declaration) -> None:
    tables: Mapping[type, dict[str, Any]] = {
        Parameter: found.parameters,
        Variable: found.variables,
        Function: found.functions,
        TypeAlias_: found.types,
        Output: found.outputs,
    }
    table = tables.get(type(item))
    if table is None:
        return
    taken = not isinstance(item, Output) and _is_taken(found, item.name)
    if taken or item.name in table:
        found.twice.append(item)
    else:
        table[item.name] = item


def _is_taken(found: Symbols, name: str) -> bool:
    tables = (found.parameters, found.variables, found.things, found.functions)
    return any(name in table for table in tables)


def thing_of(declared: Resource | Module, outer: Thing | None) -> Thing:
    """Return what a declaration of a resource or a module says."""
    loop: For | None = None
    test: Expression | None = None
    value = declared.value
    if isinstance(value, For):
        loop, value = value, value.body
    if isinstance(value, If):
        test, value = value.test, value.body
    if not isinstance(value, Mapped | Lost):
        value = Lost("what is declared is no object", declared.line)
    kind, version = _type_of(declared, outer)
    symbol = declared.name if outer is None else f"{outer.symbol}::{declared.name}"
    found = Thing(declared, symbol, outer, kind, version, loop, test, value)
    for item in value.resources if isinstance(value, Mapped) else ():
        found.inner[item.name] = thing_of(item, found)
    return found


def _type_of(declared: Resource | Module, outer: Thing | None) -> tuple[str, str]:
    if isinstance(declared, Module):
        return "", ""
    written = declared.type
    if not isinstance(written, Literal) or not isinstance(written.value, str):
        return "", ""
    kind, _, version = written.value.partition("@")
    if outer is None:
        return kind, version
    if not kind.lower().startswith(outer.kind.lower() + "/"):
        kind = f"{outer.kind}/{kind}"
    return kind, version or outer.version
