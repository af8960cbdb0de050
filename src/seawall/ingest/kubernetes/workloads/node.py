"""Nodes, as a live cluster reports them: their labels and addresses."""

from dataclasses import dataclass, field
from ipaddress import ip_address

from seawall.ingest.kubernetes.terms.label import read_labels
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence
from seawall.model.address import Address
from seawall.model.ranked import Node

NODE = ("", "Node")


@dataclass(slots=True)
class NodeReader:
    """Collects nodes; one that is not certain is not declared at all."""

    known: dict[str, Node | None] = field(default_factory=dict)

    def declare(self, record: Record) -> None:
        """Take a Node object.

        Source:
            Kubernetes, core/v1 types.go, NodeAddressType: `InternalIP` is the address
            inside the cluster; names and outside addresses send no packets in it.
        """
        labels = read_labels(record.metadata.get("labels"), ("metadata", "labels"))
        pairs = tuple(sorted(labels.known.items()))
        found = Node(record.name, pairs, _addresses(record), record.origin)
        before = self.known.get(record.name, found)
        same = before is not None and (before.labels, before.addresses) == (
            found.labels,
            found.addresses,
        )
        certain = same and not labels.faults and record.name != "?"
        self.known[record.name] = before if certain else None

    def nodes(self) -> tuple[Node, ...]:
        """Return those that are certain, sorted by name."""
        return tuple(item for _, item in sorted(self.known.items()) if item is not None)


def _addresses(record: Record) -> tuple[Address, ...]:
    out: list[Address] = []
    for item in sequence(mapping(record.body.get("status")).get("addresses")):
        fields = mapping(item)
        written = fields.get("address")
        if fields.get("type") != "InternalIP" or not isinstance(written, str):
            continue
        try:
            out.append(ip_address(written))
        except ValueError:
            continue
    return tuple(dict.fromkeys(out))
