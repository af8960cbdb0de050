"""Label selectors, as the Kubernetes API defines them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

Labels = Mapping[str, str]


class Operator(Enum):
    """How a requirement compares a label's value."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"

    __hash__ = object.__hash__
    """Members are single objects; their own hash calls that of their name each time."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on one label.

    Attributes:
        key: The label's name.
        operator: The comparison.
        values: For `In` and `NotIn`, at least one; otherwise empty.
    """

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all hold; without any, everything is selected.

    What a selector matches is decided twice, in the engine and in the reference,
    and so not here.
    """

    requirements: tuple[Requirement, ...] = ()

    @property
    def selects_everything(self) -> bool:
        """Whether no requirement narrows it."""
        return not self.requirements


EVERYTHING = Selector()
