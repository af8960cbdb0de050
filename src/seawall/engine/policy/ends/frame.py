"""What rows are laid out by: what is told apart, of some objects or of several sets.

Two tables of one frame can be compared row by row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv6Address

from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.ends.peer import Places
from seawall.engine.policy.ends.refused import Windows
from seawall.engine.policy.ends.services import Services
from seawall.engine.policy.ends.unit import Homes, Unit, Units
from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import Dataplane, PolicyEngine, Tri
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import BlockPeer, OpaquePolicy, Policy
from seawall.model.ranked import Node, RankedPolicy
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload


class NodeCase(Enum):
    """What an answer may suppose of nodes, where it is made case by case.

    In either case no end is at the other's own node: that is a case of its own.
    """

    NODES = "every address in the ranges of nodes is a node's"
    NO_NODES = "none is, but those of which it is known"


@dataclass(frozen=True, slots=True)
class Question:
    """What is known and asked beside the objects themselves.

    Attributes:
        pod_ranges: Ranges that hold the cluster's pods and nothing else; may be empty.
        node_ranges: Ranges that hold its nodes, and perhaps other machines.
        services: Port ranges that will be asked about.
        ranges: Address ranges that will be asked about.
        nodes: What is supposed of nodes; None supposes nothing.
    """

    pod_ranges: tuple[AddressRange, ...] = ()
    node_ranges: tuple[AddressRange, ...] = ()
    services: tuple[tuple[Protocol, PortRange], ...] = ()
    ranges: tuple[AddressRange, ...] = ()
    nodes: "NodeCase | None" = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The layout of rows.

    Attributes:
        words: What is told apart.
        roomy: Whether that may be more than policies mention.
        families: The address families of pods.
        services: The service atoms.
        addresses: The address classes.
        units: The units of the last set of objects, after those of the others.
        columns: The layout of rows.
        dataplane: What decides whether the addresses of pods and nodes matter.
        several: Whether it is of several sets of objects.
    """

    words: Vocabulary
    roomy: bool
    families: tuple[int, ...]
    services: Services
    addresses: AddressClasses
    units: Units
    columns: Columns
    dataplane: Dataplane
    several: bool

    @classmethod
    def of(
        cls,
        several: Sequence[KubernetesObjects],
        dataplane: Dataplane,
        question: Question,
        room: Vocabulary | None = None,
    ) -> "Frame":
        """Tell apart what policies mention.

        Args:
            several: One or more sets of objects.
            dataplane: How policies are enforced.
            question: What is known and asked beside the objects.
            room: What is told apart even if no policy mentions it.
        """
        words = Vocabulary()
        anything = room is not None
        for objects in several:
            policies, _, opaque, ranked = in_force(objects, dataplane)
            anything |= bool(policies or opaque or ranked)
            sets = objects.network_sets
            words.take(Vocabulary.of(policies, opaque, ranked, sets))
        if room is not None:
            words.take(room)
        workloads, nodes = several[0].workloads, several[0].nodes
        for objects in several[1:]:
            workloads += objects.workloads
            nodes += objects.nodes
        words.ports |= named_numbers(workloads, words)
        words.ports.update(question.services)
        families = families_of(workloads, question)
        addresses = AddressClasses(
            versions_of(families, words.blocks, question),
            words.blocks,
            _marks(nodes_of(workloads, nodes), question, one_by_one=anything),
        )
        known: tuple[Unit, ...] = ()
        for objects in several:
            own = families
            if len(several) > 1:
                own = families_of(objects.workloads, question)
            homes = _homes(addresses, own, dataplane, anywhere=words.places)
            windows = Windows(objects, dataplane, room=room is not None)
            units = Units(objects.workloads, words, homes, windows, known)
            known = units.units
        return cls(
            words,
            room is not None,
            families,
            Services(words.ports, words.icmp, words.protocols),
            addresses,
            units,
            Columns.of(known, families, addresses),
            dataplane,
            len(several) > 1,
        )

    def units_of(self, objects: KubernetesObjects, question: Question) -> Units:
        """Return the units that the workloads of *objects* are in."""
        if not self.several:
            return self.units
        families = families_of(objects.workloads, question)
        anywhere = self.words.places
        homes = _homes(self.addresses, families, self.dataplane, anywhere=anywhere)
        windows = Windows(objects, self.dataplane, room=self.roomy)
        return Units(objects.workloads, self.words, homes, windows, self.units.units)

    def places(self, objects: KubernetesObjects, question: Question) -> Places:
        """Return what *objects* show of the places of nodes and pods."""
        addresses = self.addresses
        in_pods, in_nodes, is_node = addresses.marked[:3]
        if self.several:
            is_node = 0
            for address in nodes_of(objects.workloads, objects.nodes):
                at = addresses.class_of(address)
                is_node |= 0 if at is None else 1 << at
        if question.nodes is NodeCase.NODES:
            is_node |= in_nodes
        elif question.nodes is NodeCase.NO_NODES:
            in_nodes &= is_node
        ranges = question.pod_ranges, question.node_ranges
        return Places(*ranges, in_pods, in_nodes, is_node)


def _homes(
    addresses: AddressClasses,
    families: tuple[int, ...],
    dataplane: Dataplane,
    *,
    anywhere: bool,
) -> Homes:
    """Return where pods are at home.

    Args:
        addresses: The address classes.
        families: The families of a pod whose addresses are not known.
        dataplane: What ipBlocks match on it.
        anywhere: Whether other rules match whoever has an address.
    """
    return Homes(
        addresses,
        families,
        pods_matter=anywhere or dataplane.block_matches_pods is not Tri.NO,
        nodes_matter=anywhere or dataplane.block_matches_nodes is not Tri.NO,
    )


def in_force(
    objects: KubernetesObjects, dataplane: Dataplane
) -> tuple[
    tuple[Policy, ...],
    tuple[Policy, ...],
    tuple[OpaquePolicy, ...],
    tuple[RankedPolicy, ...],
]:
    """Return the policies that count, those skipped whole, unreadable, and ranked ones.

    Where no engine in particular enforces, a policy in the language of any may count.

    Source: Azure/azure-container-networking npm/ translatePolicy.go: one IPv6 block
    makes the whole policy untranslatable, and it is skipped.
    """
    ranked = tuple(
        item
        for item in objects.ranked_policies
        if dataplane.enforcement(item.language) is not Tri.NO
    )
    if dataplane.enforces is Tri.NO:
        return (), (), (), ranked
    voided: tuple[Policy, ...] = ()
    if dataplane.ipv6_block_voids_policy:
        voided = tuple(policy for policy in objects.policies if _names_ipv6(policy))
    policies = objects.policies
    if voided:
        skipped = {id(policy) for policy in voided}
        policies = tuple(item for item in policies if id(item) not in skipped)
    return (
        policies,
        voided,
        tuple(
            item
            for item in objects.opaque_policies
            if item.engines is None
            or dataplane.engine is PolicyEngine.SPEC
            or dataplane.engine in item.engines
        ),
        ranked,
    )


def _names_ipv6(policy: Policy) -> bool:
    return any(
        isinstance(peer, BlockPeer) and peer.block.version == 6  # noqa: PLR2004
        for direction in policy.isolates
        for rule in policy.rules(direction)
        for peer in rule.peers or ()
    )


def named_numbers(
    workloads: Iterable[Workload], words: Vocabulary
) -> set[tuple[Protocol, PortRange]]:
    """Return the numbers that the port names in *words* stand for on some pod."""
    if not words.names:
        return set()
    # Workloads that look alike mostly have the same object.
    objects = {id(workload.ports): workload.ports for workload in workloads}
    numbers = {
        (port.protocol, port.port)
        for ports in objects.values()
        for port in ports
        if (port.protocol, port.name) in words.names
    }
    return {(protocol, PortRange(number, number)) for protocol, number in numbers}


def families_of(workloads: Iterable[Workload], question: Question) -> tuple[int, ...]:
    """Return the address families of pods: IPv6 only where something shows it."""
    shown = any(item.version == 6 for item in question.pod_ranges)  # noqa: PLR2004
    if shown:
        return (4, 6)
    pods = [pod for workload in workloads for pod in workload.pods]
    kinds = {type(address) for pod in pods for address in pod.addresses}
    # Pods of one node mostly have the same object, which is looked at once.
    nodes = {id(pod.node_addresses): pod.node_addresses for pod in pods}
    kinds |= {type(address) for found in nodes.values() for address in found}
    return (4, 6) if IPv6Address in kinds else (4,)


def versions_of(
    families: tuple[int, ...], blocks: Iterable[BlockPeer], question: Question
) -> tuple[int, ...]:
    """Return the families of addresses that answers are about."""
    versions = {4, *families}
    versions.update(item.block.version for item in blocks)
    for ranges in (question.node_ranges, question.ranges):
        versions.update(item.version for item in ranges)
    return tuple(sorted(versions))


def _marks(
    nodes: Iterable[Address], question: Question, *, one_by_one: bool
) -> list[Sequence[AddressRange]]:
    """Return the ranges whose borders matter.

    Args:
        nodes: The addresses of nodes.
        question: The ranges that are known or asked about.
        one_by_one: Whether one node must be told from another.
    """
    nodes = tuple(nodes)
    return [
        question.pod_ranges,
        question.node_ranges,
        [AddressRange.of(address) for address in nodes],
        *((item,) for item in question.ranges),
        *((AddressRange.of(item),) for item in nodes if one_by_one),
    ]


def nodes_of(
    workloads: Iterable[Workload], nodes: Iterable[Node] = ()
) -> dict[Address, None]:
    """Return the addresses of nodes that pods show, and those that nodes report."""
    found: dict[Address, None] = {}
    known: dict[int, tuple[Address, ...]] = {}
    for workload in workloads:
        if workload.host_network:
            for pod in workload.pods:
                found.update(dict.fromkeys((*pod.node_addresses, *pod.addresses)))
            continue
        for pod in workload.pods:
            addresses = pod.node_addresses
            # Pods of one node mostly have the same object, which is looked at once.
            if addresses and id(addresses) not in known:
                known[id(addresses)] = addresses
                found.update(dict.fromkeys(addresses))
    for node in nodes:
        found.update(dict.fromkeys(node.addresses))
    return found
