"""The declarations of a file, each with its line.

Source: Azure docs, Bicep file structure, user-defined data types and functions,
imports, parameter files; read 2026-11.
"""

from dataclasses import dataclass
from typing import TypeAlias

from seawall.ingest.bicep.language.syntax import Decorated, Expression, Resource, Scalar


@dataclass(frozen=True, slots=True)
class Type:
    """What a value must be, as far as it matters here.

    Attributes:
        kind: `string`, `int`, `bool`, `array` or `object`; empty if it is named.
        name: The type that it is by name, each word of it; empty if none.
        nullable: Whether null will do.
        choices: The only values that it may have; empty if any.
    """

    kind: str = ""
    name: tuple[str, ...] = ()
    nullable: bool = False
    choices: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter(Decorated):
    """`param name type = default`; in a file of parameters, `param name = value`."""

    type: Type
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Variable(Decorated):
    """`var name = value`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Module(Decorated):
    """`module name 'path' = value`."""

    path: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Output(Decorated):
    """`output name type = value`."""

    type: Type
    value: Expression


@dataclass(frozen=True, slots=True)
class TypeAlias_(Decorated):  # noqa: N801
    """`type name = type`."""

    type: Type


@dataclass(frozen=True, slots=True)
class Function(Decorated):
    """`func name(a type) type => body`."""

    parameters: tuple[tuple[str, Type], ...]
    result: Type
    body: Expression


@dataclass(frozen=True, slots=True)
class Import(Decorated):
    """`import { a as b } from 'path'`, or `import * as name from 'path'`.

    Attributes:
        path: The file.
        names: What is imported, and what it is called here; empty for all of it, which
            is then known by `name`.
    """

    path: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Using(Decorated):
    """`using 'path'` or `extends 'path'`; the word is the name."""

    path: str


@dataclass(frozen=True, slots=True)
class Scoped(Decorated):
    """`targetScope = 'subscription'`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Other(Decorated):
    """A declaration that says nothing of what is deployed: metadata, assertions."""


Declaration: TypeAlias = (
    Parameter
    | Variable
    | Resource
    | Module
    | Output
    | TypeAlias_
    | Function
    | Import
    | Using
    | Scoped
    | Other
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read.

    Attributes:
        what: What is wrong.
        line: Where.
    """

    what: str
    line: int


@dataclass(frozen=True, slots=True)
class BicepFile:
    """One file.

    Attributes:
        path: As the user named it.
        declarations: In order.
        faults: What cannot be read.
        named: Whether the user named the file itself.
        broken: Whether there are declarations that are not known at all.
        lost: The types of resources of which no more is known.
    """

    path: str
    declarations: tuple[Declaration, ...]
    faults: tuple[Fault, ...] = ()
    named: bool = False
    broken: bool = False
    lost: tuple[str, ...] = ()

    @property
    def is_parameters(self) -> bool:
        """Whether it gives values to the parameters of another file."""
        return self.path.lower().endswith(".bicepparam")
