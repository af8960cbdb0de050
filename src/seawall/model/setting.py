"""Settings with three states: stated, defaulted, unknown.

An absent key is not a value. Whoever reads a setting must say which of the three
it is, and whoever decides by it must face the third.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from seawall.model.origin import Origin

T = TypeVar("T")


class State(Enum):
    """How the value of a setting is known."""

    STATED = "stated"
    DEFAULTED = "defaulted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One configuration value and how it is known.

    Attributes:
        state: Stated in the input, defaulted by a service, or unknown.
        value: The value; None when unknown (and possibly when known: see *known*).
        origin: Where it is stated, or where its absence or expression was seen.
        why: For a default, by which service or version; for an unknown, what is
            missing.
    """

    state: State
    value: T | None
    origin: Origin | None = None
    why: str = ""

    @classmethod
    def stated(cls, value: T | None, origin: Origin | None = None) -> "Setting[T]":
        """Return a value that the input states; None states that there is none."""
        return cls(State.STATED, value, origin)

    @classmethod
    def defaulted(
        cls, value: T | None, why: str, origin: Origin | None = None
    ) -> "Setting[T]":
        """Return a value that the service gives when the input is silent."""
        return cls(State.DEFAULTED, value, origin, why)

    @classmethod
    def unknown(cls, why: str, origin: Origin | None = None) -> "Setting[T]":
        """Return a value that cannot be known from the input, and why."""
        return cls(State.UNKNOWN, None, origin, why)

    @property
    def known(self) -> bool:
        """Whether the value is stated or defaulted."""
        return self.state is not State.UNKNOWN

    def is_surely(self, value: T) -> bool:
        """Whether the value is known and equals *value*."""
        return self.known and self.value == value

    def may_be(self, value: T) -> bool:
        """Whether the value is unknown or equals *value*."""
        return not self.known or self.value == value
