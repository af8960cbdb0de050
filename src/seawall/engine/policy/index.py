"""Everything about one snapshot that rows are made from, computed once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from ipaddress import IPv6Address

from seawall.engine.policy.addresses import AddressClasses
from seawall.engine.policy.columns import Columns
from seawall.engine.policy.ends import EndColumns
from seawall.engine.policy.labels import NamespaceIndex
from seawall.engine.policy.named import NamedPorts
from seawall.engine.policy.peer import Peers, Places
from seawall.engine.policy.ranked_rules import RankedRules
from seawall.engine.policy.refused import Windows
from seawall.engine.policy.services import Services
from seawall.engine.policy.traits import Traits
from seawall.engine.policy.unit import Homes, Units
from seawall.engine.policy.vocabulary import Vocabulary
from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane, PolicyEngine, Tri
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import BlockPeer, OpaquePolicy, Policy
from seawall.model.ranked import RankedPolicy
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
class Index:
    """The parts that rows are compiled from.

    Attributes:
        dataplane: How policies are enforced.
        policies: The readable policies in force, in the order given.
        opaque: The unreadable ones in force.
        voided: The readable ones that the dataplane skips as a whole.
        ranked: Those of other languages that have, or may have, an effect.
        workloads: All workloads, in the order given.
        services: The service atoms.
        addresses: The address classes.
        units: The units of the workloads.
        columns: The layout of rows.
        peers: The evaluator of peers and scopes.
        named: What port names stand for.
        traits: The evaluator of conditions on labels.
        rules: The evaluator of the rules of ranked policies.
        apart: Whether it is supposed that no two ends share a node.
    """

    dataplane: Dataplane
    policies: tuple[Policy, ...]
    opaque: tuple[OpaquePolicy, ...]
    voided: tuple[Policy, ...]
    ranked: tuple[RankedPolicy, ...]
    workloads: tuple[Workload, ...]
    services: Services
    addresses: AddressClasses
    units: Units
    columns: Columns
    peers: Peers
    named: NamedPorts
    traits: Traits
    rules: RankedRules
    apart: bool = False

    @classmethod
    def of(
        cls, objects: KubernetesObjects, dataplane: Dataplane, question: Question
    ) -> "Index":
        """Index *objects* as *dataplane* sees them."""
        policies, voided, opaque = _in_force(objects, dataplane)
        ranked = tuple(
            item
            for item in objects.ranked_policies
            if dataplane.enforcement(item.language) is not Tri.NO
        )
        words = Vocabulary.of(policies, opaque, ranked, objects.network_sets)
        words.ports |= _numbers_of(objects.workloads, words)
        words.ports.update(question.services)
        families = _families(objects.workloads, question)
        addresses = AddressClasses(
            _involved(families, words.blocks, question),
            words.blocks,
            _marks(
                objects.workloads,
                question,
                one_by_one=bool(policies or opaque or ranked),
            ),
        )
        homes = _homes(addresses, families, dataplane, anywhere=words.places)
        windows = Windows(objects, dataplane)
        units = Units(objects.workloads, words, homes, windows)
        columns = Columns.of(units.units, families, addresses)
        peers = Peers(
            dataplane,
            units.units,
            columns,
            addresses,
            NamespaceIndex(objects.namespaces, units.units),
            _places(addresses, question),
        )
        services = Services(words.ports, words.icmp, words.protocols)
        reliable = dataplane.named_port_conflicts is Tri.YES
        named = NamedPorts(units.units, columns, services, reliable=reliable)
        traits = Traits(units.units, objects.namespaces, objects.accounts)
        ends = EndColumns(columns, addresses, peers, traits, objects.network_sets)
        return cls(
            dataplane,
            policies,
            opaque,
            voided,
            ranked,
            objects.workloads,
            services,
            addresses,
            units,
            columns,
            peers,
            named,
            traits,
            RankedRules(columns, services, ends, named, dataplane),
            question.nodes is not None,
        )

    def among_nodes(self) -> "Index":
        """Return the same index, to which every place of nodes is a node's."""
        peers = self.peers.among_nodes()
        return replace(self, peers=peers, rules=self.rules.with_peers(peers))


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


def _in_force(
    objects: KubernetesObjects, dataplane: Dataplane
) -> tuple[tuple[Policy, ...], tuple[Policy, ...], tuple[OpaquePolicy, ...]]:
    """Return the policies that count, those skipped whole, and the unreadable ones.

    Where no engine in particular enforces, a policy in the language of any may count.

    Source: Azure/azure-container-networking npm/ translatePolicy.go: one IPv6 block
    makes the whole policy untranslatable, and it is skipped.
    """
    if dataplane.enforces is Tri.NO:
        return (), (), ()
    voided: tuple[Policy, ...] = ()
    if dataplane.ipv6_block_voids_policy:
        voided = tuple(policy for policy in objects.policies if _names_ipv6(policy))
    skipped = {id(policy) for policy in voided}
    return (
        tuple(policy for policy in objects.policies if id(policy) not in skipped),
        voided,
        tuple(
            item
            for item in objects.opaque_policies
            if item.engines is None
            or dataplane.engine is PolicyEngine.SPEC
            or dataplane.engine in item.engines
        ),
    )


def _names_ipv6(policy: Policy) -> bool:
    return any(
        isinstance(peer, BlockPeer) and peer.block.version == 6  # noqa: PLR2004
        for direction in policy.isolates
        for rule in policy.rules(direction)
        for peer in rule.peers or ()
    )


def _numbers_of(
    workloads: Iterable[Workload], words: Vocabulary
) -> set[tuple[Protocol, PortRange]]:
    """Return the numbers that the port names in *words* stand for on some pod."""
    if not words.names:
        return set()
    return {
        (port.protocol, PortRange(port.port, port.port))
        for workload in workloads
        for port in workload.ports
        if (port.protocol, port.name) in words.names
    }


def _families(workloads: Iterable[Workload], question: Question) -> tuple[int, ...]:
    """Return the address families of pods: IPv6 only where something shows it."""
    shown = any(item.version == 6 for item in question.pod_ranges) or any(  # noqa: PLR2004
        isinstance(address, IPv6Address)
        for workload in workloads
        for pod in workload.pods
        for found in (pod.addresses, pod.node_addresses)
        for address in found
    )
    return (4, 6) if shown else (4,)


def _involved(
    families: tuple[int, ...], blocks: Iterable[BlockPeer], question: Question
) -> tuple[int, ...]:
    versions = {4, *families}
    versions.update(item.block.version for item in blocks)
    for ranges in (question.node_ranges, question.ranges):
        versions.update(item.version for item in ranges)
    return tuple(sorted(versions))


def _marks(
    workloads: Iterable[Workload], question: Question, *, one_by_one: bool
) -> list[Sequence[AddressRange]]:
    """Return the ranges whose borders matter.

    Args:
        workloads: Their pods show the addresses of nodes.
        question: The ranges that are known or asked about.
        one_by_one: Whether one node must be told from another.
    """
    nodes = dict.fromkeys(
        address
        for workload in workloads
        for pod in workload.pods
        for found in (
            pod.node_addresses,
            pod.addresses if workload.host_network else (),
        )
        for address in found
    )
    return [
        question.pod_ranges,
        question.node_ranges,
        [AddressRange.of(address) for address in nodes],
        *((item,) for item in question.ranges),
        *((AddressRange.of(item),) for item in nodes if one_by_one),
    ]


def _places(addresses: AddressClasses, question: Question) -> Places:
    in_pods, in_nodes, is_node = addresses.marked[:3]
    if question.nodes is NodeCase.NODES:
        is_node |= in_nodes
    elif question.nodes is NodeCase.NO_NODES:
        in_nodes &= is_node
    return Places(question.pod_ranges, question.node_ranges, in_pods, in_nodes, is_node)
