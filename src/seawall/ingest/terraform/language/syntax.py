"""The tree of a configuration: bodies of arguments and blocks, and expressions.

Source: hashicorp/hcl, hclsyntax/spec.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, truth value or null."""

    value: str | float | bool | None
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """Texts and expressions one after the other.

    Attributes:
        parts: Each an expression; plain text is a literal.
        line: Where it begins, from 1.
    """

    parts: "tuple[Expression, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """The first word of a reference, such as `var`."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """`of.name`."""

    of: "Expression"
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`."""

    of: "Expression"
    key: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Splat:
    """`of[*]` followed by steps that are taken in each element.

    Attributes:
        of: The list.
        each: The steps, written on `Each`.
        line: Where it stands.
    """

    of: "Expression"
    each: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Each:
    """The element that a splat is at."""

    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function.

    Attributes:
        name: Such as `merge`.
        arguments: What it is given.
        spread: Whether the last argument holds further arguments (`...`).
        line: Where it stands.
    """

    name: str
    arguments: "tuple[Expression, ...]"
    spread: bool
    line: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!of` or `-of`."""

    operator: str
    of: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions with an operator between them."""

    operator: str
    left: "Expression"
    right: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? yes : no`."""

    test: "Expression"
    yes: "Expression"
    no: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class For:
    """`[for k, v in of : value if test]`, or with `key => value` in braces.

    Attributes:
        key_name: What keys are called; empty if they have no name.
        value_name: What elements are called.
        of: What is gone through.
        key: The key of each result; None where a list is made.
        value: Each result.
        test: Which elements count; None for all.
        grouped: Whether results of one key are gathered (`...`).
        line: Where it stands.
    """

    key_name: str
    value_name: str
    of: "Expression"
    key: "Expression | None"
    value: "Expression"
    test: "Expression | None"
    grouped: bool
    line: int


@dataclass(frozen=True, slots=True)
class Listed:
    """`[a, b]`."""

    items: "tuple[Expression, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """`{ key = value }`."""

    items: "tuple[tuple[Expression, Expression], ...]"
    line: int


Expression: TypeAlias = (
    Literal
    | Template
    | Name
    | Attribute
    | Index
    | Splat
    | Each
    | Call
    | Unary
    | Binary
    | Conditional
    | For
    | Listed
    | Mapped
)


@dataclass(frozen=True, slots=True)
class Argument:
    """`name = value` in a body."""

    name: str
    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A block: its type, its labels, and what stands in its braces."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    line: int


@dataclass(frozen=True, slots=True)
class Body:
    """What stands in a file or in the braces of a block.

    Attributes:
        arguments: By name.
        sections: Blocks in order.
        broken: Whether a part of it could not be read.
    """

    arguments: Mapping[str, Argument] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    broken: bool = False

    def of(self, kind: str) -> "tuple[Section, ...]":
        """Return the blocks of one type."""
        return tuple(item for item in self.sections if item.type == kind)


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read, and at which line."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Script:
    """One file of a configuration.

    Attributes:
        path: As the user named it.
        body: What it says.
        faults: What of it cannot be read.
        values: Whether it gives values to variables and holds nothing else.
        named: Whether the user named it, and not only a folder around it.
        lost: Whether there may be blocks of which nothing is known.
    """

    path: str
    body: Body
    faults: tuple[Fault, ...] = ()
    values: bool = False
    named: bool = False
    lost: bool = False
