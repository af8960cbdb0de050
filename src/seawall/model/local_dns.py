"""How the DNS server on each node of a pool hands names on.

Source: AKS docs, localdns-custom, "Server blocks for LocalDNS".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocalDnsBlock:
    """One server block.

    Attributes:
        zone: In lower case, without dots at its ends; empty for every name.
        to_cluster: Whether the cluster's DNS is asked, and not the servers of the
            network; None when not known.
    """

    zone: str
    to_cluster: bool | None


@dataclass(frozen=True, slots=True)
class LocalDns:
    """The server blocks of a pool, beside those that hold by default.

    Attributes:
        pods: For whoever asks the cluster first (`kubeDNSOverrides`).
        nodes: For whoever asks as the node does (`vnetDNSOverrides`).
    """

    pods: tuple[LocalDnsBlock, ...] = ()
    nodes: tuple[LocalDnsBlock, ...] = ()
