"""Segments as namespaces and labels: which pods belong to them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from seawall.design.options import Choices, DefaultDeny
from seawall.design.requirements.needs import Requirements, Segment

LABEL = "segment"
"""The label by which segments in one namespace are told apart."""
TENANT = "tenant"
"""The label of namespaces that tells whose they are."""
DEFAULT = "default"
"""The namespace in which everything stands that names none."""


@dataclass(frozen=True, slots=True)
class Place:
    """A segment and its pods.

    Attributes:
        segment: The segment.
        index: Its place in the needs; -1 for one that nobody named.
        labels: What its pods carry that no other pod of the namespace does; empty if
            all pods of the namespace belong to it.
    """

    segment: Segment
    index: int
    labels: Mapping[str, str]

    @property
    def namespace(self) -> str:
        """Where its pods run."""
        return self.segment.namespace

    @property
    def path(self) -> str:
        """The path of the need."""
        return f"segments[{self.index}]" if self.index >= 0 else "pods"


def places_of(needs: Requirements) -> tuple[Place, ...]:
    """Return every segment; the namespace `default` stands in where nobody named one.

    A namespace with one segment belongs to it as a whole, so that a new pod needs no
    label to be held. Where segments share a namespace, pods carry a label.
    """
    if not needs.segments:
        return (Place(Segment(DEFAULT, DEFAULT), -1, {}),)
    shared = Counter(item.namespace for item in needs.segments)
    return tuple(
        Place(item, index, {LABEL: item.name} if shared[item.namespace] > 1 else {})
        for index, item in enumerate(needs.segments)
    )


def namespaces_of(needs: Requirements, choices: Choices) -> tuple[str, ...]:
    """Return the namespaces that policies close, in their order.

    `default` is one of them when pods are closed unless opened: what names no namespace
    lands there.
    """
    found = dict.fromkeys(place.namespace for place in places_of(needs))
    if choices.default_deny is DefaultDeny.ON:
        found.setdefault(DEFAULT)
    return tuple(found)
