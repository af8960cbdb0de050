"""One question to the policy layer: two ends and a connection between them."""

from dataclasses import dataclass

from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Pod, Workload


@dataclass(frozen=True, slots=True)
class PodAt:
    """One pod with its own network; *pod* and *address* are None when not known."""

    workload: Workload
    pod: Pod | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class HostAt:
    """A node, or a pod on its network; each part is None when not known."""

    address: Address | None = None
    node: str | None = None
    workload: Workload | None = None
    pod: Pod | None = None
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that is neither pod nor node of the cluster."""

    address: Address
    workload: None = None


PolicyEnd = PodAt | HostAt | Outside


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """One new connection, as it is after Service translation.

    Attributes:
        source: Who opens it.
        destination: Who is meant to get it.
        protocol: IP protocol number.
        port: Destination port; not read for a protocol without ports.
        version: 4 or 6; of the same family as every address that is known.
        icmp: Type and code of an ICMP message; None if they are not said.
        by_service: Whether a Service led it to its destination.
    """

    source: PolicyEnd
    destination: PolicyEnd
    protocol: int
    port: int = 0
    version: int = 4
    icmp: tuple[int, int] | None = None
    by_service: bool = False

    def __post_init__(self) -> None:
        for end in (self.source, self.destination):
            if end.address is not None and end.address.version != self.version:
                raise ValueError(f"not an IPv{self.version} address: {end.address}")


@dataclass(frozen=True, slots=True)
class Side:
    """What the policies of one end are asked, and in which cluster.

    Attributes:
        objects: What the cluster holds.
        dataplane: How its engine treats what the API leaves open.
        pod_ranges: Where pods whose address is not known have it; may be empty.
        node_ranges: Likewise for nodes.
        question: The connection.
        direction: EGRESS asks the source's policies, INGRESS the destination's.
        together: Whether a pod and a node are taken to be together, where it is open.
    """

    objects: KubernetesObjects
    dataplane: Dataplane
    pod_ranges: tuple[AddressRange, ...]
    node_ranges: tuple[AddressRange, ...]
    question: PolicyQuestion
    direction: Direction
    together: Tri = Tri.UNDEFINED

    @property
    def end(self) -> PolicyEnd:
        """The end whose policies are asked."""
        egress = self.direction is Direction.EGRESS
        return self.question.source if egress else self.question.destination

    @property
    def far(self) -> PolicyEnd:
        """The end that the rules compare with their peers."""
        egress = self.direction is Direction.EGRESS
        return self.question.destination if egress else self.question.source
