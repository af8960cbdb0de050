"""Where a fact was written, so that every answer can point at it.

Knows how a place is named. How a line is found inside a file is left to whoever
read the file: it hands in a `LineFinder`, asked only when a place is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

Pointer = tuple[str | int, ...]
"""Keys and indices from a document's root to a value."""

LineFinder = Callable[[int, Pointer], int | None]
"""From (document index, pointer) to a line counted from 1, or None."""


@dataclass(slots=True, unsafe_hash=True)
class Origin:
    """The place of one fact: a file, a document in it, a value in the document.

    Not to be changed. It is not frozen, because to make a frozen one takes three times
    as long, and every object, rule and pod of a long stream has one.

    Attributes:
        path: The file as the user named it, or a resource id for live input.
        document: Index of the document in the file, from 0.
        pointer: Keys and indices down to the value; `()` is the whole document.
        finder: Finds the line late, because most places are never shown.
    """

    path: str
    document: int = 0
    pointer: Pointer = ()
    finder: LineFinder | None = field(default=None, compare=False, repr=False)

    def at(self, *keys: str | int) -> "Origin":
        """Return the place *keys* below this one."""
        return Origin(self.path, self.document, self.pointer + keys, self.finder)

    @property
    def line(self) -> int | None:
        """The line, from 1, or None where there are no lines."""
        if self.finder is None:
            return None
        return self.finder(self.document, self.pointer)

    def __str__(self) -> str:
        line = self.line
        if line is not None:
            return f"{self.path}:{line}"
        if self.pointer:
            return f"{self.path}#/" + "/".join(str(key) for key in self.pointer)
        return self.path
