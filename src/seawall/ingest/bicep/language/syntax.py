"""The tree of an expression, each part with its line.

Source: Azure docs, Bicep file structure, operators, loops, user-defined data types and
functions, read 2026-11.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

Scalar: TypeAlias = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out."""

    value: Scalar
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes: texts and expressions one after the other."""

    parts: "tuple[str | Expression, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A word that stands for something that is declared."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """`of.name`, or `of.?name`, which is null where there is none."""

    of: "Expression"
    name: str
    is_safe: bool
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`, `of[?key]`; with `^` counted from the end."""

    of: "Expression"
    key: "Expression"
    is_safe: bool
    from_end: bool
    line: int


@dataclass(frozen=True, slots=True)
class Inner:
    """`of::name`: a resource within another one."""

    of: "Expression"
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, or of one that `of` has."""

    of: "Expression | None"
    name: str
    arguments: "tuple[Expression, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!of` or `-of`."""

    operator: str
    of: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Sure:
    """`of!`: its author knows that it is not null."""

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
class Lambda:
    """`(a, b) => body`."""

    names: tuple[str, ...]
    body: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class For:
    """`[for (item, index) in of: body]`.

    Attributes:
        item: What an element is called.
        index: What its place is called; empty if it has no name.
        of: What is gone through.
        body: What is made of each.
        line: Where it stands.
    """

    item: str
    index: str
    of: "Expression"
    body: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class If:
    """`if (test) body`, as the value of a resource or a module."""

    test: "Expression"
    body: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Spread:
    """`...of` in an array or an object."""

    of: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Listed:
    """`[a, b]`."""

    items: "tuple[Expression | Spread, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Pair:
    """`key: value` in an object; the key may be a text with holes."""

    key: "str | Template"
    value: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """`{ a: b }`; the body of a resource may hold resources too."""

    pairs: "tuple[Pair | Spread, ...]"
    line: int
    resources: "tuple[Resource, ...]" = ()

    def get(self, key: str) -> "Expression | None":
        """Return the value of a key; None if it is not written."""
        found = self.pair(key)
        return None if found is None else found.value

    def pair(self, key: str) -> Pair | None:
        """Return a key with its value; None if it is not written."""
        for item in self.pairs:
            if isinstance(item, Pair) and item.key == key:
                return item
        return None


@dataclass(frozen=True, slots=True)
class Lost:
    """What stands where something cannot be read.

    Attributes:
        what: What is wrong.
        line: Where.
    """

    what: str
    line: int


Expression: TypeAlias = (
    Literal
    | Template
    | Name
    | Attribute
    | Index
    | Inner
    | Call
    | Unary
    | Sure
    | Binary
    | Conditional
    | Lambda
    | For
    | If
    | Listed
    | Mapped
    | Lost
)


@dataclass(frozen=True, slots=True)
class Decorated:
    """What every declaration has.

    Attributes:
        name: What it is called.
        line: Where it begins.
        decorators: The calls before it.
    """

    name: str
    line: int
    decorators: tuple[Call, ...] = field(default=(), kw_only=True)

    def decorator(self, name: str) -> Call | None:
        """Return a decorator by its name; None if it has none such."""
        for item in self.decorators:
            if item.name == name:
                return item
        return None


@dataclass(frozen=True, slots=True)
class Resource(Decorated):
    """`resource name 'type@version' existing = value`."""

    type: Expression
    existing: bool
    value: Expression
