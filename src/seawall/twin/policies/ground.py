"""What policies are compiled against: the cast, the engine, and what was not shown."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.snapshot import KubernetesObjects
from seawall.twin.classes.cast import Cast, PodStand
from seawall.twin.classes.selecting import Facts, seen_labels
from seawall.twin.line import Marks, Sets, Written

PROTOCOL_WORDS = {
    Protocol.TCP: "tcp",
    Protocol.UDP: "udp",
    Protocol.SCTP: "sctp",
}


@dataclass(slots=True)
class Ground:
    """What all policies of a twin share while they are compiled.

    Attributes:
        objects: What the cluster holds.
        dataplane: How policies are enforced.
        cast: Who is there.
        takes_fronts: Whether a node takes what its own pods and itself send to front
            ends of Services, as kube-proxy does; otherwise load balancers get it.
        marks: Rules, sets and gaps.
        selected: The set of pods that a peer of a namespace means, by both.
    """

    objects: KubernetesObjects
    dataplane: Dataplane
    cast: Cast
    takes_fronts: bool = True
    marks: Marks = field(default_factory=Marks)
    selected: dict[object, str] = field(default_factory=dict)
    _facts: dict[str, Facts] = field(default_factory=dict)

    @property
    def sets(self) -> Sets:
        """The sets that lines name."""
        return self.marks.sets

    def rule(self, says: str, origin: Origin | None) -> Written:
        """Return the mark of a rule, the same one for the same rule."""
        return self.marks.rule(says, origin)

    def gap(self, id_: str, what: str, why: str, origin: Origin | None = None) -> None:
        """Take up something that is not shown."""
        self.marks.gap(id_, what, why, origin)

    def facts(self, stand: PodStand) -> Facts:
        """Return what selectors see of a pod."""
        found = self._facts.get(stand.name)
        if found is None:
            found = self._facts[stand.name] = self._facts_of(stand)
        return found

    def _facts_of(self, stand: PodStand) -> Facts:
        workload = stand.workload
        account = next(
            (
                dict(item.labels)
                for item in self.objects.accounts
                if (item.namespace, item.name)
                == (workload.namespace, workload.service_account)
            ),
            {},
        )
        return Facts(
            seen_labels(dict(workload.labels), self.dataplane),
            workload.namespace,
            self.namespace_labels(workload.namespace),
            workload.service_account,
            account,
            workload.mesh.value if workload.mesh is not None else None,
        )

    def namespace_labels(self, name: str) -> dict[str, str]:
        """Return what selectors see of the labels of a namespace.

        Source: Kubernetes docs, Network Policies, "Targeting a Namespace by its name".
        """
        labels: dict[str, str] = {}
        for item in self.objects.namespaces:
            if item.name == name:
                labels.update(item.labels)
        labels["kubernetes.io/metadata.name"] = name
        return seen_labels(labels, self.dataplane, of_namespace=True)

    @property
    def pods(self) -> tuple[AddressRange, ...]:
        """The addresses of all pods."""
        return tuple(AddressRange.of(stand.address) for stand in self.cast.pods)

    @property
    def nodes(self) -> tuple[AddressRange, ...]:
        """The addresses of all nodes."""
        return tuple(AddressRange.of(stand.address) for stand in self.cast.nodes)

    def numbers(
        self, stands: tuple[PodStand, ...], protocols: frozenset[Protocol], name: str
    ) -> set[tuple[IPv4Address, str, int]]:
        """Return what a port name stands for on each of some pods."""
        return {
            (stand.address, PROTOCOL_WORDS[port.protocol], port.port)
            for stand in stands
            for port in stand.workload.ports
            if port.name == name and port.protocol in protocols
        }
