"""Service accounts: what pods run as, and the labels that selectors ask for."""

from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.label import read_labels
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.ranked import ServiceAccount

ACCOUNT = ("", "ServiceAccount")


@dataclass(slots=True)
class AccountReader:
    """Collects service accounts; one that is not certain is not declared at all."""

    known: dict[tuple[str, str], ServiceAccount | None] = field(default_factory=dict)

    def declare(self, record: Record, namespace: str | None) -> None:
        """Take a ServiceAccount object."""
        if namespace is None:
            return
        labels = read_labels(record.metadata.get("labels"), ("metadata", "labels"))
        pairs = tuple(sorted(labels.known.items()))
        found = ServiceAccount(namespace, record.name, pairs, record.origin)
        key = (namespace, record.name)
        before = self.known.get(key, found)
        certain = before is not None and before.labels == pairs and not labels.faults
        self.known[key] = before if certain else None

    def accounts(self) -> tuple[ServiceAccount, ...]:
        """Return those that are certain, sorted by namespace and name."""
        return tuple(item for _, item in sorted(self.known.items()) if item is not None)
