"""A change to what was read, and how a person carries it out."""

from dataclasses import dataclass
from typing import Protocol

from seawall.flowspace import FlowSet
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Layer


@dataclass(frozen=True, slots=True)
class Snippet:
    """A change as text that a tool takes.

    Attributes:
        form: `yaml` for kubectl, `az` for a command, `arm` for the JSON of a resource,
            `bicep` and `terraform` for a part of its text.
        name: What the text is for: a file name, or the resource.
        text: The text, ready to use.
    """

    form: str
    name: str
    text: str


class Change(Protocol):
    """One change at the level of the model.

    Changes are equal if they change the same in the same way.
    """

    @property
    def kind(self) -> str:
        """What is added or edited, such as `NetworkPolicy` or `NSG rule`."""

    @property
    def says(self) -> str:
        """What it does, as a sentence without its full stop."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever carries it out must know, as sentences."""

    @property
    def touches(self) -> FlowSet:
        """Headers that fare otherwise in the network, as they are there.

        Nothing for policies, whose effects are told by the policy engine.
        """

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return what would be read if the change were made."""

    def snippets(self) -> tuple[Snippet, ...]:
        """Return how to carry it out, what people use most first."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What would help, where no change to the input can be written and proved.

    Attributes:
        layer: What blocks.
        at: Where.
        says: What to do, or to provide, as a sentence without its full stop.
    """

    layer: Layer
    at: str
    says: str
