"""Classes of nodes that node auto-provisioning makes."""

from dataclasses import dataclass

from seawall.model.origin import Origin
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class NodeClass:
    """An AKSNodeClass, as far as it says where its nodes stand.

    Attributes:
        name: Its name.
        subnet: Id of the subnet of its nodes, in lower case; a known None means that
            of the cluster.
        origin: Where it stands.
    """

    name: str
    subnet: Setting[str]
    origin: Origin
