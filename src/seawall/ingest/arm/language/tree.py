"""Expressions as a tree, and how one is written.

Source: Azure docs, template-expressions, read 2026-11.
"""

from dataclasses import dataclass

from seawall.model.origin import Origin

Scalar = str | int | float | bool | None


class Fault(Exception):  # noqa: N818  (the input's fault, not ours)
    """An expression that cannot mean anything, as a clause."""


class Exhausted(Fault):
    """Evaluation that costs more than it may; nothing further is evaluated."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function.

    Attributes:
        name: The function as it is compared: in lower case.
        arguments: In order.
        spelled: The function as it is written.
        space: The namespace of a function that the user defined, in lower case; empty
            for the platform's own.
        notation: How it is shown where it is written in another way, such as
            `{0} == {1}`; empty if it is written as a call.
    """

    name: str
    arguments: tuple["Expression", ...]
    spelled: str = ""
    space: str = ""
    notation: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a value: `of.key`, `of[key]`; a safe one is null if there is none."""

    of: "Expression"
    key: "Expression"
    is_safe: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """An object or array that is written out within an expression, and where.

    Attributes:
        node: Plain data, in which expressions stand as trees or in ARM's notation.
        origin: Its place; parts of it are below.
    """

    node: object
    origin: Origin


Expression = Literal | Call | Member | Block


def written(tree: Expression) -> str:  # noqa: PLR0911  # one for each kind
    """Return an expression as ARM spells it, without the brackets around it.

    A safe access has no notation in ARM, where it is a call of `tryGet`.
    """
    if isinstance(tree, Literal):
        return _literal(tree.value)
    if isinstance(tree, Block):
        return "[…]" if isinstance(tree.node, list) else "{…}"
    if isinstance(tree, Call):
        if tree.notation:
            return tree.notation.format(*map(written, tree.arguments))
        space = f"{tree.space}." if tree.space else ""
        inner = ", ".join(written(item) for item in tree.arguments)
        return f"{space}{tree.spelled or tree.name}({inner})"
    if tree.is_safe:
        return f"tryGet({written(tree.of)}, {written(tree.key)})"
    key = tree.key.value if isinstance(tree.key, Literal) else None
    if isinstance(key, str) and _is_plain(key):
        return f"{written(tree.of)}.{key}"
    return f"{written(tree.of)}[{written(tree.key)}]"


def _is_plain(key: str) -> bool:
    return key.isascii() and key.replace("_", "a").isalnum() and not key[0].isdecimal()


def _literal(value: Scalar) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if value is None:
        return "null()"
    if isinstance(value, bool):
        return "true()" if value else "false()"
    return str(value)
