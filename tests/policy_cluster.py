"""Small clusters for tests of the policy layer, in few words.

A pod is written `x/a` for namespace `x` and name `a`; it carries the label `pod=a`, and
its namespace the label `ns=x`.
"""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address

from seawall.engine.policy import PolicyTable
from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, Dataplane, PolicyEngine
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NamedPort,
    NumberedPorts,
    OpaquePolicy,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import ContainerPort, Namespace, Pod, Workload

ORIGIN = Origin("cluster.yaml")
IN, OUT = Direction.INGRESS, Direction.EGRESS
BOTH_WAYS = frozenset(Direction)
TCP, UDP, SCTP = Protocol.TCP, Protocol.UDP, Protocol.SCTP
SERVED = (
    ContainerPort("serve-80-tcp", 80),
    ContainerPort("serve-81-tcp", 81),
)


def labelled(**labels: str) -> Selector:
    """Return a selector of `matchLabels`."""
    return Selector(
        tuple(
            Requirement(key, Operator.IN, frozenset({value}))
            for key, value in labels.items()
        )
    )


def term(key: str, operator: str, *values: str) -> Selector:
    """Return a selector of one `matchExpressions` entry."""
    return Selector((Requirement(key, Operator(operator), frozenset(values)),))


def pod(
    place: str,
    *addresses: str,
    ports: tuple[ContainerPort, ...] = SERVED,
    host: bool = False,
    runs: bool = True,
    labels: dict[str, str] | None = None,
) -> Workload:
    """Return a workload of one pod per address, or a template without addresses."""
    namespace, _, name = place.partition("/")
    own = {"pod": name} if labels is None else labels
    pods = tuple(
        Pod(f"{name}-{at}", (ip_address(text),)) for at, text in enumerate(addresses)
    )
    return Workload(
        namespace,
        name,
        "Pod",
        tuple(sorted(own.items())),
        ORIGIN,
        ports=ports,
        host_network=host,
        pods=pods,
        runs=runs,
    )


def block(text: str, *excepts: str) -> BlockPeer:
    """Return an ipBlock."""
    return BlockPeer(
        AddressRange.parse(text), tuple(AddressRange.parse(item) for item in excepts)
    )


def pods(
    selector: Selector = EVERYTHING, namespaces: Selector | None = None
) -> PodPeer:
    """Return a peer by label."""
    return PodPeer(namespaces, selector)


def port(
    first: int | None = None, last: int | None = None, protocol: Protocol = TCP
) -> NumberedPorts:
    """Return an entry of `ports` by number; without one, all of the protocol."""
    if first is None:
        return NumberedPorts(protocol, EVERY_PORT)
    return NumberedPorts(
        protocol,
        PortRange(first, first if last is None else last),
        is_range=last is not None,
    )


def name(text: str, protocol: Protocol = TCP) -> NamedPort:
    """Return an entry of `ports` by name."""
    return NamedPort(protocol, text)


def rule(
    peers: Iterable[Peer] | None = None, ports: Iterable[PortMatch] | None = None
) -> PolicyRule:
    """Return a rule; None stands for a list that is not there."""
    return PolicyRule(
        None if peers is None else tuple(peers),
        None if ports is None else tuple(ports),
        ORIGIN,
    )


def policy(
    place: str,
    subject: Selector = EVERYTHING,
    *,
    ingress: Iterable[PolicyRule] | None = None,
    egress: Iterable[PolicyRule] | None = None,
) -> Policy:
    """Return a policy that isolates in the directions for which rules are given."""
    namespace, _, own = place.partition("/")
    isolates = {IN: ingress is not None, OUT: egress is not None}
    return Policy(
        namespace,
        own,
        subject,
        frozenset(way for way, isolated in isolates.items() if isolated),
        tuple(ingress or ()),
        tuple(egress or ()),
        ORIGIN,
    )


def opaque(
    kind: str = "NetworkPolicy",
    *,
    namespace: str | None = "x",
    subject: Selector | None = None,
    engines: frozenset[PolicyEngine] | None = None,
) -> OpaquePolicy:
    """Return a policy that cannot be read."""
    return OpaquePolicy(
        kind, namespace, "?", subject, BOTH_WAYS, engines, "it is a test", ORIGIN
    )


def placed(workload: Workload, *nodes: str, pool: str | None = None) -> Workload:
    """Return *workload* with one pod on each of *nodes*.

    A node is written `name`, `name=address`, `=address`, or `` where nothing is known.
    """
    found = []
    for at, text in enumerate(nodes):
        node, _, address = text.partition("=")
        own = workload.pods[at].addresses if at < len(workload.pods) else ()
        addresses = (ip_address(address),) if address else ()
        found.append(Pod(f"{workload.name}-{at}", own, node or None, addresses))
    return replace(workload, pods=tuple(found), node_pool=pool)


GRID = tuple(pod(f"{space}/{own}") for space in "xyz" for own in "abc")


def cluster(
    *policies: Policy,
    workloads: tuple[Workload, ...] = GRID,
    opaque_policies: tuple[OpaquePolicy, ...] = (),
) -> KubernetesObjects:
    """Return a cluster of *workloads* in namespaces labelled `ns`."""
    spaces = sorted({item.namespace for item in workloads})
    return KubernetesObjects(
        namespaces=tuple(
            Namespace(
                space,
                (("kubernetes.io/metadata.name", space), ("ns", space)),
                declared=True,
                origin=ORIGIN,
            )
            for space in spaces
        ),
        workloads=workloads,
        policies=policies,
        opaque_policies=opaque_policies,
    )


class Asked:
    """A compiled cluster that answers questions written as text."""

    def __init__(
        self,
        objects: KubernetesObjects,
        engine: str = "spec",
        *,
        dataplane: Dataplane | None = None,
        pod_ranges: str = "",
        node_ranges: str = "",
    ) -> None:
        self.objects = objects
        self.table = PolicyTable.build(
            objects,
            dataplane or DATAPLANES[PolicyEngine(engine)],
            pod_ranges=[AddressRange.parse(text) for text in pod_ranges.split()],
            node_ranges=[AddressRange.parse(text) for text in node_ranges.split()],
        )

    def workload(self, place: str) -> Workload:
        """Return the workload at `namespace/name`."""
        return next(
            item
            for item in self.objects.workloads
            if f"{item.namespace}/{item.name}" == place
        )

    def __call__(
        self, source: str, destination: str, number: int = 80, protocol: int = TCP
    ) -> Verdict:
        """Return the verdict; an end is `namespace/name` or an address."""
        if "/" in source and "/" in destination:
            mask = self.table.between(self.workload(source), self.workload(destination))
        else:
            inward = "/" in destination
            inside = self.workload(destination if inward else source)
            outside = AddressRange.parse(source if inward else destination)
            (part,) = self.table.outside(inside, IN if inward else OUT, (outside,))
            mask = part.services
        bit = self.table.services.mask_of(protocol, number)
        if mask.allowed & bit:
            return Verdict.ALLOWED
        return Verdict.UNKNOWN if mask.possible & bit else Verdict.DENIED
