"""How one type of ARM is made by commands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from seawall.emit.az.command import Command
from seawall.emit.az.flags import Rule
from seawall.emit.parts import Part
from seawall.emit.tree import Resource

More = Callable[[Resource, Part], Iterable[Command]]
"""Takes what has commands of its own, and gives them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of ARM is made.

    Attributes:
        command: The words of the command.
        rules: Its flags, beside the name and where it stands.
        name: The flag with the name; empty for none.
        group: Whether it says its resource group.
        located: Whether it says its location.
        parent: The flag with the name of what it is a part of; empty for none.
        scope: The flag with the ID of what it extends; empty for none.
        more: Takes what has commands of its own.
        once: Whether it must not be given again for what stands already.
        last: Words that it always has.
    """

    command: str
    rules: tuple[Rule, ...] = ()
    name: str = "--name"
    group: bool = True
    located: bool = True
    parent: str = ""
    scope: str = ""
    more: More | None = None
    once: bool = False
    last: tuple[str, ...] = ()
