"""What settings of the cluster stand in: some ConfigMaps and other objects."""

from dataclasses import dataclass, field

from seawall.ingest.kubernetes.masquerade import MasqueradeReader
from seawall.ingest.kubernetes.name_servers.reader import NameServerReader
from seawall.ingest.kubernetes.node_classes import NodeClassReader
from seawall.ingest.kubernetes.static_gateways import StaticGatewayReader
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.diagnostic import Diagnostic


@dataclass(slots=True)
class ConfigMaps:
    """Collects them.

    Attributes:
        masquerade: Those of the agent that hides pods.
        name_servers: Those of the cluster's own DNS servers.
        gateways: Static egress gateways, which are objects of their own.
        classes: Classes of nodes, likewise.
    """

    masquerade: MasqueradeReader = field(default_factory=MasqueradeReader)
    name_servers: NameServerReader = field(default_factory=NameServerReader)
    gateways: StaticGatewayReader = field(default_factory=StaticGatewayReader)
    classes: NodeClassReader = field(default_factory=NodeClassReader)

    def takes(self, record: Record, default_namespace: str) -> bool:
        """Take an object if it is one, and say whether it was."""
        servers = (self.masquerade, self.name_servers)
        readers = (*servers, self.gateways, self.classes)
        return any(each.takes(record, default_namespace) for each in readers)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be told of them, after their lists and blocks were asked for."""
        return (
            *self.masquerade.diagnostics,
            *self.name_servers.diagnostics,
            *self.gateways.diagnostics,
            *self.classes.diagnostics,
        )
