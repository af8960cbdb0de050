"""ConfigMaps of the cluster's DNS and of the agent that hides pods; no others."""

from dataclasses import dataclass, field

from seawall.ingest.kubernetes.masquerade import MasqueradeReader
from seawall.ingest.kubernetes.name_servers.reader import NameServerReader
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.diagnostic import Diagnostic


@dataclass(slots=True)
class ConfigMaps:
    """Collects them.

    Attributes:
        masquerade: Those of the agent that hides pods.
        name_servers: Those of the cluster's own DNS servers.
    """

    masquerade: MasqueradeReader = field(default_factory=MasqueradeReader)
    name_servers: NameServerReader = field(default_factory=NameServerReader)

    def takes(self, record: Record, default_namespace: str) -> bool:
        """Take an object if it is one, and say whether it was."""
        return self.masquerade.takes(
            record, default_namespace
        ) or self.name_servers.takes(record, default_namespace)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be told of them, after their lists and blocks were asked for."""
        return (*self.masquerade.diagnostics, *self.name_servers.diagnostics)
