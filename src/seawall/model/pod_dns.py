"""How pods look names up, as their spec says it.

Source: Kubernetes docs, DNS for Services and Pods; Adding entries to Pod /etc/hosts.
"""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import Address

DOMAIN = "cluster.local"
"""The domain of a cluster: AKS lets nobody choose another."""
NDOTS = 5
"""What kubelet writes into pods that ask the cluster first."""
MOST_SERVERS = 3
"""How many servers a pod may ask."""


class DnsPolicy(Enum):
    """Whom pods ask, in the words of Kubernetes."""

    CLUSTER_FIRST = "ClusterFirst"
    CLUSTER_FIRST_WITH_HOST_NET = "ClusterFirstWithHostNet"
    DEFAULT = "Default"
    NONE = "None"


@dataclass(frozen=True, slots=True)
class PodDns:
    """How the pods of a workload look names up.

    Attributes:
        policy: `dnsPolicy`.
        servers: `dnsConfig.nameservers`, asked beside those that the policy gives.
        searches: `dnsConfig.searches`, in lower case, without dots at their ends.
        ndots: The option of that name: a name with fewer dots is first looked for
            under the search domains; None where the policy says.
        hosts: `hostAliases`, as pairs of name and address.
        unread: Why not all of this is known, as a clause; empty if it is.
    """

    policy: DnsPolicy = DnsPolicy.CLUSTER_FIRST
    servers: tuple[Address, ...] = ()
    searches: tuple[str, ...] = ()
    ndots: int | None = None
    hosts: tuple[tuple[str, Address], ...] = ()
    unread: str = ""


PLAIN = PodDns()
"""What holds for pods whose spec says nothing about it."""
