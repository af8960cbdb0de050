"""Who asks: a terminal, or a test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers.

    Attributes:
        value: What it means in the file.
        says: What is shown.
    """

    value: str
    says: str


class Asker(Protocol):
    """Asks a person; each question returns when it is answered.

    A person who breaks off raises KeyboardInterrupt.
    """

    def choose(self, question: str, choices: Sequence[Choice], default: str) -> str:
        """Return the value of one of some choices."""

    def several(
        self, question: str, choices: Sequence[Choice], default: Sequence[str]
    ) -> list[str]:
        """Return the values of those that are marked."""

    def text(self, question: str, default: str, fault: Callable[[str], str]) -> str:
        """Return a text of which *fault* says nothing."""

    def yes(self, question: str, *, default: bool) -> bool:
        """Return whether the answer is yes."""
