"""One command of az, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.emit.tree import Value


@dataclass(frozen=True, slots=True)
class Document:
    """A word that is a whole ARM body, as JSON."""

    body: Mapping[str, Value]


Word = Value | Document
"""A word of a command: a text, or what becomes one once values are put in."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        words: All after `az`.
        symbol: The resource that it makes or changes.
        type: What it makes, in ARM's types.
        path: Names below the resource of the symbol, of a part that has its own
            command, such as a rule of a security group.
        body: The ARM body that it stands for.
        comment: Stands above it.
        once: Whether it must not be given again for what stands already.
        changes: Whether it changes what an earlier command has made.
    """

    words: tuple[Word, ...]
    symbol: str
    type: str
    path: tuple[str, ...]
    body: Mapping[str, Value]
    comment: str = ""
    once: bool = False
    changes: bool = False
